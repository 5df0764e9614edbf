-- Doors of the service application -------------------------------------------------------------

-- The pupil of this school with this identity, or nothing; counted, 30 tries an hour. The session keeps
-- whom it found: for nobody else can it ask (guardianship_childlink).
CREATE OR REPLACE FUNCTION policy.match_student(a_school bigint, a_identity_mac text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_id bigint;
BEGIN
    IF policy.actor() IS NULL OR policy.strength() <> 'certificate'
       OR policy.count_try('match:' || policy.actor(), 3600) > 30 THEN
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
