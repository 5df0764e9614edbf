-- Doors of the counter: second thoughts about an approved application --------------------------

-- Approved applications to which this officer may give an issuing link: of the own counter, never the own one.
CREATE OR REPLACE FUNCTION policy.linkable_applications() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(id), '{}') FROM registration_application
    WHERE state = 'approved' AND id = ANY (policy.approvable_applications())
$$;

-- Corrects the mail address of an approved application as it was read; false when it has changed since.
CREATE OR REPLACE FUNCTION policy.application_readdress(
    a_application bigint, a_changed_at timestamptz, a_email text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH corrected AS (
        UPDATE registration_application SET email = a_email
        WHERE id = a_application AND changed_at = a_changed_at AND id = ANY (policy.linkable_applications())
        RETURNING 1)
    SELECT EXISTS (SELECT FROM corrected)
$$;
