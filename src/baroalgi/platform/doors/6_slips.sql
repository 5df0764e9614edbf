-- Reply slips: for whom, answered by whom, evidence in a chain (letters/slips, ADR 0013) -----------

-- Letters of this person at schools where they still hold a post: their answers are theirs to see.
CREATE OR REPLACE FUNCTION policy.own_letters() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM letters_letter
    WHERE written_by_id = policy.actor() AND school_id = ANY ((SELECT policy.staffed_schools())::bigint[])
$$;

-- Whether this person sees the answers of all children of a letter: who wrote it, and the school's administrator.
CREATE OR REPLACE FUNCTION policy.oversees_letter(a_letter bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT school_id = ANY ((SELECT policy.administered_schools())::bigint[])
               OR (written_by_id = (SELECT policy.actor())
                   AND school_id = ANY ((SELECT policy.staffed_schools())::bigint[]))
        FROM letters_letter WHERE id = a_letter), false)
$$;

-- The pupils to whom a letter is written, as they sit today.
CREATE OR REPLACE FUNCTION policy.letter_pupils(a_letter bigint) RETURNS TABLE (student_id bigint, school_class_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT student.id, class.id
    FROM letters_letter letter
    JOIN organisation_student student ON student.school_id = letter.school_id AND student.state = 'enrolled'
    JOIN organisation_schoolclass class ON class.id = student.school_class_id
    WHERE letter.id = a_letter
      AND CASE letter.audience WHEN 'class' THEN class.id = letter.school_class_id
                               WHEN 'grade' THEN class.grade = letter.grade AND class.school_year = letter.school_year
                               ELSE true END
$$;

-- Guardians who see a child today: link approved by the present school, and not barred.
CREATE OR REPLACE FUNCTION policy.guardians_of(a_students bigint[])
RETURNS TABLE (student_id bigint, guardian_id bigint, name text, relationship text, relationship_text text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT link.student_id, link.guardian_id, link.guardian_name, link.relationship, link.relationship_text
    FROM guardianship_childlink link
    JOIN organisation_student student
        ON student.id = link.student_id AND student.school_id = link.school_id AND student.state = 'enrolled'
    WHERE link.student_id = ANY (a_students) AND link.state = 'approved'
      AND NOT EXISTS (
          SELECT FROM guardianship_restriction barred
          WHERE barred.student_id = link.student_id AND barred.guardian_id = link.guardian_id
            AND barred.kind = 'no_view' AND barred.valid_from <= policy.today()
            AND (barred.valid_to IS NULL OR policy.today() < barred.valid_to))
$$;

-- Makes the slips of a letter that asks something, one per child; what is there stays. Asked by the trigger of
-- publication (letters 0004), and by the job for children who came to a class later.
CREATE OR REPLACE FUNCTION policy.make_slips(a_letter bigint) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made integer;
BEGIN
    INSERT INTO letters_slip (letter_id, student_id, school_id, school_class_id, due_at)
    SELECT form.letter_id, pupil.student_id, letter.school_id, pupil.school_class_id, form.due_at
    FROM letters_slipform form
    JOIN letters_letter letter ON letter.id = form.letter_id AND letter.state = 'published'
    CROSS JOIN LATERAL policy.letter_pupils(form.letter_id) pupil
    WHERE form.letter_id = a_letter
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END
$$;

-- The acting guardian has opened a letter: noted for each own child to whom it is written, the first time.
DROP FUNCTION IF EXISTS policy.note_reading(bigint, timestamptz);
CREATE OR REPLACE FUNCTION policy.note_reading(a_letter bigint) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO letters_reading (letter_id, person_id, student_id, school_id, read_at)
    SELECT letter.id, policy.actor(), pupil.student_id, letter.school_id, now()
    FROM letters_letter letter CROSS JOIN LATERAL policy.letter_pupils(letter.id) pupil
    WHERE letter.id = a_letter AND letter.state = 'published' AND policy.strength() = 'certificate'
      AND pupil.student_id = ANY ((SELECT policy.visible_students())::bigint[])
    ON CONFLICT DO NOTHING
$$;

-- The slips of the acting guardian's children, of one letter or one slip: the own last answer; of others only that
-- and when they answered, never what.
CREATE OR REPLACE FUNCTION policy.own_slips(a_letter bigint, a_slip uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', slip.id, 'public_id', slip.public_id, 'state', slip.state, 'due_at', slip.due_at,
        'letter_id', letter.id, 'title', letter.title, 'board', board.slug, 'letter_number', letter.number,
        'is_published', letter.state = 'published',
        'school_code', school.code, 'school_name', school.name,
        'rule', form.rule, 'signing', form.signing, 'questions', form.questions, 'form_digest', form.digest,
        'student_id', student.id, 'student_name', student.name, 'number', student.number,
        'grade', class.grade, 'class_no', class.class_no, 'child', link.public_id,
        'own', own.answer, 'others_at', other.answered_at, 'others_on_paper', coalesce(other.on_paper, false),
        'others_missing', (
            SELECT count(*) FROM policy.guardians_of(ARRAY[slip.student_id]) guardian
            WHERE guardian.guardian_id <> policy.actor() AND NOT EXISTS (
                SELECT FROM letters_slipanswer answer
                WHERE answer.slip_id = slip.id AND answer.person_id = guardian.guardian_id))
    ) ORDER BY student.name, student.id), '[]')
    FROM letters_slip slip
    JOIN letters_slipform form ON form.letter_id = slip.letter_id
    JOIN letters_letter letter ON letter.id = slip.letter_id
    JOIN letters_board board ON board.id = letter.board_id
    JOIN organisation_school school ON school.id = letter.school_id
    JOIN organisation_student student ON student.id = slip.student_id
    LEFT JOIN organisation_schoolclass class ON class.id = slip.school_class_id
    JOIN guardianship_childlink link
        ON link.student_id = slip.student_id AND link.guardian_id = policy.actor() AND link.state = 'approved'
    LEFT JOIN LATERAL (
        SELECT jsonb_build_object('way', way, 'answered_at', answered_at, 'version', version, 'text', text,
                                  'answers', convert_from(content, 'UTF8')::jsonb -> 'answers') AS answer
        FROM letters_slipanswer WHERE slip_id = slip.id AND person_id = policy.actor() AND way <> 'paper'
        ORDER BY version DESC LIMIT 1
    ) own ON true
    LEFT JOIN LATERAL (
        SELECT answered_at, way = 'paper' AS on_paper FROM letters_slipanswer
        WHERE slip_id = slip.id AND (person_id <> policy.actor() OR way = 'paper')
        ORDER BY version DESC LIMIT 1
    ) other ON true
    WHERE (slip.letter_id = a_letter OR slip.public_id = a_slip) AND letter.state IN ('published', 'withdrawn')
      AND policy.strength() = 'certificate'
      AND slip.student_id = ANY ((SELECT policy.visible_students())::bigint[])
$$;

-- Whether nobody's answer is missing: with "both", each guardian who sees the child has answered. For the trigger of
-- answers (letters 0008) alone.
CREATE OR REPLACE FUNCTION policy.slip_complete(a_slip bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT form.rule = 'either'
           OR EXISTS (SELECT FROM letters_slipanswer WHERE slip_id = slip.id AND way = 'paper')
           OR NOT EXISTS (
               SELECT FROM policy.guardians_of(ARRAY[slip.student_id]) guardian
               WHERE NOT EXISTS (SELECT FROM letters_slipanswer answer
                                 WHERE answer.slip_id = slip.id AND answer.person_id = guardian.guardian_id))
    FROM letters_slip slip JOIN letters_slipform form ON form.letter_id = slip.letter_id
    WHERE slip.id = a_slip
$$;

-- Whether the answers before and after this one hold on to it, whosever they are: for those who see it.
CREATE OR REPLACE FUNCTION policy.slip_answer_holds(a_answer bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT answer.previous = CASE answer.position WHEN 1 THEN repeat('0', 64) ELSE before.digest END
           AND (after.id IS NULL OR after.previous = answer.digest)
    FROM letters_slipanswer answer
    LEFT JOIN letters_slipanswer before
        ON before.school_id = answer.school_id AND before.position = answer.position - 1
    LEFT JOIN letters_slipanswer after
        ON after.school_id = answer.school_id AND after.position = answer.position + 1
    WHERE answer.id = a_answer
      AND (answer.person_id = (SELECT policy.actor()) OR policy.oversees_letter(answer.letter_id))
$$;

-- How the slips of a letter stand in one class, by name, for those who see them: who wrote the letter and the
-- school's administrator each class, a homeroom teacher the own one. `a_class` null: the own one, else the first.
-- Of answers the last one of each person: which of them count is for the letter's rule to say.
CREATE OR REPLACE FUNCTION policy.slip_desk(a_letter bigint, a_class bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH scope AS MATERIALIZED (
        SELECT slip.*, student.name, student.number,
               student.state = 'enrolled' AND student.school_id = slip.school_id AS is_here
        FROM letters_slip slip JOIN organisation_student student ON student.id = slip.student_id
        WHERE slip.letter_id = a_letter
          AND ((SELECT policy.oversees_letter(a_letter))
               OR slip.student_id = ANY ((SELECT policy.led_students())::bigint[]))
    ), class AS (
        SELECT id, grade, class_no FROM organisation_schoolclass
        WHERE id IN (SELECT school_class_id FROM scope)
    ), chosen AS (
        SELECT id FROM class
        ORDER BY id IS NOT DISTINCT FROM a_class DESC, id = ANY ((SELECT policy.led_classes())::bigint[]) DESC,
                 grade, class_no LIMIT 1
    ), shown AS MATERIALIZED (
        SELECT * FROM scope WHERE school_class_id = (SELECT id FROM chosen) AND (is_here OR answered_at IS NOT NULL)
    ), guardian AS (
        SELECT guardian.student_id, jsonb_agg(jsonb_build_object(
            'person_id', guardian.guardian_id, 'name', guardian.name, 'relationship', guardian.relationship,
            'relationship_text', guardian.relationship_text, 'has_mail', person.email <> '',
            'read_at', reading.read_at) ORDER BY guardian.guardian_id) AS rows
        FROM policy.guardians_of(ARRAY(SELECT student_id FROM shown)) guardian
        JOIN organisation_person person ON person.id = guardian.guardian_id
        LEFT JOIN letters_reading reading
            ON reading.letter_id = a_letter AND reading.student_id = guardian.student_id
           AND reading.person_id = guardian.guardian_id
        GROUP BY guardian.student_id
    ), answer AS (
        SELECT last.slip_id, jsonb_agg(jsonb_build_object(
            'person_id', last.person_id, 'name', last.person_name, 'way', last.way, 'version', last.version,
            'answered_at', last.answered_at,
            'answers', convert_from(last.content, 'UTF8')::jsonb -> 'answers') ORDER BY last.version) AS rows
        FROM (SELECT DISTINCT ON (slip_id, person_id, way = 'paper') * FROM letters_slipanswer
              WHERE slip_id IN (SELECT id FROM shown)
              ORDER BY slip_id, person_id, way = 'paper', version DESC) last
        GROUP BY last.slip_id
    )
    SELECT jsonb_build_object(
        'classes', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'grade', grade, 'class_no', class_no)
                                              ORDER BY grade, class_no), '[]') FROM class),
        'class_id', (SELECT id FROM chosen),
        'rows', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'id', shown.id, 'public_id', shown.public_id, 'student_id', shown.student_id, 'name', shown.name,
            'number', shown.number, 'state', shown.state, 'due_at', shown.due_at,
            'reminded_at', shown.reminded_at,
            'guardians', coalesce(guardian.rows, '[]'), 'answers', coalesce(answer.rows, '[]')
        ) ORDER BY shown.number NULLS LAST, shown.name, shown.id), '[]')
        FROM shown
        LEFT JOIN guardian ON guardian.student_id = shown.student_id
        LEFT JOIN answer ON answer.slip_id = shown.id))
$$;
