-- What the hub asks with every call: whether the key may, and whether anything has changed ---------------
--
-- The answer of a school's days is kept by the processes that made it (exchange.neis.kept). These functions say
-- in one step, with plans that are made once a connection, which state of the rows it would be made of today.

-- The state of the rows of a school between two days: how many, and a digest of who wrote them last, their school and
-- its office. Rows that are changed have another xmin, whoever changed them. Nothing when there are none. No door:
-- everybody may read these rows, and a search path of its own would cost as much as the rest. (Only codes that are
-- none are not asked for, which lets the index of codes be used.)
CREATE OR REPLACE FUNCTION policy.published_state(
    a_table text, a_office text, a_code text, a_first date, a_last date) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    n bigint;
    digest bigint;
BEGIN
    CASE a_table
    WHEN 'meal' THEN
        SELECT count(*), bit_xor(hashtextextended(school.xmin || '/' || row.id || '/' || row.xmin, 0)) INTO n, digest
        FROM public.organisation_school school JOIN public.schoolinfo_meal row ON row.school_id = school.id
        WHERE school.code = a_code AND school.code <> '' AND school.office_id = a_office
          AND row.day BETWEEN a_first AND a_last;
    WHEN 'calendar_day' THEN
        SELECT count(*), bit_xor(hashtextextended(school.xmin || '/' || row.id || '/' || row.xmin, 0)) INTO n, digest
        FROM public.organisation_school school JOIN public.schoolinfo_calendarday row ON row.school_id = school.id
        WHERE school.code = a_code AND school.code <> '' AND school.office_id = a_office
          AND row.day BETWEEN a_first AND a_last;
    WHEN 'lesson' THEN
        SELECT count(*), bit_xor(hashtextextended(school.xmin || '/' || row.id || '/' || row.xmin, 0)) INTO n, digest
        FROM public.organisation_school school JOIN public.schoolinfo_lesson row ON row.school_id = school.id
        WHERE school.code = a_code AND school.code <> '' AND school.office_id = a_office
          AND row.day BETWEEN a_first AND a_last;
    END CASE;
    IF n > 0 THEN
        RETURN n || '/' || digest || '/' || (SELECT xmin FROM public.organisation_office WHERE code = a_office);
    END IF;
    RETURN NULL;
END
$$;

-- Counts a call and says its key's state; beside it, when the key may, the state of the rows it asks about.
CREATE OR REPLACE FUNCTION policy.hub_called(
    a_key_hash text, a_quota integer, a_calls integer,
    a_table text, a_office text, a_code text, a_first date, a_last date,
    OUT key_state text, OUT rows_state text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    key_state := CASE WHEN a_key_hash IS NULL THEN 'active'
                      ELSE policy.api_key_used(a_key_hash, a_quota, a_calls) END;
    IF key_state = 'active' THEN
        rows_state := policy.published_state(a_table, a_office, a_code, a_first, a_last);
    END IF;
END
$$;
