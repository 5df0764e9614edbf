-- Doors for those who keep it running: how many and since when, never whose --------------------

-- Jobs that wait for longer than that although they are due, and jobs that were given up this week.
CREATE OR REPLACE FUNCTION policy.job_standing(a_late interval) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'late', count(*),
        'since', min(due),
        'failed', (SELECT count(*) FROM procrastinate_events
                   WHERE type = 'failed' AND at > now() - interval '7 days'))
    FROM (
        SELECT greatest(job.scheduled_at, (
            SELECT min(event.at) FROM procrastinate_events event
            WHERE event.job_id = job.id AND event.type = 'deferred')) AS due
        FROM procrastinate_jobs job WHERE job.status = 'todo'
    ) waiting
    WHERE due < now() - a_late
$$;
GRANT EXECUTE ON FUNCTION policy.job_standing(interval), policy.mail_standing(interval)
    TO baroalgi_signer, baroalgi_read;
