import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from baroalgi.letters.workflow import TRANSITIONS
from baroalgi.platform import rls

# Parents open what is for everyone, and what is for a class or grade of a child they see; the staff of the school
# all of it, drafts too. (What everybody may read stands first: nobody's classes are looked up for it.)
READ = """(state IN ('published', 'withdrawn') AND (
               audience = 'everyone'
               OR (audience = 'class' AND school_class_id = ANY ((SELECT policy.childrens_classes())::bigint[]))
               OR (audience = 'grade' AND school_id || '/' || school_year || '/' || grade
                                          = ANY ((SELECT policy.childrens_grades())::text[]))))
          OR school_id = ANY ((SELECT policy.staffed_schools())::bigint[])"""

# The school's administrator writes every letter of the school; who leads a class the own ones, to everyone, to
# the own grade and to the own class (ADR 0012).
WRITE = """school_id = ANY ((SELECT policy.administered_schools())::bigint[])
           OR (written_by_id = (SELECT policy.actor())
               AND school_id = ANY ((SELECT policy.led_schools())::bigint[])
               AND (audience = 'everyone'
                    OR (audience = 'class' AND school_class_id = ANY ((SELECT policy.led_classes())::bigint[]))
                    OR (audience = 'grade' AND school_id || '/' || school_year || '/' || grade
                                               = ANY ((SELECT policy.led_grades())::text[]))))"""

EVERY_SCHOOL = """
CREATE FUNCTION letters_board_for_each_school() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO letters_board (school_id, slug, name, position)
    SELECT school.id, board.slug, board.name, board.position
    FROM new_schools school, (VALUES ('home-letters', '가정통신문', 1),
                                     ('notices', '공지사항', 2),
                                     ('news', '학교소식', 3)) board (slug, name, position)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER letters_board_for_each_school AFTER INSERT ON organisation_school
    REFERENCING NEW TABLE AS new_schools
    FOR EACH STATEMENT EXECUTE FUNCTION letters_board_for_each_school();

UPDATE letters_board SET position = 1 WHERE slug = 'home-letters';
INSERT INTO letters_board (school_id, slug, name, position)
SELECT school.id, board.slug, board.name, board.position
FROM organisation_school school, (VALUES ('home-letters', '가정통신문', 1),
                                         ('notices', '공지사항', 2),
                                         ('news', '학교소식', 3)) board (slug, name, position)
ON CONFLICT DO NOTHING;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

# Letters until now were published, to everyone, as paragraphs of text.
CONVERT = r"""
UPDATE letters_letter letter SET
    school_id = board.school_id,
    state = 'published',
    published_at = posted_on::timestamp AT TIME ZONE 'Asia/Seoul',
    html = '<p>' || replace(regexp_replace(
        replace(replace(replace(btrim(replace(body, E'\r\n', E'\n'), E' \n\t'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'),
        E'\n\\s*\n', '</p><p>', 'g'), E'\n', '<br>') || '</p>'
FROM letters_board board WHERE board.id = letter.board_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

WRITTEN = """
CREATE FUNCTION letters_letter_begun() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_user = 'baroalgi_app' THEN
        NEW.state := 'draft';
        NEW.number := NULL;
        NEW.version := 1;
        NEW.views := 0;
        NEW.written_by_id := policy.actor();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER letters_letter_begun BEFORE INSERT ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION letters_letter_begun();

CREATE FUNCTION letters_letter_written() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.school_id := (SELECT school_id FROM letters_board WHERE id = NEW.board_id);
    IF NEW.school_class_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM organisation_schoolclass WHERE id = NEW.school_class_id AND school_id = NEW.school_id) THEN
        RAISE EXCEPTION 'letters_letter: a school writes to its own classes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_own_class';
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF NEW.school_id IS DISTINCT FROM OLD.school_id OR NEW.written_by_id IS DISTINCT FROM OLD.written_by_id THEN
        RAISE EXCEPTION 'letters_letter: neither school nor writer change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_fixed';
    END IF;
    IF OLD.state IN ('draft', 'scheduled') THEN
        NEW.number := NULL;
        NEW.version := 1;
        IF NEW.state = 'published' THEN
            -- The board's row is held until the transaction ends: of two letters at once, one is the later one.
            PERFORM FROM letters_board WHERE id = NEW.board_id FOR NO KEY UPDATE;
            NEW.number := 1 + (SELECT coalesce(max(number), 0) FROM letters_letter WHERE board_id = NEW.board_id);
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.board_id, NEW.number, NEW.audience, NEW.grade, NEW.school_year, NEW.school_class_id,
        NEW.published_at, NEW.posted_on)
       IS DISTINCT FROM
       (OLD.board_id, OLD.number, OLD.audience, OLD.grade, OLD.school_year, OLD.school_class_id,
        OLD.published_at, OLD.posted_on) THEN
        RAISE EXCEPTION 'letters_letter: a letter that was sent keeps place and receivers'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_fixed';
    END IF;
    NEW.version := OLD.version;
    IF (NEW.title, NEW.html) IS DISTINCT FROM (OLD.title, OLD.html) THEN
        IF OLD.state = 'withdrawn' THEN
            RAISE EXCEPTION 'letters_letter: a letter that was withdrawn is not edited'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'letter_fixed';
        END IF;
        INSERT INTO letters_letterversion (letter_id, version, title, html, changed_at, changed_by)
        VALUES (OLD.id, OLD.version, OLD.title, OLD.html, coalesce(NEW.changed_at, now()), NEW.author);
        NEW.version := OLD.version + 1;
    END IF;
    RETURN NEW;
END $$;
-- Readings alone are counted without it.
CREATE TRIGGER letters_letter_written BEFORE INSERT OR UPDATE OF board_id, school_id, state, number, audience, grade,
        school_year, school_class_id, title, html, written_by_id, version, published_at, posted_on ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION letters_letter_written();
"""

POLICIES = f"""
DROP POLICY letters_letter_update ON letters_letter;
CREATE POLICY letters_letter_update ON letters_letter FOR UPDATE TO baroalgi_app USING ({WRITE}) WITH CHECK ({WRITE});
COMMENT ON TABLE letters_letter IS NULL;
"""

FOUND = """
CREATE INDEX letter_words ON letters_letter USING gin (policy.grams(title || ' ' || body));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0001_initial"),
        ("organisation", "0004_schools_through_time"),
        ("guardianship", "0004_requested_now_and_own_by_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.SmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("html", models.TextField()),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("visitor", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="VisitKey",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("key", models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name="board",
            name="position",
            field=models.SmallIntegerField(db_default=9),
        ),
        migrations.AddField(
            model_name="letter",
            name="audience",
            field=models.CharField(
                choices=[("everyone", "Everyone"), ("grade", "Grade"), ("class", "Class")],
                db_default="everyone",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="created_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="document_no",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AddField(
            model_name="letter",
            name="grade",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="html",
            field=models.TextField(db_default=""),
        ),
        migrations.AddField(
            model_name="letter",
            name="phone",
            field=models.CharField(blank=True, db_default="", max_length=40),
        ),
        migrations.AddField(
            model_name="letter",
            name="pinned",
            field=models.BooleanField(db_default=False),
        ),
        migrations.AddField(
            model_name="letter",
            name="publish_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="published_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="school",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.school",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="school_class",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.schoolclass",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="school_year",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "DRAFT"),
                    ("scheduled", "SCHEDULED"),
                    ("published", "PUBLISHED"),
                    ("withdrawn", "WITHDRAWN"),
                ],
                db_default="draft",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="version",
            field=models.SmallIntegerField(db_default=1),
        ),
        migrations.AddField(
            model_name="letter",
            name="withdrawal_reason",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="letter",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="letter",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.person",
            ),
        ),
        migrations.AlterField(
            model_name="letter",
            name="number",
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="letter",
            name="posted_on",
            field=models.DateField(null=True),
        ),
        RunSQL(EVERY_SCHOOL + CONVERT, RunSQL.noop),
        migrations.AlterField(
            model_name="letter",
            name="school",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.school"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(fields=["school", "state", "-changed_at"], name="letter_desk"),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("state", "scheduled")), fields=["publish_at"], name="letter_scheduled"
            ),
        ),
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(condition=models.Q(("pinned", True)), fields=["board"], name="letter_pinned"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "scheduled", "published", "withdrawn"])),
                name="letter_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("published", "withdrawn")), _negated=True),
                    models.Q(("number__isnull", False), ("posted_on__isnull", False)),
                    _connector="OR",
                ),
                name="letter_shown_has_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "scheduled"), _negated=True),
                    ("publish_at__isnull", False),
                    _connector="OR",
                ),
                name="letter_scheduled_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    models.Q(("withdrawal_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="letter_withdrawal_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "everyone"), ("grade", None), ("school_class", None)),
                    models.Q(
                        ("audience", "grade"),
                        ("grade__isnull", False),
                        ("school_class", None),
                        ("school_year__isnull", False),
                    ),
                    models.Q(("audience", "class"), ("grade", None), ("school_class__isnull", False)),
                    _connector="OR",
                ),
                name="letter_audience",
            ),
        ),
        migrations.AddField(
            model_name="letterversion",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="letters.letter"
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="letter",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="letters.letter",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterversion",
            constraint=models.UniqueConstraint(fields=("letter", "version"), name="letter_version_once"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(fields=("letter", "day", "visitor"), name="visit_once"),
        ),
        rls.protect("letters_letter", read=READ, write=WRITE, app="SELECT, INSERT, UPDATE"),
        rls.transitions("letters_letter", TRANSITIONS),
        rls.protect("letters_letterversion", read="policy.reads_letter(letter_id)"),
        rls.protect("letters_visit", read="false", app=""),
        rls.protect("letters_visitkey", read="false", app="", worker="SELECT, DELETE"),
        RunSQL(WRITTEN + POLICIES + FOUND, RunSQL.noop),
    ]
