-- Doors of the service application -------------------------------------------------------------

-- The pupil of this school with this identity, or nothing; counted, 30 tries an hour. The session keeps
-- whom it found: for nobody else can it ask (guardianship_childlink).
CREATE OR REPLACE FUNCTION policy.match_student(a_school bigint, a_identity_mac text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_id bigint;
BEGIN
    IF policy.actor() IS NULL OR policy.strength() <> 'certificate'
       OR policy.counted('match:' || policy.actor(), 3600) > 30 THEN
        RETURN NULL;
    END IF;
    SELECT id INTO found_id FROM organisation_student
    WHERE school_id = a_school AND identity_mac = a_identity_mac AND state = 'enrolled';
    UPDATE accounts_session SET matched_student_id = found_id
    WHERE key_hash = policy.session_key();
    RETURN found_id;
END
$$;

-- Whether the acting session gave the number of this pupil of this school.
CREATE OR REPLACE FUNCTION policy.has_matched(a_student bigint, a_school bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts_session session
        JOIN organisation_student student ON student.id = session.matched_student_id
        WHERE session.key_hash = policy.session_key()
          AND policy.strength() = 'certificate' AND student.id = a_student AND student.school_id = a_school)
$$;

-- Doors of those who look after schools: numbers and staff, never who asked --------------------

-- The classes of one year of a school in order, for its administrator: who leads them, how many wait.
CREATE OR REPLACE FUNCTION policy.school_classes(a_school bigint, a_year integer) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH teacher AS (
        SELECT post.school_class_id, post.role, string_agg(person.name, ', ' ORDER BY post.id) AS names
        FROM organisation_staffpost post JOIN organisation_person person ON person.id = post.person_id
        WHERE post.school_class_id IN (SELECT id FROM organisation_schoolclass
                                       WHERE school_id = a_school AND school_year = a_year)
          AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to)
        GROUP BY post.school_class_id, post.role
    ), asked AS (
        SELECT student.school_class_id, count(DISTINCT student.id) AS pupils,
               count(DISTINCT student.id) FILTER (WHERE link.state = 'approved') AS linked,
               count(link.id) FILTER (WHERE link.state = 'requested') AS waiting,
               min(link.requested_at) FILTER (WHERE link.state = 'requested') AS oldest
        FROM organisation_student student
        LEFT JOIN guardianship_childlink link
            ON link.student_id = student.id AND link.state IN ('requested', 'approved')
        WHERE student.school_id = a_school AND student.state = 'enrolled'
        GROUP BY student.school_class_id
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'class_id', class.id, 'grade', class.grade, 'class_no', class.class_no,
        'homeroom', coalesce(homeroom.names, ''), 'deputy', coalesce(deputy.names, ''),
        'pupils', coalesce(asked.pupils, 0), 'linked', coalesce(asked.linked, 0),
        'waiting', coalesce(asked.waiting, 0), 'oldest', asked.oldest,
        'school_day', policy.school_day(a_school, asked.oldest, NULL)
    ) ORDER BY class.grade, class.class_no), '[]')
    FROM organisation_schoolclass class
    LEFT JOIN teacher homeroom ON homeroom.school_class_id = class.id AND homeroom.role = 'homeroom_teacher'
    LEFT JOIN teacher deputy ON deputy.school_class_id = class.id AND deputy.role = 'deputy'
    LEFT JOIN asked ON asked.school_class_id = class.id
    WHERE class.school_id = a_school AND class.school_year = a_year
      AND a_school = ANY ((SELECT policy.administered_schools())::bigint[])
$$;

-- How requests stand at the schools of this office administrator: those that are late one by one, the
-- longest list first, and the sums.
CREATE OR REPLACE FUNCTION policy.office_requests() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH own AS MATERIALIZED (
        SELECT unnest(policy.office_schools()) AS school_id
    ), asked AS MATERIALIZED (
        SELECT counted.*, late.late FROM (
            SELECT school_id, count(*) AS waiting, min(requested_at) AS oldest
            FROM guardianship_childlink JOIN own USING (school_id)
            WHERE state = 'requested' GROUP BY school_id
        ) counted
        CROSS JOIN LATERAL (
            SELECT count(*) AS late FROM guardianship_childlink link
            WHERE link.school_id = counted.school_id AND link.state = 'requested'
              AND link.requested_at
                  < (SELECT policy.school_day_back(counted.school_id, 4))::timestamp AT TIME ZONE 'Asia/Seoul'
        ) late
    ), decided AS (
        SELECT link.state, link.decided_at - link.requested_at AS took
        FROM guardianship_childlink link JOIN own USING (school_id)
        WHERE link.state IN ('approved', 'refused') AND link.decided_at > now() - interval '30 days'
    )
    SELECT jsonb_build_object(
        'late', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'school_id', asked.school_id, 'late', asked.late, 'waiting', asked.waiting,
                'oldest', asked.oldest,
                'school_day', policy.school_day(asked.school_id, asked.oldest, NULL),
                'administrator', (
                    SELECT string_agg(person.name, ', ' ORDER BY post.id)
                    FROM organisation_staffpost post
                    JOIN organisation_place place ON place.id = post.place_id
                    JOIN organisation_person person ON person.id = post.person_id
                    WHERE place.school_id = asked.school_id AND post.role = 'school_admin'
                      AND post.valid_from <= policy.today()
                      AND (post.valid_to IS NULL OR policy.today() < post.valid_to)),
                'reminded_on', (SELECT max(day) FROM guardianship_schoolreminder reminder
                                WHERE reminder.school_id = asked.school_id)
            ) ORDER BY asked.late DESC, asked.oldest, asked.school_id), '[]')
            FROM asked WHERE asked.late > 0),
        'waiting', (SELECT coalesce(sum(waiting), 0) FROM asked),
        'schools', (SELECT count(*) FROM asked),
        'approved', (SELECT count(*) FROM decided WHERE state = 'approved'),
        'refused', (SELECT count(*) FROM decided WHERE state = 'refused'),
        'median_days', (
            SELECT round((percentile_cont(0.5) WITHIN GROUP (
                ORDER BY extract(epoch FROM took) / 86400))::numeric, 1)
            FROM decided WHERE state = 'approved'))
    WHERE EXISTS (SELECT FROM own)
$$;
