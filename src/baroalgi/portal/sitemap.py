"""Which pages search engines are told of, by section: schools, letters to everyone, weekly plans.

What only some may read is in none of them, nor what was withdrawn or not sent: the queries leave it out, and
whoever asks for a sitemap is a visitor to them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from baroalgi.assessment import school_year, school_year_bounds
from baroalgi.letters import queries as letters
from baroalgi.organisation import queries as organisation
from baroalgi.schoolinfo import queries as schoolinfo

MOST = 50_000
"""Addresses of one file (sitemaps.org)."""

Entry: TypeAlias = tuple[str, date | None]
"""The address of a page and the day of its last change, None if nobody knows."""

_OF_A_SCHOOL = (
    "schoolinfo:school",
    "schoolinfo:curriculum",
    "schoolinfo:timetable",
    "schoolinfo:calendar",
    "schoolinfo:calendar_year",
    "schoolinfo:meals",
    "schoolinfo:meals_of_week",
)
_OF_THE_SITE = ("portal:home", "schoolinfo:schools")


@dataclass(frozen=True, slots=True)
class Section:
    """Pages of one sort. `count`: of what they are about; `read`: some of these, from an offset on."""

    name: str
    count: Callable[[date], int]
    read: Callable[[date, int, int], list[Entry]]
    pages_each: int = 1
    before: tuple[str, ...] = ()  # pages that stand before those of the first part, by name

    def parts(self, count: int) -> int:
        """Return in how many files it stands; none of them is empty."""
        return -(-count // self._each_part)

    def size(self, count: int) -> int:
        """Return how many pages it has."""
        return len(self.before) + count * self.pages_each

    def part(self, n: int, today: date) -> list[Entry]:
        """Return the pages of its n-th file, from 1. One statement."""
        before: list[Entry] = [(address(name), None) for name in self.before] if n == 1 else []
        return before + self.read(today, (n - 1) * self._each_part, self._each_part)

    @property
    def _each_part(self) -> int:
        return (MOST - len(self.before)) // self.pages_each


def address(name: str, query: dict[str, str | int] | None = None, **where: object) -> str:
    """Return the whole address of a page."""
    path = settings.ENVIRONMENT.url + reverse(name, kwargs=where or None)
    return f"{path}?{urlencode(query)}" if query else path


def _schools(_today: date, offset: int, limit: int) -> list[Entry]:
    return [
        # Only the facts have a day on which they were changed.
        (address(name, code=code), changed_on if name == "schoolinfo:school" else None)
        for code, changed_on in organisation.listed(settings.ENVIRONMENT.office, offset=offset, limit=limit)
        for name in _OF_A_SCHOOL
    ]


def _letters(_today: date, offset: int, limit: int) -> list[Entry]:
    found = letters.listed(settings.ENVIRONMENT.office, offset=offset, limit=limit)
    return [
        (
            address("letters:letter", code=row.school_code, board=row.board_slug, number=row.number),
            row.changed_on,
        )
        for row in found
    ]


def _plans(today: date, offset: int, limit: int) -> list[Entry]:
    found = schoolinfo.listed_plans(settings.ENVIRONMENT.office, _since(today), offset=offset, limit=limit)
    return [
        (
            address(
                "schoolinfo:weekly_plan",
                {"grade": row.of.grade, "class": row.of.name, "week": row.monday.isoformat()},
                code=row.school_code,
            ),
            row.changed_on,
        )
        for row in found
    ]


def _since(today: date) -> date:
    """Plans are of use for a school year."""
    first, _last = school_year_bounds(school_year(today))
    return first


SECTIONS = (
    Section(
        "schools",
        lambda _today: organisation.count_listed(settings.ENVIRONMENT.office),
        _schools,
        pages_each=len(_OF_A_SCHOOL),
        before=_OF_THE_SITE,
    ),
    Section("letters", lambda _today: letters.count_listed(settings.ENVIRONMENT.office), _letters),
    Section(
        "plans",
        lambda today: schoolinfo.count_listed_plans(settings.ENVIRONMENT.office, _since(today)),
        _plans,
    ),
)
