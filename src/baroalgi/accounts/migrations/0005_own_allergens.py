import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from baroalgi.platform import rls

OWN = "person_id = (SELECT policy.actor())"

DELETE = f"""
CREATE POLICY accounts_ownallergens_delete ON accounts_ownallergens FOR DELETE TO baroalgi_app USING ({OWN});
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_opened_link"),
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnAllergens",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="organisation.person",
                    ),
                ),
                ("numbers_sealed", models.BinaryField()),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        rls.protect(
            "accounts_ownallergens",
            read=OWN,
            write=f"{OWN} AND (SELECT policy.strength()) = 'certificate'",
            app="SELECT, INSERT, DELETE, UPDATE (numbers_sealed, changed_at)",
            worker="",
        ),
        RunSQL(DELETE, RunSQL.noop),
    ]
