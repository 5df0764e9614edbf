from django.db import migrations

REQUESTED = """
CREATE FUNCTION guardianship_childlink_requested() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user = 'baroalgi_app' THEN
        NEW.requested_at := now();
        NEW.decided_at := NULL;
        NEW.decided_by_id := NULL;
        NEW.decided_by_name := '';
        NEW.reason := '';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guardianship_childlink_requested BEFORE INSERT ON guardianship_childlink
    FOR EACH ROW EXECUTE FUNCTION guardianship_childlink_requested();
"""


class Migration(migrations.Migration):
    """When something was requested is the database's own: deputies decide by how long it has waited."""

    dependencies = [("guardianship", "0003_requests_of_a_school")]

    operations = [migrations.RunSQL(REQUESTED, reverse_sql=migrations.RunSQL.noop)]
