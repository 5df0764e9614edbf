"""Semesters (학기): the second one begins when school does after the summer (개학식, domain.md §6.5). Pure.

The head of a school decides when the first one ends (초·중등교육법 시행령 §44); NEIS tells none of the days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from baroalgi.assessment import school_year, school_year_bounds

SUMMER = ((7, 15), (9, 15))  # between them the second semester begins
USUAL = (8, 16)  # when the calendar does not say


@dataclass(frozen=True, slots=True)
class Term:
    """A semester, both days included."""

    school_year: int
    semester: int
    first: date
    last: date


def summer(day: date) -> tuple[date, date]:
    """Return between which days of this school year the second semester begins."""
    year = school_year(day)
    return date(year, *SUMMER[0]), date(year, *SUMMER[1])


def term_of(day: date, openings: Iterable[date]) -> Term:
    """Return the semester of a day. `openings`: days of 개학식 in the calendar."""
    year = school_year(day)
    first, last = school_year_bounds(year)
    earliest, latest = summer(day)
    second = min((one for one in openings if earliest <= one <= latest), default=date(year, *USUAL))
    if day < second:
        return Term(year, 1, first, second - timedelta(days=1))
    return Term(year, 2, second, last)
