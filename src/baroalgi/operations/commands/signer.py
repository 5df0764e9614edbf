"""Run the signer, the only process with the keys (DATABASE_URL of baroalgi_signer, BAROALGI_CA_DIR)."""

import argparse
import signal
from collections.abc import Sequence
from threading import Event

from baroalgi.operations.ready import ca_dir, database_ready, django_ready
from baroalgi.operations.trouble import CannotRun


def main(arguments: Sequence[str]) -> int:
    """Run until a signal comes; what is at hand is finished first."""
    parser = argparse.ArgumentParser(prog="baroalgi signer", description=__doc__)
    parser.parse_args(arguments)
    django_ready()

    from baroalgi.operations import checks
    from baroalgi.pki import signer

    ca_dir()
    database_ready()
    if trouble := checks.before_serving():
        raise CannotRun(trouble)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        signer.run(stop)
    except signer.KeyTrouble as trouble_with_key:
        raise CannotRun(str(trouble_with_key)) from None
    return 0
