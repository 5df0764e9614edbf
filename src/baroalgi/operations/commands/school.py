"""Begin a school year at a school: pupils take their new seats, teachers their new classes.

Runs as a role that may write persons: DATABASE_URL of baroalgi_owner or baroalgi_worker. All of it or
nothing. Requests that wait go to the new homeroom teachers, who are told by mail.
"""

import argparse
import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from baroalgi.operations.ready import django_ready
from baroalgi.operations.trouble import CannotRun
from baroalgi.policy.actor import SYSTEM, Role

K = TypeVar("K")
V = TypeVar("V")

PUPILS = ("grade", "class", "number", "new_grade", "new_class", "new_number")
TEACHERS = ("email", "grade", "class", "role")
ROLES = {role.value: role for role in (Role.HOMEROOM_TEACHER, Role.DEPUTY)}


def main(arguments: Sequence[str]) -> int:
    """Run `baroalgi school promote`."""
    chosen = _parser().parse_args(arguments)
    django_ready()

    from django.db import DatabaseError
    from django.utils import timezone

    from baroalgi.organisation import actions, queries
    from baroalgi.organisation.types import ClassPost, Seat
    from baroalgi.platform.refusal import Refused
    from baroalgi.platform.unit import system_unit

    try:
        with system_unit():
            school = queries.school(chosen.code)
            if school is None:
                raise CannotRun(
                    f"There is no school {chosen.code!r} here; schools are named by their NEIS code."
                )
            pupils, staff = queries.seats(school.id), queries.staff_by_mail(school.id)
            seats = {}
            for where, row in _rows(chosen.pupils, PUPILS):
                grade, class_no, number, *new = (_number(row[name], where) for name in PUPILS)
                seats[_found(pupils, Seat(grade, class_no, number), where)] = Seat(*new)
            posts = [
                ClassPost(
                    _found(staff, row["email"], where),
                    _number(row["grade"], where),
                    _number(row["class"], where),
                    _found(ROLES, row["role"], where),
                )
                for where, row in _rows(chosen.teachers, TEACHERS)
            ]
            actions.promote(
                by=SYSTEM, school_id=school.id, year=chosen.year, seats=seats, posts=posts, now=timezone.now()
            )
    except Refused as refusal:
        raise CannotRun(str(refusal)) from None
    except DatabaseError as error:
        raise CannotRun(
            f"The database refused ({type(error).__name__}); use the role baroalgi_owner or baroalgi_worker, "
            "and give each number of a class and each homeroom teacher once."
        ) from None
    print(f"{school.name}: {len(seats)} pupils and {len(posts)} posts begin the school year {chosen.year}.")
    return 0


def _rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each row of a CSV file with its place, as people would name it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if missing := set(columns) - set(rows.fieldnames or ()):
                raise CannotRun(f"{path} lacks the columns {', '.join(sorted(missing))}.")
            for row in rows:
                yield f"{path}, line {rows.line_num}", {name: (row[name] or "").strip() for name in columns}
    except (FileNotFoundError, UnicodeDecodeError) as error:
        raise CannotRun(f"{path} cannot be read as CSV in UTF-8 ({type(error).__name__}).") from None


def _number(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise CannotRun(f"{where}: {text!r} is no number.")
    return int(text)


def _found(there: Mapping[K, V], key: K, where: str) -> V:
    if key not in there:
        raise CannotRun(f"{where}: this school knows no {key}.")
    return there[key]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi school", description=__doc__)
    promote = parser.add_subparsers(required=True, metavar="promote").add_parser(
        "promote", help="begin a school year on 1 March"
    )
    promote.add_argument("code", help="NEIS code of the school")
    promote.add_argument("--year", type=int, required=True, help="the school year that begins, e.g. 2027")
    promote.add_argument(
        "--pupils",
        type=Path,
        required=True,
        metavar="CSV",
        help=f"columns {','.join(PUPILS)}; without graduates",
    )
    promote.add_argument(
        "--teachers",
        type=Path,
        required=True,
        metavar="CSV",
        help=f"columns {','.join(TEACHERS)}; role homeroom_teacher or deputy, mail as in the posts so far",
    )
    return parser
