"""Values of NEIS read as ours (domain.md §6, §7.5). Pure: nothing here knows a file or a table.

NEIS passes on what schools typed, so a fact that says nothing (blanks, `-`, `http://`) is read as empty, and
a fact that cannot be read is empty too; the caller keeps the original text beside it. Only what a row is
recognised by must be readable: `whole_number`, `day` and `word` raise Unreadable.
"""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from baroalgi.exchange.neis.rows import DAY_KINDS
from baroalgi.schoolinfo.types import allergen_words

FILLERS = {"", "-", "--", ".", "0", "/", "http://", "https://"}
_BREAK = re.compile(r"<br\s*/?>|\r?\n", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?:\D?\d{2}:?\d{2}:?\d{2})?", re.ASCII)
_IN_BRACKETS = re.compile(r"^(.*?)\s*\(\s*(\d{1,2}(?:\s*[.,]\s*\d{1,2})*)\s*[.,]?\s*\)\s*[*♥c]*$", re.ASCII)
_GLUED = re.compile(r"^(.*?)[\s*]*((?:\d{1,2}\.)+(?:\d{1,2})?)[*♥c]*$", re.ASCII)
_ENERGY = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*k?cal", re.IGNORECASE | re.ASCII)
_NUTRIENT = re.compile(r"(.+?)\s*\(([^()]*)\)\s*:\s*(.*)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# 잣 has its number since 2020; before, a 19 in a menu is the end of a name and a 9 (domain.md §6.6).
_PINE_NUT, _PINE_NUT_SINCE = 19, 2020
_MOST_ENERGY = Decimal(99_999)
_MOST_DINERS = Decimal(99_999)


class Unreadable(Exception):
    """A value by which a row is recognised can't be read; the message is a sentence for the operator."""


def plain(value: object) -> str:
    """Return a text without blanks around it; empty for a missing value. Raises Unreadable."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Unreadable(f"a {type(value).__name__} stands where a text should be")
    text = str(value)
    if _UNSTORABLE.search(text):
        raise Unreadable("it holds a character that no database stores")
    return text.strip().strip("\ufeff\u200b").strip()


def fact(value: object, longest: int) -> str:
    """Return a descriptive text, shortened to what its column holds; empty for a filler."""
    text = plain(value)
    return "" if text in FILLERS else text[:longest].rstrip()


def word(value: object, longest: int) -> str:
    """Return a text by which a row is recognised. Raises Unreadable when it is too long."""
    text = plain(value)
    if len(text) > longest:
        raise Unreadable(f"it is longer than {longest} letters")
    return text


def whole_number(value: object, most: int = 9999) -> int:
    """Return a number written as a text. Raises Unreadable."""
    text = plain(value).removesuffix(".0")
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise Unreadable(f"{text[:20]!r} is no number")
    return int(text)


def day(value: object) -> date:
    """Return a day written as YYYYMMDD, with or without a time behind it. Raises Unreadable."""
    found = optional_day(value)
    if found is None:
        raise Unreadable(f"{plain(value)[:20]!r} is no day")
    return found


def optional_day(value: object) -> date | None:
    """Return a day, or None when it says none or one that no calendar has."""
    parts = _DAY.fullmatch(plain(value))
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3])) if parts else None
    except ValueError:
        return None


def dishes(value: object, *, year: int) -> list[dict[str, Any]]:
    """Return the dishes of a menu as `Meal.dishes` keeps them.

    `allergens` is null for all when no dish carries a number: then nobody recorded them.
    """
    read = [_dish(line, year) for line in _lines(value)]
    if not any(allergens for _name, allergens in read):
        return [{"name": name, "allergens": None} for name, _allergens in read]
    return [{"name": name, "allergens": allergens} for name, allergens in read]


def nutrients(value: object) -> list[dict[str, str]]:
    """Return 영양정보 line by line; a line of another form keeps its text as the name."""
    return [_nutrient(line) for line in _lines(value)]


def origins(value: object) -> list[dict[str, str]]:
    """Return 원산지정보 line by line; the place may be empty."""
    pairs = (line.partition(":") for line in _lines(value))
    return [{"name": name.strip(), "place": place.strip()} for name, _colon, place in pairs]


def calories(value: object) -> Decimal | None:
    """Return the energy in kcal, None when it is not told."""
    found = _ENERGY.search(plain(value))
    amount = Decimal(found[1].replace(",", "")) if found else None
    return None if amount is None or amount > _MOST_ENERGY else amount.quantize(Decimal("0.1"))


def amount(value: object) -> Decimal | None:
    """Return a number of people, a text in old answers; None when it is not told."""
    try:
        number = Decimal(plain(value).replace(",", ""))
        return number.quantize(Decimal("0.01")) if 0 <= number <= _MOST_DINERS else None
    except InvalidOperation:  # no number, or one that cannot be compared
        return None


def calendar_kind(name: str, day_kind: str) -> str:
    """Return the kind of a calendar event by the words of its name (domain.md §6.5)."""
    if day_kind == "public_holiday":
        return "public_holiday"
    bare = name.replace(" ", "")
    found = next((kind for kind, words in _KINDS if any(one in bare for one in words)), "")
    return found or ("discretionary_holiday" if day_kind == "closed" else "school_event")


# In this order: 방학식 is the vacation's, 개교기념일 a day off, 학부모 말고 진로 상담 an event.
_KINDS = (
    ("discretionary_holiday", ("재량휴업", "개교기념")),
    ("vacation", ("방학", "토요휴업")),
    ("regular_exam", ("고사", "학력평가", "수능", "수학능력시험", "듣기평가", "진단검사", "진단평가",
                      "지필평가", "정기시험", "정기평가", "모의평가", "1차시험", "2차시험")),
    ("ceremony", ("입학식", "졸업식", "수료식", "종업식", "진급식")),
    ("term", ("시업식", "개학", "학기시작", "학기종료")),
    ("guardian_event", ("학부모", "공개수업", "상담주간", "학교설명회", "학교교육설명회")),
    ("health_event", ("건강검", "신체검사", "대피훈련", "소방훈련", "민방공", "민방위", "지진", "체격검사",
                      "결핵", "구강검", "예방접종", "안전교육", "PAPS")),
)  # fmt: skip

_DAY_KINDS = {word: kind for kind, word in DAY_KINDS.items()}


def day_kind(value: object) -> str:
    """Return what 수업공제일명 says of a day; a day with lessons when it says nothing."""
    return _DAY_KINDS.get(plain(value), "school_day")


def _lines(value: object) -> Iterable[str]:
    return filter(None, (line.strip() for line in _BREAK.split(plain(value))))


def _dish(line: str, year: int) -> tuple[str, list[int]]:
    for form in (_IN_BRACKETS, _GLUED):
        if found := form.match(line):
            name, numbers = found[1].rstrip(" *"), [int(n) for n in re.findall(r"\d+", found[2])]
            if form is _GLUED and _belongs_to_the_name(numbers, year):
                name, numbers[0] = f"{name}{numbers[0] // 10}", numbers[0] % 10
            known = [number for number in numbers if number in allergen_words()]
            if name and known:
                return name, known
    return line, []


def _belongs_to_the_name(numbers: list[int], year: int) -> bool:
    """Tell whether the first digit is the end of the name: 배추김치19.13. is 배추김치1 and 9, 13.

    Numbers stand in order, so a first one above the second has a digit too many.
    """
    if numbers[0] < 10 or numbers[0] % 10 == 0:
        return False
    no_number = numbers[0] not in allergen_words() or (numbers[0] == _PINE_NUT and year < _PINE_NUT_SINCE)
    return no_number or (len(numbers) > 1 and numbers[0] > numbers[1] >= numbers[0] % 10)


def _nutrient(line: str) -> dict[str, str]:
    if found := _NUTRIENT.fullmatch(line):
        return {"name": found[1], "unit": found[2], "amount": found[3]}
    name, _colon, amount_said = line.partition(":")
    return {"name": name.strip(), "unit": "", "amount": amount_said.strip()}
