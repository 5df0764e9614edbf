"""Weeks as pages: which days they hold, which come before and after."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from baroalgi.schoolinfo.months import Month

_WEEK = timedelta(days=7)


def read_day(text: str, *, otherwise: date) -> date:
    """Return the day written as 2026-11-24; `otherwise` when it is none of this century."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 and text.isascii() else otherwise
    except ValueError:
        return otherwise
    return day if 2000 <= day.year <= 2099 else otherwise


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week, named by its Monday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def read(cls, text: str, *, otherwise: date) -> Self:
        """Return the week of the day written in an address; that of `otherwise` when it cannot be read."""
        return cls.of(read_day(text, otherwise=otherwise))

    @property
    def first(self) -> date:
        return self.monday

    @property
    def last(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def friday(self) -> date:
        return self.monday + timedelta(days=4)

    @property
    def days(self) -> tuple[date, ...]:
        """Return the seven days from Monday."""
        return tuple(self.monday + timedelta(days=n) for n in range(7))

    @property
    def before(self) -> "Week":
        return Week(self.monday - _WEEK)

    @property
    def after(self) -> "Week":
        return Week(self.monday + _WEEK)

    @property
    def month(self) -> Month:
        return Month.of(self.monday)

    def __str__(self) -> str:
        return self.monday.isoformat()
