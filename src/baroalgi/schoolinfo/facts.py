"""Short facts as people write them, one a line. Pure.

What stands beside a meal: nutrients 「탄수화물(g) : 109.0」, origins 「쌀 : 국내산」, as NEIS prints them, or
parted by tabs. When periods begin and end: 「1교시 09:00~09:40」.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from baroalgi.schoolinfo.timetables import PeriodTime

MOST, LONGEST = 60, 60  # lines of a meal, letters of a part
_PARTED = re.compile(r"\s*[:：\t]\s*")
_NUTRIENT = re.compile(
    r"(?P<name>[^()\d:]+?)\s*\((?P<unit>[^()]{1,20})\)\s*[:：]?\s*(?P<amount>\d{1,6}(?:\.\d{1,4})?)"
)
_PERIOD = re.compile(
    r"(\d{1,2})\s*(?:교시)?[\s:.,]+(\d{1,2})\s*[:시]\s*(\d{2})\s*분?[\s~\-–]+(\d{1,2})\s*[:시]\s*(\d{2})\s*분?",
    re.ASCII,
)
LAST_PERIOD = 15


class NotAFact(Exception):
    """A line that cannot be read. `line`: which one, from 1."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__()


class EndsFirst(NotAFact):
    """A period that ends before it begins, or begins before the last one ends."""


class Twice(NotAFact):
    """A period that is told twice."""


def nutrients(text: str) -> list[dict[str, str]]:
    """Return nutrients as they are kept. Raises NotAFact."""
    found = []
    for n, line in _lines(text):
        read = _NUTRIENT.fullmatch(line)
        if read is None or len(read["name"]) > LONGEST:
            raise NotAFact(n)
        found.append(read.groupdict())
    return found


def origins(text: str) -> list[dict[str, str]]:
    """Return where ingredients come from, as it is kept. Raises NotAFact."""
    found = []
    for n, line in _lines(text):
        name, *place = _PARTED.split(line, maxsplit=1)
        if not place:
            name, _blank, rest = line.rpartition(" ")
            place = [rest]
        if not name or not place[0] or max(len(name), len(place[0])) > LONGEST:
            raise NotAFact(n)
        found.append({"name": name, "place": place[0]})
    return found


def bells(text: str) -> dict[int, PeriodTime]:
    """Return when each period begins and ends, earliest first. Raises NotAFact, EndsFirst, Twice."""
    found: dict[int, PeriodTime] = {}
    before = time.min
    for n, line in _lines(text):
        read = _PERIOD.fullmatch(line)
        period, *parts = map(int, read.groups()) if read else (LAST_PERIOD + 1, 0, 0, 0, 0)
        try:
            begins, ends = time(parts[0], parts[1]), time(parts[2], parts[3])
        except ValueError:
            raise NotAFact(n) from None
        if period > LAST_PERIOD:
            raise NotAFact(n)
        if period in found:
            raise Twice(n)
        if ends <= begins or begins < before or period < max(found, default=0):
            raise EndsFirst(n)
        found[period], before = PeriodTime(begins, ends), ends
    return found


def as_lines(kept: Iterable[Mapping[str, Any]]) -> str:
    """Return kept nutrients or origins as people write them."""
    return "\n".join(
        f"{one['name']} : {one['place']}"
        if "place" in one
        else f"{one['name']}({one.get('unit', '')}) : {one.get('amount', '')}"
        for one in kept
    )


def bell_lines(times: Mapping[int, PeriodTime]) -> str:
    """Return the times of periods as people write them."""
    return "\n".join(f"{period}교시 {times[period]}" for period in sorted(times))


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that say something, each with its number. Raises NotAFact for too many."""
    lines = [
        (n, line.strip()) for n, line in enumerate(re.split(r"\r?\n|<br\s*/?>", text), 1) if line.strip()
    ]
    if len(lines) > MOST:
        raise NotAFact(lines[MOST][0])
    return lines
