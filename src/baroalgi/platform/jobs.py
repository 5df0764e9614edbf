"""Jobs of the platform: mails go out, also those whose worker died; files that nothing names go."""

from datetime import datetime, timedelta

from django.db import connection

from baroalgi.platform import files
from baroalgi.platform.heartbeat import beat
from baroalgi.platform.outbox import deliver, overdue
from baroalgi.platform.previews import draw
from baroalgi.platform.queue import job

__all__ = ["clear_done", "deliver", "deliver_overdue", "draw", "heartbeat", "sweep_files"]

KEPT = timedelta(days=7)


@job(cron="* * * * *")
def heartbeat(*, now: datetime, **_later: object) -> None:
    """Say that the worker is alive."""
    beat("worker", now=now)


@job(cron="* * * * *")
def deliver_overdue(*, now: datetime, **_later: object) -> None:
    """Take up mails whose sending was cut off."""
    if keys := overdue(now):
        deliver.defer_each({"key": key} for key in keys)


@job(cron="40 18 * * *")
def sweep_files(*, now: datetime, **_later: object) -> None:
    """Take away files that nothing names, and what was left half-written."""
    files.sweep(now)


@job(cron="20 18 * * *")
def clear_done(*, now: datetime, **_later: object) -> None:
    """Forget jobs that went well a week ago; failed ones stay for the operator."""
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM procrastinate_jobs job
               WHERE job.status = 'succeeded' AND NOT EXISTS (
                   SELECT FROM procrastinate_events event
                   WHERE event.job_id = job.id AND event.at > %s)""",
            [now - KEPT],
        )
