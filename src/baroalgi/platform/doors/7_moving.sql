-- Doors of moving a certificate to a phone (docs/decisions/0009-moving.md) ---------------------------
--
-- What lies here for ten minutes at most is sealed under a secret that never comes to the server: it stands
-- in the fragment of the address that the QR code shows. Proofs are hashes under that secret too, so not even
-- the eight digits can be worked out from a row.

-- Keeps what a guardian's computer sealed; a newer one takes the place of the one before.
CREATE OR REPLACE FUNCTION policy.move_offer(a_id_hash text, a_proof_hash text, a_sealed bytea)
RETURNS timestamptz
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    until timestamptz := now() + interval '10 minutes';
BEGIN
    IF policy.actor() IS NULL OR policy.strength() <> 'certificate' THEN
        RAISE EXCEPTION 'only a guardian moves a certificate' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM accounts_move WHERE person_id = policy.actor();
    INSERT INTO accounts_move (id_hash, person_id, proof_hash, sealed, tries, expires_at)
    VALUES (a_id_hash, policy.actor(), a_proof_hash, a_sealed, 0, until);
    RETURN until;
END
$$;

-- Hands the sealed bytes out once. Each try is counted before it is looked at; the fifth wrong one is the end.
-- Nothing when there is no such row (any more), else {"sealed", "person_id"} or {"left"}.
CREATE OR REPLACE FUNCTION policy.move_fetch(a_id_hash text, a_proof_hash text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found accounts_move;
BEGIN
    UPDATE accounts_move SET tries = tries + 1 WHERE id_hash = a_id_hash AND expires_at > now()
    RETURNING * INTO found;
    IF found.id_hash IS NULL THEN
        RETURN NULL;
    END IF;
    IF found.proof_hash = a_proof_hash THEN
        DELETE FROM accounts_move WHERE id_hash = a_id_hash;
        RETURN jsonb_build_object(
            'sealed', translate(encode(found.sealed, 'base64'), E'\n', ''), 'person_id', found.person_id);
    END IF;
    IF found.tries >= 5 THEN
        DELETE FROM accounts_move WHERE id_hash = a_id_hash;
    END IF;
    RETURN jsonb_build_object('left', greatest(5 - found.tries, 0), 'person_id', found.person_id);
END
$$;
