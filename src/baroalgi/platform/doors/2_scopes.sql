-- Scopes: looked up from child links and staff posts at each statement, nothing cached ------

CREATE OR REPLACE FUNCTION policy.led_classes() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(school_class_id), '{}') FROM organisation_staffpost
    WHERE person_id = policy.actor() AND policy.strength() = 'password'
      AND role = 'homeroom_teacher' AND school_class_id IS NOT NULL
      AND valid_from <= policy.today() AND (valid_to IS NULL OR policy.today() < valid_to)
$$;

-- The led classes by school, grade and number, for tables that know classes by name (주간학습안내).
CREATE OR REPLACE FUNCTION policy.led_class_names() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(concat_ws('/', school_id, grade, class_no)), '{}') FROM organisation_schoolclass
    WHERE id = ANY (policy.led_classes())
$$;

-- The day in Seoul of a moment.
CREATE OR REPLACE FUNCTION policy.day_of(a_moment timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (a_moment AT TIME ZONE 'Asia/Seoul')::date
$$;

-- How many school days (weekdays that the school has not closed) lie after one day, up to another one:
-- what organisation.queries.school_days counts in Python. Weekdays are counted by whole weeks from a Monday.
CREATE OR REPLACE FUNCTION policy.school_days(a_school bigint, a_after date, a_last date) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT greatest(0, 5 * (last / 7 - after / 7) + least(last % 7 + 1, 5) - least(after % 7 + 1, 5) - (
        SELECT count(*)::integer FROM organisation_closedday
        WHERE school_id = a_school AND day > a_after AND day <= a_last AND extract(isodow FROM day) < 6))
    FROM (SELECT a_after - date '2001-01-01' AS after, a_last - date '2001-01-01' AS last) days
$$;

-- The a_n-th school day counted back from today: what was requested before it has waited for a_n of them.
-- Nothing when a year has fewer.
CREATE OR REPLACE FUNCTION policy.school_day_back(a_school bigint, a_n integer) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last date := policy.today();
    missing integer := a_n;
BEGIN
    FOR back IN 0 .. 365 LOOP
        IF extract(isodow FROM last - back) < 6
           AND NOT EXISTS (SELECT FROM organisation_closedday WHERE school_id = a_school AND day = last - back) THEN
            missing := missing - 1;
            IF missing = 0 THEN
                RETURN last - back;
            END IF;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Which school day of waiting today is, or was when it was decided; counted from the day after.
CREATE OR REPLACE FUNCTION policy.school_day(a_school bigint, a_requested timestamptz, a_decided timestamptz)
RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT policy.school_days(
        a_school, policy.day_of(a_requested), coalesce(policy.day_of(a_decided), policy.today()))
$$;

-- Whether a member of staff and a guardian are one person: by number, or by name as long as the office does not
-- know the number of staff, who are invited by name and get a second row with their certificate as a parent.
CREATE OR REPLACE FUNCTION policy.same_person(a_staff bigint, a_guardian bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a_staff = a_guardian OR coalesce((
        SELECT coalesce(staff.identity_mac = guardian.identity_mac, staff.name = guardian.name)
        FROM organisation_person staff, organisation_person guardian
        WHERE staff.id = a_staff AND guardian.id = a_guardian), false)
$$;

-- Whether a request of this guardian is the acting person's own: such a one is for somebody else to decide.
CREATE OR REPLACE FUNCTION policy.is_own_guardian(a_guardian bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(policy.same_person(policy.actor(), a_guardian), false)
$$;

-- Who leads the class of this request today: 'led' by a teacher, 'applicant' = by nobody but the one who
-- asks, 'none' = by nobody.
CREATE OR REPLACE FUNCTION policy.homeroom(a_link bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE WHEN count(post.id) = 0 THEN 'none'
                WHEN bool_and(policy.same_person(post.person_id, link.guardian_id)) THEN 'applicant'
                ELSE 'led' END
    FROM guardianship_childlink link
    JOIN organisation_student student ON student.id = link.student_id
    LEFT JOIN organisation_staffpost post
        ON post.school_class_id = student.school_class_id AND post.role = 'homeroom_teacher'
       AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to)
    WHERE link.id = a_link
$$;

CREATE OR REPLACE FUNCTION policy.led_students() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM organisation_student
    WHERE school_class_id = ANY ((SELECT policy.led_classes())::bigint[])
$$;

-- Guardians: children approved, still at the school that approved, and not barred. Teachers: pupils of the
-- class they lead.
CREATE OR REPLACE FUNCTION policy.visible_students() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM (
        SELECT link.student_id AS id FROM guardianship_childlink link
        JOIN organisation_student student
            ON student.id = link.student_id AND student.school_id = link.school_id AND student.state = 'enrolled'
        WHERE link.guardian_id = policy.actor() AND policy.strength() = 'certificate'
          AND link.state = 'approved'
          AND NOT EXISTS (
              SELECT FROM guardianship_restriction barred
              WHERE barred.student_id = link.student_id AND barred.guardian_id = link.guardian_id
                AND barred.kind = 'no_view' AND barred.valid_from <= policy.today()
                AND (barred.valid_to IS NULL OR policy.today() < barred.valid_to))
        UNION
        SELECT unnest(policy.led_students())
    ) seen
$$;

-- Schools whose school administrator this person is.
CREATE OR REPLACE FUNCTION policy.administered_schools() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(place.school_id), '{}')
    FROM organisation_staffpost post JOIN organisation_place place ON place.id = post.place_id
    WHERE post.person_id = policy.actor() AND policy.strength() = 'password'
      AND post.role = 'school_admin' AND place.school_id IS NOT NULL
      AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to)
$$;

-- Schools at which this person holds a post today, whatever it is.
CREATE OR REPLACE FUNCTION policy.staffed_schools() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT place.school_id), '{}')
    FROM organisation_staffpost post JOIN organisation_place place ON place.id = post.place_id
    WHERE post.person_id = policy.actor() AND policy.strength() = 'password' AND place.school_id IS NOT NULL
      AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to)
$$;

-- Requests that a deputy or a school administrator may decide beside the homeroom teacher: from the third
-- school day; at once when the homeroom teacher is the applicant, and for the administrator when there is
-- none (policy/rules.py says the same). What was decided today stays: who was slower is told who was faster,
-- and one's own approval can be undone.
CREATE OR REPLACE FUNCTION policy.substituted_links() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    classes bigint[];
    administered bigint[] := policy.administered_schools();
    found_ids bigint[];
BEGIN
    SELECT coalesce(array_agg(school_class_id), '{}') INTO classes FROM organisation_staffpost
    WHERE person_id = policy.actor() AND policy.strength() = 'password'
      AND role = 'deputy' AND school_class_id IS NOT NULL
      AND valid_from <= policy.today() AND (valid_to IS NULL OR policy.today() < valid_to);
    IF classes = '{}' AND administered = '{}' THEN
        RETURN '{}';
    END IF;
    WITH school AS MATERIALIZED (
        SELECT id, policy.school_day_back(id, 3) AS ripe FROM (
            SELECT unnest(administered) AS id
            UNION SELECT school_id FROM organisation_schoolclass WHERE id = ANY (classes)) own
    )
    SELECT coalesce(array_agg(link.id), '{}') INTO found_ids
    FROM school
    CROSS JOIN LATERAL (
        SELECT id, student_id, school_id, requested_at FROM guardianship_childlink
        WHERE school_id = school.id AND state = 'requested'
        UNION ALL
        SELECT id, student_id, school_id, requested_at FROM guardianship_childlink
        WHERE school_id = school.id AND state IN ('approved', 'refused')
          AND decided_at >= policy.today()::timestamp AT TIME ZONE 'Asia/Seoul'
    ) link
    JOIN organisation_student student
        ON student.id = link.student_id AND student.school_id = link.school_id AND student.state = 'enrolled'
    WHERE (student.school_class_id = ANY (classes) OR student.school_id = ANY (administered))
      AND (policy.day_of(link.requested_at) < school.ripe
           OR policy.homeroom(link.id) = 'applicant'
           OR (student.school_id = ANY (administered) AND policy.homeroom(link.id) = 'none'));
    RETURN found_ids;
END
$$;

-- Pupils about whom this person decides: of the led class, and those of the requests above.
CREATE OR REPLACE FUNCTION policy.decidable_students() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM (
        SELECT unnest(policy.led_students()) AS id
        UNION
        SELECT student_id FROM guardianship_childlink
        WHERE id = ANY ((SELECT policy.substituted_links())::bigint[])
    ) decided
$$;

-- Schools that this person looks after as administrator of the office, or of a regional office.
CREATE OR REPLACE FUNCTION policy.office_schools() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT school.id), '{}')
    FROM organisation_staffpost post
    JOIN organisation_place place ON place.id = post.place_id
    JOIN organisation_school school
        ON place.regional_office_id IS NULL OR school.regional_office_id = place.regional_office_id
    WHERE post.person_id = policy.actor() AND policy.strength() = 'password'
      AND post.role = 'office_admin' AND place.school_id IS NULL
      AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to)
$$;

-- Counters (등록기관) at which this person takes certificate papers.
CREATE OR REPLACE FUNCTION policy.visible_places() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(place_id), '{}') FROM organisation_staffpost
    WHERE person_id = policy.actor() AND policy.strength() = 'password'
      AND role = 'registration_officer'
      AND valid_from <= policy.today() AND (valid_to IS NULL OR policy.today() < valid_to)
$$;

-- Applications that this officer may approve: of the own counter, never the own one.
CREATE OR REPLACE FUNCTION policy.approvable_applications() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(application.id), '{}') FROM registration_application application
    JOIN organisation_person officer ON officer.id = policy.actor()
    WHERE application.place_id = ANY (policy.visible_places())
      AND application.state IN ('submitted', 'papers_received', 'returned', 'approved')
      AND NOT coalesce(officer.identity_mac = application.identity_mac, officer.name = application.name)
$$;

-- The applications that are this person's own, among those of the own counter and the carried one.
CREATE OR REPLACE FUNCTION policy.own_applications() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(application.id), '{}') FROM registration_application application
    JOIN organisation_person person ON person.id = policy.actor()
    WHERE (application.place_id = ANY (policy.visible_places()) OR application.id = policy.carried_application())
      AND coalesce(person.identity_mac = application.identity_mac, person.name = application.name)
$$;

-- For the order of a certificate: of the carried application once its link was opened.
CREATE OR REPLACE FUNCTION policy.carried_identity() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT identity_mac FROM registration_application WHERE id = policy.opened_application()
$$;

-- Releases of results: guardians see what is released to their children's classes, teachers their class.
CREATE OR REPLACE FUNCTION policy.visible_releases() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(release.id), '{}') FROM records_release release
    WHERE release.school_class_id = ANY (policy.led_classes())
       OR (release.state = 'released' AND release.school_class_id IN (
               SELECT school_class_id FROM organisation_student
               WHERE id = ANY (policy.visible_students())))
$$;
