-- Letters: for whom, from whom, found by their words, and read how often -----------------------

-- Classes of the children whom this person sees, at their present school; former years too, since a letter
-- stays readable for those to whom it was written.
CREATE OR REPLACE FUNCTION policy.childrens_classes() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT class.id), '{}')
    FROM organisation_student student
    JOIN organisation_schoolclass class ON class.school_id = student.school_id AND (
        class.id = student.school_class_id
        OR class.id IN (SELECT school_class_id FROM organisation_enrolment WHERE student_id = student.id))
    WHERE student.id = ANY ((SELECT policy.visible_students())::bigint[])
$$;

-- The grades of these classes, as school/year/grade.
CREATE OR REPLACE FUNCTION policy.childrens_grades() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT school_id || '/' || school_year || '/' || grade), '{}')
    FROM organisation_schoolclass WHERE id = ANY ((SELECT policy.childrens_classes())::bigint[])
$$;

-- Schools at which this person leads a class, and its grades as school/year/grade.
CREATE OR REPLACE FUNCTION policy.led_schools() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT school_id), '{}')
    FROM organisation_schoolclass WHERE id = ANY ((SELECT policy.led_classes())::bigint[])
$$;

CREATE OR REPLACE FUNCTION policy.led_grades() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT school_id || '/' || school_year || '/' || grade), '{}')
    FROM organisation_schoolclass WHERE id = ANY ((SELECT policy.led_classes())::bigint[])
$$;

-- Whether this person reads this letter: what its row policy says, for what hangs on it (versions, attachments,
-- slips). Where many rows are asked for, join the letter instead.
CREATE OR REPLACE FUNCTION policy.reads_letter(a_letter bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT (state IN ('published', 'withdrawn') AND (
                   audience = 'everyone'
                   OR (audience = 'class' AND school_class_id = ANY ((SELECT policy.childrens_classes())::bigint[]))
                   OR (audience = 'grade' AND school_id || '/' || school_year || '/' || grade
                                              = ANY ((SELECT policy.childrens_grades())::text[]))))
               OR school_id = ANY ((SELECT policy.staffed_schools())::bigint[])
        FROM letters_letter WHERE id = a_letter), false)
$$;

-- Whether this person may change this letter and what hangs on it.
CREATE OR REPLACE FUNCTION policy.writes_letter(a_letter bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT school_id = ANY ((SELECT policy.administered_schools())::bigint[])
               OR (written_by_id = (SELECT policy.actor())
                   AND school_id = ANY ((SELECT policy.led_schools())::bigint[])
                   AND (audience = 'everyone'
                        OR (audience = 'class' AND school_class_id = ANY ((SELECT policy.led_classes())::bigint[]))
                        OR (audience = 'grade' AND school_id || '/' || school_year || '/' || grade
                                                   = ANY ((SELECT policy.led_grades())::text[]))))
        FROM letters_letter WHERE id = a_letter), false)
$$;

-- Whether a letter stands here that only some may read: nobody in particular is sent to sign in for it.
CREATE OR REPLACE FUNCTION policy.letter_for_some(a_board bigint, a_number integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM letters_letter
        WHERE board_id = a_board AND number = a_number AND state IN ('published', 'withdrawn')
          AND audience <> 'everyone')
$$;

-- How many get a letter: pupils, guardians who see one of them, pupils without such a guardian. Numbers only,
-- for the staff of the school, who do not see the pupils of other classes.
CREATE OR REPLACE FUNCTION policy.letter_receivers(
    a_school bigint, a_audience text, a_year integer, a_grade integer, a_class bigint
) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH pupil AS (
        SELECT student.id FROM organisation_student student
        JOIN organisation_schoolclass class ON class.id = student.school_class_id
        WHERE student.school_id = a_school AND student.state = 'enrolled'
          AND a_school = ANY ((SELECT policy.staffed_schools())::bigint[])
          AND CASE a_audience WHEN 'class' THEN class.id = a_class
                              WHEN 'grade' THEN class.grade = a_grade AND class.school_year = a_year
                              ELSE true END
    ), link AS (
        SELECT link.guardian_id, link.student_id FROM guardianship_childlink link JOIN pupil ON pupil.id = link.student_id
        WHERE link.state = 'approved' AND link.school_id = a_school
          AND NOT EXISTS (
              SELECT FROM guardianship_restriction barred
              WHERE barred.student_id = link.student_id AND barred.guardian_id = link.guardian_id
                AND barred.kind = 'no_view' AND barred.valid_from <= policy.today()
                AND (barred.valid_to IS NULL OR policy.today() < barred.valid_to))
    )
    SELECT jsonb_build_object(
        'pupils', (SELECT count(*) FROM pupil),
        'guardians', (SELECT count(DISTINCT guardian_id) FROM link),
        'unlinked', (SELECT count(*) FROM pupil) - (SELECT count(DISTINCT student_id) FROM link))
$$;

-- Search ---------------------------------------------------------------------------------------

-- The pairs of neighbouring characters of a text, without those that hold a blank: any part of a Korean word of two
-- syllables or more is found by them, without an extension.
CREATE OR REPLACE FUNCTION policy.grams(a_text text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(substr(word, n, 2)), '{}')
    FROM string_to_table(translate(lower(a_text), E'\n\t\r\f\x0b', '     '), ' ') word,
         generate_series(1, length(word) - 1) n
$$;

-- What marks a letter's board, and the shelf of a thousand numbers on which it stands there: too long to be a pair.
CREATE OR REPLACE FUNCTION policy.board_mark(a_board bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'board ' || a_board::text $$;

CREATE OR REPLACE FUNCTION policy.shelf_mark(a_board bigint, a_shelf integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'board ' || a_board::text || '/' || a_shelf::text $$;

-- What the index of letters holds of one: its pairs, and where it stands.
CREATE OR REPLACE FUNCTION policy.letter_marks(a_board bigint, a_number integer, a_title text, a_body text)
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT policy.grams(a_title || ' ' || a_body)
           || ARRAY[policy.board_mark(a_board), policy.shelf_mark(a_board, a_number / 1000)]
$$;

-- The newest letters of a board that hold all these words and that this person reads: their ids, newest first.
-- What is common is found on the newest two shelves; what is not is rare, and the whole board has few of it. The
-- index says which letters have all pairs; of these the words are looked for until there are enough. The letters of
-- other boards cost nothing. The policy of the table repeats who reads what; here it is asked too, so that nobody
-- learns by asking what a hidden letter says.
-- Reading whole tables is switched off so that the one plan, made once a connection, is always that of the index.
CREATE OR REPLACE FUNCTION policy.letters_with(a_board bigint, a_words text[], a_before integer, a_limit integer)
RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off AS $$
DECLARE
    patterns text[] := ARRAY(
        SELECT '%' || regexp_replace(lower(word), '([\\%_])', '\\\1', 'g') || '%' FROM unnest(a_words) word);
    pairs text[] := ARRAY(SELECT DISTINCT unnest(policy.grams(word)) FROM unnest(a_words) word);
    classes bigint[] := policy.childrens_classes();
    grades text[] := policy.childrens_grades();
    staffed bigint[] := policy.staffed_schools();
    below integer := a_before;
    shelf integer := (
        SELECT coalesce(max(number), 0) / 1000 FROM letters_letter WHERE board_id = a_board AND number < a_before);
    found_ids bigint[] := '{}';
    found_id bigint;
BEGIN
    FOR step IN 1 .. 3 LOOP
        FOR found_id IN
            WITH holding AS MATERIALIZED (
                SELECT id, number, state, audience, school_id, school_class_id, school_year, grade FROM letters_letter
                WHERE policy.letter_marks(board_id, number, title, body)
                      @> (pairs || CASE WHEN step < 3 THEN policy.shelf_mark(a_board, shelf)
                                        ELSE policy.board_mark(a_board) END))
            SELECT id FROM holding
            WHERE state = 'published' AND number < below
              AND (audience = 'everyone' OR school_id = ANY (staffed)
                   OR (audience = 'class' AND school_class_id = ANY (classes))
                   OR (audience = 'grade' AND school_id || '/' || school_year || '/' || grade = ANY (grades)))
            ORDER BY number DESC
        LOOP
            IF (SELECT lower(title || ' ' || body) LIKE ALL (patterns) FROM letters_letter WHERE id = found_id) THEN
                found_ids := found_ids || found_id;
                IF cardinality(found_ids) = a_limit THEN
                    RETURN found_ids;
                END IF;
            END IF;
        END LOOP;
        EXIT WHEN shelf = 0;
        below := shelf * 1000;
        shelf := shelf - 1;
    END LOOP;
    RETURN found_ids;
END
$$;

-- Views ----------------------------------------------------------------------------------------

-- The secret of today, made by the first visitor of the day; who comes at the same moment waits for it. The
-- secrets of other days go at once: from then on nobody can tell who read what.
CREATE OR REPLACE FUNCTION policy.visit_key() RETURNS bytea
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_key bytea;
BEGIN
    SELECT key INTO found_key FROM letters_visitkey WHERE day = policy.today();
    IF found_key IS NULL THEN
        INSERT INTO letters_visitkey (day, key)
        VALUES (policy.today(), uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
        ON CONFLICT DO NOTHING;
        DELETE FROM letters_visitkey WHERE day < policy.today();
        SELECT key INTO found_key FROM letters_visitkey WHERE day = policy.today();
    END IF;
    RETURN found_key;
END
$$;

-- Counts a reading by somebody who may read the letter, once for a visitor and day; tells whether it was one. Holds
-- the letter's row until the transaction ends, so it comes last.
CREATE OR REPLACE FUNCTION policy.count_view(a_letter bigint, a_line text, a_agent text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    secret bytea := policy.visit_key();
BEGIN
    INSERT INTO letters_visit (letter_id, day, visitor)
    SELECT id, policy.today(),
           substr(sha256(secret || sha256(secret || convert_to(a_line || E'\n' || a_agent, 'UTF8'))), 1, 16)
    FROM letters_letter WHERE id = a_letter AND state = 'published' AND policy.reads_letter(id)
    ON CONFLICT DO NOTHING;
    IF NOT found THEN
        RETURN false;
    END IF;
    UPDATE letters_letter SET views = views + 1 WHERE id = a_letter;
    RETURN true;
END
$$;
