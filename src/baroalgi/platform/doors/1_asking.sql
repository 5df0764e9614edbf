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

-- This one and session_key() are asked several times by each statement. They read no table and name nothing
-- that a search path could change, so they need no rights of their own and the planner can write them in place.

-- Idle time: staff 10 minutes (domain.md §9.3), guardians 30; nobody longer than a working day.
CREATE OR REPLACE FUNCTION policy.is_live(a_strength text, a_seen_at timestamptz, a_created_at timestamptz)
RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT a_created_at > pg_catalog.now() - interval '12 hours'
       AND a_seen_at > pg_catalog.now() - CASE a_strength
           WHEN 'password' THEN interval '10 minutes'
           WHEN 'half' THEN interval '10 minutes'
           WHEN 'certificate' THEN interval '30 minutes'
           ELSE interval '2 hours'
       END
$$;

-- The one fact of a transaction; an empty setting (after a transaction it is '', not null) is no session.
CREATE OR REPLACE FUNCTION policy.session_key() RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT nullif(pg_catalog.current_setting('baroalgi.session', true), '')
$$;

-- Who acts. Half a session (the password alone) acts for nobody: not even the own rows are seen or changed.
CREATE OR REPLACE FUNCTION policy.actor() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT person_id FROM accounts_session
    WHERE key_hash = policy.session_key() AND strength <> 'half'
      AND policy.is_live(strength, seen_at, created_at)
$$;

-- The same, half a session too: for the doors of the second step, and for what is written into the trail. No other
-- row policy asks this.
CREATE OR REPLACE FUNCTION policy.known_person() RETURNS bigint
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
