"""Jobs: keyword-only functions with ids, enqueued in the transaction that makes them necessary.

A job runs in a unit of its own as the worker's role and must be safe to run twice, since a job
whose worker was killed is run again. Unknown extra arguments are accepted.
"""

import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Protocol

from django.db import connection
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from baroalgi.platform import audit, outbox
from baroalgi.platform.models import Heartbeat, Outbox
from baroalgi.platform.unit import system_unit

PATIENCE = timedelta(seconds=60)
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


class Job(Protocol):
    """A registered job."""

    def __call__(self, **arguments: Any) -> None: ...

    def defer(self, **arguments: Any) -> None:
        """Enqueue the job in the current transaction."""

    def defer_each(self, many: Iterable[dict[str, Any]]) -> None:
        """Enqueue the job once for each set of arguments, in one statement."""


def job(*, cron: str | None = None, outside: bool = False) -> Callable[[Callable[..., None]], Job]:
    """Register a job; `cron` (5 fields) makes it periodic. `outside`: it opens its units itself."""

    def register(function: Callable[..., None]) -> Job:
        name = f"{function.__module__.removeprefix('baroalgi.').removesuffix('.jobs')}.{function.__name__}"

        @wraps(function)
        def run(**arguments: Any) -> None:
            audit.begin(request_id=f"job:{name}"[:16], address="")
            arguments.pop("timestamp", None)
            if outside:
                function(now=timezone.now(), **arguments)
            else:
                with system_unit():
                    function(now=timezone.now(), **arguments)

        task = app.task(name=name, retry=RETRY, queueing_lock=name if cron else None)(run)
        if cron:
            app.periodic(cron=cron)(task)  # type: ignore[arg-type]
        run.defer = lambda **arguments: _defer(name, [arguments])  # type: ignore[attr-defined]
        run.defer_each = lambda many: _defer(name, many)  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return register


def _defer(name: str, many: Iterable[dict[str, Any]]) -> None:
    app.configure_task(name).batch_defer(*many)


@job(outside=True)
def deliver(*, key: str, now: datetime, **_later: object) -> None:
    """Send one mail of the outbox; retried with growing pauses, then listed as dead."""
    with system_unit():
        row = Outbox.objects.select_for_update().filter(key=key, state=Outbox.State.WAITING).first()
        if row is None or row.sealed is None:
            return
        Outbox.objects.filter(id=row.id).update(tries=row.tries + 1)
        mail = outbox.opened(bytes(row.sealed), key=key)
        address = mail.to or _address_of(row.person_id)
    if not address:
        _settle(key, Outbox.State.DEAD, now, "no address")
        return
    try:
        outbox.send(outbox.Mail(mail.subject, mail.text, address), key=key)
    except (OSError, smtplib.SMTPException) as trouble:
        if row.tries + 1 >= RETRY.max_attempts:  # type: ignore[operator]
            _settle(key, Outbox.State.DEAD, now, type(trouble).__name__)
            return
        raise
    _settle(key, Outbox.State.SENT, now, "")


def _settle(key: str, state: Outbox.State, now: datetime, trouble: str) -> None:
    with system_unit():
        sent = {"sent_at": now, "sealed": None} if state is Outbox.State.SENT else {}
        Outbox.objects.filter(key=key).update(state=state, trouble=trouble, **sent)


def _address_of(person_id: int | None) -> str:
    """Look a person's mail address up; as SQL, since persons live on a higher floor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM organisation_person WHERE id = %s", [person_id])
        row = cursor.fetchone()
    return row[0] if row else ""


@job(cron="* * * * *")
def heartbeat(*, now: datetime, **_later: object) -> None:
    """Say that the worker is alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": now})


@app.periodic(cron="* * * * *")
@app.task(name="platform.retry_stalled", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: Any, timestamp: int) -> None:
    """Give jobs whose worker was killed to another one."""
    for stalled in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await app.job_manager.retry_job(stalled)
