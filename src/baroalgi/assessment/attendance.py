"""Counting attendance as the record does (domain.md §3).

Present days have no entry. What is counted here are the exceptions: kind × cause, one a day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

# Who attended less may not complete the year (초·중등교육법 시행령 제50조, domain.md §3.3).
LEAST_ATTENDED = Fraction(2, 3)
# From this part of what may be missed on, parents are told the number of days (domain.md §3.3).
NEAR_LIMIT = Fraction(8, 10)


class Kind(StrEnum):
    """What happened (domain.md §3.1)."""

    ABSENCE = "absence"
    LATE = "late"
    EARLY_LEAVE = "early_leave"
    CLASS_ABSENCE = "class_absence"


class Cause(StrEnum):
    """Why it happened (domain.md §3.1)."""

    ILLNESS = "illness"
    UNEXCUSED = "unexcused"
    OTHER = "other"
    RECOGNISED = "recognised"


# When 지각, 조퇴 and 결과 meet on one day: gravest cause first, then by kind (domain.md §3.1). Recognised
# ones count as attended, so they stand aside for any other; an absence covers the whole day.
_GRAVITY = (Cause.UNEXCUSED, Cause.OTHER, Cause.ILLNESS, Cause.RECOGNISED)
_KIND_ORDER = (Kind.ABSENCE, Kind.EARLY_LEAVE, Kind.LATE, Kind.CLASS_ABSENCE)


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the attendance book."""

    day: date
    kind: Kind
    cause: Cause


@dataclass(frozen=True, slots=True)
class AttendanceTotals:
    """The record line of a year: how often what counted, by kind and cause."""

    cells: Mapping[tuple[Kind, Cause], int]

    def of(self, kind: Kind, cause: Cause) -> int:
        """Return one cell of kind × cause; recognised ones have their own column."""
        return self.cells.get((kind, cause), 0)

    def counted(self, kind: Kind) -> int:
        """Return how often this kind counts, whatever the cause; recognised ones count as attended."""
        return sum(n for (of, cause), n in self.cells.items() if of == kind and cause != Cause.RECOGNISED)

    @property
    def absences(self) -> int:
        """Return the days that count as not attended. Nothing else ever becomes one (domain.md §3.3)."""
        return self.counted(Kind.ABSENCE)

    @property
    def recognised(self) -> int:
        """Return the days on which something happened that counts as attended (출석인정)."""
        return sum(n for (_, cause), n in self.cells.items() if cause == Cause.RECOGNISED)

    @property
    def perfect(self) -> bool:
        """Tell whether nothing spoils 개근; recognised ones do not (domain.md §3.3)."""
        return not any(self.counted(kind) for kind in Kind)


def attendance_totals(events: Iterable[Event], *, one_event_per_day: bool = True) -> AttendanceTotals:
    """Return the totals of these entries (domain.md §3.1, §3.3).

    `one_event_per_day`: the guide's rule. Without it every kind counts once a day, so that several
    결과 of one day still are one. An absence always stands for its whole day.
    """
    days: dict[date, list[Event]] = {}
    for event in events:
        days.setdefault(event.day, []).append(event)
    cells: dict[tuple[Kind, Cause], int] = {}
    for of_day in days.values():
        for event in _that_count(of_day, one_event_per_day):
            cells[event.kind, event.cause] = cells.get((event.kind, event.cause), 0) + 1
    return AttendanceTotals(cells)


def attended_enough(attended: int, due: int) -> bool:
    """Tell whether at least two thirds of what was due were attended (수료, 과목출석률; domain.md §3.3)."""
    return attended >= due * LEAST_ATTENDED


def near_limit(absences: int, school_days: int) -> bool:
    """Tell whether so many days of the year are missed that parents should know (domain.md §3.3)."""
    return absences > school_days * (1 - LEAST_ATTENDED) * NEAR_LIMIT


def _that_count(of_day: list[Event], one_event_per_day: bool) -> list[Event]:
    absences = [event for event in of_day if event.kind == Kind.ABSENCE]
    if absences or one_event_per_day:
        return [min(absences or of_day, key=_rank)]
    kinds = {event.kind for event in of_day}
    return [min((event for event in of_day if event.kind == kind), key=_rank) for kind in sorted(kinds)]


def _rank(event: Event) -> tuple[int, int]:
    return _GRAVITY.index(event.cause), _KIND_ORDER.index(event.kind)
