"""Lines of the school calendar. A row keeps its name in other people's calendars for good."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Max, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import days
from baroalgi.policy import Actor
from baroalgi.schoolinfo import sheets
from baroalgi.schoolinfo.entry.types import EventEntry
from baroalgi.schoolinfo.models import CalendarDay


class EventThere(Refused):
    message = _("%(day)s에 같은 이름의 일정이 이미 있습니다.")
    field = "name"


class EventTaken(Refused):
    """Somebody else changed or took back the line since it was opened."""

    message = _("그사이 다른 분이 이 일정을 고쳤습니다. 지금 적힌 것을 보고 다시 정해 주세요.")


@action
def add_event(*, by: Actor, school_id: int, event: EventEntry, now: datetime) -> None:
    """Enter a line, a row for each of its days. Raises EventThere."""
    _free(school_id, event)
    _create(school_id, event, event.days, now)
    _record(by, school_id, event, "added")


@action
def change_event(
    *, by: Actor, school_id: int, seen: Collection[tuple[str, int]], event: EventEntry, now: datetime
) -> None:
    """Change a line: days that stay count up, days that go are cancelled, new ones begin.

    `seen`: uid and sequence of every row of it, as it was opened. Raises EventTaken, EventThere.
    """
    rows = {row.day: row for row in _locked(school_id, seen)}
    _free(school_id, event, but=[row.id for row in rows.values()])
    says = _says(event)
    changed = [
        row.id
        for day, row in rows.items()
        if day in event.days and any(getattr(row, part) != value for part, value in says.items())
    ]
    gone = [row.id for day, row in rows.items() if day not in event.days]
    stamp = _stamp(school_id, now)
    # The first name is kept: by it an import knows the line again.
    told_as = Coalesce(NullIf("told_as", Value("")), F("name"))
    CalendarDay.objects.filter(id__in=changed).update(**says, **stamp, told_as=told_as)
    CalendarDay.objects.filter(id__in=gone).update(cancelled=True, **stamp)
    _create(school_id, event, [day for day in event.days if day not in rows], now)
    _record(by, school_id, event, "changed")


@action
def cancel_event(
    *, by: Actor, school_id: int, seen: Collection[tuple[str, int]], event: EventEntry, now: datetime
) -> None:
    """Take a line back: calendars that hold it are told that it is cancelled. Raises EventTaken."""
    ids = [row.id for row in _locked(school_id, seen)]
    CalendarDay.objects.filter(id__in=ids).update(cancelled=True, **_stamp(school_id, now))
    _record(by, school_id, event, "cancelled")


def _locked(school_id: int, seen: Collection[tuple[str, int]]) -> list[CalendarDay]:
    rows = CalendarDay.objects.filter(
        school_id=school_id, uid__in=[uid for uid, _sequence in seen], cancelled=False
    )
    there = list(rows.select_for_update().order_by("id"))
    if not there or {(str(row.uid), row.sequence) for row in there} != set(seen):
        raise EventTaken
    return there


def _free(school_id: int, event: EventEntry, but: Collection[int] = ()) -> None:
    """Refuse a second line of the same name on a day."""
    rows = CalendarDay.objects.filter(
        school_id=school_id, day__in=event.days, name=event.name, cancelled=False
    )
    day = rows.exclude(id__in=but).order_by("day").values_list("day", flat=True).first()
    if day:
        raise EventThere(day=days(day, day))


def _create(school_id: int, event: EventEntry, days: Collection[Any], now: datetime) -> None:
    if not days:
        return
    there = CalendarDay.objects.filter(school_id=school_id, day__in=days).values_list("day")
    last = dict(there.annotate(last=Max("n")).order_by("day"))
    stamp = _stamp(school_id, now)
    try:
        CalendarDay.objects.bulk_create(
            CalendarDay(
                school_id=school_id,
                day=day,
                n=last.get(day, 0) + 1,
                **_says(event),
                **stamp,
            )
            for day in days
        )
    except IntegrityError:
        raise EventTaken from None  # two lines for the same day at the same moment


def _stamp(school_id: int, now: datetime) -> dict[str, Any]:
    """Return what every change of a row notes: it is the school's own, and newer than all others."""
    return {
        "own": True,
        "sequence": sheets.next_number(school_id),
        "changed_at": now,
        "verbatim": {},
    }


def _says(event: EventEntry) -> dict[str, Any]:
    return {
        "name": event.name,
        "kind": event.kind,
        "day_kind": event.day_kind,
        "content": event.content,
        "grades": list(event.grades),
    }


def _record(by: Actor, school_id: int, event: EventEntry, what: str) -> None:
    audit.record(
        by,
        Audit.CALENDAR_CHANGED,
        school_id=school_id,
        what=what,
        first=event.first.isoformat(),
        days=len(event.days),
    )
