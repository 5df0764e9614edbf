from django.db import migrations, models


class Migration(migrations.Migration):
    """The trail names who knew the password and no more; row policies (`policy.actor`) know nobody then."""

    dependencies = [("platform", "0003_mail_due")]

    operations = [
        migrations.AlterField(
            "auditentry",
            "actor_id",
            models.BigIntegerField(
                db_default=models.Func(function="policy.known_person", output_field=models.BigIntegerField()),
                null=True,
            ),
        ),
        migrations.RunSQL(
            """
            ALTER POLICY platform_auditentry_insert ON platform_auditentry
                WITH CHECK (actor_id IS NOT DISTINCT FROM (SELECT policy.known_person()));
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            # Whether this is a demo decides who must show a second factor: for the owner alone to write.
            "REVOKE INSERT, UPDATE, DELETE ON platform_installation FROM baroalgi_worker",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
