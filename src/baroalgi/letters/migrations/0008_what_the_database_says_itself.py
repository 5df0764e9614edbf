from django.db import migrations
from django.db.migrations.operations import RunSQL

LETTER = """
CREATE FUNCTION letters_letter_stamped() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user <> 'baroalgi_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := now();
        NEW.changed_at := now();
        NEW.published_at := NULL;
        NEW.posted_on := NULL;
        NEW.withdrawn_at := NULL;
        RETURN NEW;
    END IF;
    NEW.created_at := OLD.created_at;
    NEW.views := OLD.views;
    IF NEW.changed_at IS DISTINCT FROM OLD.changed_at THEN
        NEW.changed_at := now();
    END IF;
    NEW.published_at := OLD.published_at;
    NEW.posted_on := OLD.posted_on;
    NEW.withdrawn_at := OLD.withdrawn_at;
    IF NEW.state <> OLD.state AND NEW.state = 'published' THEN
        NEW.published_at := now();
        NEW.posted_on := policy.today();
    ELSIF NEW.state <> OLD.state AND NEW.state = 'withdrawn' THEN
        NEW.withdrawn_at := now();
    END IF;
    RETURN NEW;
END $$;
-- By its name before letters_letter_written, which compares; readings are counted without it.
CREATE TRIGGER letters_letter_stamped BEFORE INSERT OR UPDATE ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION letters_letter_stamped();
"""

FILES_AND_FEEDS = """
CREATE FUNCTION letters_attachment_stamped() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user = 'baroalgi_app' AND TG_OP = 'INSERT' THEN
        NEW.added_at := now();
        NEW.removed_at := NULL;
    ELSIF current_user = 'baroalgi_app' AND NEW.removed_at IS DISTINCT FROM OLD.removed_at THEN
        -- What was taken away does not come back.
        NEW.removed_at := coalesce(OLD.removed_at, now());
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_attachment_stamped BEFORE INSERT OR UPDATE ON letters_attachment
    FOR EACH ROW EXECUTE FUNCTION letters_attachment_stamped();

CREATE FUNCTION letters_feedaddress_stamped() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user = 'baroalgi_app' THEN
        NEW.made_at := now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_feedaddress_stamped BEFORE INSERT OR UPDATE ON letters_feedaddress
    FOR EACH ROW EXECUTE FUNCTION letters_feedaddress_stamped();
"""

SLIPS = """
CREATE FUNCTION letters_slipanswer_answered() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user = 'baroalgi_app' THEN
        NEW.answered_at := now();
    END IF;
    RETURN NEW;
END $$;
-- By its name before letters_slipanswer_chained, whose digest covers it.
CREATE TRIGGER letters_slipanswer_answered BEFORE INSERT ON letters_slipanswer
    FOR EACH ROW EXECUTE FUNCTION letters_slipanswer_answered();

-- Where a slip stands follows from its answers, and from nobody's word. On paper: also after the due time.
CREATE FUNCTION letters_slipanswer_counted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE letters_slip SET answered_at = NEW.answered_at, state = CASE
        WHEN state = 'open' AND policy.slip_complete(id) THEN 'answered'
        WHEN state = 'missed' AND NEW.way = 'paper' THEN 'closed'
        ELSE state END
    WHERE id = NEW.slip_id;
    RETURN NULL;
END $$;
CREATE TRIGGER letters_slipanswer_counted AFTER INSERT ON letters_slipanswer
    FOR EACH ROW EXECUTE FUNCTION letters_slipanswer_counted();

-- Guardians change nothing of a slip (they hold it while they answer); staff set its time and open it again.
CREATE OR REPLACE FUNCTION letters_slip_of_staff() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user <> 'baroalgi_app' THEN
        RETURN NEW;
    END IF;
    NEW.answered_at := OLD.answered_at;
    IF (NEW.state, NEW.due_at, NEW.reminded_at) IS DISTINCT FROM (OLD.state, OLD.due_at, OLD.reminded_at)
       AND NOT (OLD.student_id = ANY (policy.led_students())
                OR OLD.school_id = ANY (policy.administered_schools())
                OR OLD.letter_id = ANY (policy.own_letters())) THEN
        RAISE EXCEPTION 'letters_slip: staff alone set the time of a slip and open it again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'slip_of_staff';
    END IF;
    IF NEW.state <> OLD.state
       AND (OLD.state, NEW.state) NOT IN (('missed', 'open'), ('closed', 'answered')) THEN
        RAISE EXCEPTION 'letters_slip: nothing but an answer answers a slip'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'slip_of_staff';
    END IF;
    IF NEW.reminded_at IS DISTINCT FROM OLD.reminded_at THEN
        NEW.reminded_at := now();
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """When something happened is said by the database's clock, and a slip is answered by answers alone, whatever
    the app role writes; imports, jobs and the demo say it themselves."""

    dependencies = [("letters", "0003_attachments_and_feeds")]

    operations = [RunSQL(LETTER + FILES_AND_FEEDS + SLIPS, RunSQL.noop)]
