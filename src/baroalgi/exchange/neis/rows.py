"""From rows of ours to rows of NEIS: `built | verbatim`.

`typed` is a row of one of our tables by the names of its columns, with `office_code`, `office_name`,
`school_code` and `school_name` beside them; where the table hangs on a school also `school_kind` and
`school_day_night`. The importer compares a row that it reads with what `built` makes of it, and keeps the
fields that differ in `verbatim`: so `neis_row(import(row)) == row` for every row.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from baroalgi.assessment import Level, school_year
from baroalgi.exchange.neis.services import Field, Kind, Service, own_course, own_day_night

Typed: TypeAlias = Mapping[str, Any]
Value: TypeAlias = str | int | Decimal | None
Make: TypeAlias = Callable[[Typed], Value]

SEOUL = ZoneInfo("Asia/Seoul")
MEAL_NAMES = {1: "조식", 2: "중식", 3: "석식"}
DAY_KINDS = {"school_day": "해당없음", "closed": "휴업일", "public_holiday": "공휴일"}
SUBSTITUTE = "[보강]"
_CENTS = Decimal("0.01")
# Tables that know when a row was last changed.
_CHANGES = ("meal", "calendar_day", "lesson", "class_listing", "major", "classroom")


def neis_row(service: Service, typed: Typed, *, extended: bool = False) -> dict[str, Value]:
    """Return the row as the service answers it: every field, in order."""
    if service.table == "academy":
        return {item.name: typed["row"].get(item.name) for item in service.emitted(extended=extended)}
    verbatim = typed["verbatim"]
    row = built(service, typed)
    for name in verbatim:
        if name in row:
            row[name] = verbatim[name]
    return row


def built(service: Service, typed: Typed) -> dict[str, Value]:
    """Return the row as our own columns alone make it."""
    return {name: make(typed) for name, make in _makers(service)}


@cache
def _makers(service: Service) -> tuple[tuple[str, Make], ...]:
    return tuple((item.name, _maker(item, service)) for item in service.fields)


def _maker(item: Field, service: Service) -> Make:
    """Return the function that makes this field of a row."""
    column, empty = item.column, item.empty
    match item.kind:
        case Kind.TEXT:
            return lambda typed: typed[column] or empty
        case Kind.INTEGER:
            return lambda typed: str(typed[column])
        case Kind.DATE:
            return lambda typed: _day(typed[column])
        case Kind.NUMBER:
            # Clients read a number here, never null: the original says 0 where nothing is known.
            return lambda typed: (typed[column] or Decimal(0)).quantize(_CENTS)
        case Kind.POSTCODE:
            return lambda typed: typed[column].ljust(6) if typed[column] else empty
        case Kind.LOADED:
            return _loaded_or_changed if service.table in _CHANGES else lambda typed: _day(typed["loaded_on"])
        case Kind.YEAR_OF_DAY:
            return lambda typed: str(school_year(typed[column]))
        case Kind.MEAL_NAME:
            return lambda typed: MEAL_NAMES[typed[column]]
        case Kind.DISHES:
            return lambda typed: "<br/>".join([_dish(dish) for dish in typed[column]])
        case Kind.ORIGINS:
            return lambda typed: "<br/>".join([f"{one['name']} : {one['place']}" for one in typed[column]])
        case Kind.CALORIES:
            return lambda typed: empty if typed[column] is None else f"{typed[column]:.1f} Kcal"
        case Kind.NUTRIENTS:
            return lambda typed: "<br/>".join(
                [f"{one['name']}({one['unit']}) : {one['amount']}" for one in typed[column]]
            )
        case Kind.DAY_KIND:
            return lambda typed: DAY_KINDS[typed[column]]
        case Kind.GRADE_FLAG:
            return lambda typed: _flag(item.grade, typed)
        case Kind.COURSE:
            return lambda typed: typed[column] or own_course(typed["school_kind"]) or empty
        case Kind.DAY_NIGHT:
            return lambda typed: typed[column] or own_day_night(typed["school_day_night"])
        case Kind.COEDUCATION:
            return lambda typed: typed[column].replace("남녀", "남여") or empty
        case Kind.CONTENT:
            return _content
        case Kind.CLASS_NAME:
            return _class_of_past_years(column) if service.past else lambda typed: typed[column] or empty


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day.year:04}{day.month:02}{day.day:02}"


def _loaded_or_changed(typed: Typed) -> str | None:
    if typed["loaded_on"] is not None:
        return _day(typed["loaded_on"])
    changed: datetime | None = typed.get("changed_at")
    # Of a row that is just being read nobody knows it: what is no date differs from every null that came.
    return "" if changed is None else _day(changed.astimezone(SEOUL).date())


def _content(typed: Typed) -> str | None:
    """Return the subject as NEIS prints it: another teacher's lesson is marked."""
    content: str = typed["content"]
    if typed.get("change") == "substitute" and not content.startswith(SUBSTITUTE):
        return f"{SUBSTITUTE}{content}"
    return content or None


def _dish(dish: Mapping[str, Any]) -> str:
    """Write a dish: a blank stands behind its name also when it has no allergen; none where nobody noted."""
    allergens = dish.get("allergens")
    if allergens is None:
        return str(dish["name"])
    return f"{dish['name']} ({'.'.join(map(str, allergens))})" if allergens else f"{dish['name']} "


def _flag(grade: int, typed: Typed) -> str:
    """Say whether an event is for a grade; one that names no grade is for all that there are."""
    if grade > 3 and typed["school_kind"] and Level.of(typed["school_kind"]) in (Level.MIDDLE, Level.HIGH):
        return "*"
    return "Y" if not typed["grades"] or grade in typed["grades"] else "N"


def _class_of_past_years(column: str) -> Make:
    def name(typed: Typed) -> Value:
        text: str = typed[column]
        return text.zfill(2) if text.isdecimal() else text or None

    return name
