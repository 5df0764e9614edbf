-- The gate: who is asking, and what may be seen.
--
-- Applied by every `baroalgi migrate` before its migrations, as baroalgi_owner, who owns these
-- functions and has an owner's policy on each protected table (never a superuser). Bodies are not
-- checked at creation, since the tables of higher rooms come later.
--
-- The one fact of a transaction is the hash of the session's key (baroalgi.session). The app role
-- cannot read the session table, so a forged person's number opens nothing; what opens a session
-- must carry a proof under the door key, which SQL alone does not know.
-- pg_temp stands last in every search path: else a temporary table of the same name would be read.

CREATE SCHEMA IF NOT EXISTS policy;
GRANT USAGE ON SCHEMA policy TO baroalgi_app, baroalgi_worker, baroalgi_signer;

CREATE TABLE IF NOT EXISTS policy.door_key (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    inner_pad bytea NOT NULL,
    outer_pad bytea NOT NULL
);
COMMENT ON TABLE policy.door_key IS 'public: nobody has a right on it but the owner''s functions';

-- Clock and way of signing in ---------------------------------------------------------------

CREATE OR REPLACE FUNCTION policy.today() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (now() AT TIME ZONE 'Asia/Seoul')::date
$$;

-- Idle time: staff 10 minutes (domain.md §9.3), guardians 30; nobody longer than a working day.
CREATE OR REPLACE FUNCTION policy.is_live(a_strength text, a_seen_at timestamptz, a_created_at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a_created_at > now() - interval '12 hours'
       AND a_seen_at > now() - CASE a_strength
           WHEN 'password' THEN interval '10 minutes'
           WHEN 'certificate' THEN interval '30 minutes'
           ELSE interval '2 hours'
       END
$$;

-- The one fact of a transaction; an empty setting (after a transaction it is '', not null) is no session.
CREATE OR REPLACE FUNCTION policy.session_key() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT nullif(current_setting('baroalgi.session', true), '')
$$;

CREATE OR REPLACE FUNCTION policy.actor() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT person_id FROM accounts_session
    WHERE key_hash = policy.session_key()
      AND policy.is_live(strength, seen_at, created_at)
$$;

CREATE OR REPLACE FUNCTION policy.strength() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT strength FROM accounts_session
    WHERE key_hash = policy.session_key()
      AND policy.is_live(strength, seen_at, created_at)
$$;

-- The certificate application that this session brought in or opened with its password.
CREATE OR REPLACE FUNCTION policy.carried_application() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT application_id FROM accounts_session
    WHERE key_hash = policy.session_key()
      AND policy.is_live(strength, seen_at, created_at)
$$;

CREATE OR REPLACE FUNCTION policy.identity() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT identity_mac FROM organisation_person WHERE id = policy.actor()
$$;

CREATE OR REPLACE FUNCTION policy.actor_name() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT name FROM organisation_person WHERE id = policy.actor()
$$;

-- Whether an application is the acting person's own: by number, or by name as long as the office does not
-- know the number (staff are invited by name).
CREATE OR REPLACE FUNCTION policy.is_own(a_identity_mac text, a_name text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT coalesce(identity_mac = a_identity_mac, name = a_name)
                     FROM organisation_person WHERE id = policy.actor()), false)
$$;

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

CREATE OR REPLACE FUNCTION policy.carried_identity() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT identity_mac FROM registration_application WHERE id = policy.carried_application()
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
    WHERE link.guardian_id = policy.actor() AND link.state = 'approved'
      AND student.id = ANY (policy.visible_students())
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
    WHERE post.person_id = policy.actor()
      AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to)
$$;

-- Doors of sessions --------------------------------------------------------------------------

-- HMAC-SHA-256 under the door key; the two pads are stored, so no key arithmetic is needed here.
CREATE OR REPLACE FUNCTION policy.proof(a_message text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT sha256(outer_pad || sha256(inner_pad || convert_to(a_message, 'UTF8'))) FROM policy.door_key
$$;
REVOKE ALL ON FUNCTION policy.proof(text) FROM PUBLIC;

-- Opens a signed-in session. The proof shows that the program, not some SQL, checked the sign-in.
CREATE OR REPLACE FUNCTION policy.session_begin(
    a_key_hash text, a_person bigint, a_strength text, a_device text, a_data text, a_proof bytea
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF a_proof IS DISTINCT FROM policy.proof(concat_ws('|', 'session', a_key_hash, a_person, a_strength)) THEN
        RAISE EXCEPTION 'session without proof' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO accounts_session (key_hash, person_id, strength, device, data, created_at, seen_at)
    VALUES (a_key_hash, a_person, a_strength, left(a_device, 200), a_data, now(), now());
    PERFORM set_config('baroalgi.session', a_key_hash, true);
END
$$;

-- Keeps the data of a session; begins one for a visitor. Never says who somebody is.
CREATE OR REPLACE FUNCTION policy.session_save(a_key_hash text, a_data text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO accounts_session (key_hash, strength, device, data, created_at, seen_at)
    VALUES (a_key_hash, 'none', '', a_data, now(), now())
    ON CONFLICT (key_hash) DO UPDATE SET data = excluded.data;
    PERFORM set_config('baroalgi.session', a_key_hash, true);
END
$$;

-- Goes on under a new key, before or after something was entrusted to the session: whoever knew or planted
-- the key of before has nothing of it.
CREATE OR REPLACE FUNCTION policy.session_renew(a_key_hash text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE accounts_session SET key_hash = a_key_hash
    WHERE key_hash = policy.session_key();
    SELECT set_config('baroalgi.session', a_key_hash, true)
$$;

CREATE OR REPLACE FUNCTION policy.session_end(a_key_hash text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM accounts_session WHERE key_hash = a_key_hash
$$;

-- Counts a try and returns how many there were within a_seconds of the first one, this one included.
CREATE OR REPLACE FUNCTION policy.count_try(a_key text, a_seconds integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO accounts_attempt AS attempt (key, first_at, n)
    VALUES (encode(sha256(convert_to(a_key, 'UTF8')), 'hex'), clock_timestamp(), 1)
    ON CONFLICT (key) DO UPDATE SET
        n = CASE WHEN attempt.first_at + make_interval(secs => a_seconds) > clock_timestamp()
            THEN attempt.n + 1 ELSE 1 END,
        first_at = CASE WHEN attempt.first_at + make_interval(secs => a_seconds) > clock_timestamp()
            THEN attempt.first_at ELSE clock_timestamp() END
    RETURNING n
$$;

-- Begins the count of tries at a login anew, for the person who has just signed in with it.
CREATE OR REPLACE FUNCTION policy.forget_login_tries(a_login text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    DELETE FROM accounts_attempt
    WHERE key = encode(sha256(convert_to('login:' || a_login, 'UTF8')), 'hex')
      AND EXISTS (SELECT FROM accounts_login WHERE login = a_login AND person_id = policy.actor())
$$;

-- The name of an invited person while the invitation is open, else nothing.
CREATE OR REPLACE FUNCTION policy.invited(a_token_hash text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT person.name FROM accounts_invitation invitation
    JOIN organisation_person person ON person.id = invitation.person_id
    WHERE invitation.token_hash = a_token_hash AND invitation.used_at IS NULL AND invitation.valid_to > now()
$$;

-- Uses an invitation up and makes the login it is for. False when it is dead; a taken login fails.
CREATE OR REPLACE FUNCTION policy.accept_invitation(a_token_hash text, a_login text, a_password text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    invited bigint;
BEGIN
    UPDATE accounts_invitation SET used_at = now()
    WHERE token_hash = a_token_hash AND used_at IS NULL AND valid_to > now()
    RETURNING person_id INTO invited;
    IF invited IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO accounts_login (login, password, person_id, is_active) VALUES (a_login, a_password, invited, true);
    RETURN true;
END
$$;

-- Who holds a certificate of our own authority, and whether it is good.
CREATE OR REPLACE FUNCTION policy.certificate_holder(a_fingerprint text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object('person_id', person_id, 'state', state, 'confirmed', confirmed_at IS NOT NULL)
    FROM pki_certificate WHERE fingerprint = a_fingerprint
$$;

-- Doors of the certificate application --------------------------------------------------------

-- Reserves the number of the row that this session will write, at the beginning of a new application.
-- Two presses of the form then meet on that number, and the second finds the row of the first.
CREATE OR REPLACE FUNCTION policy.application_begin() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    reserved bigint;
BEGIN
    LOOP
        reserved := nextval(pg_get_serial_sequence('public.registration_application', 'id'));
        -- Rows brought in from elsewhere may be ahead of the sequence: theirs are never given away.
        EXIT WHEN NOT EXISTS (SELECT FROM registration_application WHERE id = reserved);
    END LOOP;
    UPDATE accounts_session SET application_id = reserved
    WHERE key_hash = policy.session_key();
    RETURN CASE WHEN found THEN reserved END;
END
$$;

-- The day on which an open application of this identity was made, or nothing.
CREATE OR REPLACE FUNCTION policy.application_open_since(a_identity_mac text) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT submitted_at FROM registration_application
    WHERE identity_mac = a_identity_mac AND state NOT IN ('issued', 'cancelled', 'lapsed')
$$;

-- Number and proof of the issuing password open the status of an application to this session.
CREATE OR REPLACE FUNCTION policy.application_claim(a_number text, a_proof bytea) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_id bigint;
BEGIN
    SELECT id INTO found_id FROM registration_application
    WHERE number = a_number AND issue_password_hash = encode(sha256(a_proof), 'hex');
    IF found_id IS NOT NULL THEN
        UPDATE accounts_session SET application_id = found_id
        WHERE key_hash = policy.session_key();
    END IF;
    RETURN found_id;
END
$$;

-- The newest link of an application, if it can still be tried: a link sent again kills the one before.
CREATE OR REPLACE FUNCTION policy.live_link(a_token_hash text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT link.id FROM registration_enrolmentlink link
    JOIN registration_application application ON application.id = link.application_id
    WHERE link.token_hash = a_token_hash AND link.used_at IS NULL AND link.valid_to > now()
      AND link.tries < 5 AND application.state = 'approved'
      AND NOT EXISTS (SELECT FROM registration_enrolmentlink later
                      WHERE later.application_id = link.application_id AND later.id > link.id)
$$;

-- Whether an issuing link still opens. Tells nothing else.
CREATE OR REPLACE FUNCTION policy.link_is_open(a_token_hash text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT policy.live_link(a_token_hash) IS NOT NULL
$$;

-- Counts a try at an issuing link and says: ok, wrong (with what is left), or dead; the fifth wrong one
-- ends the application. The caller commits at once, before anything else is verified: a refusal never
-- gives the try back. An application is named to whoever holds a link of it, dead or not, for the trail.
CREATE OR REPLACE FUNCTION policy.link_try(a_token_hash text, a_number text, a_proof bytea) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link registration_enrolmentlink%ROWTYPE;
    application registration_application%ROWTYPE;
    verdict text := 'wrong';
BEGIN
    SELECT * INTO link FROM registration_enrolmentlink WHERE token_hash = a_token_hash FOR UPDATE;
    IF policy.live_link(a_token_hash) IS NULL THEN
        RETURN jsonb_build_object('verdict', 'dead', 'left', 0, 'application_id', link.application_id);
    END IF;
    UPDATE registration_enrolmentlink SET tries = tries + 1 WHERE id = link.id RETURNING * INTO link;
    SELECT * INTO application FROM registration_application WHERE id = link.application_id;
    IF application.number = a_number AND application.issue_password_hash = encode(sha256(a_proof), 'hex') THEN
        verdict := 'ok';
        UPDATE accounts_session SET application_id = application.id
        WHERE key_hash = policy.session_key();
    ELSIF link.tries >= 5 THEN
        UPDATE registration_application SET state = 'cancelled', changed_at = now(), closed_at = now()
        WHERE id = application.id;
    END IF;
    RETURN jsonb_build_object('verdict', verdict, 'left', 5 - link.tries, 'application_id', application.id);
END
$$;

-- Whether this session opened this link, or brought it to its end.
CREATE OR REPLACE FUNCTION policy.link_is_carried(a_token_hash text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM registration_enrolmentlink
                   WHERE token_hash = a_token_hash AND application_id = policy.carried_application())
$$;

-- A certificate of the newest round shows that the tries were the owner's: the count begins anew.
CREATE OR REPLACE FUNCTION policy.link_settle(a_token_hash text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE registration_enrolmentlink link SET tries = 0
    WHERE token_hash = a_token_hash AND tries > 0 AND application_id = policy.carried_application()
      AND EXISTS (SELECT FROM pki_certificate certificate
                  WHERE certificate.state = 'valid' AND certificate.issuance_id = (
                      SELECT id FROM pki_issuance WHERE application_id = link.application_id
                      ORDER BY round DESC LIMIT 1))
$$;

-- Uses the link up: the carried application got its certificate. True for exactly one caller.
CREATE OR REPLACE FUNCTION policy.link_use(a_token_hash text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH used AS (
        UPDATE registration_enrolmentlink SET used_at = now()
        WHERE token_hash = a_token_hash AND used_at IS NULL
          AND application_id = policy.carried_application()
        RETURNING 1)
    SELECT EXISTS (SELECT FROM used)
$$;

-- Revokes what the owner of a newly signed certificate had before, and says what it was. Only for the
-- certificate of the carried application, before its first signature is noted.
CREATE OR REPLACE FUNCTION policy.supersede_certificates(a_certificate bigint)
RETURNS TABLE (application_id bigint, serial text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE pki_certificate earlier
    SET state = 'revoked', revoked_at = now(), revocation_reason = 'superseded'
    FROM pki_certificate newest
    WHERE newest.id = a_certificate AND newest.state = 'valid' AND newest.confirmed_at IS NULL
      AND newest.application_id = policy.carried_application()
      AND earlier.person_id = newest.person_id AND earlier.id <> newest.id
      AND earlier.state IN ('valid', 'suspended')
    RETURNING earlier.application_id, earlier.serial::text
$$;

-- The person behind the carried, approved application: found by identity, or made from what was approved.
CREATE OR REPLACE FUNCTION policy.application_person() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    application registration_application%ROWTYPE;
    found_id bigint;
BEGIN
    SELECT * INTO application FROM registration_application
    WHERE id = policy.carried_application() AND state = 'approved';
    IF NOT found THEN
        RETURN NULL;
    END IF;
    INSERT INTO organisation_person (identity_mac, name, birth_date, phone_home, mobile, email,
                                     postcode, address1, address2, created_at)
    VALUES (application.identity_mac, application.name, application.birth_date, application.phone_home,
            application.mobile, application.email, application.postcode, application.address1,
            application.address2, now())
    ON CONFLICT (identity_mac) DO NOTHING;
    SELECT id INTO found_id FROM organisation_person WHERE identity_mac = application.identity_mac;
    RETURN found_id;
END
$$;

-- Whether the number typed from the ID card is the one on the application: only equal or not, three tries.
CREATE OR REPLACE FUNCTION policy.identity_matches(a_application bigint, a_identity_mac text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    application registration_application%ROWTYPE;
BEGIN
    UPDATE registration_application SET identity_tries = identity_tries + 1
    WHERE id = a_application AND id = ANY (policy.approvable_applications()) AND identity_tries < 3
    RETURNING * INTO application;
    IF NOT found THEN
        RETURN jsonb_build_object('equal', false, 'left', 0);
    END IF;
    IF application.identity_mac = a_identity_mac THEN
        UPDATE registration_application SET identity_tries = 0, identity_seen_at = now(),
               identity_seen_by = policy.actor()
        WHERE id = a_application;
        RETURN jsonb_build_object('equal', true, 'left', 3);
    END IF;
    RETURN jsonb_build_object('equal', false, 'left', 3 - application.identity_tries);
END
$$;

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

-- Rights --------------------------------------------------------------------------------------

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA policy FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA policy FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA policy TO baroalgi_app, baroalgi_worker;
REVOKE ALL ON FUNCTION policy.proof(text), policy.live_link(text) FROM baroalgi_app, baroalgi_worker;
-- The trail asks who acts at each row: for the signer the answer is nobody.
GRANT EXECUTE ON FUNCTION policy.actor() TO baroalgi_signer;
