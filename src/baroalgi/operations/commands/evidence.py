"""Look whether the answers of all reply slips are as they were given (DATABASE_URL of baroalgi_worker).

Each is compared with the one before it, with what was signed, and with the trail. Exit status 1 when
something does not fit, after a sentence about each. Nothing is changed.
"""

import argparse
from collections.abc import Sequence

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun

FLAWS = {
    "content": "its content is about another slip or another text",
    "signature": "its signature does not fit its content or its certificate",
    "signer": "it is signed with somebody else's certificate",
}


def main(arguments: Sequence[str]) -> int:
    """Run `baroalgi evidence check`."""
    parser = argparse.ArgumentParser(prog="baroalgi evidence", description=__doc__)
    parser.add_argument("act", choices=["check"], help="say in a sentence each what does not fit")
    parser.parse_args(arguments)
    django_ready()

    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic():
            return _check()
    except DatabaseError as error:
        raise CannotRun(
            f"The database refused ({type(error).__name__}); answers are read as baroalgi_worker."
        ) from None


def _check() -> int:
    from django.utils import timezone

    from baroalgi.letters import queries

    looked = queries.evidence()
    wrong = [f"{_named(*place)}: {FLAWS[flaw]}." for *place, flaw in looked.flaws]
    wrong += [
        f"{_named(*place)}: the row was changed, or the one before it was or is missing."
        for place in looked.broken
    ]
    wrong += [
        f"Slip {gone.slip_id}, answer {gone.version}: the trail tells of it on "
        f"{timezone.localtime(gone.at):%Y-%m-%d %H:%M}, and it is not there as it was then."
        for gone in looked.gone
    ]
    print(*wrong, f"Answers looked at: {looked.answers:,}", sep="\n")
    return 1 if wrong else 0


def _named(school_id: int, position: int) -> str:
    return f"School {school_id}, answer {position:,} of its chain"
