-- The entrance of a unit of work -------------------------------------------------------------

-- Sets the fact, marks the session as seen (once a minute), and returns the scope as JSON.
CREATE OR REPLACE FUNCTION policy.enter(a_key_hash text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    current accounts_session%ROWTYPE;
    expired bigint;
BEGIN
    PERFORM set_config('baroalgi.session', coalesce(a_key_hash, ''), true);
    SELECT * INTO current FROM accounts_session WHERE key_hash = a_key_hash;
    IF found AND NOT policy.is_live(current.strength, current.seen_at, current.created_at) THEN
        expired := current.person_id;
        current := NULL;
    END IF;
    IF current.seen_at < now() - interval '1 minute' THEN
        UPDATE accounts_session SET seen_at = now() WHERE key_hash = a_key_hash;
    END IF;
    RETURN jsonb_build_object(
        'person_id', current.person_id,
        'name', (SELECT name FROM organisation_person WHERE id = current.person_id),
        'strength', coalesce(current.strength, 'none'),
        'application_id', current.application_id,
        'data', current.data,
        'expired_person', expired,
        'children', CASE WHEN current.strength = 'certificate' THEN policy.children_of_actor() ELSE '[]' END,
        'posts', CASE WHEN current.strength = 'password' THEN policy.posts_of_actor() ELSE '[]' END
    );
END
$$;

CREATE OR REPLACE FUNCTION policy.children_of_actor() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'public_id', link.public_id, 'student_id', student.id, 'name', student.name,
        'school_id', school.id, 'school_code', school.code, 'school_name', school.name,
        'school_kind', school.kind, 'grade', class.grade, 'class_no', class.class_no
    ) ORDER BY link.decided_at, link.id), '[]')
    FROM guardianship_childlink link
    JOIN organisation_student student ON student.id = link.student_id
    JOIN organisation_schoolclass class ON class.id = student.school_class_id
    JOIN organisation_school school ON school.id = class.school_id
    -- Asked once, not for each row.
    WHERE link.guardian_id = (SELECT policy.actor()) AND link.state = 'approved'
      AND student.id = ANY ((SELECT policy.visible_students())::bigint[])
$$;

CREATE OR REPLACE FUNCTION policy.posts_of_actor() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', post.id, 'role', post.role, 'place_id', place.id, 'place_name', place.name,
        'school_id', school.id, 'school_code', coalesce(school.code, ''),
        'class_id', class.id, 'grade', class.grade, 'class_no', class.class_no
    ) ORDER BY post.id), '[]')
    FROM organisation_staffpost post
    JOIN organisation_place place ON place.id = post.place_id
    LEFT JOIN organisation_school school ON school.id = place.school_id
    LEFT JOIN organisation_schoolclass class ON class.id = post.school_class_id
    WHERE post.person_id = (SELECT policy.actor())
      AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to)
$$;
