import django.db.models.deletion
from django.db import migrations, models

from baroalgi.platform import rls
from baroalgi.registration.workflow import TRANSITIONS

READABLE = """id, number, state, place_id, name, identity_mask, birth_date, phone_home, mobile, email, postcode,
    address1, address2, wants_news, terms_version, reason, identity_tries, identity_seen_at, identity_seen_by,
    decided_by_name, submitted_at, changed_at, closed_at"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
        ("pki", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=15, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "SUBMITTED"),
                            ("papers_received", "PAPERS_RECEIVED"),
                            ("returned", "RETURNED"),
                            ("approved", "APPROVED"),
                            ("issued", "ISSUED"),
                            ("cancelled", "CANCELLED"),
                            ("lapsed", "LAPSED"),
                        ],
                        max_length=16,
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("identity_mac", models.CharField(max_length=70)),
                ("identity_mask", models.CharField(max_length=14)),
                ("birth_date", models.DateField()),
                ("issue_password_hash", models.CharField(max_length=64)),
                ("phone_home", models.CharField(blank=True, max_length=20)),
                ("mobile", models.CharField(max_length=20)),
                ("email", models.CharField(max_length=254)),
                ("postcode", models.CharField(max_length=6)),
                ("address1", models.CharField(max_length=200)),
                ("address2", models.CharField(blank=True, max_length=100)),
                ("wants_news", models.BooleanField(default=False)),
                ("terms_version", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("identity_tries", models.SmallIntegerField(default=0)),
                ("identity_seen_at", models.DateTimeField(null=True)),
                ("identity_seen_by", models.BigIntegerField(null=True)),
                ("decided_by_name", models.CharField(blank=True, max_length=40)),
                ("submitted_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.place"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("officer_name", models.CharField(max_length=40)),
                ("approved_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.application",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EnrolmentLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("valid_to", models.DateTimeField()),
                ("tries", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("form", "Form"), ("id_copy", "Id Copy")], max_length=10)),
                (
                    "id_card",
                    models.CharField(
                        choices=[
                            ("resident_card", "Resident Card"),
                            ("driving_licence", "Driving Licence"),
                            ("passport", "Passport"),
                            ("foreigner_card", "Foreigner Card"),
                        ],
                        max_length=16,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registration.application",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(
                fields=["place", "state", "changed_at"], name="registratio_place_i_d9ea15_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["issued", "cancelled", "lapsed"]), _negated=True),
                fields=("identity_mac",),
                name="application_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "submitted",
                            "papers_received",
                            "returned",
                            "approved",
                            "issued",
                            "cancelled",
                            "lapsed",
                        ],
                    )
                ),
                name="application_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="application_return_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["papers_received", "approved", "issued"]), _negated=True),
                    ("identity_seen_at__isnull", False),
                    _connector="OR",
                ),
                name="application_identity_seen",
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                fields=("application", "officer"), name="approval_once_per_officer"
            ),
        ),
        rls.protect(
            "registration_application",
            read="""id = (SELECT policy.carried_application())
                    OR place_id = ANY ((SELECT policy.visible_places())::bigint[])""",
            # The applicant hands in, takes the certificate, gives up. Officers decide, never on their own.
            write="""(id = (SELECT policy.carried_application()) AND state IN ('submitted', 'issued', 'cancelled'))
                     OR (place_id = ANY ((SELECT policy.visible_places())::bigint[])
                         AND NOT policy.is_own(identity_mac, name)
                         AND state IN ('papers_received', 'returned', 'approved', 'cancelled'))""",
            # Everything begins with the applicant, and nothing has been seen or decided then.
            insert="""id = (SELECT policy.carried_application()) AND state = 'submitted'
                      AND identity_tries = 0 AND identity_seen_at IS NULL AND identity_seen_by IS NULL
                      AND decided_by_name = '' AND reason = '' AND closed_at IS NULL""",
            # The two hashes are not readable: they are compared in doors, and whoever knew the first could
            # answer for the ID card.
            app=f"""SELECT ({READABLE}), INSERT,
                    UPDATE (state, reason, decided_by_name, changed_at, closed_at)""",
        ),
        rls.transitions("registration_application", TRANSITIONS),
        rls.protect(
            "registration_paper",
            # A counter keeps seeing what was done with its applications, closed ones too (오늘 합계).
            read="""officer_id = (SELECT policy.actor())
                    OR application_id IN (SELECT id FROM registration_application
                                          WHERE place_id = ANY ((SELECT policy.visible_places())::bigint[]))""",
            write="""officer_id = (SELECT policy.actor())
                     AND application_id = ANY ((SELECT policy.approvable_applications())::bigint[])""",
            app="SELECT, INSERT",
        ),
        rls.protect(
            "registration_approval",
            # A counter keeps seeing what was done with its applications, closed ones too (오늘 합계).
            read="""officer_id = (SELECT policy.actor())
                    OR application_id IN (SELECT id FROM registration_application
                                          WHERE place_id = ANY ((SELECT policy.visible_places())::bigint[]))""",
            write="""officer_id = (SELECT policy.actor())
                     AND application_id = ANY ((SELECT policy.approvable_applications())::bigint[])""",
            app="SELECT, INSERT",
        ),
        rls.protect(
            "registration_enrolmentlink",
            read="application_id = ANY ((SELECT policy.approvable_applications())::bigint[])",
            write="""application_id = ANY ((SELECT policy.approvable_applications())::bigint[])
                     AND tries = 0 AND used_at IS NULL""",
            # The hash is not readable: who can read the link's row still can't follow it.
            app="SELECT (id, application_id, valid_to, used_at, created_at), INSERT",
        ),
        migrations.RunSQL(
            """
            -- What must hold whoever writes: approved only with an officer's approval that is not the
            -- applicant's own, issued only with a good certificate, an order only for an approved application,
            -- in the name that was approved and for the person with that number: sign-in goes by the person.
            CREATE FUNCTION registration_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                IF NEW.state = 'approved' AND OLD.state <> 'approved' AND NOT EXISTS (
                    SELECT FROM registration_approval approval
                    JOIN organisation_person officer ON officer.id = approval.officer_id
                    WHERE approval.application_id = NEW.id
                      AND coalesce(officer.identity_mac <> NEW.identity_mac, officer.name <> NEW.name)
                ) THEN
                    RAISE EXCEPTION 'approved without approval'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'application_approved_by_officer';
                END IF;
                IF NEW.state = 'returned' THEN
                    -- Whoever comes again shows the ID card again, with three new tries.
                    NEW.identity_tries := 0;
                    NEW.identity_seen_at := NULL;
                    NEW.identity_seen_by := NULL;
                END IF;
                IF NEW.state = 'issued' AND OLD.state <> 'issued' AND NOT EXISTS (
                    SELECT FROM pki_certificate
                    WHERE application_id = NEW.id AND state = 'valid' AND confirmed_at IS NOT NULL
                ) THEN
                    RAISE EXCEPTION 'issued without certificate'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'application_issued_has_certificate';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER registration_guard BEFORE UPDATE OF state ON registration_application
                FOR EACH ROW EXECUTE FUNCTION registration_guard();

            CREATE FUNCTION registration_order_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog, public, pg_temp AS $$
            BEGIN
                IF NOT EXISTS (
                    SELECT FROM registration_application application
                    JOIN organisation_person person ON person.identity_mac = application.identity_mac
                    WHERE application.id = NEW.application_id AND application.state = 'approved'
                      AND application.identity_mac = NEW.identity_mac AND application.name = NEW.name
                      AND person.id = NEW.person_id
                ) THEN
                    RAISE EXCEPTION 'order without approved application'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'order_has_approved_application';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER registration_order_guard BEFORE INSERT ON pki_issuance
                FOR EACH ROW EXECUTE FUNCTION registration_order_guard();
            -- And once more before the key is used: an approval may have been withdrawn meanwhile.
            CREATE TRIGGER registration_prepare_guard BEFORE UPDATE OF state ON pki_issuance
                FOR EACH ROW WHEN (NEW.state = 'prepared')
                EXECUTE FUNCTION registration_order_guard();
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
