-- Doors of sessions --------------------------------------------------------------------------

-- HMAC-SHA-256 under the door key; the two pads are stored, so no key arithmetic is needed here.
CREATE OR REPLACE FUNCTION policy.proof(a_message text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT sha256(outer_pad || sha256(inner_pad || convert_to(a_message, 'UTF8'))) FROM policy.door_key
$$;
REVOKE ALL ON FUNCTION policy.proof(text) FROM PUBLIC;

-- Opens a signed-in session in the place of the acting one. The proof shows that the program, not some SQL,
-- checked the sign-in, and names how: `a_factor` is what staff showed besides the password ('totp', 'recovery')
-- or instead of it ('passkey'). Full rights of staff ('password') without a factor are given only where none is
-- demanded: in a demo, to a person who has registered none. A factor counts only if it was used in this very
-- transaction; 'half' is a person who has still to show it, or to set it up.
CREATE OR REPLACE FUNCTION policy.session_begin(
    a_key_hash text, a_person bigint, a_strength text, a_factor text, a_device text, a_data text, a_proof bytea
) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    half boolean := policy.strength() = 'half' AND policy.known_person() = a_person;
BEGIN
    IF a_proof IS DISTINCT FROM policy.proof(
        concat_ws('|', 'session', a_key_hash, a_person, a_strength, nullif(a_factor, ''))
    ) THEN
        RAISE EXCEPTION 'session without proof' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF a_strength IN ('half', 'password')
       AND NOT EXISTS (SELECT FROM accounts_login WHERE person_id = a_person AND is_active) THEN
        RAISE EXCEPTION 'session without login' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF a_strength = 'password' AND NOT coalesce(CASE a_factor
        WHEN '' THEN NOT policy.factor_demanded(a_person)
        WHEN 'passkey' THEN EXISTS (
            SELECT FROM accounts_passkey WHERE person_id = a_person AND used_at = now())
        WHEN 'totp' THEN half AND EXISTS (
            SELECT FROM accounts_totp WHERE person_id = a_person AND used_at = now())
        WHEN 'recovery' THEN half AND EXISTS (
            SELECT FROM accounts_recoverycode WHERE person_id = a_person AND used_at = now())
    END, false) THEN
        RAISE EXCEPTION 'session without second factor' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM accounts_session WHERE key_hash = policy.session_key();
    INSERT INTO accounts_session
        (key_hash, person_id, strength, factor, device, data, created_at, seen_at, confirmed_at)
    VALUES (a_key_hash, a_person, a_strength, a_factor, left(a_device, 200), a_data, now(), now(),
            CASE WHEN a_strength = 'password' THEN now() END);
    IF a_strength = 'password' THEN
        UPDATE accounts_login SET last_login = now() WHERE person_id = a_person;
    END IF;
    PERFORM set_config('baroalgi.session', a_key_hash, true);
END
$$;

-- As the version before this one asks; goes with the next one.
CREATE OR REPLACE FUNCTION policy.session_begin(
    a_key_hash text, a_person bigint, a_strength text, a_device text, a_data text, a_proof bytea
) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT policy.session_begin(a_key_hash, a_person, a_strength, '', a_device, a_data, a_proof)
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

-- The live sessions of the acting person, the latest seen first. Their keys stay unknown: `id` opens nothing.
CREATE OR REPLACE FUNCTION policy.own_sessions() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', public_id, 'device', device, 'strength', strength, 'factor', factor,
        'begun_at', created_at, 'seen_at', seen_at, 'is_this', key_hash = policy.session_key()
    ) ORDER BY key_hash = policy.session_key() DESC, seen_at DESC), '[]')
    FROM accounts_session
    WHERE person_id = policy.actor() AND policy.strength() IN ('password', 'certificate')
      AND policy.is_live(strength, seen_at, created_at)
$$;

-- Ends one session of the acting person, or (without a number) all but this one; returns how many.
CREATE OR REPLACE FUNCTION policy.end_own_sessions(a_id uuid) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH ended AS (
        DELETE FROM accounts_session
        WHERE person_id = policy.actor() AND policy.strength() IN ('password', 'certificate')
          AND CASE WHEN a_id IS NULL THEN key_hash <> policy.session_key() ELSE public_id = a_id END
        RETURNING 1
    )
    SELECT count(*)::integer FROM ended
$$;

-- Counts a try and returns how many there were within a_seconds of the first one, this one included.
CREATE OR REPLACE FUNCTION policy.counted(a_key text, a_seconds integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO accounts_attempt AS attempt (key, first_at, n)
    VALUES (policy.bucket(a_key), clock_timestamp(), 1)
    ON CONFLICT (key) DO UPDATE SET
        n = CASE WHEN attempt.first_at + make_interval(secs => a_seconds) > clock_timestamp()
            THEN attempt.n + 1 ELSE 1 END,
        first_at = CASE WHEN attempt.first_at + make_interval(secs => a_seconds) > clock_timestamp()
            THEN attempt.first_at ELSE clock_timestamp() END
    RETURNING n
$$;

-- The same for what the program limits by itself, under names of its own: it reaches no count of the doors.
CREATE OR REPLACE FUNCTION policy.count_try(a_key text, a_seconds integer) RETURNS integer
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT policy.counted('program:' || a_key, a_seconds)
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
