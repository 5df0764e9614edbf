"""When lessons begin and end at a school."""

import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls

ADMINISTERED = "school_id = ANY ((SELECT policy.administered_schools())::bigint[])"


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0004_schools_through_time"),
        ("schoolinfo", "0002_what_a_school_tells"),
    ]

    operations = [
        migrations.CreateModel(
            name="BellTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.SmallIntegerField()),
                ("begins", models.TimeField()),
                ("ends", models.TimeField()),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["school", "period"], name="bell_time_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("begins"))), name="bell_time_begins_first"
                    ),
                ],
            },
        ),
        rls.published("schoolinfo_belltime", reason="when lessons begin and end", write=ADMINISTERED),
    ]
