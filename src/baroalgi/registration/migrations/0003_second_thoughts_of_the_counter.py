from django.db import migrations

REVERSE = migrations.RunSQL.noop


class Migration(migrations.Migration):
    """Links only for what is approved; nothing signed for a withdrawn approval is ever good."""

    dependencies = [
        ("registration", "0002_opened_link_and_no_email"),
        ("pki", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            """
            -- A link is given to what is approved, by an officer of its counter, never to the own application.
            DROP POLICY registration_enrolmentlink_insert ON registration_enrolmentlink;
            CREATE POLICY registration_enrolmentlink_insert ON registration_enrolmentlink
                FOR INSERT TO baroalgi_app
                WITH CHECK (application_id = ANY ((SELECT policy.linkable_applications())::bigint[])
                            AND tries = 0 AND used_at IS NULL);
            """,
            reverse_sql=REVERSE,
        ),
        migrations.RunSQL(
            """
            -- The signer finishes what it has begun (a serial that may exist is never left without a word), but
            -- if the approval was withdrawn meanwhile, the certificate comes into the world revoked.
            CREATE FUNCTION registration_certificate_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                IF NOT EXISTS (SELECT FROM registration_application
                               WHERE id = NEW.application_id AND state = 'approved') THEN
                    NEW.state := 'revoked';
                    NEW.revoked_at := now();
                    NEW.revocation_reason := 'cessationOfOperation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER registration_certificate_guard BEFORE INSERT ON pki_certificate
                FOR EACH ROW WHEN (NEW.state = 'valid' AND NEW.confirmed_at IS NULL)
                EXECUTE FUNCTION registration_certificate_guard();
            """,
            reverse_sql=REVERSE,
        ),
    ]
