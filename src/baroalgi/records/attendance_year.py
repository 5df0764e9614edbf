"""A school year of attendance put together for people. Pure."""

import calendar
from collections.abc import Collection, Iterable
from datetime import date

from django.utils.translation import gettext as _

from baroalgi.assessment import Event, Kind, attendance_totals, near_limit, school_year
from baroalgi.records.types import AttendanceEntry, AttendanceYear, Cell, GridMonth

# Of several entries on a day the gravest kind stands in its cell; the list says all of them.
_IN_CELL: dict[Kind, Cell] = {
    Kind.ABSENCE: "absent",
    Kind.EARLY_LEAVE: "early",
    Kind.LATE: "late",
    Kind.CLASS_ABSENCE: "skipped",
}


def put_together(
    entries: Iterable[AttendanceEntry], *, school_days: Collection[date], until: date
) -> AttendanceYear:
    """Return the year of `until`. `school_days`: those of the whole year, in order."""
    year = school_year(until)
    newest_first = tuple(sorted(entries, key=lambda entry: entry.day, reverse=True))
    totals = attendance_totals(Event(entry.day, entry.kind, entry.cause) for entry in newest_first)
    so_far = [day for day in school_days if day <= until]
    return AttendanceYear(
        year=year,
        first_day=so_far[0] if so_far else None,
        until=until,
        school_days=len(so_far),
        of_year=len(school_days),
        totals=totals,
        entries=newest_first,
        grid=_grid(newest_first, set(school_days), year, until),
        is_near_limit=near_limit(totals.absences, len(school_days)),
    )


def _grid(
    entries: Iterable[AttendanceEntry], school_days: Collection[date], year: int, until: date
) -> tuple[GridMonth, ...]:
    kinds: dict[date, set[Kind]] = {}
    for entry in entries:
        kinds.setdefault(entry.day, set()).add(entry.kind)
    months = [(year, month) for month in range(3, 13)] + [(year + 1, 1), (year + 1, 2)]
    return tuple(
        GridMonth(
            label=_("%(n)s월") % {"n": month},
            days=tuple(_cell(of_year, month, n, kinds, school_days, until) for n in range(1, 32)),
        )
        for of_year, month in months
    )


def _cell(
    year: int, month: int, n: int, kinds: dict[date, set[Kind]], school_days: Collection[date], until: date
) -> Cell:
    if n > calendar.monthrange(year, month)[1]:
        return ""
    day = date(year, month, n)
    if day in kinds:
        return next(cell for kind, cell in _IN_CELL.items() if kind in kinds[day])
    if day not in school_days:
        return "off"
    return "present" if day <= until else "ahead"
