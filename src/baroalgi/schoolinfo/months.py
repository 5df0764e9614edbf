"""Months as pages: which days they hold, which come before and after."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Self

_WRITTEN = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str, *, otherwise: date) -> Self:
        """Return the month written as 2026-11; the month of `otherwise` when it is none of this century."""
        parts = _WRITTEN.fullmatch(text)
        return cls(int(parts[1]), int(parts[2])) if parts else cls.of(otherwise)

    @classmethod
    def of_school_year(cls, year: int) -> list[Self]:
        """Return the months from March to February."""
        return [cls(year, n) for n in range(3, 13)] + [cls(year + 1, n) for n in (1, 2)]

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month":
        return Month(self.year, self.number - 1) if self.number > 1 else Month(self.year - 1, 12)

    @property
    def after(self) -> "Month":
        return Month(self.year, self.number + 1) if self.number < 12 else Month(self.year + 1, 1)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    def weeks(self, *, from_sunday: bool = False) -> list[list[date]]:
        """Return whole weeks that hold the month, days of its neighbours included."""
        return calendar.Calendar(calendar.SUNDAY if from_sunday else calendar.MONDAY).monthdatescalendar(
            self.year, self.number
        )
