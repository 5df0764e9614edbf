import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
        ("pki", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("nonce_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=12)),
                ("session_hash", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Login",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("login", models.CharField(max_length=60, unique=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("first_at", models.DateTimeField()),
                ("n", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("valid_to", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("key_hash", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("strength", models.CharField(max_length=12)),
                ("application_id", models.BigIntegerField(null=True)),
                ("matched_student_id", models.BigIntegerField(null=True)),
                ("device", models.CharField(blank=True, max_length=200)),
                ("data", models.TextField()),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("seen_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person", None), ("strength", "none")),
                            models.Q(
                                ("person__isnull", False), ("strength__in", ["password", "certificate"])
                            ),
                            _connector="OR",
                        ),
                        name="session_strength",
                    )
                ],
            },
        ),
        rls.public(
            "accounts_login",
            reason="credentials only, needed before anybody is known; names stand in organisation_person",
            # No right to write: who could write a login could give himself another's rights.
            app="SELECT",
        ),
        rls.public(
            "accounts_invitation",
            reason="hashes of one-time addresses, needed before anybody is known",
            app="",
        ),
        rls.public("accounts_session", reason="nobody has a right on it but the doors of the gate", app=""),
        rls.public(
            "accounts_challenge",
            reason="random numbers to sign, no person",
            app="SELECT, INSERT, UPDATE (used_at)",
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION accounts_challenge_once() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                RAISE EXCEPTION 'a used challenge stays used'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_challenge_once';
            END $$;
            CREATE TRIGGER accounts_challenge_once BEFORE UPDATE ON accounts_challenge
                FOR EACH ROW WHEN (OLD.used_at IS NOT NULL) EXECUTE FUNCTION accounts_challenge_once();

            -- Who signed in with a certificate that is no longer good is asked again, whoever revoked it. The
            -- acting session stays: it has just shown the new key (a first signature revokes the old one).
            CREATE FUNCTION accounts_end_sessions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                DELETE FROM accounts_session
                WHERE person_id = NEW.person_id AND strength = 'certificate'
                  AND key_hash <> coalesce(current_setting('baroalgi.session', true), '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER accounts_end_sessions AFTER UPDATE OF state ON pki_certificate
                FOR EACH ROW WHEN (OLD.state = 'valid' AND NEW.state <> 'valid' AND OLD.confirmed_at IS NOT NULL)
                EXECUTE FUNCTION accounts_end_sessions();
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
        rls.public("accounts_attempt", reason="hashes and counts; written through policy.count_try", app=""),
    ]
