"""The queue keeps what the operator may still ask for, and no more."""

from datetime import timedelta

from django.db import connections
from django.utils import timezone

from baroalgi.platform import jobs


def test_jobs_that_went_well_are_forgotten_after_a_week_failed_ones_stay(world, as_role):
    now = timezone.now()
    with connections["owner"].cursor() as cursor:
        for status, days in (("succeeded", 8), ("succeeded", 6), ("failed", 30)):
            cursor.execute(
                """INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)
                   VALUES ('default', 'test', %s, '{}') RETURNING id""",
                [status],
            )
            cursor.execute(
                "INSERT INTO procrastinate_events (type, at, job_id) VALUES ('deferred', %s, %s)",
                [now - timedelta(days=days), cursor.fetchone()[0]],
            )
    as_role("worker")
    jobs.clear_done()

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE task_name = 'test' ORDER BY id")
        assert cursor.fetchall() == [("succeeded",), ("failed",)]
