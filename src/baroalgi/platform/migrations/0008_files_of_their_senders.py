from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from baroalgi.platform import rls

GIVEN = """
CREATE FUNCTION platform_apikey_given() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user = 'baroalgi_app' THEN
        NEW.created_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER platform_apikey_given BEFORE INSERT ON platform_apikey
    FOR EACH ROW EXECUTE FUNCTION platform_apikey_given();
"""


class Migration(migrations.Migration):
    """The app role brings files in by a door that knows who sent them, and sees those that it may send on: rooms
    add a policy each for what they name. When a key was given is the database's own."""

    dependencies = [("platform", "0005_stored_files")]

    operations = [
        migrations.AddField("storedfile", "kept_by", models.BigIntegerField(null=True)),
        migrations.AddField("storedfile", "kept_in", models.BigIntegerField(null=True)),
        RunSQL(
            """REVOKE INSERT, UPDATE, UPDATE (unused_since) ON platform_storedfile FROM baroalgi_app;
               COMMENT ON TABLE platform_storedfile IS NULL""",
            RunSQL.noop,
        ),
        rls.protect("platform_storedfile", read="false"),
        RunSQL(GIVEN, RunSQL.noop),
    ]
