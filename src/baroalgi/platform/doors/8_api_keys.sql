-- Doors of the keys of the open interfaces: nobody reads a hash, and only the office blocks -------------

-- Counts calls with this key, and says what comes of it: 'active', 'unknown', 'blocked', or 'over' when there were
-- more than so many on a day in Seoul (0: as many as one likes). a_calls: how many are counted now; a process
-- that answers many tells of them by the dozen (exchange.calls).
CREATE OR REPLACE FUNCTION policy.api_key_used(a_key_hash text, a_quota integer, a_calls integer) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_id bigint;
    found_state text;
    calls integer;
BEGIN
    SELECT id, state INTO found_id, found_state FROM platform_apikey WHERE key_hash = a_key_hash;
    IF found_id IS NULL OR found_state = 'deleted' THEN
        RETURN 'unknown';
    ELSIF found_state = 'blocked' THEN
        RETURN 'blocked';
    ELSIF a_calls > 0 THEN
        INSERT INTO platform_apiuse AS use (key_id, day, n) VALUES (found_id, policy.today(), a_calls)
        ON CONFLICT (key_id, day) DO UPDATE SET n = use.n + a_calls
        RETURNING n INTO calls;
    ELSIF a_quota > 0 THEN
        SELECT n INTO calls FROM platform_apiuse WHERE key_id = found_id AND day = policy.today();
    END IF;
    RETURN CASE WHEN a_quota > 0 AND calls > a_quota THEN 'over' ELSE 'active' END;
END
$$;

-- Deletes an own key for good; false when there is none.
CREATE OR REPLACE FUNCTION policy.api_key_delete(a_key bigint) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH deleted AS (
        UPDATE platform_apikey SET state = 'deleted'
        WHERE id = a_key AND person_id = policy.actor() AND state <> 'deleted' RETURNING 1)
    SELECT EXISTS (SELECT FROM deleted)
$$;

-- Whether the acting person administers the office itself.
CREATE OR REPLACE FUNCTION policy.administers_office() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM organisation_staffpost post JOIN organisation_place place ON place.id = post.place_id
        WHERE post.person_id = policy.actor() AND policy.strength() = 'password'
          AND post.role = 'office_admin' AND place.school_id IS NULL AND place.regional_office_id IS NULL
          AND post.valid_from <= policy.today() AND (post.valid_to IS NULL OR policy.today() < post.valid_to))
$$;

-- Every key that is in use or blocked, with whose it is, for the administrator of the office; nothing for those
-- of regional offices.
CREATE OR REPLACE FUNCTION policy.api_keys() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', key.id, 'person_id', key.person_id, 'owner', person.name, 'name', key.name,
        'purpose', key.purpose, 'ending', key.ending, 'state', key.state, 'reason', key.reason,
        'created_at', key.created_at, 'calls', coalesce(use.n, 0)
    ) ORDER BY coalesce(use.n, 0) DESC, key.id DESC), '[]')
    FROM platform_apikey key
    JOIN organisation_person person ON person.id = key.person_id
    LEFT JOIN platform_apiuse use ON use.key_id = key.id AND use.day = policy.today()
    WHERE key.state <> 'deleted'
    HAVING (SELECT policy.administers_office())
$$;

-- Blocks a key with a reason, or opens it again (reason empty); the owner's number, nothing when it was not
-- so before.
CREATE OR REPLACE FUNCTION policy.api_key_block(a_key bigint, a_reason text) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE platform_apikey SET state = CASE WHEN a_reason = '' THEN 'active' ELSE 'blocked' END, reason = a_reason
    WHERE id = a_key AND state = CASE WHEN a_reason = '' THEN 'blocked' ELSE 'active' END
      AND (SELECT policy.administers_office())
    RETURNING person_id
$$;
