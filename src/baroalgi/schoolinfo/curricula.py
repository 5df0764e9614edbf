"""편제: which subject counts how much in which grade and term (domain.md §6.3). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _

from baroalgi.schoolinfo.types import ClassName


@dataclass(frozen=True, slots=True)
class Item:
    """A subject of a plan in one grade and term; `semester` is None for the whole year."""

    entrance_year: int
    plan: str
    subject_group: str
    subject: str
    subject_type: str
    grade: int
    semester: int | None
    units: Decimal
    unit_kind: str


@dataclass(frozen=True, slots=True)
class Column:
    """A grade, or a term of it."""

    grade: int
    semester: int | None

    @property
    def word(self) -> str:
        """Return what stands above it: 「1-2」 for the second term of the first grade, 「1」 for a grade."""
        return str(self.grade) if self.semester is None else f"{self.grade}-{self.semester}"

    @property
    def spoken(self) -> str:
        """Return the same for those who hear it."""
        if self.semester is None:
            return _("%(grade)s학년") % {"grade": self.grade}
        return _("%(grade)s학년 %(semester)s학기") % {"grade": self.grade, "semester": self.semester}


@dataclass(frozen=True, slots=True)
class Row:
    """A subject with what it counts in each column; None where it is not taught."""

    group: str
    subject: str
    subject_type: str
    units: tuple[Decimal | None, ...]
    first_of_group: int  # how many rows its group has, in the first of them; else 0

    @property
    def total(self) -> Decimal:
        return sum((units for units in self.units if units is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one entrance year as a grid, with its sums."""

    entrance_year: int
    name: str
    unit_kind: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def sums(self) -> tuple[Decimal, ...]:
        """Return the sum of each column."""
        return tuple(
            sum((units for units in column if units is not None), Decimal(0))
            for column in zip(*(row.units for row in self.rows), strict=True)
        )

    @property
    def total(self) -> Decimal:
        return sum(self.sums, Decimal(0))


@dataclass(frozen=True, slots=True)
class Teacher:
    """Who teaches a subject, and in which classes."""

    name: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taught:
    """A subject of a grade with its teachers."""

    subject: str
    teachers: tuple[Teacher, ...]


def plan_of(items: list[Item]) -> Plan:
    """Lay out the items of one plan, which stand in the order of the school."""
    columns = sorted({(item.grade, item.semester or 0) for item in items})
    found: dict[tuple[str, str], dict[tuple[int, int], Decimal]] = {}
    kinds: dict[tuple[str, str], str] = {}
    for item in items:
        subject = (item.subject_group, item.subject)
        found.setdefault(subject, {})[item.grade, item.semester or 0] = item.units
        kinds[subject] = item.subject_type
    rows: list[Row] = []
    for group, subjects in groupby(found, key=lambda subject: subject[0]):
        names = list(subjects)
        for place, subject in enumerate(names):
            units = tuple(found[subject].get(column) for column in columns)
            rows.append(Row(group, subject[1], kinds[subject], units, 0 if place else len(names)))
    return Plan(
        entrance_year=items[0].entrance_year,
        name=items[0].plan,
        unit_kind=items[0].unit_kind,
        columns=tuple(Column(grade, term or None) for grade, term in columns),
        rows=tuple(rows),
    )


def plans_of(items: Iterable[Item]) -> list[Plan]:
    """Return the plans among these items, as they come."""
    by_plan = groupby(items, key=lambda item: (item.entrance_year, item.plan))
    return [plan_of(list(of_plan)) for _plan, of_plan in by_plan]


def taught(rows: Iterable[tuple[str, str, ClassName]]) -> list[Taught]:
    """Put teachers together from (subject, teacher, class), each with the classes they teach."""
    subjects: dict[str, dict[str, list[ClassName]]] = {}
    for subject, teacher, of in rows:
        subjects.setdefault(subject, {}).setdefault(teacher, []).append(of)
    return [
        Taught(
            subject,
            tuple(
                Teacher(name, tuple(one.short for one in sorted(classes, key=lambda one: one.order)))
                for name, classes in teachers.items()
            ),
        )
        for subject, teachers in subjects.items()
    ]
