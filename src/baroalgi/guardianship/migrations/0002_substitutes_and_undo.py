import django.db.models.deletion
from django.db import migrations, models

from baroalgi.guardianship.workflow import TRANSITIONS
from baroalgi.platform import rls

# Who sees a request: the applicant, the homeroom teacher, and who may decide it today instead; these see
# besides who has the child's data already.
READ = """guardian_id = (SELECT policy.actor())
          OR student_id = ANY ((SELECT policy.led_students())::bigint[])
          OR id = ANY ((SELECT policy.substituted_links())::bigint[])
          OR (state = 'approved' AND student_id = ANY ((SELECT policy.decidable_students())::bigint[]))"""
# A guardian asks and ends; only those in charge decide, and never for themselves.
WRITE = """(guardian_id = (SELECT policy.actor()) AND state IN ('requested', 'ended'))
           OR (guardian_id <> (SELECT policy.actor())
               AND (student_id = ANY ((SELECT policy.led_students())::bigint[])
                    OR (id = ANY ((SELECT policy.substituted_links())::bigint[])
                        AND state IN ('requested', 'approved', 'refused'))))"""

DECIDED = """
CREATE FUNCTION guardianship_childlink_decided() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user <> 'baroalgi_app' THEN
        RETURN NEW;
    END IF;
    IF NEW.state = OLD.state THEN
        NEW.decided_at := OLD.decided_at;
        NEW.decided_by_id := OLD.decided_by_id;
        NEW.decided_by_name := OLD.decided_by_name;
    ELSIF OLD.state = 'approved' AND NEW.state = 'requested' THEN
        -- The program says ten minutes; its clock may differ a little from this one.
        IF OLD.decided_by_id IS DISTINCT FROM policy.actor() OR OLD.decided_at < now() - interval '11 minutes' THEN
            RAISE EXCEPTION 'guardianship_childlink: undo by somebody else, or too late'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'child_link_undo';
        END IF;
        NEW.decided_at := NULL;
        NEW.decided_by_id := NULL;
        NEW.decided_by_name := '';
    ELSE
        NEW.decided_at := now();
        NEW.decided_by_id := policy.actor();
        NEW.decided_by_name := CASE WHEN NEW.state = 'ended' THEN '' ELSE policy.actor_name() END;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guardianship_childlink_decided BEFORE UPDATE ON guardianship_childlink
    FOR EACH ROW EXECUTE FUNCTION guardianship_childlink_decided();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("guardianship", "0001_initial"),
        ("organisation", "0002_pupils_of_deciders"),
    ]

    operations = [
        migrations.AddField(
            "childlink",
            "decided_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.person",
            ),
        ),
        migrations.CreateModel(
            name="SchoolReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                (
                    "school",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.school",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("school", "day"), name="school_reminder_once")
                ],
            },
        ),
        rls.protect(
            "guardianship_schoolreminder",
            read="school_id = ANY ((SELECT policy.office_schools())::bigint[])",
            write="school_id = ANY ((SELECT policy.office_schools())::bigint[])",
            app="SELECT, INSERT",
        ),
        rls.transitions("guardianship_childlink", TRANSITIONS),
        migrations.RunSQL(
            f"""
            ALTER POLICY guardianship_childlink_read ON guardianship_childlink USING ({READ});
            ALTER POLICY guardianship_childlink_update ON guardianship_childlink
                USING ({READ}) WITH CHECK ({WRITE});
            {DECIDED}
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
