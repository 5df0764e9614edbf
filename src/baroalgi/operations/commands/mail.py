"""List the mails that could not be delivered, or try them again (DATABASE_URL of baroalgi_worker).

A mail is given up when its receiver is refused for good, or after tries of about a day.
"""

import argparse
from collections.abc import Sequence

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun


def main(arguments: Sequence[str]) -> int:
    """Run `baroalgi mail [list]` or `baroalgi mail retry ID|all`."""
    chosen = _parser().parse_args(arguments)
    django_ready()

    from django.db import DatabaseError

    try:
        if chosen.act == "retry":
            _retry(chosen.which)
        else:
            _list()
    except DatabaseError as error:
        raise CannotRun(
            f"The database refused ({type(error).__name__}); mails are read as baroalgi_worker."
        ) from None
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi mail", description=__doc__)
    acts = parser.add_subparsers(dest="act", metavar="list|retry")
    acts.add_parser("list", help="one line for each (what is done when nothing is said)")
    again = acts.add_parser("retry", help="give mails that were given up new tries")
    again.add_argument("which", nargs="+", metavar="ID|all", help="numbers from the list, or all of them")
    return parser


def _list() -> None:
    from django.utils import timezone

    from baroalgi.platform import undelivered

    standing, rows = undelivered.standing(), undelivered.troubles()
    print(f"{standing.dead} mails were given up, {standing.late} wait for longer than a quarter of an hour.")
    if not rows:
        return
    print(f"{'ID':>8}  {'since':16}  {'state':8} {'tries':>5}  {'kind':24} {'to':32} trouble")
    for row in rows:
        print(
            f"{row.id:8}  {timezone.localtime(row.since):%Y-%m-%d %H:%M}  {row.state:8} {row.tries:5}  "
            f"{row.kind:24} {row.address:32} {row.what or '-'}"
        )


def _retry(which: Sequence[str]) -> None:
    from django.utils import timezone

    from baroalgi.platform import undelivered

    if list(which) != ["all"] and (wrong := [each for each in which if not each.isdecimal()]):
        raise CannotRun(f"{wrong[0]} is no number of a mail; `baroalgi mail` lists them.")
    ids = None if list(which) == ["all"] else [int(each) for each in which]
    again = undelivered.retry(ids, now=timezone.now())
    if again == 0:
        raise CannotRun("None of these mails was given up; `baroalgi mail` lists them.")
    print(f"{again} mails are tried again.")
