"""Dishes as people write them: one a line, allergen numbers behind in brackets (domain.md §6.6). Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from baroalgi.schoolinfo import data

_NUMBERS = re.compile(r"\(\s*\d{1,2}(?:\s*[.,·]\s*\d{1,2})*\s*\.?\s*\)$|(?:\d{1,2}\.)+\d{0,2}$", re.ASCII)
MOST = 30  # dishes of a meal
LONGEST = 60  # letters of a dish


@lru_cache(maxsize=1)
def _numbers() -> frozenset[int]:
    return frozenset(fact.number for fact in data.allergens())


class TooManyDishes(Exception):
    """More dishes, or longer ones, than a meal has."""


class UnknownAllergen(Exception):
    """A number behind a dish that stands for nothing."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__()


def dish_lines(text: str) -> list[dict[str, Any]]:
    """Return the dishes of a meal as they are kept. Raises UnknownAllergen, TooManyDishes."""
    found = []
    for line in re.split(r"\n|<br\s*/?>", text):
        plain = " ".join(line.split())
        if not plain:
            continue
        numbers = _NUMBERS.search(plain)
        name = plain[: numbers.start()].strip() if numbers else plain
        allergens = sorted({int(n) for n in re.findall(r"\d+", numbers[0])}) if numbers else []
        for number in allergens:
            if number not in _numbers():
                raise UnknownAllergen(number)
        if not name or len(name) > LONGEST:
            raise TooManyDishes
        found.append({"name": name, "allergens": allergens})
    if len(found) > MOST:
        raise TooManyDishes
    return found


def as_lines(dishes: Iterable[Any]) -> str:
    """Return kept dishes as people write them."""
    return "\n".join(
        dish["name"] + (f" ({'.'.join(map(str, dish['allergens']))})" if dish.get("allergens") else "")
        for dish in dishes
    )
