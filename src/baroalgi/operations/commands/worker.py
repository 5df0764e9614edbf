"""Run the jobs: mails, reminders, schedules (DATABASE_URL of baroalgi_worker). SIGTERM lets them finish."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector


def main(arguments: Sequence[str]) -> int:
    """Run until a signal comes."""
    parser = argparse.ArgumentParser(prog="baroalgi worker", description=__doc__)
    parser.add_argument("--jobs", type=int, default=4, help="jobs at the same time (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    django_ready()

    from django.db import connection
    from django.utils import timezone
    from procrastinate.contrib.django import app

    from baroalgi.operations import checks
    from baroalgi.platform.heartbeat import beat

    if trouble := checks.before_serving():
        raise CannotRun(trouble)
    # At once, so that a start is seen before the first full minute; from then on a job does it.
    beat("worker", now=timezone.now())
    connection.close()
    # LISTEN wants a connection of its own, which Django's does not give.
    listening = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(listening) as worker:
        worker.run_worker(concurrency=chosen.jobs, shutdown_graceful_timeout=8)
    return 0
