"""Lines of sheets as rows of tables: which columns name a line, which say something.

One table per sheet, but for the weekly plan, whose row of a week holds the lessons as a list. An upload adds
lines and changes them; what it does not mention stays as it is.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models

from baroalgi.schoolinfo.models import BaseLesson, CalendarDay, CurriculumItem, Meal, Teaching, WeekPlan
from baroalgi.schoolinfo.types import Differences, Entry, Key, Sheet, Values

BATCH = 500  # rows of a statement


@dataclass(frozen=True, slots=True)
class Table:
    """The table of a sheet. The first part of the key narrows what is read (a year, days)."""

    model: type[models.Model]
    key: tuple[str, ...]
    values: tuple[str, ...]
    # What a change of our own resets or counts besides (`verbatim`, `sequence`, `own`).
    kept: bool = False


CLASS = ("school_year", "semester", "grade", "class_name")
TABLES = {
    Sheet.TIMETABLE: Table(BaseLesson, (*CLASS, "weekday", "period"), ("subject", "teacher", "classroom")),
    Sheet.CALENDAR: Table(CalendarDay, ("day", "name"), ("kind", "day_kind", "content", "grades"), kept=True),
    Sheet.MEALS: Table(Meal, ("day", "kind"), ("dishes", "calories"), kept=True),
    Sheet.CURRICULUM: Table(
        CurriculumItem,
        ("entrance_year", "plan", "subject", "grade", "semester"),
        ("subject_group", "subject_type", "units", "unit_kind"),
    ),
    Sheet.TEACHING: Table(Teaching, (*CLASS, "subject", "teacher"), ()),
}
WEEK_VALUES = ("subject", "unit", "pages", "materials")


def known(sheet: Sheet, school_id: int, among: Collection[Any]) -> dict[Key, Values]:
    """Return what the school says today, of lines whose key begins with one of these. One statement."""
    if sheet is Sheet.WEEK_PLAN:
        plans = WeekPlan.objects.filter(school_id=school_id, monday__in=among)
        return {
            (plan.monday, plan.grade, plan.class_name, lesson["weekday"], lesson["period"]): tuple(
                lesson.get(part, "") for part in WEEK_VALUES
            )
            for plan in plans.order_by("monday", "grade", "class_name")
            for lesson in plan.lessons
        }
    table = TABLES[sheet]
    return {
        key: values
        for key, row in _rows(table, school_id, among).items()
        if (values := _values(table, row)) is not None
    }


def put(sheet: Sheet, school_id: int, entries: Collection[Entry], now: datetime) -> Differences:
    """Write what differs, in batches; say what that was."""
    among = {entry.key[0] for entry in entries}
    found = Differences.of(entries, known(sheet, school_id, among))
    wanted = [entry for entry in entries if entry.key in found.new | found.changed]
    if sheet is Sheet.WEEK_PLAN:
        _put_weeks(school_id, wanted, now)
    else:
        _put_rows(TABLES[sheet], school_id, wanted, among, now)
    return found


def _rows(table: Table, school_id: int, among: Collection[Any]) -> dict[Key, Any]:
    rows = table.model._default_manager.filter(school_id=school_id, **{f"{table.key[0]}__in": among})
    # Of several rows of one name (another course of the same school) the first one is the line.
    keyed: dict[Key, Any] = {}
    order = (*table.key, "cancelled", "id") if table.kept else (*table.key, "id")
    for row in rows.order_by(*order):
        keyed.setdefault(tuple(getattr(row, part) for part in table.key), row)
    return keyed


def _values(table: Table, row: Any) -> Values | None:
    if getattr(row, "cancelled", False):
        return None
    return tuple(getattr(row, part) for part in table.values)


def _put_rows(
    table: Table, school_id: int, wanted: list[Entry], among: Collection[Any], now: datetime
) -> None:
    rows = _rows(table, school_id, among)
    fresh: list[Any] = []
    changed: list[Any] = []
    numbers = _last_numbers(school_id, among) if table.model is CalendarDay else defaultdict(int)
    number = next_number(school_id) if table.model is CalendarDay else 0
    for entry in wanted:
        says = dict(zip(table.values, entry.values, strict=True))
        row = rows.get(entry.key)
        if row is None:
            names = dict(zip(table.key, entry.key, strict=True))
            if table.model is CalendarDay:
                numbers[names["day"]] += 1
                names["n"] = numbers[names["day"]]
            if table.model is CurriculumItem:
                names["position"] = len(rows) + len(fresh) + 1
            fresh.append(table.model(school_id=school_id, **names, **says, **_stamp(table, number, now)))
            continue
        for part, value in says.items():
            setattr(row, part, value)
        if table.kept:
            row.sequence = number or row.sequence + 1
            row.changed_at, row.verbatim, row.cancelled, row.own = now, {}, False, True
        changed.append(row)
    table.model._default_manager.bulk_create(fresh, batch_size=BATCH)
    more = ("sequence", "changed_at", "verbatim", "cancelled", "own") if table.kept else ()
    if changed and (table.values or more):
        table.model._default_manager.bulk_update(changed, [*table.values, *more], batch_size=BATCH)


def next_number(school_id: int) -> int:
    """Return the number of the next change in a school's calendar, higher than those of all its rows."""
    latest: int | None = CalendarDay.objects.filter(school_id=school_id).aggregate(
        latest=models.Max("sequence")
    )["latest"]
    return 0 if latest is None else latest + 1


def _stamp(table: Table, number: int, now: datetime) -> dict[str, Any]:
    return {"changed_at": now, "sequence": number, "own": True} if table.kept else {}


def _last_numbers(school_id: int, days: Collection[date]) -> defaultdict[Any, int]:
    last = CalendarDay.objects.filter(school_id=school_id, day__in=days).values_list("day")
    return defaultdict(int, last.annotate(last=models.Max("n")).order_by("day"))


def _put_weeks(school_id: int, wanted: list[Entry], now: datetime) -> None:
    weeks: dict[Key, dict[tuple[int, int], dict[str, Any]]] = defaultdict(dict)
    for entry in wanted:
        monday, grade, class_name, weekday, period = entry.key
        says = dict(zip(WEEK_VALUES, entry.values, strict=True))
        weeks[monday, grade, class_name][weekday, period] = {"weekday": weekday, "period": period, **says}
    mondays = {week[0] for week in weeks}
    plans = {
        (plan.monday, plan.grade, plan.class_name): plan
        for plan in WeekPlan.objects.filter(school_id=school_id, monday__in=mondays)
    }
    for (monday, grade, class_name), lessons in weeks.items():
        plan = plans.get((monday, grade, class_name)) or WeekPlan(
            school_id=school_id, monday=monday, grade=grade, class_name=class_name, lessons=[]
        )
        there = {(lesson["weekday"], lesson["period"]): lesson for lesson in plan.lessons}
        plan.lessons = [lesson for _place, lesson in sorted((there | lessons).items())]
        plan.changed_at = now
        plan.save()
