"""What this room hands out: a year of attendance, results of exams."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from baroalgi.assessment import AttendanceTotals, Cause, Kind

# The words of the year grid in krds.html; "" where a month has no such day.
Cell = Literal["", "off", "ahead", "present", "absent", "late", "early", "skipped"]


def kind_word(kind: Kind) -> str:
    """Return the kind as schools say it (domain.md §3.1)."""
    words = {
        Kind.ABSENCE: _("결석"),
        Kind.LATE: _("지각"),
        Kind.EARLY_LEAVE: _("조퇴"),
        Kind.CLASS_ABSENCE: _("결과"),
    }
    return words[kind]


def cause_word(cause: Cause) -> str:
    """Return the cause as schools say it (domain.md §3.1)."""
    words = {
        Cause.ILLNESS: _("질병"),
        Cause.UNEXCUSED: _("미인정"),
        Cause.OTHER: _("기타"),
        Cause.RECOGNISED: _("출석인정"),
    }
    return words[cause]


@dataclass(frozen=True, slots=True)
class AttendanceEntry:
    """One entry of the attendance book."""

    day: date
    kind: Kind
    cause: Cause
    reason: str

    @property
    def words(self) -> str:
        """Return kind and cause: 지각(질병)."""
        return f"{kind_word(self.kind)}({cause_word(self.cause)})"


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four numbers: how often a kind counts, and why. Recognised ones are said apart."""

    label: str
    value: int
    unit: str
    cause: str


@dataclass(frozen=True, slots=True)
class GridMonth:
    """A row of the year grid: 31 days."""

    label: str
    days: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class AttendanceYear:
    """A school year of one pupil up to a day.

    `school_days`: days with lessons so far; `of_year`: those of the whole year, as planned.
    `entries`: newest first.
    """

    year: int
    first_day: date | None
    until: date
    school_days: int
    of_year: int
    totals: AttendanceTotals
    entries: tuple[AttendanceEntry, ...]
    grid: tuple[GridMonth, ...]
    is_near_limit: bool

    @property
    def attended(self) -> int:
        return self.school_days - self.totals.absences

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(_figure(kind, self.totals) for kind in Kind)

    @property
    def table(self) -> tuple[tuple[str, ...], ...]:
        """Return kind × cause as rows of text, in the order of `causes`."""
        return tuple(
            (kind_word(kind), *(str(self.totals.of(kind, cause)) for cause in Cause)) for kind in Kind
        )

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(cause_word(cause) for cause in Cause)


def _figure(kind: Kind, totals: AttendanceTotals) -> Figure:
    counted = [cause for cause in Cause if cause != Cause.RECOGNISED]
    causes = [f"{cause_word(cause)} {n}" for cause in counted if (n := totals.of(kind, cause))]
    unit = _("일") if kind == Kind.ABSENCE else _("회")
    return Figure(kind_word(kind), totals.counted(kind), unit, ", ".join(causes))


@dataclass(frozen=True, slots=True)
class SubjectScore:
    """One subject of an exam. `points` None: missed (결시); `grade_mean` None: not shown."""

    subject: str
    points: Decimal | None
    max_score: Decimal
    grade_mean: Decimal | None

    @property
    def shown(self) -> int | Decimal | None:
        """Return the points without needless zeros: 88, 88.5; None when the exam was missed."""
        if self.points is None:
            return None
        return int(self.points) if self.points == int(self.points) else self.points.normalize()


@dataclass(frozen=True, slots=True)
class ExamResult:
    """The released results of one exam, subjects in the order of the school."""

    id: int
    name: str
    school_year: int
    grade: int
    first_day: date
    last_day: date
    released_at: datetime
    subjects: tuple[SubjectScore, ...]

    @property
    def released_on(self) -> date:
        """Return the day of the release in the school's time zone."""
        return timezone.localdate(self.released_at)

    @property
    def has_means(self) -> bool:
        return any(subject.grade_mean is not None for subject in self.subjects)
