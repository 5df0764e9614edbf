"""Jobs of the platform: mails go out, also those whose worker died; the worker says that it is alive."""

from datetime import datetime

from baroalgi.platform.heartbeat import beat
from baroalgi.platform.outbox import deliver, overdue
from baroalgi.platform.queue import job

__all__ = ["deliver", "deliver_overdue", "heartbeat"]


@job(cron="* * * * *")
def heartbeat(*, now: datetime, **_later: object) -> None:
    """Say that the worker is alive."""
    beat("worker", now=now)


@job(cron="* * * * *")
def deliver_overdue(*, now: datetime, **_later: object) -> None:
    """Take up mails whose sending was cut off."""
    if keys := overdue(now):
        deliver.defer_each({"key": key} for key in keys)
