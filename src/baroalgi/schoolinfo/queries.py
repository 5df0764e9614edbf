"""Reads of what a school tells everyone. Nothing here concerns a person."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Model, QuerySet, Sum

from baroalgi.assessment import school_year, school_year_bounds
from baroalgi.organisation import queries as organisation
from baroalgi.platform.caching import Version
from baroalgi.schoolinfo import calendars, curricula, ical, merging, sheets, terms, timetables
from baroalgi.schoolinfo import published as published
from baroalgi.schoolinfo.curricula import Item, Plan, Taught
from baroalgi.schoolinfo.models import (
    BellTime,
    CalendarDay,
    ClassListing,
    CurriculumItem,
    Lesson,
    Meal,
    Teaching,
    WeekPlan,
)
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.timetables import Lesson as LessonRow
from baroalgi.schoolinfo.timetables import (
    PeriodTime,
    PlannedDay,
    PlannedLesson,
    WeeklyPlan,
)
from baroalgi.schoolinfo.timetables import Timetable as Timetable
from baroalgi.schoolinfo.types import (
    Allergen,
    CalendarMonth,
    CalendarYear,
    ClassName,
    Dish,
    Event,
    History,
    Key,
    MealDay,
    MealMonth,
    Nutrient,
    Origin,
    Schedule,
    Sheet,
    Span,
    Term,
    Values,
    allergen_words,
    term_of,
)
from baroalgi.schoolinfo.types import Meal as MealRow
from baroalgi.schoolinfo.weeks import Week

# How far ahead 「다음 일정」 looks: longer than any vacation.
AHEAD = timedelta(days=120)
# So far beyond a month a vacation is read, to say when it began and when it ends.
AROUND = timedelta(days=70)

_LESSON = ("day", "period", "content", "teacher", "classroom", "change", "instead_of")
_MEAL = ("day", "kind", "dishes", "calories", "moved_from", "note", "nutrients", "origins")


longest = merging.longest


def class_names(school_id: int, school_year: int) -> list[ClassName]:
    """Return the classes of a school year: as listed in public, else as recorded. Two statements at most."""
    listed = ClassListing.objects.filter(school_id=school_id, school_year=school_year)
    names = {ClassName(grade, name) for grade, name in listed.values_list("grade", "name")}
    recorded = names or {
        ClassName(grade, str(class_no)) for grade, class_no in organisation.classes(school_id, school_year)
    }
    return sorted(recorded, key=lambda one: one.order)


def sheet_entries(sheet: Sheet, school_id: int, among: Collection[Any]) -> dict[Key, Values]:
    """Return lines as a school says them today, of those whose key begins with one of these (a year, a
    day). One statement.
    """
    return sheets.known(sheet, school_id, among)


def next_meals(school_id: int, day: date) -> list[MealRow]:
    """Return the meals of this day or, if there are none, of the next day that has some. One statement."""
    # Three meals a day at most; the rest of the four belongs to a later day.
    rows = [_meal(row) for row in _meals(school_id).filter(day__gte=day)[:4]]
    return [row for row in rows if row.day == rows[0].day]


def meal_month(school_id: int, month: Month, today: date) -> MealMonth:
    """Return a month of meals, in weeks. One statement."""
    by_day = _meals_by_day(school_id, month.first, month.last)
    weekdays = (0, 1, 2, 3, 4, *sorted({day.weekday() for day in by_day if day.weekday() >= 5}))
    weeks = (
        tuple(MealDay(day, tuple(by_day.get(day, ()))) for day in week if day.weekday() in weekdays)
        for week in month.weeks()
    )
    return MealMonth(
        month=month,
        weeks=tuple(week for week in weeks if any(Month.of(one.day) == month for one in week)),
        weekdays=weekdays,
        today=MealDay(today, tuple(by_day.get(today, ()))) if Month.of(today) == month else None,
        next_day=min((day for day in by_day if day > today), default=None),
    )


def meals_between(school_id: int, first: date, last: date) -> list[MealDay]:
    """Return the days from first to last that have meals. One statement."""
    by_day = _meals_by_day(school_id, first, last)
    return [MealDay(day, tuple(meals)) for day, meals in by_day.items()]


def schedule(school_id: int, grades: Collection[int], today: date, *, limit: int) -> Schedule:
    """Return the events of today and the next `limit` for these grades, empty = all. One statement."""
    events = calendars.for_grades(_events(school_id, today, today + AHEAD), grades)
    return calendars.schedule_of(events, today, limit)


def calendar_month(school_id: int, month: Month, grades: Collection[int]) -> CalendarMonth:
    """Return a month of the calendar for these grades, empty = all of them. One statement.

    Public holidays stand in it, whether the school lists them or not.
    """
    found = _events(school_id, month.first - AROUND, month.last + AROUND)
    found = calendars.with_public_holidays(found, month.first, month.last)
    return calendars.month_of(month, found, grades)


def spans_between(school_id: int, first: date, last: date, grades: Collection[int]) -> list[Span]:
    """Return the lines of the calendar that touch these days, for these grades, empty = all. One statement.

    Public holidays stand in it, whether the school lists them or not.
    """
    found = calendars.for_grades(_events(school_id, first - AROUND, last + AROUND), grades)
    spans = calendars.spans(calendars.with_public_holidays(found, first, last))
    return [span for span in spans if span.touches(first, last)]


def calendar_year(school_id: int, year: int, grades: Collection[int]) -> CalendarYear:
    """Return a school year of the calendar for these grades, empty = all of them. One statement."""
    first, last = school_year_bounds(year)
    found = _events(school_id, first - AROUND, last + AROUND)
    return calendars.year_of(year, calendars.with_public_holidays(found, first, last), grades)


def classes(school_id: int, day: date) -> list[ClassName]:
    """Return the classes that a school lists in the school year of a day.

    One statement; a second one when none is listed: then those that have lessons in that week.
    """
    rows = ClassListing.objects.filter(school_id=school_id, school_year=school_year(day)).order_by("id")
    found = set(rows.values_list("grade", "name"))
    if not found:
        week = Week.of(day)
        lessons = Lesson.objects.filter(
            school_id=school_id, day__range=(week.first, week.last), cancelled=False
        )
        found = set(lessons.order_by("id").exclude(class_name="").values_list("grade", "class_name"))
    return sorted((ClassName(*row) for row in found), key=lambda one: one.order)


def timetable(school_id: int, of: ClassName, week: Week) -> Timetable:
    """Return a week of a class with what has changed in it. Three statements."""
    rows = _lessons(school_id, of).filter(day__range=(week.first, week.last))
    return timetables.lay_out(
        week, map(_lesson, rows), _days_off(school_id, of, week), period_times(school_id)
    )


def period_times(school_id: int) -> dict[int, PeriodTime]:
    """Return when each period begins and ends; empty when the school has not said so. One statement."""
    rows = BellTime.objects.filter(school_id=school_id).order_by("period")
    return {period: PeriodTime(*times) for period, *times in rows.values_list("period", "begins", "ends")}


def weekly_plan(school_id: int, of: ClassName, week: Week) -> WeeklyPlan:
    """Return what a class learns in a week, with events and meals of its days. Three statements."""
    row = (
        WeekPlan.objects.filter(school_id=school_id, monday=week.monday, grade=of.grade, class_name=of.name)
        .values("notice", "lessons")
        .first()
    )
    lessons: dict[int, list[PlannedLesson]] = {}
    for lesson in sorted(row["lessons"], key=lambda one: int(one["period"])) if row else ():
        lessons.setdefault(int(lesson["weekday"]), []).append(_planned(lesson))
    events = calendars.for_grades(_events(school_id, week.first - AROUND, week.last + AROUND), (of.grade,))
    spans = calendars.spans(calendars.with_public_holidays(events, week.first, week.last))
    meals = {one.day: one.meals for one in meals_between(school_id, week.first, week.last)}
    days = tuple(
        PlannedDay(
            day,
            tuple(lessons.get(day.weekday(), ())),
            tuple(span for span in spans if span.touches(day, day)),
            meals.get(day, ()),
        )
        for day in week.days
        if day.weekday() < 5 or day.weekday() in lessons
    )
    return WeeklyPlan(week, row is not None, row["notice"] if row else "", days)


def curriculum(school_id: int) -> list[Plan]:
    """Return the plans of a school, those of the latest entrance year first. One statement."""
    rows = CurriculumItem.objects.filter(school_id=school_id)
    columns = (
        "entrance_year",
        "plan",
        "subject_group",
        "subject",
        "subject_type",
        "grade",
        "semester",
        "units",
        "unit_kind",
    )
    ordered = rows.order_by("-entrance_year", "plan", "position", "grade", "semester").values(*columns)
    return curricula.plans_of([Item(**row) for row in ordered])


def term(school_id: int, day: date) -> Term:
    """Return the semester of a day, by the school's calendar. One statement."""
    openings = CalendarDay.objects.filter(
        school_id=school_id,
        kind=CalendarDay.Kind.TERM,
        name__contains="개학",
        cancelled=False,
        day__range=terms.summer(day),
    )
    return term_of(day, openings.order_by("day").values_list("day", flat=True))


def teachers(school_id: int, grade: int, day: date) -> list[Taught]:
    """Return who teaches what in a grade in the term of a day, by subject. Two statements."""
    in_term = term(school_id, day)
    rows = Teaching.objects.filter(
        school_id=school_id, school_year=in_term.school_year, semester=in_term.semester, grade=grade
    ).order_by("subject", "teacher", "class_name")
    return curricula.taught(
        (subject, teacher, ClassName(grade, name))
        for subject, teacher, name in rows.values_list("subject", "teacher", "class_name")
    )


def calendar_rows(school_id: int, first: date, last: date) -> list[ical.Row]:
    """Return the stored days of the calendar with their history, cancelled ones too. One statement."""
    rows = CalendarDay.objects.filter(school_id=school_id, day__range=(first, last)).order_by("day", "n")
    names = (
        "id",
        "uid",
        "day",
        "name",
        "kind",
        "day_kind",
        "content",
        "grades",
        "sequence",
        "changed_at",
        "cancelled",
    )
    return [
        ical.Row(**{**row, "uid": str(row["uid"]), "grades": tuple(row["grades"])})
        for row in rows.values(*names)
    ]


def lesson_history(school_id: int, of: ClassName, first: date, last: date) -> list[History[LessonRow]]:
    """Return the lessons of a class with their history, those that are taken back too. One statement."""
    history = ("n", "sequence", "changed_at", "cancelled")
    rows = (
        _lessons(school_id, of, taken_back=True).filter(day__range=(first, last)).values(*_LESSON, *history)
    )
    return [History(_lesson(row), *(row[key] for key in history)) for row in rows]


def meal_history(school_id: int, first: date, last: date) -> list[History[MealRow]]:
    """Return the meals with their history, cancelled ones too. One statement."""
    rows = Meal.objects.filter(school_id=school_id, day__range=(first, last)).order_by("day", "kind")
    history = ("sequence", "changed_at", "cancelled")
    return [
        History(_meal({key: row[key] for key in _MEAL}), row["kind"], *(row[key] for key in history))
        for row in rows.values(*_MEAL, *history)
    ]


def calendar_version(code: str) -> Version | None:
    """Return what the calendar of this school is made of; None when it has none. One statement."""
    return _version(CalendarDay, code)


def meals_version(code: str) -> Version | None:
    """Return what the meals of this school are made of; None when it has none. One statement."""
    return _version(Meal, code)


def lessons_version(code: str, of: ClassName) -> Version | None:
    """Return what the lessons of a class are made of; None when it has none. One statement."""
    return _version(Lesson, code, grade=of.grade, class_name=of.name)


def _version(model: type[Model], code: str, **narrowed: Any) -> Version | None:
    rows = model._default_manager.filter(school__code=code, **narrowed).order_by("school_id")
    row = (
        rows.values("school_id", "school__name")
        .annotate(changed_at=Max("changed_at"), count=Count("id"), changes=Sum("sequence"))
        .first()
    )
    return Version(tuple(map(str, row.values())), row["changed_at"]) if row else None


def _lessons(school_id: int, of: ClassName, *, taken_back: bool = False) -> QuerySet[Lesson, dict[str, Any]]:
    rows = Lesson.objects.filter(school_id=school_id, grade=of.grade, class_name=of.name)
    if not taken_back:
        rows = rows.filter(cancelled=False)
    ordered: QuerySet[Lesson, dict[str, Any]] = rows.order_by("day", "period", "n", "classroom").values(
        *_LESSON
    )
    return ordered


def _lesson(row: dict[str, Any]) -> LessonRow:
    subject, change = timetables.read_content(row["content"], row["change"])
    return LessonRow(
        row["day"], row["period"], subject, row["teacher"], row["classroom"], change, row["instead_of"]
    )


def _days_off(school_id: int, of: ClassName, week: Week) -> dict[date, str]:
    events = calendars.for_grades(_events(school_id, week.first, week.last), (of.grade,))
    return timetables.days_off(calendars.with_public_holidays(events, week.first, week.last))


def _planned(lesson: dict[str, Any]) -> PlannedLesson:
    """Read one lesson of a stored plan; what is absent is empty."""
    words = (str(lesson.get(key) or "") for key in ("subject", "unit", "pages", "materials"))
    return PlannedLesson(int(lesson["period"]), *words)


def _meals(school_id: int) -> QuerySet[Meal, dict[str, Any]]:
    served = Meal.objects.filter(school_id=school_id, cancelled=False)
    rows: QuerySet[Meal, dict[str, Any]] = served.order_by("day", "kind").values(*_MEAL)
    return rows


def _meals_by_day(school_id: int, first: date, last: date) -> dict[date, list[MealRow]]:
    by_day: dict[date, list[MealRow]] = {}
    for row in _meals(school_id).filter(day__range=(first, last)):
        by_day.setdefault(row["day"], []).append(_meal(row))
    return by_day


def _meal(row: dict[str, Any]) -> MealRow:
    words = allergen_words()
    dishes = tuple(
        Dish(dish["name"], tuple(Allergen(n, words.get(n, "")) for n in dish.get("allergens") or ()))
        for dish in row["dishes"]
    )
    nutrients = tuple(
        Nutrient(one["name"], one.get("unit", ""), str(one.get("amount", ""))) for one in row["nutrients"]
    )
    origins = tuple(Origin(one["name"], one.get("place", "")) for one in row["origins"])
    return MealRow(**{**row, "dishes": dishes, "nutrients": nutrients, "origins": origins})


def _events(school_id: int, first: date, last: date) -> list[Event]:
    rows = CalendarDay.objects.filter(
        school_id=school_id, day__range=(first, last), cancelled=False
    ).order_by("day", "n")
    columns = ("day", "name", "kind", "day_kind", "content", "grades")
    return [Event(**{**row, "grades": tuple(row["grades"])}) for row in rows.values(*columns)]
