-- Scopes: looked up from child links and staff posts at each statement, nothing cached ------

CREATE OR REPLACE FUNCTION policy.led_classes() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(school_class_id), '{}') FROM organisation_staffpost
    WHERE person_id = policy.actor() AND policy.strength() = 'password'
      AND role = 'homeroom_teacher' AND school_class_id IS NOT NULL
      AND valid_from <= policy.today() AND (valid_to IS NULL OR policy.today() < valid_to)
$$;

-- Guardians: children approved and not barred. Teachers: pupils of the class they lead.
CREATE OR REPLACE FUNCTION policy.visible_students() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM (
        SELECT link.student_id AS id FROM guardianship_childlink link
        WHERE link.guardian_id = policy.actor() AND policy.strength() = 'certificate'
          AND link.state = 'approved'
          AND NOT EXISTS (
              SELECT FROM guardianship_restriction barred
              WHERE barred.student_id = link.student_id AND barred.guardian_id = link.guardian_id
                AND barred.kind = 'no_view' AND barred.valid_from <= policy.today()
                AND (barred.valid_to IS NULL OR policy.today() < barred.valid_to))
        UNION
        SELECT id FROM organisation_student
        WHERE school_class_id = ANY (policy.led_classes())
    ) seen
$$;

-- Whose requests this person may decide: a right of the homeroom teacher.
CREATE OR REPLACE FUNCTION policy.decidable_students() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM organisation_student
    WHERE school_class_id = ANY (policy.led_classes())
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
