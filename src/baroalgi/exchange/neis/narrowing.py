"""From what is asked to the rows that fit: conditions in SQL, with the values beside them.

A value that cannot be one (letters for a grade, a 13th month) fits no row; it is no error (domain.md §7.4).
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from baroalgi.assessment import LEVEL_WORDS, Level
from baroalgi.exchange.neis.services import COURSES, Kind, Match, Parameter, Service
from baroalgi.platform.listing import Source

# Timetables of past school years were moved to services of their own: these hold lessons up to July 2023.
# Clients ask there for years before 2023 only, so the months between are served by both (ADR 0015).
PAST_UNTIL = date(2023, 7, 31)
NOW_FROM = date(2023, 1, 1)
_LARGEST = 9999  # of the small whole numbers of a row


@dataclass(slots=True)
class Conditions:
    """SQL that is joined by AND, and its values in order. `nothing`: no row can fit.

    `first`, `last`: the days that are asked about.
    """

    sql: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    nothing: bool = False
    first: date = date.min
    last: date = date.max

    def add(self, sql: str, *values: Any) -> None:
        self.sql.append(sql)
        self.values += values


def conditions(service: Service, source: Source, asked: Mapping[str, str]) -> Conditions:
    """Return what the rows of a service must be to fit."""
    found = Conditions()
    for parameter in service.parameters:
        if parameter.name in asked:
            _narrow(found, parameter, source.columns, asked[parameter.name])
    if service.levels:
        found.add(_of_levels(source.columns["school_kind"], service.levels))
    if service.table == "lesson" and service.past:
        found.last = min(found.last, PAST_UNTIL)
    elif service.table == "lesson":
        found.first = max(found.first, NOW_FROM)
    if found.first > found.last:
        found.nothing = True
    elif (found.first, found.last) != (date.min, date.max):
        found.add(f"{source.columns['day']} BETWEEN %s AND %s", found.first, found.last)
    return found


def _narrow(found: Conditions, parameter: Parameter, columns: Mapping[str, str], value: str) -> None:
    column = columns[parameter.column]
    if "\0" in value:  # no text of the database has it
        found.nothing = True
    elif parameter.kind is Kind.DATE:
        _narrow_days(found, parameter.match, value)
    elif parameter.match is Match.CONTAINS:
        found.add(f"strpos({column}, %s) > 0", value)
    elif parameter.kind is Kind.INTEGER:
        _narrow_number(found, column, value)
    elif parameter.kind is Kind.CLASS_NAME and value.isdecimal():
        found.add(f"{column} IN (%s, %s)", value.lstrip("0") or "0", value.zfill(2))
    elif parameter.kind in (Kind.COURSE, Kind.DAY_NIGHT):
        _narrow_own(found, parameter, columns, value)
    else:
        found.add(f"{column} = %s", value)


def _narrow_number(found: Conditions, column: str, value: str) -> None:
    number = int(value) if value.isascii() and value.isdecimal() and len(value) <= 4 else _LARGEST + 1
    if number > _LARGEST:
        found.nothing = True
    else:
        found.add(f"{column} = %s", number)


def _narrow_own(found: Conditions, parameter: Parameter, columns: Mapping[str, str], value: str) -> None:
    """Compare with what a row is served with: its own word, or that of its school when it has none."""
    column, verbatim = columns[parameter.column], columns["verbatim"]
    if parameter.kind is Kind.DAY_NIGHT:
        own = f"coalesce(nullif({columns['school_day_night']}, ''), '주간') = %s"
        values = [value, value]
    else:
        level = next((level for level, word in COURSES.items() if word == value), None)
        own = _of_levels(columns["school_kind"], [level]) if level else "false"
        values = [value]
    # An imported row may have had nothing there.
    found.add(
        f"({column} = %s OR ({column} = '' AND NOT {verbatim} ? '{parameter.name}' AND {own}))", *values
    )


def _of_levels(kind: str, levels: Sequence[Level]) -> str:
    """Return the SQL of `Level.of(kind) in levels`: the first level that fits counts."""
    cases = " ".join(
        f"WHEN {' OR '.join(f'strpos({kind}, $w${word}$w$) > 0' for word in words)} THEN '{level}'"
        for level, words in LEVEL_WORDS.items()
    )
    wanted = ", ".join(f"'{level}'" for level in levels)
    return f"CASE {cases} ELSE '{Level.OTHER}' END IN ({wanted})"


def _narrow_days(found: Conditions, match: Match, value: str) -> None:
    if not (value.isascii() and value.isdecimal() and len(value) <= 8):
        found.nothing = True
        return
    if match is Match.DAY and len(value) == len("261124") and not value.startswith(("19", "20")):
        value = f"20{value}"  # some clients leave the century out
    first = date.min if match is Match.TO else first_day(value)
    last = date.max if match is Match.FROM else last_day(value)
    if first is None or last is None:
        found.nothing = True
    else:
        found.first, found.last = max(found.first, first), min(found.last, last)


def first_day(begins: str) -> date | None:
    """Return the first day that is not before these digits, as YYYYMMDD are compared as text."""
    year, month, day = _parts(begins.ljust(8, "0"))
    if year < 1:
        return date.min
    if month > 12:
        year, month, day = year + 1, 1, 1
    elif month < 1:
        month, day = 1, 1
    elif day > monthrange(year, month)[1]:
        year, month, day = (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
    return date(year, month, max(day, 1)) if year <= date.max.year else None


def last_day(begins: str) -> date | None:
    """Return the last day that is not after these digits."""
    year, month, day = _parts(begins.ljust(8, "9"))
    if year < 1:
        return None
    if month < 1 or (month == 1 and day < 1):
        return date(year - 1, 12, 31) if year > 1 else None
    if month > 12:
        return date(year, 12, 31)
    if day < 1:
        month, day = month - 1, 31
    return date(year, month, min(day, monthrange(year, month)[1]))


def _parts(digits: str) -> tuple[int, int, int]:
    return int(digits[:4]), int(digits[4:6]), int(digits[6:8])
