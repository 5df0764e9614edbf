"""Classes, their lessons of a week and what is planned for them, put together for people. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _

from baroalgi.schoolinfo.types import Event, Meal, Span
from baroalgi.schoolinfo.weeks import Week

# NEIS marks a substitute in the text of the lesson: "[보강]수학" (domain.md §6.4).
_SUBSTITUTE = re.compile(r"^\s*\[보강\]\s*")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of a day; `instead_of` is what was planned.

    `change`: empty, "substitute", "swap" or "cancelled".
    """

    day: date
    period: int
    subject: str
    teacher: str
    classroom: str
    change: str
    instead_of: str

    @property
    def change_word(self) -> str:
        """Return what has changed, in a word; empty when nothing has."""
        words = {"substitute": _("보강"), "swap": _("교체"), "cancelled": _("휴업")}
        return words.get(self.change, "")

    @property
    def sign(self) -> str:
        """Return the shape that stands beside the word."""
        return {"substitute": "+", "swap": "↔", "cancelled": "×"}.get(self.change, "")

    @property
    def before(self) -> str:
        """Return what it was instead: 「원래 수학」; empty when nobody wrote it down."""
        if not self.instead_of:
            return ""
        return _("원래 %(subject)s") % {"subject": self.instead_of}


@dataclass(frozen=True, slots=True)
class PeriodTime:
    """When a lesson begins and ends at this school."""

    begins: time
    ends: time

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}~{self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class LessonDay:
    """A day of the timetable. `off`: why there are no lessons, in the school's words."""

    day: date
    off: str
    lessons: Mapping[int, tuple[Lesson, ...]]

    @property
    def changes(self) -> int:
        """Return how many lessons of the day differ from the plan."""
        return sum(bool(one.change) for found in self.lessons.values() for one in found)


@dataclass(frozen=True, slots=True)
class Timetable:
    """A week of a class: its days, and the periods in which any of them has lessons."""

    week: Week
    days: tuple[LessonDay, ...]
    periods: tuple[int, ...]
    times: Mapping[int, PeriodTime]

    @property
    def is_empty(self) -> bool:
        return not self.periods

    @property
    def changes(self) -> int:
        return sum(day.changes for day in self.days)


def lay_out(
    week: Week, lessons: Iterable[Lesson], off: Mapping[date, str], times: Mapping[int, PeriodTime]
) -> Timetable:
    """Put the lessons of a week into days and periods; weekends are there when they have lessons."""
    by_day: dict[date, dict[int, tuple[Lesson, ...]]] = {}
    for lesson in lessons:
        of_day = by_day.setdefault(lesson.day, {})
        of_day[lesson.period] = (*of_day.get(lesson.period, ()), lesson)
    days = tuple(
        LessonDay(day, off.get(day, ""), by_day.get(day, {}))
        for day in week.days
        if day.weekday() < 5 or day in by_day
    )
    periods = tuple(sorted({period for found in by_day.values() for period in found}))
    return Timetable(week, days, periods, times)


def days_off(events: Iterable[Event]) -> dict[date, str]:
    """Return the days without lessons with their names."""
    off: dict[date, list[str]] = {}
    for event in events:
        if event.day_kind != "school_day":
            off.setdefault(event.day, []).append(event.name)
    return {day: ", ".join(names) for day, names in off.items()}


def read_content(content: str, change: str) -> tuple[str, str]:
    """Return subject and change of a lesson whose text may carry the mark of a substitute."""
    subject, found = _SUBSTITUTE.subn("", content)
    return subject.strip(), "substitute" if found and not change else change


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """A lesson of the weekly plan: what is learned, on which pages, what to bring."""

    period: int
    subject: str
    unit: str
    pages: str
    materials: str


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day of the weekly plan with what else it holds."""

    day: date
    lessons: tuple[PlannedLesson, ...]
    spans: tuple[Span, ...]
    meals: tuple[Meal, ...]

    @property
    def materials(self) -> str:
        """Return everything to bring on the day, each once."""
        return ", ".join(dict.fromkeys(one.materials for one in self.lessons if one.materials))


@dataclass(frozen=True, slots=True)
class WeeklyPlan:
    """주간학습안내 of a class (domain.md §6.4). If it is not written, events and meals may still be there."""

    week: Week
    is_written: bool
    notice: str
    days: tuple[PlannedDay, ...]
