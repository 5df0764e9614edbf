"""Run the jobs: mails, reminders, schedules (DATABASE_URL of baroalgi_worker). SIGTERM lets them finish."""

import argparse
import asyncio
import logging
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from baroalgi.operations.ready import database_ready, django_ready
from baroalgi.operations.trouble import CannotRun

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.contrib.django.django_connector import DjangoConnector

PAUSE = 1.0  # seconds before work is taken up again after the database was away
BEAT, SILENT, LOOK = 3.0, 15.0, 5.0  # seconds: a worker says so often that it lives, or is taken for dead
log = logging.getLogger("baroalgi.worker")


def main(arguments: Sequence[str]) -> int:
    """Run until a signal comes."""
    parser = argparse.ArgumentParser(prog="baroalgi worker", description=__doc__)
    parser.add_argument("--jobs", type=int, default=4, help="jobs at the same time (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    django_ready()
    database_ready()

    from django.db import connection
    from django.utils import timezone

    from baroalgi.operations import checks
    from baroalgi.platform.heartbeat import beat

    if trouble := checks.before_serving():
        raise CannotRun(trouble)
    # At once, so that a start is seen before the first full minute; from then on a job does it.
    beat("worker", now=timezone.now())
    connection.close()
    asyncio.run(_run(chosen.jobs))
    return 0


async def _run(jobs: int) -> None:
    """Work until a signal comes; a database that went away is waited for."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    while not stop.is_set():
        work = asyncio.create_task(_work(jobs))
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work
        else:
            # It never ends by itself but for the database.
            log.error("database away: %s", type(work.exception()).__name__ if work.exception() else "ended")
            await asyncio.wait({stopping}, timeout=PAUSE)


async def _work(jobs: int) -> None:
    from procrastinate.contrib.django import app

    # LISTEN wants a connection of its own, which Django's does not give.
    listening = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(listening) as worker:
        async with worker.open_async():
            heir = asyncio.create_task(_inherit(worker))
            try:
                await worker.run_worker_async(
                    concurrency=jobs,
                    shutdown_graceful_timeout=8,
                    install_signal_handlers=False,
                    update_heartbeat_interval=BEAT,
                )
            finally:
                heir.cancel()


async def _inherit(worker: "App") -> None:
    """Put jobs back into the queue whose worker was killed. No job itself: it must not wait for one."""
    from procrastinate.exceptions import ConnectorException

    while True:
        # Two may find the same; the one who comes second is told so.
        with suppress(ConnectorException):
            for left in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
                await worker.job_manager.retry_job(left)
        await asyncio.sleep(LOOK)
