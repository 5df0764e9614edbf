"""Jobs of the platform: mails go out, the worker says that it is alive, stalled jobs are run again."""

from datetime import datetime
from typing import Any

from procrastinate.contrib.django import app

from baroalgi.platform.heartbeat import beat
from baroalgi.platform.outbox import deliver, overdue
from baroalgi.platform.queue import job

__all__ = ["deliver", "deliver_overdue", "heartbeat", "retry_stalled"]


@job(cron="* * * * *")
def heartbeat(*, now: datetime, **_later: object) -> None:
    """Say that the worker is alive."""
    beat("worker", now=now)


@job(cron="* * * * *")
def deliver_overdue(*, now: datetime, **_later: object) -> None:
    """Take up mails whose sending was cut off."""
    if keys := overdue(now):
        deliver.defer_each({"key": key} for key in keys)


@app.periodic(cron="* * * * *")
@app.task(name="platform.retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: Any, timestamp: int) -> None:
    """Give jobs whose worker was killed to another one."""
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await app.job_manager.retry_job(stalled)
