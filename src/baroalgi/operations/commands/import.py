"""Take in what NEIS tells of schools: lists, meals, calendars, timetables, classes, academies.

From recorded answers, files of its portal, or a server that speaks its Open API. Runs as a role that may
write schools: DATABASE_URL of baroalgi_worker or baroalgi_owner. Safe to say again: what is in already is
not changed, and what was cut off goes on. The key of a server stands in BAROALGI_NEIS_KEY or in the file
named by BAROALGI_NEIS_KEY_FILE. Exit status 1 when nothing could be read.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun

ALL = "all"
LOCK = 0x6E656973  # one import at a time
_SECONDS_BETWEEN = 5.0


def main(arguments: Sequence[str]) -> int:
    """Run `baroalgi import neis`."""
    chosen = _parser().parse_args(arguments)
    django_ready()

    from django.conf import settings
    from django.db import DatabaseError
    from django.utils import timezone

    from baroalgi.exchange import actions
    from baroalgi.exchange.types import NEIS_SERVICES, NeisWanted, NoSuchSource

    if unknown := [name for name in chosen.service if name not in NEIS_SERVICES]:
        raise CannotRun(f"There is no service {unknown[0]!r}; there are {', '.join(NEIS_SERVICES)}.")
    offices = [code.strip() for text in chosen.office for code in text.split(",")]
    now = timezone.now()
    wanted = NeisWanted(
        offices=() if ALL in offices else tuple(dict.fromkeys(offices)),
        own_office=settings.ENVIRONMENT.office,
        now=now,
        today=timezone.localdate(now),
        school=chosen.school,
        services=tuple(chosen.service),
        year=chosen.year,
    )
    try:
        with _alone(), _progress() as told:
            report = actions.import_neis(wanted, told, source=chosen.source, key=_key(settings.ENVIRONMENT))
    except NoSuchSource as reason:
        raise CannotRun(str(reason)) from None
    except DatabaseError as error:
        raise CannotRun(
            f"The database refused ({type(error).__name__}); use the role baroalgi_owner or baroalgi_worker."
        ) from error
    for line in _lines(report):
        print(line)
    return 0 if report.read or not report.unread else 1


def _key(environment: Any) -> str:
    if environment.neis_key_file:
        return Path(environment.neis_key_file).read_text(encoding="utf-8").strip()
    return str(environment.neis_key)


def _lines(report: Any) -> Iterator[str]:
    for name, counts in report.counts.items():
        gone = "closed" if name == "schoolInfo" else "gone"
        told = [f"{counts['new']} new", f"{counts['changed']} changed", f"{counts['same']} as before"]
        told += [f"{counts[key]} {key}" for key in ("older", "repeated") if counts[key]]
        told.append(f"{counts['gone']} {gone}")
        told += [f"{counts['kept']} kept as the school entered it"] if counts["kept"] else []
        yield f"{name}: {', '.join(told)}"
    if report.elsewhere:
        yield f"{report.elsewhere} rows of other offices or schools were passed over."
    if report.no_neis:
        more = f" and {len(report.no_neis) - 1} more" if len(report.no_neis) > 1 else ""
        yield f"Passed over, since no rows of NEIS are in it: {report.no_neis[0]}{more}."
    if report.resumed:
        yield f"{report.resumed} files or questions were in already, from an import that was cut off."
    yield from report.notes
    if report.unread:
        yield f"{report.unread} rows or files could not be read; they are listed above."
    elif not report.counts:
        yield "There was nothing to read."


@contextmanager
def _alone() -> Iterator[None]:
    """Be the only import; the database lets the lock go when this process dies."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CannotRun("Another import is at work on this database; wait for its end.")
        try:
            yield
        finally:
            if connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


class _Lines:
    """Tells in lines of a log, now and then."""

    def __init__(self) -> None:
        self.total, self.done, self.unit = 0, 0, ""
        self.began = self.said = time.monotonic()

    def unread(self, where: str, row: int | None, reason: str) -> None:
        place = where if row is None else f"{where}, row {row}"
        print(f"{_printable(place)}: {_printable(reason)}", file=sys.stderr)

    def begins(self, total: int, unit: str) -> None:
        self.total, self.done, self.unit = total, 0, unit
        self.began = self.said = time.monotonic()

    def advances(self, by: int, what: str) -> None:
        self.done += by
        now = time.monotonic()
        if now - self.said >= _SECONDS_BETWEEN and self.done:
            self.said = now
            left = (now - self.began) * (self.total - self.done) / self.done
            share = 100 * self.done // max(self.total, 1)
            print(f"{share} %, about {left:.0f} s left: {_printable(what)}", file=sys.stderr, flush=True)


class _Bar(_Lines):
    """Tells by a bar on a terminal."""

    def __init__(self, bar: Any) -> None:
        super().__init__()
        self.bar = bar
        self.task = bar.add_task("", total=None)

    def unread(self, where: str, row: int | None, reason: str) -> None:
        place = where if row is None else f"{where}, row {row}"
        self.bar.console.print(f"{_printable(place)}: {_printable(reason)}", markup=False, highlight=False)

    def begins(self, total: int, unit: str) -> None:
        self.bar.reset(self.task, total=total, description="")

    def advances(self, by: int, what: str) -> None:
        self.bar.update(self.task, advance=by, description=_printable(what)[-40:])


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text)[:300]


@contextmanager
def _progress() -> Iterator[_Lines]:
    """A bar with an estimate when somebody looks on, lines otherwise."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        yield _Bar(bar)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi import", description=__doc__)
    neis = parser.add_subparsers(required=True, metavar="neis").add_parser(
        "neis", help="what NEIS tells of schools"
    )
    neis.add_argument(
        "--office",
        action="append",
        required=True,
        metavar="CODE",
        help="code of the office whose schools are taken in, e.g. M10; may be said again, or be `all`. "
        "It limits the public directory only: nobody's data depend on it",
    )
    neis.add_argument("--school", default="", metavar="CODE", help="only this school")
    neis.add_argument(
        "--from",
        dest="source",
        default="",
        metavar="DIR|FILE|URL",
        help="a folder, a file, the address of a file (…/name.json, .xml, .csv) or of a server; "
        "default: the Open API of NEIS itself",
    )
    neis.add_argument(
        "--service", action="append", default=[], metavar="NAME", help="only this service, e.g. schoolInfo"
    )
    neis.add_argument(
        "--year", type=int, default=0, help="school year asked of a server; default: the present one"
    )
    return parser
