-- Doors of staff logins and second factors ---------------------------------------------------
--
-- The app role has no right on the table of logins: a password's hash comes out one at a time, by the door
-- that counts the guess. Factors belong to the person, whatever login was used.

CREATE OR REPLACE FUNCTION policy.is_demo() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((SELECT is_demo FROM platform_installation), false)
$$;

CREATE OR REPLACE FUNCTION policy.has_factor(a_person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM accounts_totp WHERE person_id = a_person)
        OR EXISTS (SELECT FROM accounts_passkey WHERE person_id = a_person)
$$;

-- Once registered, always asked; outside a demo nobody gets on without.
CREATE OR REPLACE FUNCTION policy.factor_demanded(a_person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT policy.has_factor(a_person) OR NOT policy.is_demo()
$$;

-- Guesses --------------------------------------------------------------------------------------

-- Counts a guess and tells whether it may be looked at. `a_free` guesses follow each other freely; after each
-- further one there is a wait of 30 seconds, 1 minute, 2 … at most `a_longest`. What comes during a wait is not
-- looked at and not counted, so that nobody can make it longer. A day without a guess begins anew.
DROP FUNCTION IF EXISTS policy.guess(text, integer);
CREATE OR REPLACE FUNCTION policy.guess(a_bucket text, a_free integer, a_longest interval) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    bucket accounts_attempt%ROWTYPE;
    guesses integer;
BEGIN
    INSERT INTO accounts_attempt AS attempt (key, first_at, n)
    VALUES (policy.bucket(a_bucket), moment, 0)
    ON CONFLICT (key) DO UPDATE SET n = attempt.n  -- holds the row
    RETURNING * INTO bucket;
    moment := clock_timestamp();  -- after the wait for the row
    IF bucket.wait_to > moment THEN
        RETURN false;
    END IF;
    guesses := 1 + CASE WHEN bucket.last_at < moment - interval '1 day' THEN 0 ELSE bucket.n END;
    UPDATE accounts_attempt SET n = guesses, last_at = moment, wait_to = CASE WHEN guesses >= a_free THEN
        moment + least(a_longest, interval '30 seconds' * 2 ^ least(guesses - a_free, 10)) END
    WHERE key = bucket.key;
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION policy.bucket(a_name text) RETURNS text
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(a_name, 'UTF8')), 'hex')
$$;

-- A device that this person has signed in with before guesses on its own account: whoever guesses elsewhere
-- does not stop the owner. `a_device` is empty for any other one. A school is one address: all its slips of a
-- morning come together there, and whoever is there waits with them, so that wait stays short. Names are guarded
-- by their own.
CREATE OR REPLACE FUNCTION policy.guess_from(a_what text, a_device text, a_address text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    by_name boolean;
    by_address boolean;
BEGIN
    IF a_device <> '' THEN
        RETURN policy.guess(concat_ws(':', 'device', a_device, a_what), 10, interval '15 minutes');
    END IF;
    by_name := policy.guess(a_what, 5, interval '15 minutes');
    by_address := policy.guess('address:' || a_address, 30, interval '1 minute');
    RETURN by_name AND by_address;
END
$$;

-- Counts a guess at a login's password and returns what it is compared with; nothing for a login that is not
-- there, is closed, or must wait. The proof shows that the program asks: SQL alone reads no hash.
CREATE OR REPLACE FUNCTION policy.try_login(a_login text, a_device text, a_address text, a_proof bytea)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    allowed boolean;
BEGIN
    IF a_proof IS DISTINCT FROM policy.proof(concat_ws('|', 'login', a_login, a_device, a_address)) THEN
        RAISE EXCEPTION 'login without proof' USING ERRCODE = 'insufficient_privilege';
    END IF;
    allowed := policy.guess_from('login:' || a_login, a_device, a_address);
    RETURN (
        SELECT jsonb_build_object('person_id', person_id, 'login', login, 'password', password,
                                  'demanded', policy.factor_demanded(person_id))
        FROM accounts_login WHERE allowed AND login = a_login AND is_active
    );
END
$$;

-- Counts a guess of the acting person (digits, a recovery code, the password once more) and returns what is
-- needed to look at it, nothing while it must wait. The password's hash only for who is signed in completely:
-- that of the login used in this session, where a person has several.
CREATE OR REPLACE FUNCTION policy.try_own(a_login text, a_device text, a_address text, a_proof bytea)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    allowed boolean;
BEGIN
    IF a_proof IS DISTINCT FROM policy.proof(
        concat_ws('|', 'own', policy.session_key(), a_login, a_device, a_address)
    ) THEN
        RAISE EXCEPTION 'guess without proof' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF policy.known_person() IS NULL THEN
        RETURN NULL;  -- the session was ended a moment ago
    END IF;
    allowed := policy.guess_from('factor:' || policy.known_person(), a_device, a_address);
    RETURN (
        SELECT jsonb_build_object(
            'password', (SELECT password FROM accounts_login
                         WHERE person_id = policy.known_person() AND is_active AND policy.strength() = 'password'
                         ORDER BY login = a_login DESC, last_login DESC NULLS LAST, id LIMIT 1),
            'sealed', (SELECT encode(sealed, 'base64') FROM accounts_totp WHERE person_id = policy.known_person()))
        WHERE allowed AND policy.strength() IN ('half', 'password')
    );
END
$$;

-- The acting person guessed right: the count of the own logins begins anew, and the address gets its guess back.
-- That of the second factor only once it was shown.
CREATE OR REPLACE FUNCTION policy.forget_guesses(a_device text, a_address text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH own (what) AS (
        SELECT 'login:' || login FROM accounts_login WHERE person_id = policy.known_person()
        UNION ALL SELECT 'factor:' || policy.known_person() WHERE policy.strength() = 'password'
    )
    DELETE FROM accounts_attempt WHERE key IN (
        SELECT policy.bucket(what) FROM own
        UNION ALL SELECT policy.bucket(concat_ws(':', 'device', a_device, what)) FROM own);
    UPDATE accounts_attempt SET n = greatest(n - 1, 0), wait_to = NULL
    WHERE a_device = '' AND key = policy.bucket('address:' || a_address) AND policy.known_person() IS NOT NULL
$$;

-- Factors of the acting person -----------------------------------------------------------------

-- Set up before anything else by who has none yet; changed only within ten minutes after the password or a
-- passkey was shown.
CREATE OR REPLACE FUNCTION policy.may_set_factors() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM accounts_session
        WHERE key_hash = policy.session_key() AND policy.is_live(strength, seen_at, created_at)
          AND CASE strength
              WHEN 'half' THEN NOT policy.has_factor(person_id)
              WHEN 'password' THEN confirmed_at > now() - interval '10 minutes'
              ELSE false END)
$$;

CREATE OR REPLACE FUNCTION policy.demand_fresh() RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT policy.may_set_factors() THEN
        RAISE EXCEPTION 'factors change only after a fresh confirmation' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION policy.own_factors() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'login', (SELECT login FROM accounts_login WHERE person_id = policy.known_person() AND is_active
                  ORDER BY last_login DESC NULLS LAST, id LIMIT 1),
        'totp_since', (SELECT created_at FROM accounts_totp WHERE person_id = policy.known_person()),
        'passkeys', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                         'id', public_id, 'name', name, 'created_at', created_at, 'used_at', used_at,
                         'credential', encode(credential_id, 'base64')) ORDER BY id), '[]')
                     FROM accounts_passkey WHERE person_id = policy.known_person()),
        'codes_left', (SELECT count(*) FROM accounts_recoverycode
                       WHERE person_id = policy.known_person() AND used_at IS NULL),
        'demanded', NOT policy.is_demo(),
        'may_change', policy.may_set_factors())
$$;

CREATE OR REPLACE FUNCTION policy.set_totp(a_sealed bytea, a_step bigint) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM policy.demand_fresh();
    INSERT INTO accounts_totp (person_id, sealed, last_step, created_at, used_at)
    VALUES (policy.known_person(), a_sealed, a_step, now(), now())
    ON CONFLICT (person_id) DO UPDATE SET
        sealed = excluded.sealed, last_step = excluded.last_step,
        created_at = excluded.created_at, used_at = excluded.used_at;
END
$$;

-- Compare and set: the digits of one step open once, of two browsers at once one.
CREATE OR REPLACE FUNCTION policy.use_totp(a_step bigint) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH used AS (
        UPDATE accounts_totp SET last_step = a_step, used_at = now()
        WHERE person_id = policy.known_person() AND last_step < a_step
        RETURNING 1
    )
    SELECT EXISTS (SELECT FROM used)
$$;

-- Replaces the recovery codes; their hashes are under a key that the database does not know.
CREATE OR REPLACE FUNCTION policy.set_codes(a_hashes text[]) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM policy.demand_fresh();
    DELETE FROM accounts_recoverycode WHERE person_id = policy.known_person();
    INSERT INTO accounts_recoverycode (person_id, code_hash) SELECT policy.known_person(), unnest(a_hashes);
END
$$;

-- Uses a recovery code up; returns how many are left, nothing when it is none. Two at once: one gets it.
CREATE OR REPLACE FUNCTION policy.use_code(a_hash text) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE accounts_recoverycode SET used_at = now()
    WHERE person_id = policy.known_person() AND code_hash = a_hash AND used_at IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT count(*) FROM accounts_recoverycode WHERE person_id = policy.known_person() AND used_at IS NULL);
END
$$;

CREATE OR REPLACE FUNCTION policy.add_passkey(a_credential bytea, a_data bytea, a_count bigint, a_name text)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM policy.demand_fresh();
    INSERT INTO accounts_passkey
        (public_id, person_id, credential_id, data, sign_count, name, created_at, used_at)
    VALUES (gen_random_uuid(), policy.known_person(), a_credential, a_data, a_count, a_name, now(), now());
END
$$;

-- The passkey with this identifier, for whoever shows it; nobody is known yet.
CREATE OR REPLACE FUNCTION policy.passkey_of(a_credential bytea) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object('person_id', passkey.person_id, 'data', encode(data, 'base64'), 'login', login.login)
    FROM accounts_passkey passkey
    JOIN accounts_login login ON login.person_id = passkey.person_id AND login.is_active
    WHERE credential_id = a_credential
    ORDER BY login.last_login DESC NULLS LAST, login.id LIMIT 1
$$;

-- Compare and set: a counter that does not go up is a copy's. Passkeys that are kept in step between devices
-- have none and say 0.
CREATE OR REPLACE FUNCTION policy.use_passkey(a_credential bytea, a_count bigint, a_proof bytea) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF a_proof IS DISTINCT FROM policy.proof(concat_ws('|', 'passkey', encode(a_credential, 'hex'), a_count)) THEN
        RAISE EXCEPTION 'passkey without proof' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE accounts_passkey SET sign_count = a_count, used_at = now()
    WHERE credential_id = a_credential AND (a_count > sign_count OR (a_count = 0 AND sign_count = 0));
    RETURN FOUND;
END
$$;

-- Takes the app (no number) or a passkey away: 'removed', 'absent', or 'last' where one is demanded.
CREATE OR REPLACE FUNCTION policy.remove_factor(a_passkey uuid) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    me bigint := policy.actor();
    gone integer;
BEGIN
    PERFORM policy.demand_fresh();
    PERFORM FROM accounts_login WHERE person_id = me FOR UPDATE;  -- of two removals at once one is the last
    IF a_passkey IS NULL THEN
        DELETE FROM accounts_totp WHERE person_id = me;
    ELSE
        DELETE FROM accounts_passkey WHERE person_id = me AND public_id = a_passkey;
    END IF;
    GET DIAGNOSTICS gone = ROW_COUNT;
    IF gone = 0 THEN
        RETURN 'absent';
    ELSIF NOT policy.has_factor(me) THEN
        IF NOT policy.is_demo() THEN
            RETURN 'last';  -- the caller refuses, which undoes it
        END IF;
        DELETE FROM accounts_recoverycode WHERE person_id = me;
    END IF;
    RETURN 'removed';
END
$$;

-- Gives one of the acting person's logins another password.
CREATE OR REPLACE FUNCTION policy.set_password(a_login text, a_password text) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM policy.demand_fresh();
    UPDATE accounts_login SET password = a_password
    WHERE login = a_login AND person_id = policy.actor() AND policy.strength() = 'password' AND is_active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such own login' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- The acting person has just shown the password or a passkey once more.
CREATE OR REPLACE FUNCTION policy.confirm_session(a_proof bytea) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF a_proof IS DISTINCT FROM policy.proof(concat_ws('|', 'confirm', policy.session_key())) THEN
        RAISE EXCEPTION 'confirmation without proof' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE accounts_session SET confirmed_at = now()
    WHERE key_hash = policy.session_key() AND strength = 'password';
END
$$;

-- For the operator, when the phone is lost: takes all factors of a login's person away and ends all sessions.
-- Returns the person, nothing for an unknown login. Not for the app role.
CREATE OR REPLACE FUNCTION policy.reset_factors(a_login text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_person bigint := (SELECT person_id FROM accounts_login WHERE login = a_login);
BEGIN
    DELETE FROM accounts_totp WHERE person_id = found_person;
    DELETE FROM accounts_passkey WHERE person_id = found_person;
    DELETE FROM accounts_recoverycode WHERE person_id = found_person;
    DELETE FROM accounts_session WHERE person_id = found_person;
    DELETE FROM accounts_attempt WHERE key = policy.bucket('factor:' || found_person);
    RETURN found_person;
END
$$;
