"""The queue: jobs are keyword-only functions with ids, enqueued in the transaction that needs them.

A job runs in a unit of its own as the worker's role and must be safe to run twice, since a job
whose worker was killed is run again. Unknown extra arguments are accepted, so that old and new
workers can meet. Jobs of a room stand in its `jobs.py`.
"""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from baroalgi.platform import audit, logs
from baroalgi.platform.unit import system_unit

log = logging.getLogger("baroalgi.jobs")
RETRY = RetryStrategy(max_attempts=8, exponential_wait=4)


class Job(Protocol):
    """A registered job."""

    def __call__(self, **arguments: Any) -> None: ...

    def defer(self, **arguments: Any) -> None:
        """Enqueue the job in the current transaction."""

    def defer_each(self, many: Iterable[dict[str, Any]]) -> None:
        """Enqueue the job once for each set of arguments, in one statement."""

    def defer_at(self, moment: datetime, **arguments: Any) -> None:
        """Enqueue the job for later."""


def job(
    *, cron: str | None = None, outside: bool = False, priority: int = 0
) -> Callable[[Callable[..., None]], Job]:
    """Register a job; `cron` (5 fields) makes it periodic. `outside`: it opens its units itself.

    Of jobs that wait for a free place, those of a lower `priority` come later.
    """

    def register(function: Callable[..., None]) -> Job:
        name = f"{function.__module__.removeprefix('baroalgi.').removesuffix('.jobs')}.{function.__name__}"

        def from_queue(context: JobContext, /, **arguments: Any) -> None:
            begun = time.perf_counter()
            run(f"job:{context.job.id}", **arguments)
            seconds = time.perf_counter() - begun
            logs.say(log, logging.INFO, "job", job=name, ms=round(seconds * 1000, 1))

        @wraps(function)
        def run(number: str = f"job:{name}"[:16], /, **arguments: Any) -> None:
            audit.begin(request_id=number, address="")
            arguments.pop("timestamp", None)
            if outside:
                function(now=timezone.now(), **arguments)
            else:
                with system_unit():
                    function(now=timezone.now(), **arguments)

        task = app.task(
            name=name,
            retry=RETRY,
            queueing_lock=name if cron else None,
            priority=priority,
            pass_context=True,
        )(from_queue)
        if cron:
            app.periodic(cron=cron)(task)  # type: ignore[arg-type]
        run.defer = lambda **arguments: _defer(name, [arguments])  # type: ignore[attr-defined]
        run.defer_each = lambda many: _defer(name, many)  # type: ignore[attr-defined]
        run.defer_at = lambda moment, **arguments: _defer(name, [arguments], at=moment)  # type: ignore[attr-defined]
        return run  # type: ignore[return-value]

    return register


def _defer(name: str, many: Iterable[dict[str, Any]], at: datetime | None = None) -> None:
    # By Django's connection also inside the worker, whose own one knows nothing of our transaction: the
    # job would be there before the rows it is about, and stay when they are rolled back.
    maker = app.configure_task(name, schedule_at=at)
    jobs = [maker.make_new_job(**arguments) for arguments in many]
    if jobs:
        JobManager(DjangoConnector()).batch_defer_jobs(jobs)
