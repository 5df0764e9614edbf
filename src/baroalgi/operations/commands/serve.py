"""Serve the pages (granian). Everything comes from the environment; `baroalgi doctor` explains it."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from baroalgi.operations.ready import SETTINGS, database_ready, django_ready
from baroalgi.operations.trouble import CannotRun
from baroalgi.platform import logs

GRANIAN_LOG = Path(logs.__file__).with_name("granian-log.json")  # our JSON lines for the server's own words
APPLICATION = "baroalgi.config.wsgi:application"


def main(arguments: Sequence[str]) -> int:
    """Look whether it is safe to serve, then become the server."""
    parser = argparse.ArgumentParser(prog="baroalgi serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: %(default)s)")
    parser.add_argument(
        "--threads", type=int, default=4, help="threads of each process (default: %(default)s)"
    )
    parser.add_argument("--certificate", metavar="FILE", help="end TLS here, with this certificate (PEM)")
    parser.add_argument("--key", metavar="FILE", help="its key (PEM, PKCS #8)")
    chosen = parser.parse_args(arguments)
    if bool(chosen.certificate) != bool(chosen.key):
        raise CannotRun("TLS needs both --certificate and --key.")
    django_ready()

    from django.conf import settings

    from baroalgi.operations import checks
    from baroalgi.platform.checks import unmarked

    if addresses := unmarked():
        raise CannotRun(f"The page {addresses[0]} names no act, so nobody could say who may see it.")
    database_ready()
    if trouble := checks.before_serving():
        raise CannotRun(trouble)
    tls = (
        "--ssl-certificate",
        chosen.certificate,
        "--ssl-keyfile",
        chosen.key,
        "--ssl-protocol-min",
        "tls1.2",
    )
    sys.stdout.flush()
    # A fresh process: the server itself has no use for Django's memory, its workers load their own.
    # Nothing logs addresses: some hold one-time tokens.
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    # Each thread would keep a heap of its own, and the 16 MB of each password's proof would be kept for the
    # next one: a worker should stay below 120 MB (docs/figures.md).
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    os.environ.setdefault("MALLOC_MMAP_THRESHOLD_", "131072")
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "131072")
    os.execv(  # noqa: S606 - no shell is wanted
        sys.executable,
        [
            sys.executable, "-m", "granian", APPLICATION, "--interface", "wsgi", "--no-ws",
            "--host", chosen.host, "--port", str(chosen.port),
            "--workers", str(chosen.workers), "--blocking-threads", str(chosen.threads),
            "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "8",
            *((*tls, "--ssl-protocol-min", "tls1.2") if chosen.certificate else ()),
            *(("--log-config", str(GRANIAN_LOG)) if settings.ENVIRONMENT.logs_json else ()),
        ],
    )  # fmt: skip
