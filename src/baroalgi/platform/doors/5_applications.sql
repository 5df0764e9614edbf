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

-- Writes what a parent corrected in the carried application after its return, as it was read; the identity
-- stays. False when it is not returned any more.
CREATE OR REPLACE FUNCTION policy.application_correct(
    a_changed_at timestamptz, a_at timestamptz, a_place bigint, a_name text, a_mobile text, a_phone_home text,
    a_email text, a_postcode text, a_address1 text, a_address2 text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH corrected AS (
        UPDATE registration_application
        SET state = 'submitted', place_id = a_place, name = a_name, mobile = a_mobile,
            phone_home = a_phone_home, email = a_email, postcode = a_postcode, address1 = a_address1,
            address2 = a_address2, decided_by_name = '',
            changed_at = greatest(a_at, changed_at + interval '1 microsecond')
        WHERE id = policy.carried_application() AND state = 'returned' AND changed_at = a_changed_at
        RETURNING 1)
    SELECT EXISTS (SELECT FROM corrected)
$$;

-- How the newest link of the carried application stands, for its applicant, and until when the certificate
-- that came of it can be used: nothing that opens either.
CREATE OR REPLACE FUNCTION policy.carried_link() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object('id', link.id, 'valid_to', link.valid_to, 'blocked', link.tries >= 5,
        'certificate_until', (SELECT not_after FROM pki_certificate certificate
                              WHERE certificate.application_id = link.application_id
                                AND certificate.state = 'valid' AND certificate.confirmed_at IS NOT NULL))
    FROM registration_enrolmentlink link WHERE link.application_id = policy.carried_application()
    ORDER BY link.id DESC LIMIT 1
$$;

-- The link that this session opened with number and issuing password, if it belongs to what the session
-- carries and no later one was made. Knowing number and password alone opens the status, never this.
CREATE OR REPLACE FUNCTION policy.opened_link() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT link.id FROM accounts_session session
    JOIN registration_enrolmentlink link
      ON link.id = session.opened_link_id AND link.application_id = session.application_id
    WHERE session.key_hash = policy.session_key()
      AND policy.is_live(session.strength, session.seen_at, session.created_at)
      AND NOT EXISTS (SELECT FROM registration_enrolmentlink later
                      WHERE later.application_id = link.application_id AND later.id > link.id)
$$;

-- The application for which this session may order a certificate and put it into use.
CREATE OR REPLACE FUNCTION policy.opened_application() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT application_id FROM registration_enrolmentlink WHERE id = policy.opened_link()
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
        UPDATE accounts_session SET application_id = application.id, opened_link_id = link.id
        WHERE key_hash = policy.session_key();
        -- An order that was never answered told nobody anything, and is given up for this one: its try is
        -- given back. A signer that is silent for an hour locks nobody out.
        UPDATE registration_enrolmentlink SET tries = tries - 1
        WHERE id = link.id AND tries > 1
          AND (SELECT state FROM pki_issuance WHERE application_id = link.application_id
               ORDER BY round DESC LIMIT 1) = 'ordered';
    ELSIF link.tries >= 5 THEN
        UPDATE registration_application SET state = 'cancelled', changed_at = now(), closed_at = now()
        WHERE id = application.id;
    END IF;
    RETURN jsonb_build_object('verdict', verdict, 'left', 5 - link.tries, 'application_id', application.id);
END
$$;

-- Whether this session opened this link, used up or not.
CREATE OR REPLACE FUNCTION policy.link_is_carried(a_token_hash text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM registration_enrolmentlink
                   WHERE token_hash = a_token_hash AND id = policy.opened_link())
$$;

-- A certificate of the newest round shows that the tries were the owner's: the count begins anew.
CREATE OR REPLACE FUNCTION policy.link_settle(a_token_hash text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE registration_enrolmentlink link SET tries = 0
    WHERE token_hash = a_token_hash AND tries > 0 AND id = policy.opened_link()
      AND EXISTS (SELECT FROM pki_certificate certificate
                  WHERE certificate.state = 'valid' AND certificate.issuance_id = (
                      SELECT id FROM pki_issuance WHERE application_id = link.application_id
                      ORDER BY round DESC LIMIT 1))
$$;

-- Uses the opened link up: its application got a certificate. True for exactly one caller.
CREATE OR REPLACE FUNCTION policy.link_use(a_token_hash text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH used AS (
        UPDATE registration_enrolmentlink SET used_at = now()
        WHERE token_hash = a_token_hash AND used_at IS NULL
          AND id = policy.opened_link()
        RETURNING 1)
    SELECT EXISTS (SELECT FROM used)
$$;

-- Revokes what the owner of a newly signed certificate had before, and says what it was. Only for the
-- certificate of the opened link's application, before its first signature is noted.
CREATE OR REPLACE FUNCTION policy.supersede_certificates(a_certificate bigint)
RETURNS TABLE (application_id bigint, serial text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE pki_certificate earlier
    SET state = 'revoked', revoked_at = now(), revocation_reason = 'superseded'
    FROM pki_certificate newest
    WHERE newest.id = a_certificate AND newest.state = 'valid' AND newest.confirmed_at IS NULL
      AND newest.application_id = policy.opened_application()
      AND earlier.person_id = newest.person_id AND earlier.id <> newest.id
      AND earlier.state IN ('valid', 'suspended')
    RETURNING earlier.application_id, earlier.serial::text
$$;

-- The person behind the approved application whose link was opened: found by identity, or made from what was approved.
CREATE OR REPLACE FUNCTION policy.application_person() RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    application registration_application%ROWTYPE;
    found_id bigint;
BEGIN
    SELECT * INTO application FROM registration_application
    WHERE id = policy.opened_application() AND state = 'approved';
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

-- Whether the number typed from the ID card is the one on the application: only equal or not, three tries. Null
-- when nothing waits here to be decided (any more).
CREATE OR REPLACE FUNCTION policy.identity_matches(a_application bigint, a_identity_mac text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    application registration_application%ROWTYPE;
BEGIN
    UPDATE registration_application SET identity_tries = identity_tries + 1
    WHERE id = a_application AND id = ANY (policy.approvable_applications()) AND identity_tries < 3
    RETURNING * INTO application;
    IF NOT found THEN
        -- No tries are left; or nothing waits here any more, and then nothing was compared.
        RETURN CASE WHEN a_application = ANY (policy.approvable_applications())
                    THEN jsonb_build_object('equal', false, 'left', 0) END;
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
