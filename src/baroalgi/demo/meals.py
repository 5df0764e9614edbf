"""Recorded lunches moved to school days around the present (see data/README.md)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files

from baroalgi.demo.calendar import plan_school_year, school_year
from baroalgi.demo.schools import PlannedSchool
from baroalgi.demo.types import Meal
from baroalgi.organisation import data

LUNCH = 2
DAYS_BEFORE, DAYS_AFTER = 60, 30

# Which recorded kitchen cooks for schools without a record, by 시·군 of the address.
_NEAR = {
    "영동군": "8071028",
    "청주시": "8011200",
    "옥천군": "8061020",
    "보은군": "8061020",
    "단양군": "8111021",
    "제천시": "8111021",
}
_ELSE = "8021071"


@dataclass(frozen=True, slots=True)
class Menu:
    """A lunch as recorded in 2022. The record has no allergy numbers."""

    day: date
    kcal: int
    dishes: tuple[str, ...]


@lru_cache(maxsize=1)
def recorded() -> dict[str, tuple[Menu, ...]]:
    """Return the recorded menus of five schools by code, in the order they were served."""
    menus: dict[str, list[Menu]] = {}
    with files("baroalgi.demo").joinpath("data").joinpath("menus.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            menu = Menu(date.fromisoformat(row["date"]), int(row["kcal"]), tuple(row["dishes"].split("|")))
            menus.setdefault(row["school_code"], []).append(menu)
    return {code: tuple(of_school) for code, of_school in menus.items()}


def meals(school: PlannedSchool, *, seed: int, today: date) -> Iterator[Meal]:
    """Yield a lunch for each school day from 60 days before today to 30 days after.

    The menus follow each other as recorded and begin again after the last one. They are counted
    from the first school day of the year, so a day keeps its lunch when the demo starts later.
    """
    first, last = today - timedelta(days=DAYS_BEFORE), today + timedelta(days=DAYS_AFTER)
    kitchen = kitchen_of(school)
    menus = recorded()[kitchen]
    for year in range(school_year(first), school_year(last) + 1):
        for n, day in enumerate(plan_school_year(school, year, seed).days):
            if first <= day <= last:
                menu = menus[n % len(menus)]
                note = _note(school, kitchen, menu.day)
                yield Meal(school.code, day, LUNCH, menu.dishes, menu.kcal, kitchen, menu.day, note)


def nutrients(kcal: int) -> list[dict[str, str]]:
    """Return made-up nutrients in the nine lines of NEIS (domain.md §6.6): none were recorded.

    They are in proportion to the calories; the page says that they are made up (schoolinfo.types.Meal).
    """
    return [{"name": name, "unit": unit, "amount": f"{kcal * share:.1f}"} for name, unit, share in _NUTRIENTS]


def origins(dishes: tuple[str, ...]) -> list[dict[str, str]]:
    """Return made-up origins of what the dishes are of, as far as their names tell."""
    named = [(word, place) for word, signs, place in _ORIGINS if any(s in d for s in signs for d in dishes)]
    return [{"name": word, "place": place} for word, place in (("쌀", "국내산"), *named)]


_NUTRIENTS = (
    ("탄수화물", "g", 0.14),
    ("단백질", "g", 0.044),
    ("지방", "g", 0.03),
    ("비타민A", "R.E", 0.6),
    ("티아민", "mg", 0.0007),
    ("리보플라빈", "mg", 0.0009),
    ("비타민C", "mg", 0.03),
    ("칼슘", "mg", 0.4),
    ("철분", "mg", 0.006),
)
_ORIGINS = (
    ("배추(김치류)", ("김치", "깍두기"), "국내산"),
    ("고춧가루(김치류)", ("김치", "깍두기"), "국내산"),
    ("쇠고기", ("쇠고기", "소고기", "불고기", "갈비탕"), "국내산(한우)"),
    ("돼지고기", ("돼지", "돈육", "제육", "돈까스", "수육"), "국내산"),
    ("닭고기", ("닭", "치킨"), "국내산"),
    ("오징어", ("오징어",), "원양산"),
    ("콩", ("두부", "콩"), "국내산"),
)


def kitchen_of(school: PlannedSchool) -> str:
    """Return the code of the school whose recorded menus are used: the own one if recorded."""
    if school.code in recorded():
        return school.code
    return _NEAR.get(school.fact.address.split()[1], _ELSE)


def _note(school: PlannedSchool, kitchen: str, served_on: date) -> str:
    served = f"{served_on.year}년 {served_on.month}월 {served_on.day}일"
    if kitchen == school.code:
        return f"{served}의 실제 식단을 시연을 위해 이 날짜로 옮겼습니다."
    return f"시연을 위해 {_name(kitchen)}의 {served} 식단을 빌려 이 날짜로 옮겼습니다."


@lru_cache(maxsize=8)
def _name(code: str) -> str:
    return next(fact.name for fact in data.schools() if fact.code == code)
