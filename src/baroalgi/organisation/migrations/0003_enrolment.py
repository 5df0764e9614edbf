import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0002_pupils_of_deciders"),
    ]

    operations = [
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.SmallIntegerField(null=True)),
                ("valid_to", models.DateField()),
                (
                    "school_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.schoolclass",
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.student",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("student", "school_class"), name="enrolment_once")
                ],
            },
        ),
        rls.protect(
            "organisation_enrolment", read="student_id = ANY ((SELECT policy.visible_students())::bigint[])"
        ),
    ]
