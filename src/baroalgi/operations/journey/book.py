"""What a person needs to know about a demo, as `demo.json` tells it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from baroalgi.operations.trouble import CannotRun


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff with a login. `school`: name of the place of work; `school_class`: e.g. "3-1"."""

    role: str
    name: str
    login: str
    password: str = field(repr=False)
    school: str
    school_class: str


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil. `rrn`: 13 digits."""

    name: str
    rrn: str = field(repr=False)
    school: str
    school_code: str
    grade: int
    class_no: int


@dataclass(frozen=True, slots=True)
class Family:
    """A parent and the first child. `rrn`: 13 digits."""

    name: str
    rrn: str = field(repr=False)
    phone: str
    email: str
    child: Child


@dataclass(frozen=True, slots=True)
class Book:
    """The sheet of a demo. `outbox`: address of its mails; `families`: those in state "new"."""

    outbox: str
    staff: tuple[Staff, ...]
    families: tuple[Family, ...]

    def officer(self, family: Family) -> Staff:
        """Return the officer who takes the family's papers. Raises CannotRun."""
        return self._one("registration_officer", family.child)

    def homeroom_teacher(self, family: Family) -> Staff:
        """Return the teacher who decides about the child. Raises CannotRun."""
        child = family.child
        return self._one("homeroom_teacher", child, f"{child.grade}-{child.class_no}")

    def _one(self, role: str, child: Child, school_class: str = "") -> Staff:
        for member in self.staff:
            if (member.role, member.school) == (role, child.school) and (
                not school_class or member.school_class == school_class
            ):
                return member
        where = f"{child.school} {school_class}".strip()
        raise CannotRun(f"The sheet of the demo names no {role} of {where}.")


def read(path: Path) -> Book:
    """Read `demo.json`. Raises CannotRun when it is missing or something else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Book(
            outbox=content["outbox"],
            staff=tuple(_staff(content["staff"])),
            families=tuple(_families(content["families"])),
        )
    except OSError as error:
        raise CannotRun(
            f"{path} can't be read ({error.strerror}); a running demo has it in its data directory."
        ) from None
    except (ValueError, KeyError, TypeError, IndexError):
        raise CannotRun(f"{path} is not the sheet of a demo.") from None


def _staff(rows: list[dict[str, Any]]) -> Iterator[Staff]:
    for row in rows:
        yield Staff(row["role"], row["name"], row["login"], row["password"], row["school"], row["class"])


def _families(rows: list[dict[str, Any]]) -> Iterator[Family]:
    for row in rows:
        if row["state"] != "new":
            continue
        guardian, child = row["guardian"], row["children"][0]
        yield Family(
            guardian["name"],
            guardian["rrn"],
            guardian["phone"],
            guardian["email"],
            Child(
                child["name"],
                child["rrn"],
                child["school"],
                child["school_code"],
                child["grade"],
                child["class"],
            ),
        )
