import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authority",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
                ("certificate", models.BinaryField()),
                ("root", models.BinaryField()),
                ("root_crl", models.BinaryField()),
                ("sealing_key", models.BinaryField()),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Issuance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("application_id", models.BigIntegerField()),
                ("round", models.SmallIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("identity_mac", models.CharField(max_length=70)),
                ("csr", models.BinaryField()),
                ("spki_hash", models.CharField(max_length=64)),
                ("sealed", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ordered", "Ordered"),
                            ("prepared", "Prepared"),
                            ("signed", "Signed"),
                            ("rejected", "Rejected"),
                        ],
                        default="ordered",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("serial", models.CharField(blank=True, max_length=40)),
                ("tbs", models.BinaryField(null=True)),
                ("virtual_id", models.CharField(blank=True, max_length=64)),
                ("ordered_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pki.authority",
                    ),
                ),
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
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("application_id", models.BigIntegerField()),
                ("serial", models.CharField(max_length=40)),
                ("fingerprint", models.CharField(max_length=64, unique=True)),
                ("der", models.BinaryField()),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("valid", "Valid"), ("suspended", "Suspended"), ("revoked", "Revoked")],
                        default="valid",
                        max_length=10,
                    ),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revocation_reason", models.CharField(blank=True, max_length=30)),
                ("listed_in", models.BigIntegerField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pki.authority"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "issuance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pki.issuance"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RevocationList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("der", models.BinaryField()),
                ("this_update", models.DateTimeField()),
                ("next_update", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pki.authority"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="issuance",
            constraint=models.UniqueConstraint(fields=("application_id", "round"), name="issuance_round"),
        ),
        migrations.AddConstraint(
            model_name="issuance",
            constraint=models.UniqueConstraint(fields=("spki_hash",), name="issuance_key_once"),
        ),
        migrations.AddConstraint(
            model_name="issuance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("serial", ""), _negated=True),
                fields=("authority", "serial"),
                name="issuance_serial",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["prepared", "signed"]), _negated=True),
                    ("tbs__isnull", False),
                    _connector="OR",
                ),
                name="issuance_prepared_has_tbs",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuance",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "ordered"), ("sealed", None), _connector="OR"),
                name="issuance_forgets_what_was_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(fields=("authority", "serial"), name="certificate_serial"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_at__isnull", False), ("state", "valid")),
                fields=("person",),
                name="certificate_one_per_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "revoked"), _negated=True),
                    ("revoked_at__isnull", False),
                    _connector="OR",
                ),
                name="certificate_revoked_when",
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                condition=models.Q(("listed_in", None), ("state", "revoked")),
                fields=["authority"],
                name="certificate_to_be_listed",
            ),
        ),
        migrations.AddConstraint(
            model_name="revocationlist",
            constraint=models.UniqueConstraint(fields=("authority", "number"), name="crl_number"),
        ),
        rls.public(
            "pki_authority",
            reason="certificates of authorities are published",
            # `baroalgi ca` runs where the keys are; who holds them needs no row to sign.
            signer="SELECT, INSERT, UPDATE (root_crl)",
        ),
        rls.protect(
            "pki_issuance",
            read="application_id = (SELECT policy.carried_application())",
            write="application_id = (SELECT policy.carried_application()) AND state = 'ordered'",
            app="SELECT, INSERT",
            worker="SELECT",
            signer="SELECT, UPDATE (state, reason, authority_id, serial, tbs, virtual_id, sealed)",
        ),
        rls.transitions("pki_issuance", {"ordered": ("prepared", "rejected"), "prepared": ("signed",)}),
        rls.protect(
            "pki_certificate",
            read="""application_id = (SELECT policy.carried_application())
                    OR person_id = (SELECT policy.actor())""",
            # The owner of the carried application confirms the new key and gives up the one before.
            write="""application_id = (SELECT policy.carried_application())
                     OR person_id = (SELECT policy.actor())""",
            app="SELECT, UPDATE (confirmed_at, state, revoked_at, revocation_reason)",
            worker="SELECT, UPDATE",
            signer="SELECT, INSERT, UPDATE (listed_in)",
        ),
        rls.transitions(
            "pki_certificate",
            {"valid": ("suspended", "revoked"), "suspended": ("valid", "revoked")},
        ),
        migrations.RunSQL(
            """
            -- What stands on a revocation list must not change, and must be fit to stand there: one row that
            -- the signer can't write would keep every other revocation off the list.
            CREATE FUNCTION pki_certificate_revocation() RETURNS trigger LANGUAGE plpgsql
            SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                IF OLD.state = 'revoked' AND (OLD.revoked_at, OLD.revocation_reason, OLD.confirmed_at)
                       IS DISTINCT FROM (NEW.revoked_at, NEW.revocation_reason, NEW.confirmed_at)
                   OR OLD.state <> 'revoked' AND NEW.state = 'revoked' AND (
                       NEW.revoked_at NOT BETWEEN '2000-01-01' AND now() + interval '1 day'
                       OR NEW.revocation_reason NOT IN ('', 'superseded', 'keyCompromise',
                                                        'cessationOfOperation', 'affiliationChanged'))
                THEN
                    RAISE EXCEPTION 'pki_certificate: a revocation is not fit or stands already'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'pki_certificate_revocation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER pki_certificate_revocation BEFORE UPDATE ON pki_certificate
                FOR EACH ROW EXECUTE FUNCTION pki_certificate_revocation();
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
        rls.public(
            "pki_revocationlist",
            reason="revocation lists are published",
            worker="SELECT",
            signer="SELECT, INSERT",
        ),
    ]
