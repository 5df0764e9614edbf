from django.db import migrations, models

# The app's policies in which "carried" (by number and issuing password) becomes "opened" (by the one-time
# address too). The doors are applied before: `policy.opened_application` is there.
TIGHTEN = """
ALTER POLICY registration_application_update ON registration_application
    WITH CHECK ((id = (SELECT policy.carried_application()) AND state IN ('submitted', 'cancelled'))
                OR (id = (SELECT policy.opened_application()) AND state = 'issued')
                OR (place_id = ANY ((SELECT policy.visible_places())::bigint[])
                    AND NOT policy.is_own(identity_mac, name)
                    AND state IN ('papers_received', 'returned', 'approved', 'cancelled')));

ALTER POLICY pki_issuance_read ON pki_issuance
    USING (application_id = (SELECT policy.opened_application()));
ALTER POLICY pki_issuance_insert ON pki_issuance
    WITH CHECK (application_id = (SELECT policy.opened_application()) AND state = 'ordered');
ALTER POLICY pki_issuance_update ON pki_issuance
    USING (application_id = (SELECT policy.opened_application()))
    WITH CHECK (application_id = (SELECT policy.opened_application()) AND state = 'ordered');

ALTER POLICY pki_certificate_read ON pki_certificate
    USING (application_id = (SELECT policy.opened_application()) OR person_id = (SELECT policy.actor()));
ALTER POLICY pki_certificate_insert ON pki_certificate
    WITH CHECK (application_id = (SELECT policy.opened_application()) OR person_id = (SELECT policy.actor()));
ALTER POLICY pki_certificate_update ON pki_certificate
    USING (application_id = (SELECT policy.opened_application()) OR person_id = (SELECT policy.actor()))
    WITH CHECK (application_id = (SELECT policy.opened_application()) OR person_id = (SELECT policy.actor()));
"""


class Migration(migrations.Migration):
    """Ordering and confirming need the one-time address; an application may be without e-mail."""

    dependencies = [
        ("registration", "0001_initial"),
        ("pki", "0001_initial"),
        ("accounts", "0004_opened_link"),
    ]

    operations = [
        migrations.AlterField("application", "email", models.CharField(blank=True, max_length=254)),
        migrations.RunSQL(TIGHTEN, reverse_sql=migrations.RunSQL.noop),
    ]
