"""What each role may do with the queue: the app enqueues, the worker runs (stack.md §11)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("platform", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(
            """
            GRANT INSERT ON procrastinate_jobs, procrastinate_events TO baroalgi_app;
            GRANT SELECT (id) ON procrastinate_jobs TO baroalgi_app;
            GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO baroalgi_app;
            GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events,
                procrastinate_periodic_defers, procrastinate_workers TO baroalgi_worker;
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO baroalgi_worker;
            GRANT SELECT ON django_migrations TO baroalgi_app, baroalgi_worker, baroalgi_signer;
            COMMENT ON TABLE django_migrations IS 'public: names of applied migrations';
            COMMENT ON TABLE procrastinate_jobs IS 'public: names of jobs with ids, nothing personal';
            COMMENT ON TABLE procrastinate_events IS 'public: moments of jobs';
            COMMENT ON TABLE procrastinate_periodic_defers IS 'public: moments of jobs';
            COMMENT ON TABLE procrastinate_workers IS 'public: moments of workers';
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
