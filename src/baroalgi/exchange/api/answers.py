"""From rows of the rooms to what the API answers."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse

from baroalgi.exchange.api import shapes
from baroalgi.letters.types import Attachment, Board, Letter, LetterLine
from baroalgi.organisation.types import School, SchoolPast
from baroalgi.schoolinfo.queries import Timetable
from baroalgi.schoolinfo.types import ClassName, Meal, MealDay, Span


def school_name(row: School) -> shapes.SchoolName:
    return shapes.SchoolName(row.code, row.name)


def schools(total: int, page: int, size: int, rows: Iterable[School]) -> shapes.Schools:
    lines = (
        shapes.SchoolLine(
            row.code, row.name, row.kind, row.office_code, row.address, row.phone, row.closed_on
        )
        for row in rows
    )
    return shapes.Schools(total, page, size, tuple(lines))


def school(row: School, past: Iterable[SchoolPast]) -> shapes.School:
    return shapes.School(
        code=row.code,
        name=row.name,
        english_name=row.english_name,
        kind=row.kind,
        office=row.office_code,
        regional_office=row.regional_office,
        foundation=row.foundation,
        coeducation=row.coeducation,
        high_school_kind=row.high_school_kind,
        day_night=row.day_night,
        grades=tuple(row.grades),
        postcode=row.postcode,
        address=row.address,
        address_detail=row.address_detail,
        phone=row.phone,
        fax=row.fax,
        homepage=row.homepage,
        founded_on=row.founded_on,
        anniversary=row.anniversary,
        closed_on=row.closed_on,
        past=tuple(shapes.Past(one.name, one.kind, one.valid_to) for one in past),
        url=_page("schoolinfo:school", code=row.code),
    )


def calendar(row: School, days: tuple[date, date], spans: Iterable[Span]) -> shapes.Calendar:
    events = (
        shapes.Event(one.first, one.last, one.name, one.mark, one.is_off, one.content, one.grades)
        for one in spans
    )
    return shapes.Calendar(school_name(row), *days, tuple(events))


def meals(row: School, days: tuple[date, date], found: Iterable[MealDay]) -> shapes.Meals:
    served = (_meal(one) for of_day in found for one in of_day.meals)
    return shapes.Meals(school_name(row), *days, tuple(served))


def _meal(row: Meal) -> shapes.Meal:
    dishes = (
        shapes.Dish(dish.name, tuple(shapes.Allergen(one.number, one.word) for one in dish.allergens))
        for dish in row.dishes
    )
    return shapes.Meal(
        day=row.day,
        kind=row.kind,
        kcal=None if row.calories is None else float(row.calories),
        dishes=tuple(dishes),
        nutrients=tuple(shapes.Nutrient(one.name, one.unit, one.amount) for one in row.nutrients),
        origins=tuple(shapes.Origin(one.name, one.place) for one in row.origins),
        note=row.origin,
    )


def classes(row: School, found: Iterable[ClassName]) -> shapes.Classes:
    return shapes.Classes(school_name(row), tuple(shapes.Class(one.grade, one.name) for one in found))


def timetable(row: School, of: ClassName, found: Timetable) -> shapes.Timetable:
    """Lay out a week of a class. Who teaches a lesson is left to the page: it is a name."""
    times = (shapes.Period(period, at.begins, at.ends) for period, at in found.times.items())
    days = (
        shapes.Day(
            of_day.day,
            of_day.off,
            tuple(
                shapes.Lesson(period, one.subject, one.classroom, one.change, one.instead_of)
                for period in sorted(of_day.lessons)
                for one in of_day.lessons[period]
            ),
        )
        for of_day in found.days
    )
    return shapes.Timetable(school_name(row), shapes.Class(of.grade, of.name), tuple(times), tuple(days))


def boards(row: School, found: Iterable[Board]) -> shapes.Boards:
    lines = (
        shapes.Board(
            one.slug,
            one.name,
            _page("letters:board", code=one.school_code, board=one.slug),
            _page("letters:board_rss", code=one.school_code, board=one.slug),
        )
        for one in found
    )
    return shapes.Boards(school_name(row), tuple(lines))


def letters(on: Board, rows: Sequence[LetterLine], size: int) -> shapes.Letters:
    """Return a part of a board; `rows` holds one more than `size` when there are older ones."""
    shown = rows[:size]
    lines = (
        shapes.LetterLine(one.number, one.title, one.author, one.posted_on, one.views, one.pinned)
        for one in shown
    )
    return shapes.Letters(
        shapes.SchoolName(on.school_code, on.school_name),
        on.name,
        tuple(lines),
        shown[-1].number if len(rows) > size else None,
    )


def letter(on: Board, row: Letter, files: Iterable[Attachment]) -> shapes.Letter:
    return shapes.Letter(
        school=shapes.SchoolName(on.school_code, on.school_name),
        board=on.name,
        number=row.number,
        title=row.title,
        author=row.author,
        posted_on=row.posted_on,
        views=row.views,
        version=row.version,
        text=row.body,
        html=row.html,
        files=tuple(
            shapes.File(
                one.name,
                one.kind.media_type,
                one.size,
                _page("letters:attachment", public_id=one.public_id),
            )
            for one in files
        ),
        url=_page("letters:letter", code=on.school_code, board=on.slug, number=row.number),
    )


def _page(name: str, **kwargs: object) -> str:
    return settings.ENVIRONMENT.url.rstrip("/") + reverse(name, kwargs=kwargs)
