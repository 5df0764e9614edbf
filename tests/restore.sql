-- Keeps the rows of all tables, and puts them back after a test: deleting and inserting a few rows is
-- twenty times faster than a copy of the database. As superuser: triggers and foreign keys sleep.

CREATE SCHEMA kept;

CREATE FUNCTION kept.keep() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name);
    END LOOP;
    CREATE TABLE kept.sequences AS SELECT schemaname, sequencename, last_value FROM pg_sequences;
END $$;

CREATE FUNCTION kept.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
    changed boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format(
            'SELECT EXISTS (TABLE public.%1$I EXCEPT TABLE kept.%1$I) OR EXISTS (TABLE kept.%1$I EXCEPT TABLE public.%1$I)',
            name
        ) INTO changed;
        IF changed THEN
            EXECUTE format('DELETE FROM public.%I', name);
            EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE TABLE kept.%1$I', name);
        END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), coalesce(last_value, 1), last_value IS NOT NULL)
    FROM kept.sequences;
END $$;
