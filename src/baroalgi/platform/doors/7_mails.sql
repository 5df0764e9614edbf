-- Doors of the outbox: the app role reads none of it -------------------------------------------

-- How many mails were given up, how many wait for longer than that, and since when. Nothing of whom.
CREATE OR REPLACE FUNCTION policy.mail_standing(a_late interval) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object('dead', count(*) FILTER (WHERE state = 'dead'),
                              'late', count(*) FILTER (WHERE state = 'waiting'),
                              'since', min(created_at))
    FROM platform_outbox
    WHERE state = 'dead' OR (state = 'waiting' AND created_at < now() - a_late)
$$;

-- Whether the newest mail whose key begins so was given up: of the carried application, or to the asker.
-- (The operators of patterns: the key's own order depends on the database's language.)
CREATE OR REPLACE FUNCTION policy.mail_is_dead(a_prefix text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT state = 'dead' FROM platform_outbox
        WHERE key ~>=~ a_prefix AND key ~<~ (a_prefix || chr(1114111))
          AND (starts_with(key, 'application:' || policy.carried_application() || ':')
               OR person_id = policy.actor())
        ORDER BY id DESC LIMIT 1), false)
$$;
