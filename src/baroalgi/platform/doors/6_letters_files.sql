-- Files and feeds of letters -------------------------------------------------------------------

-- Whether this file hangs on a letter that only some may read: who is not signed in is sent to do so.
CREATE OR REPLACE FUNCTION policy.attachment_for_some(a_public uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM letters_attachment attachment JOIN letters_letter letter ON letter.id = attachment.letter_id
        WHERE attachment.public_id = a_public AND attachment.removed_at IS NULL
          AND letter.state = 'published' AND letter.audience <> 'everyone')
$$;

-- The newest letters that the guardian behind a secret address may read now: the same rights as with a session
-- (visible_students, childrens_classes), asked anew each time. NULL: there is no such address.
CREATE OR REPLACE FUNCTION policy.fed_letters(a_token_hash text, a_limit integer) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    guardian bigint := (SELECT person_id FROM letters_feedaddress WHERE token_hash = a_token_hash);
    found_ids bigint[];
BEGIN
    IF guardian IS NULL THEN
        RETURN NULL;
    END IF;
    WITH pupil AS MATERIALIZED (
        SELECT student.id, student.school_id, student.school_class_id
        FROM guardianship_childlink link
        JOIN organisation_student student
            ON student.id = link.student_id AND student.school_id = link.school_id AND student.state = 'enrolled'
        WHERE link.guardian_id = guardian AND link.state = 'approved'
          AND NOT EXISTS (
              SELECT FROM guardianship_restriction barred
              WHERE barred.student_id = link.student_id AND barred.guardian_id = link.guardian_id
                AND barred.kind = 'no_view' AND barred.valid_from <= policy.today()
                AND (barred.valid_to IS NULL OR policy.today() < barred.valid_to))
    ), class AS MATERIALIZED (
        SELECT class.id, class.school_id, class.school_year, class.grade
        FROM pupil JOIN organisation_schoolclass class ON class.school_id = pupil.school_id AND (
            class.id = pupil.school_class_id
            OR class.id IN (SELECT school_class_id FROM organisation_enrolment WHERE student_id = pupil.id))
    )
    SELECT coalesce(array_agg(id ORDER BY posted_on DESC, id DESC), '{}') INTO found_ids FROM (
        SELECT newest.id, newest.posted_on
        FROM (SELECT DISTINCT school_id FROM pupil) school
        CROSS JOIN LATERAL (
            SELECT letter.id, letter.posted_on FROM letters_letter letter
            WHERE letter.school_id = school.school_id AND letter.state = 'published'
              AND (letter.audience = 'everyone'
                   OR (letter.audience = 'class' AND letter.school_class_id IN (SELECT id FROM class))
                   OR (letter.audience = 'grade' AND (letter.school_id, letter.school_year, letter.grade)
                                                     IN (SELECT school_id, school_year, grade FROM class)))
            ORDER BY letter.posted_on DESC, letter.id DESC LIMIT a_limit
        ) newest
        ORDER BY newest.posted_on DESC, newest.id DESC LIMIT a_limit
    ) newest;
    RETURN found_ids;
END
$$;

-- These letters with what a feed says of them.
CREATE OR REPLACE FUNCTION policy.feed(a_token_hash text, a_limit integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH fed AS MATERIALIZED (SELECT policy.fed_letters(a_token_hash, a_limit) AS ids)
    SELECT CASE WHEN (SELECT ids FROM fed) IS NOT NULL THEN coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'id', letter.id, 'number', letter.number, 'title', letter.title, 'html', letter.html,
            'author', letter.author, 'version', letter.version, 'posted_on', letter.posted_on,
            'published_at', letter.published_at, 'changed_at', letter.changed_at,
            'board_slug', board.slug, 'board_name', board.name,
            'school_code', school.code, 'school_name', school.name,
            'attachments', (
                SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'public_id', attachment.public_id, 'name', attachment.name, 'kind', file.kind, 'size', file.size
                ) ORDER BY attachment.position, attachment.id), '[]')
                FROM letters_attachment attachment JOIN platform_storedfile file ON file.id = attachment.file_id
                WHERE attachment.letter_id = letter.id AND attachment.removed_at IS NULL)
        ) ORDER BY letter.posted_on DESC, letter.id DESC)
        FROM letters_letter letter
        JOIN letters_board board ON board.id = letter.board_id
        JOIN organisation_school school ON school.id = letter.school_id
        WHERE letter.id = ANY ((SELECT ids FROM fed)::bigint[])), '[]') END
$$;

-- A file of one of these letters; NULL for any other.
CREATE OR REPLACE FUNCTION policy.feed_file(a_token_hash text, a_limit integer, a_public uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object('name', attachment.name, 'file', to_jsonb(file))
    FROM letters_attachment attachment JOIN platform_storedfile file ON file.id = attachment.file_id
    WHERE attachment.public_id = a_public AND attachment.removed_at IS NULL
      AND attachment.letter_id = ANY ((SELECT policy.fed_letters(a_token_hash, a_limit))::bigint[])
$$;
