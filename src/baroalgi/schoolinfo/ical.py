"""What a school tells, as calendars for other programs (iCalendar, RFC 5545). Pure: rows in, bytes out.

A line keeps its UID as long as it exists; SEQUENCE never falls and grows with every change, and what was
taken back stays with STATUS:CANCELLED. DTSTAMP is the moment of the last change and not of the asking, so
that the same rows are the same bytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration
from icalendar.prop import vUri

from baroalgi.schoolinfo.calendars import follows
from baroalgi.schoolinfo.timetables import PeriodTime

SEOUL = ZoneInfo("Asia/Seoul")
PRODUCT = "-//baroalgi//schoolinfo//KO"
# How often a subscribed calendar is read again.
_AGAIN = timedelta(hours=6)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One event. `last` is the last day of it; with `time` it is a part of the day `first`.

    `sequence`: how often it has changed; `changed_at`: when it last did.
    """

    uid: str
    first: date
    last: date
    summary: str
    sequence: int
    changed_at: datetime
    time: PeriodTime | None = None
    description: str = ""
    categories: tuple[str, ...] = ()
    location: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One day of a line of the school calendar as it is stored, cancelled ones too."""

    id: int
    uid: str
    day: date
    name: str
    kind: str
    day_kind: str
    content: str
    grades: tuple[int, ...]
    sequence: int
    changed_at: datetime
    cancelled: bool


def uid(*parts: object) -> str:
    """Return the name of a line that is known by its natural key."""
    address = "/".join(quote(str(part), safe="") for part in parts)
    return str(uuid5(NAMESPACE_URL, f"https://baroalgi/{address}"))


def joined(rows: Iterable[Row]) -> list[list[Row]]:
    """Put equal lines on days that follow one another together, weekends not counted, earliest first.

    Cancelled days stand apart from those that take place: each becomes an event of its own.
    """
    open_spans: dict[tuple[object, ...], list[Row]] = {}
    spans: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: (row.day, row.uid)):
        key = (row.name, row.kind, row.day_kind, row.content, row.grades, row.cancelled)
        span = open_spans.get(key)
        if span and span[-1].day < row.day and follows(row.day, span[-1].day):
            span.append(row)
            continue
        open_spans[key] = [row]
        spans.append(open_spans[key])
    return spans


def around(span: Sequence[Row], of_school: Iterable[Row]) -> list[Row]:
    """Return the rows on the days of a joined line and beside it, of whatever name: they made it what it is.

    A line that gains or loses a day, at its ends or in its middle, does so by a change of one of these, which
    is then the newest of all. So the highest `sequence` among them never falls, and rises with every change.
    """
    first, last = span[0].day - 3 * _DAY, span[-1].day + 3 * _DAY  # as far as a line reaches over a weekend
    return [row for row in of_school if first <= row.day <= last]


def write(*, name: str, description: str, address: str, lines: Iterable[Line]) -> bytes:
    """Return the calendar. `address`: the page that shows the same, for people."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("description", description)
    calendar.add("x-wr-caldesc", description)
    calendar.add("x-wr-timezone", "Asia/Seoul")
    calendar.add("url", vUri(address))
    calendar.add("refresh-interval", vDuration(_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(_AGAIN))
    calendar.add_component(_seoul())
    for line in lines:
        calendar.add_component(_event(line, address))
    return bytes(calendar.to_ical())


def _event(line: Line, address: str) -> Event:
    event = Event()
    event.add("uid", f"{line.uid}@baroalgi")
    event.add("dtstamp", line.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", line.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", line.sequence)
    if line.time:
        event.add("dtstart", datetime.combine(line.first, line.time.begins, SEOUL))
        event.add("dtend", datetime.combine(line.first, line.time.ends, SEOUL))
    else:
        event.add("dtstart", line.first)
        event.add("dtend", line.last + _DAY)  # the first day after it (RFC 5545 §3.6.1)
    event.add("summary", line.summary)
    if line.description:
        event.add("description", line.description)
    if line.location:
        event.add("location", line.location)
    if line.categories:
        event.add("categories", list(line.categories))
    event.add("status", "CANCELLED" if line.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if line.time else "TRANSPARENT")
    event.add("class", "PUBLIC")
    event.add("url", vUri(address))
    return event


def _seoul() -> Timezone:
    # Korea has had no summer time since 1988: one rule for every day that a school has here.
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "Asia/Seoul")
    standard.add("dtstart", datetime(1988, 10, 9))  # noqa: DTZ001 - local time, as VTIMEZONE has it
    standard.add("tzoffsetfrom", timedelta(hours=9))
    standard.add("tzoffsetto", timedelta(hours=9))
    standard.add("tzname", "KST")
    zone.add_component(standard)
    return zone
