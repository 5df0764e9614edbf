"""Semesters. NEIS tells none of their days: the second one begins when school does after the summer."""

from collections.abc import Iterable
from datetime import date, timedelta

from baroalgi.assessment import school_year, school_year_bounds
from baroalgi.schoolinfo.entry.types import Term

SUMMER = ((7, 15), (9, 15))  # between them the second semester begins
USUAL = (8, 16)  # when the calendar does not say


def summer(day: date) -> tuple[date, date]:
    """Return between which days of this school year the second semester begins."""
    year = school_year(day)
    return date(year, *SUMMER[0]), date(year, *SUMMER[1])


def of(day: date, openings: Iterable[date]) -> Term:
    """Return the semester of a day. `openings`: days of 개학식 in the calendar."""
    year = school_year(day)
    first, last = school_year_bounds(year)
    earliest, latest = summer(day)
    second = min((one for one in openings if earliest <= one <= latest), default=date(year, *USUAL))
    if day < second:
        return Term(year, 1, first, second - timedelta(days=1))
    return Term(year, 2, second, last)
