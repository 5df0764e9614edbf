"""Lines of the school calendar put together for people: spans of days, months in weeks. Pure."""

from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from baroalgi.organisation import queries as organisation
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.types import (
    CalendarDay,
    CalendarMonth,
    CalendarYear,
    Event,
    Mark,
    Schedule,
    Span,
    YearMonth,
)

_DAY = timedelta(days=1)


class OfDay(Protocol):
    """A row of one day."""

    @property
    def day(self) -> date: ...


R = TypeVar("R", bound=OfDay)


def for_grades(events: Iterable[Event], grades: Collection[int]) -> list[Event]:
    """Return the lines that concern one of these grades; every line when `grades` is empty."""
    return [
        event for event in events if not grades or not event.grades or set(grades).intersection(event.grades)
    ]


def runs(rows: Iterable[R], same: Callable[[R], Hashable]) -> list[list[R]]:
    """Put rows that are the `same` on days that follow one another together. Rows come by day."""
    latest: dict[Hashable, list[R]] = {}
    found: list[list[R]] = []
    for row in rows:
        key = same(row)
        run = latest.get(key)
        if run is None or not follows(row.day, run[-1].day):
            run = latest[key] = []
            found.append(run)
        run.append(row)
    return found


def spans(events: Iterable[Event]) -> list[Span]:
    """Join equal lines on days that follow one another, weekends not counted; earliest first."""
    by_day = sorted(events, key=lambda event: event.day)
    found = [
        Span(run[0].day, run[-1].day, run[0].name, _mark(run[0]), run[0].content, run[0].grades)
        for run in runs(by_day, lambda event: (event.name, event.kind, event.grades))
    ]
    return sorted(found, key=lambda span: (span.first, span.last))


def month_of(month: Month, found: Iterable[Event], grades: Collection[int]) -> CalendarMonth:
    """Lay out a month. `found` should reach beyond it, so that what began earlier is said in full."""
    return _lay_out(month, spans(for_grades(found, grades)))


def year_of(year: int, found: Iterable[Event], grades: Collection[int]) -> CalendarYear:
    """Lay out a school year, March to February. `found` should reach beyond it."""
    wanted = spans(for_grades(found, grades))
    months = Month.of_school_year(year)
    shown, remarks = said_once([span for span in wanted if span.touches(months[0].first, months[-1].last)])
    return CalendarYear(
        year,
        tuple(
            YearMonth(
                _lay_out(month, shown),
                tuple(span for span in shown if Month.of(max(span.first, months[0].first)) == month),
            )
            for month in months
        ),
        remarks,
    )


def with_public_holidays(events: list[Event], first: date, last: date) -> list[Event]:
    """Add the public holidays of these days that the school does not list itself."""
    listed = {event.day for event in events if "public_holiday" in (event.kind, event.day_kind)}
    added = [
        Event(
            day,
            holiday.name,
            "public_holiday",
            "public_holiday",
            _("확정 전") if holiday.uncertain else "",
            (),
        )
        for day, holiday in organisation.public_holidays().items()
        if first <= day <= last and day not in listed
    ]
    return events + added


def _lay_out(month: Month, wanted: list[Span]) -> CalendarMonth:
    shown, remarks = said_once([span for span in wanted if span.touches(month.first, month.last)])
    weeks = tuple(
        tuple(
            CalendarDay(
                day,
                inside=Month.of(day) == month,
                spans=tuple(span for span in shown if Month.of(day) == month and _falls_on(span, day)),
            )
            for day in week
        )
        for week in month.weeks(from_sunday=True)
    )
    return CalendarMonth(month, tuple(shown), weeks, remarks)


def schedule_of(found: Iterable[Event], today: date, limit: int) -> Schedule:
    """Return what is today, and the next `limit` after it. `found` begins with today."""
    wanted = spans(found)
    today_first = [span for span in wanted if span.first <= today]
    shown, remarks = said_once(today_first + wanted[len(today_first) :][:limit])
    return Schedule(tuple(shown[: len(today_first)]), tuple(shown[len(today_first) :]), remarks)


def said_once(found: list[Span]) -> tuple[list[Span], tuple[str, ...]]:
    """Return the spans without their remarks, and each remark once.

    A remark is a whole sentence (it ends with a full stop); what only adds to the name stays with it.
    """
    remarks = dict.fromkeys(span.content for span in found if span.content.endswith("."))
    return [replace(span, content="") if span.content in remarks else span for span in found], tuple(remarks)


def follows(day: date, last: date) -> bool:
    """Tell whether only a weekend lies between the two, or nothing."""
    between = (last + _DAY * n for n in range(1, (day - last).days))
    return (day - last).days <= 3 and all(one.weekday() >= 5 for one in between)


def _falls_on(span: Span, day: date) -> bool:
    # An exam from Friday to Monday leaves the weekend free; a vacation does not.
    return span.first <= day <= span.last and (span.is_off or day.weekday() < 5 or not span.is_long)


def _mark(event: Event) -> Mark:
    if "public_holiday" in (event.kind, event.day_kind):
        return "holiday"
    if event.day_kind != "school_day":
        return {"discretionary_holiday": "own", "vacation": "vacation"}.get(event.kind, "off")  # type: ignore[return-value]
    return "exam" if event.kind == "regular_exam" else "event"
