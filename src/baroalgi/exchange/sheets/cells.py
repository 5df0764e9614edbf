"""What a cell may say, and how it is put right. Each reader takes the text and the school's facts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, TypeAlias

from django.utils.translation import gettext as _

from baroalgi.schoolinfo.types import BadDishes, ClassName, dish_lines


class Wrong(Exception):
    """The cell can't stand. `advice` is the sentence that says how to mend it."""

    def __init__(self, advice: str) -> None:
        self.advice = advice
        super().__init__()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the school has: its grades, and the classes of this school year (empty: not known)."""

    school_year: int
    grades: range
    classes: tuple[ClassName, ...]

    def names(self, grade: int) -> list[str]:
        return [one.name for one in self.classes if one.grade == grade]


Reader: TypeAlias = Callable[[str, Facts], Any]

WEEKDAYS = tuple("월화수목금토")
_DAY = re.compile(r"(20\d\d)\s*[-./년]?\s*(\d{1,2})\s*[-./월]?\s*(\d{1,2})\s*[일.]?", re.ASCII)
_PLAIN_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)", re.ASCII)


def whole(least: int, most: int, advice: Callable[[], str], *, unit: str = "") -> Reader:
    """Return a reader of a whole number between two, which may bear its unit: 「3학년」."""

    def read(text: str, facts: Facts) -> int:
        digits = text.removesuffix(unit).strip() if unit else text
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
            raise Wrong(advice())
        if not least <= int(digits) <= most:
            raise Wrong(advice())
        return int(digits)

    return read


year = whole(2000, 2099, lambda: _("학년도는 2026처럼 네 자리로 적어 주세요."), unit="학년도")
semester = whole(1, 2, lambda: _("학기는 1 또는 2입니다."), unit="학기")
period = whole(0, 12, lambda: _("교시는 0부터 12까지의 숫자입니다."), unit="교시")


def grade(text: str, facts: Facts) -> int:
    first, last = facts.grades[0], facts.grades[-1]
    advice = _("학년은 %(first)s부터 %(last)s까지의 숫자입니다.") % {"first": first, "last": last}
    read: int = whole(first, last, lambda: advice, unit="학년")(text, facts)
    return read


def class_name(text: str, facts: Facts) -> str:
    name = text.removesuffix("반").strip() if text[:1].isdigit() else text
    read: str = line(40)(name.lstrip("0") or name, facts)
    return read


def in_classes(grade_read: int, name: str, facts: Facts) -> None:
    """Refuse a class that the school does not have, if its classes are known."""
    names = facts.names(grade_read)
    if not facts.classes or name in names:
        return
    if not names:
        raise Wrong(_("%(grade)s학년 학급이 없습니다.") % {"grade": grade_read})
    if all(one.isdigit() for one in names):
        places = {"grade": grade_read, "first": names[0], "last": names[-1]}
        raise Wrong(_("%(grade)s학년의 반은 %(first)s부터 %(last)s까지의 숫자입니다.") % places)
    raise Wrong(
        _("%(grade)s학년의 반은 %(names)s입니다.") % {"grade": grade_read, "names": ", ".join(names[:12])}
    )


def weekday(text: str, facts: Facts) -> int:
    word = text.removesuffix("요일").strip()
    if word not in WEEKDAYS:
        raise Wrong(_("요일은 월, 화, 수, 목, 금, 토 가운데 하나입니다."))
    return WEEKDAYS.index(word)


def line(longest: int) -> Reader:
    """Return a reader of one line of text."""

    def read(text: str, facts: Facts) -> str:
        joined = " ".join(text.split())
        if len(joined) > longest:
            raise Wrong(_("%(n)s자까지 적을 수 있습니다.") % {"n": longest})
        return joined

    return read


def day(text: str, facts: Facts) -> date:
    parts = _PLAIN_DAY.fullmatch(text) or _DAY.fullmatch(text)
    if not parts:
        raise Wrong(_("날짜는 2026-11-24처럼 적어 주세요."))
    number_of_year, month, number = map(int, parts.groups())
    try:
        return date(number_of_year, month, number)
    except ValueError:
        places = {"month": month, "day": number}
        raise Wrong(_("%(month)s월 %(day)s일은 없는 날입니다.") % places) from None


def monday(text: str, facts: Facts) -> date:
    return monday_of(day(text, facts))


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def word(words: Mapping[str, Any], before: Mapping[str, Any] = MappingProxyType({})) -> Reader:
    """Return a reader of one of these words, or of one that stood in sheets before."""

    def read(text: str, facts: Facts) -> Any:
        if text in before:
            return before[text]
        if text not in words:
            raise Wrong(_("%(words)s 가운데 하나를 적어 주세요.") % {"words": ", ".join(words)})
        return words[text]

    return read


def grades(text: str, facts: Facts) -> list[int]:
    """Return the grades a line is for; empty or 「전체」: all of them."""
    plain = text.replace("학년", "").replace(" ", "")
    if plain in ("", "전체", "모두"):
        return list(facts.grades)
    found: set[int] = set()
    for part in re.split(r"[,·/]", plain):
        ends = re.fullmatch(r"(\d)(?:[~-](\d))?", part, re.ASCII)
        if not ends:
            raise Wrong(_("학년은 1,2,3이나 1~3처럼 적어 주세요. 모두이면 비워 두세요."))
        found |= set(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    if not found or not found <= set(facts.grades):
        places = {"first": facts.grades[0], "last": facts.grades[-1]}
        raise Wrong(_("이 학교의 학년은 %(first)s부터 %(last)s까지입니다.") % places)
    return sorted(found)


def number(most: int, places: int) -> Reader:
    """Return a reader of a number that is not negative, with at most so many places behind the point."""

    def read(text: str, facts: Facts) -> Decimal | None:
        plain = re.sub(r"(?i)\s*(kcal|학점|단위|시간)$", "", text).replace(",", "")
        if not plain:
            return None
        try:
            value = Decimal(plain) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", plain) else None
        except InvalidOperation:
            value = None
        if value is None or value > most:
            raise Wrong(_("0부터 %(most)s까지의 숫자로 적어 주세요.") % {"most": most})
        return value.quantize(Decimal(1).scaleb(-places))

    return read


def dishes(text: str, facts: Facts) -> list[dict[str, Any]]:
    """Return the dishes, one a line, with the numbers behind them (domain.md §6.6)."""
    try:
        return dish_lines(text)
    except BadDishes as bad:
        raise Wrong(str(bad)) from None
