"""Reads of what a school enters."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from baroalgi.organisation import queries as organisation
from baroalgi.schoolinfo import calendars, facts
from baroalgi.schoolinfo.entry.types import (
    Clash,
    DayLesson,
    EventEntry,
    EventRow,
    Hours,
    KeptEvent,
    MealEntry,
    Place,
    Plan,
    PlannedLesson,
    Taught,
    Timetable,
)
from baroalgi.schoolinfo.models import (
    BaseLesson,
    CalendarDay,
    CurriculumItem,
    Lesson,
    Meal,
    Teaching,
    WeekPlan,
)
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.queries import term
from baroalgi.schoolinfo.types import ClassName, Term, as_lines

WEEKS_OF_A_YEAR = 34  # the hours of a curriculum are for so many weeks (domain.md §6.3)
USUAL_PERIODS = {"초등학교": 6}
MOST_PAIRS = 400
AROUND = timedelta(days=70)  # beyond a month, to join a vacation whole


def timetable(school_id: int, kind: str, of: ClassName, in_term: Term, today: date) -> Timetable:
    """Return a class's week as drafted, with clashes and hours. Four statements."""
    rows = list(
        BaseLesson.objects.filter(
            school_id=school_id, school_year=in_term.school_year, semester=in_term.semester
        )
        .order_by("grade", "class_name", "weekday", "period")
        .values("grade", "class_name", "weekday", "period", "subject", "teacher", "classroom")
    )
    own = {_place(row): row for row in rows if _class(row) == of}
    cells = {place: Taught(row["subject"], row["teacher"], row["classroom"]) for place, row in own.items()}
    periods = max([USUAL_PERIODS.get(kind, 7), *(period for _weekday, period in cells)])
    hours = _hours(school_id, of, in_term, cells)
    first = min([1, *(period for _weekday, period in cells)])
    return Timetable(
        of=of,
        term=in_term,
        cells=cells,
        weekdays=tuple(range(max([5, *(weekday + 1 for weekday, _period in cells)]))),
        periods=tuple(range(first, periods + 1)),
        clashes=tuple(_clashes(of, own, rows)),
        hours=tuple(hours),
        pairs=tuple(_pairs(school_id, of, in_term, rows, [one.subject for one in hours])),
        shown=_shown(school_id, of, in_term, cells, today),
    )


def school_days(school_id: int, of: ClassName, first: date, last: date) -> list[date]:
    """Return the days on which a class has lessons: no weekend, no day that is closed. Two statements."""
    closed = {
        day
        for day, grades in CalendarDay.objects.filter(
            school_id=school_id, day__range=(first, last), cancelled=False
        )
        .exclude(day_kind=CalendarDay.DayKind.SCHOOL_DAY)
        .values_list("day", "grades")
        if not grades or of.grade in grades
    }
    return [day for day in organisation.school_days(school_id, first, last) if day not in closed]


def day_lessons(school_id: int, of: ClassName, day: date, in_term: Term) -> list[DayLesson]:
    """Return the lessons of a class on a day, by period. Two statements."""
    base = {
        period: Taught(subject, teacher)
        for period, subject, teacher in BaseLesson.objects.filter(
            school_id=school_id,
            school_year=in_term.school_year,
            semester=in_term.semester,
            grade=of.grade,
            class_name=of.name,
            weekday=day.weekday(),
        ).values_list("period", "subject", "teacher")
    }
    rows = Lesson.objects.filter(
        school_id=school_id, day=day, grade=of.grade, class_name=of.name, cancelled=False
    )
    return [
        DayLesson(
            id=row["id"],
            period=row["period"],
            taught=Taught(row["content"], row["teacher"]),
            change=row["change"],
            instead_of=row["instead_of"],
            base=base.get(row["period"], Taught()),
            sequence=row["sequence"],
        )
        for row in rows.order_by("period", "n", "id").values(
            "id", "period", "content", "teacher", "change", "instead_of", "sequence"
        )
    ]


def events(school_id: int, month: Month) -> list[KeptEvent]:
    """Return the lines of the calendar that touch a month, each with its rows. One statement."""
    lines = _lines(school_id, month.first - AROUND, month.last + AROUND)
    found = [one for one in lines if one.entry.last >= month.first and one.entry.first <= month.last]
    return sorted(found, key=lambda one: (one.entry.first, one.entry.last, one.entry.name))


def event(school_id: int, uid: UUID) -> KeptEvent | None:
    """Return the line that holds this row, or None when it is foreign, absent or gone. Two statements."""
    day = (
        CalendarDay.objects.filter(school_id=school_id, uid=uid, cancelled=False)
        .values_list("day", flat=True)
        .first()
    )
    if day is None:
        return None
    lines = _lines(school_id, day - AROUND, day + AROUND)
    return next((one for one in lines if any(row.uid == uid for row in one.rows)), None)


def meals(school_id: int, kind: int, month: Month) -> dict[date, MealEntry]:
    """Return the meals of a month as they are typed, by day. One statement."""
    rows = Meal.objects.filter(
        school_id=school_id, kind=kind, day__range=(month.first, month.last), cancelled=False
    )
    return {
        day: MealEntry(
            as_lines(dishes),
            "" if calories is None else f"{calories.normalize():f}",
            facts.as_lines(nutrients),
            facts.as_lines(origins),
            sequence,
        )
        for day, dishes, calories, nutrients, origins, sequence in rows.order_by("day").values_list(
            "day", "dishes", "calories", "nutrients", "origins", "sequence"
        )
    }


def plan(school_id: int, of: ClassName, monday: date) -> Plan:
    """Return the plan of a week; where none is written, the subjects of the timetable. Three statements."""
    row = (
        WeekPlan.objects.filter(school_id=school_id, monday=monday, grade=of.grade, class_name=of.name)
        .values("notice", "lessons", "changed_at")
        .first()
    )
    if row is not None:
        lessons = {
            (one["weekday"], one["period"]): PlannedLesson(
                one.get("subject", ""), one.get("unit", ""), one.get("pages", ""), one.get("materials", "")
            )
            for one in row["lessons"]
        }
        return Plan(monday, of, row["notice"], lessons, row["changed_at"].isoformat())
    in_term = term(school_id, monday + timedelta(days=4))
    week = BaseLesson.objects.filter(
        school_id=school_id,
        school_year=in_term.school_year,
        semester=in_term.semester,
        grade=of.grade,
        class_name=of.name,
    )
    subjects = week.order_by("weekday", "period").values_list("weekday", "period", "subject")
    return Plan(
        monday, of, "", {(day, period): PlannedLesson(subject) for day, period, subject in subjects}, ""
    )


_SAYS = ("name", "kind", "day_kind", "content", "grades")


def _lines(school_id: int, first: date, last: date) -> list[KeptEvent]:
    """Return the lines of these days; equal rows on days that follow one another are one."""
    rows = CalendarDay.objects.filter(school_id=school_id, day__range=(first, last), cancelled=False)
    ordered = rows.only("uid", "day", "sequence", *_SAYS).order_by("day", "n")
    return [
        KeptEvent(
            EventEntry(run[0].day, run[-1].day, *_says(run[0])),
            tuple(EventRow(row.uid, row.day, row.sequence) for row in run),
        )
        for run in calendars.runs(ordered, _says)
    ]


def _says(row: CalendarDay) -> tuple[Any, ...]:
    *words, grades = (getattr(row, part) for part in _SAYS)
    return *words, tuple(grades)


def _class(row: Mapping[str, Any]) -> ClassName:
    return ClassName(row["grade"], row["class_name"])


def _place(row: Mapping[str, Any]) -> Place:
    return row["weekday"], row["period"]


def _clashes(of: ClassName, own: Mapping[Place, Any], rows: Iterable[Mapping[str, Any]]) -> list[Clash]:
    """Return teachers who stand in two classes at once; who teaches both in one room does not."""
    found: dict[Place, Clash] = {}
    for row in rows:
        mine = own.get(_place(row))
        if mine is None or _class(row) == of or not row["teacher"] or row["teacher"] != mine["teacher"]:
            continue
        together = mine["classroom"] and mine["classroom"] == row["classroom"]
        if not together:
            taught = Taught(mine["subject"], mine["teacher"])
            found.setdefault(_place(row), Clash(_place(row), taught, _class(row)))
    return [found[place] for place in sorted(found)]


def _hours(school_id: int, of: ClassName, in_term: Term, cells: Mapping[Place, Taught]) -> list[Hours]:
    has = Counter(taught.subject for taught in cells.values())
    asked = {
        row["subject"]: _in_a_week(row)
        for row in CurriculumItem.objects.filter(
            school_id=school_id,
            entrance_year=in_term.school_year - of.grade + 1,
            grade=of.grade,
        )
        .order_by(F("semester").desc(nulls_last=True), "position")
        .values("subject", "semester", "units", "unit_kind")
        if row["semester"] in (None, in_term.semester)
    }
    subjects = dict.fromkeys([*asked, *sorted(has)])
    return [Hours(subject, has[subject], asked.get(subject)) for subject in subjects]


def _in_a_week(row: Mapping[str, Any]) -> Decimal:
    units: Decimal = row["units"]
    if row["unit_kind"] != "시간":
        return units  # a credit is one lesson a week for a semester
    weeks = WEEKS_OF_A_YEAR if row["semester"] is None else WEEKS_OF_A_YEAR // 2
    return (units / weeks).quantize(Decimal("0.1"))


def _pairs(
    school_id: int,
    of: ClassName,
    in_term: Term,
    rows: Iterable[Mapping[str, Any]],
    subjects: Iterable[str],
) -> list[Taught]:
    """Return what may be meant while typing: who teaches here first, then the rest of the school."""
    teaching = Teaching.objects.filter(
        school_id=school_id, school_year=in_term.school_year, semester=in_term.semester
    )
    known = [
        (ClassName(grade, name), Taught(subject, teacher))
        for grade, name, subject, teacher in teaching.order_by("subject", "teacher").values_list(
            "grade", "class_name", "subject", "teacher"
        )
    ]
    known += [(_class(row), Taught(row["subject"], row["teacher"])) for row in rows]
    near = sorted(known, key=lambda one: (one[0] != of, one[0].grade != of.grade))
    pairs = dict.fromkeys(taught for _of, taught in near)
    # What the curriculum names and nobody teaches yet.
    taught = {pair.subject for pair in pairs}
    pairs |= dict.fromkeys(Taught(subject) for subject in subjects if subject not in taught)
    return list(pairs)[:MOST_PAIRS]


def _shown(school_id: int, of: ClassName, in_term: Term, cells: Mapping[Place, Taught], today: date) -> Any:
    """Compare with what parents will see on the days that are left."""
    seen = set(
        Lesson.objects.filter(
            school_id=school_id,
            grade=of.grade,
            class_name=of.name,
            day__range=(max(today, in_term.first), in_term.last),
            change="",
            cancelled=False,
        )
        .order_by()
        .values_list("day__week_day", "period", "content", "teacher", "classroom")
        .distinct()
    )
    if not seen:
        return "never"
    # The database counts from Sunday = 1.
    published = {((day - 2) % 7, *lesson) for day, *lesson in seen}
    left = {weekday for weekday, *_rest in published}
    drafted = {
        (weekday, period, taught.subject, taught.teacher, taught.classroom)
        for (weekday, period), taught in cells.items()
        if weekday in left
    }
    return "same" if published == drafted else "differs"
