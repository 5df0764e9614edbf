"""Reads of meals and of the school calendar. Nothing here concerns a person."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from baroalgi.organisation import queries as organisation
from baroalgi.schoolinfo import calendars, sheets
from baroalgi.schoolinfo import published as published
from baroalgi.schoolinfo.models import CalendarDay, ClassListing, Meal
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.types import (
    Allergen,
    CalendarMonth,
    ClassName,
    Dish,
    Event,
    Key,
    MealDay,
    MealMonth,
    Schedule,
    Sheet,
    Values,
    allergen_words,
)
from baroalgi.schoolinfo.types import Meal as MealRow

# How far ahead 「다음 일정」 looks: longer than any vacation.
AHEAD = timedelta(days=120)
# So far beyond a month a vacation is read, to say when it began and when it ends.
AROUND = timedelta(days=70)


def class_names(school_id: int, school_year: int) -> list[ClassName]:
    """Return the classes of a school year: as listed in public, else as recorded. Two statements at most."""
    listed = ClassListing.objects.filter(school_id=school_id, school_year=school_year)
    names = {ClassName(grade, name) for grade, name in listed.values_list("grade", "name")}
    recorded = names or {
        ClassName(grade, str(class_no)) for grade, class_no in organisation.classes(school_id, school_year)
    }
    return sorted(recorded, key=lambda one: (one.grade, len(one.name), one.name))


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
    by_day: dict[date, list[MealRow]] = {}
    for row in _meals(school_id).filter(day__range=(month.first, month.last)):
        by_day.setdefault(row["day"], []).append(_meal(row))
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


def schedule(school_id: int, grades: Collection[int], today: date, *, limit: int) -> Schedule:
    """Return the events of today and the next `limit` for these grades, empty = all. One statement."""
    events = calendars.for_grades(_events(school_id, today, today + AHEAD), grades)
    return calendars.schedule_of(events, today, limit)


def calendar_month(school_id: int, month: Month, grades: Collection[int]) -> CalendarMonth:
    """Return a month of the calendar for these grades, empty = all of them. One statement."""
    return calendars.month_of(month, _events(school_id, month.first - AROUND, month.last + AROUND), grades)


def _meals(school_id: int) -> QuerySet[Meal, dict[str, Any]]:
    columns = ("day", "kind", "dishes", "calories", "moved_from", "note")
    rows: QuerySet[Meal, dict[str, Any]] = (
        Meal.objects.filter(school_id=school_id).order_by("day", "kind").values(*columns)
    )
    return rows


def _meal(row: dict[str, Any]) -> MealRow:
    words = allergen_words()
    dishes = tuple(
        Dish(dish["name"], tuple(Allergen(n, words.get(n, "")) for n in dish.get("allergens") or ()))
        for dish in row["dishes"]
    )
    return MealRow(**{**row, "dishes": dishes})


def _events(school_id: int, first: date, last: date) -> list[Event]:
    rows = CalendarDay.objects.filter(school_id=school_id, day__range=(first, last)).order_by("day", "n")
    columns = ("day", "name", "kind", "day_kind", "content", "grades")
    return [Event(**{**row, "grades": tuple(row["grades"])}) for row in rows.values(*columns)]
