"""Dishes as people write them: one a line, allergen numbers behind in brackets (domain.md §6.6). Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from baroalgi.platform.templates import josa
from baroalgi.schoolinfo import data

_NUMBERS = re.compile(r"\(\s*\d{1,2}(?:\s*[.,·]\s*\d{1,2})*\s*\.?\s*\)$|(?:\d{1,2}\.)+\d{0,2}$", re.ASCII)
MOST = 30  # dishes of a meal
LONGEST = 60  # letters of a dish


@lru_cache(maxsize=1)
def allergen_words() -> dict[int, str]:
    """Return the 19 allergens: number on the menu → word (domain.md §6.6)."""
    return {fact.number: fact.name for fact in data.allergens()}


class BadDishes(Exception):
    """What no meal has; the message says how to mend it."""


def dish_lines(text: str) -> list[dict[str, Any]]:
    """Return the dishes of a meal as they are kept. Raises BadDishes.

    `allergens` is null for all when no line carries a number: then nobody recorded them.
    """
    found: list[tuple[str, list[int]]] = []
    for line in re.split(r"\n|<br\s*/?>", text):
        plain = " ".join(line.split())
        if not plain:
            continue
        numbers = _NUMBERS.search(plain)
        name = plain[: numbers.start()].strip() if numbers else plain
        allergens = sorted({int(n) for n in re.findall(r"\d+", numbers[0])}) if numbers else []
        for number in allergens:
            if number not in allergen_words():
                places = {"number": josa(str(number), "은/는"), "last": max(allergen_words())}
                raise BadDishes(_("%(number)s 없는 알레르기 번호입니다. 1부터 %(last)s까지입니다.") % places)
        if not name or len(name) > LONGEST:
            raise BadDishes(_one_a_line())
        found.append((name, allergens))
    if len(found) > MOST:
        raise BadDishes(_one_a_line())
    are_recorded = any(allergens for _name, allergens in found)
    return [{"name": name, "allergens": allergens if are_recorded else None} for name, allergens in found]


def _one_a_line() -> str:
    return _("한 끼에 %(n)s가지까지, 한 줄에 한 가지씩 적어 주세요.") % {"n": MOST}


def as_lines(dishes: Iterable[Any]) -> str:
    """Return kept dishes as people write them."""
    return "\n".join(
        dish["name"] + (f" ({'.'.join(map(str, dish['allergens']))})" if dish.get("allergens") else "")
        for dish in dishes
    )
