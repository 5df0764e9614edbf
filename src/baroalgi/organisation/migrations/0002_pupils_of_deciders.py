from django.db import migrations


class Migration(migrations.Migration):
    """Deputies and administrators see the pupils of the requests they decide, and nothing more of them."""

    dependencies = [
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            ALTER POLICY organisation_student_read ON organisation_student
            USING (id = ANY ((SELECT policy.visible_students())::bigint[])
                   OR id = ANY ((SELECT policy.decidable_students())::bigint[]))
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
