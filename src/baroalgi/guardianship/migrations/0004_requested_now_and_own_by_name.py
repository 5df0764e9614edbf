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

# As in 0002, but the own request is known by name too: staff are invited by name, and with their certificate
# as a parent they come as another row of organisation_person.
WRITE = """
ALTER POLICY guardianship_childlink_update ON guardianship_childlink
    WITH CHECK ((guardian_id = (SELECT policy.actor()) AND state IN ('requested', 'ended'))
                OR (NOT policy.is_own_guardian(guardian_id)
                    AND (student_id = ANY ((SELECT policy.led_students())::bigint[])
                         OR (id = ANY ((SELECT policy.substituted_links())::bigint[])
                             AND state IN ('requested', 'approved', 'refused')))));
"""


class Migration(migrations.Migration):
    """When something was requested is the database's own, as deputies decide by how long it has waited; and
    nobody decides the own request, whichever of the own rows asked."""

    dependencies = [("guardianship", "0003_requests_of_a_school")]

    operations = [migrations.RunSQL(REQUESTED + WRITE, reverse_sql=migrations.RunSQL.noop)]
