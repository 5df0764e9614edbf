-- Doors of stored files (platform/files) --------------------------------------------------------

-- Writes down a file whose content the acting person has sent, and whose it is for the rest of this transaction: who
-- names it then is taken at their word (keeps_file), nobody else and never later. Who has the hash has the content;
-- hashes of files that one may not have are read nowhere.
CREATE OR REPLACE FUNCTION policy.keep_file(a_sha256 text, a_size bigint, a_kind text, a_pages integer, a_drawn boolean)
RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_id bigint;
BEGIN
    IF policy.actor() IS NULL THEN
        RAISE EXCEPTION 'platform_storedfile: nobody sends a file' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO platform_storedfile AS file (sha256, size, kind, pages, preview_state, previews, kept_by, kept_in)
    VALUES (a_sha256, a_size, a_kind, a_pages, CASE WHEN a_drawn THEN 'waiting' ELSE 'none' END, '[]',
            policy.actor(), pg_current_xact_id()::text::bigint)
    ON CONFLICT (sha256) DO UPDATE
        SET unused_since = NULL, kept_by = excluded.kept_by, kept_in = excluded.kept_in
    RETURNING file.id INTO found_id;
    RETURN found_id;
END
$$;

-- Whether the acting person sent this file in this transaction.
CREATE OR REPLACE FUNCTION policy.keeps_file(a_file bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM platform_storedfile
        WHERE id = a_file AND kept_by = policy.actor() AND kept_in = pg_current_xact_id_if_assigned()::text::bigint)
$$;
