"""주민등록번호 and 외국인등록번호: reading what a person typed (domain.md §1.15)."""

from dataclasses import dataclass
from datetime import date

from baroalgi.certs.errors import BadInput, Code

# Numbers given since this day have random tails: the check digit says nothing about them.
RANDOM_TAILS_SINCE = date(2020, 10, 1)

_LONGEST_INPUT = 64
_CENTURY = {"9": 1800, "0": 1800, "1": 1900, "2": 1900, "3": 2000, "4": 2000}
_FOREIGN_CENTURY = {"5": 1900, "6": 1900, "7": 2000, "8": 2000}
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_FOLDED: dict[int, str] = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    ord(character): ""
    for character in " \t\r\n\u00a0\u2009\u200b\u3000-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
}


@dataclass(frozen=True, slots=True, repr=False)
class ResidentNumber:
    """A number that passed `parse`. Its repr is the mask: it may stand in a traceback."""

    digits: str

    def __repr__(self) -> str:
        return f"<ResidentNumber {self.mask}>"

    @property
    def mask(self) -> str:
        """Return what may be shown: `900101-1******`."""
        return f"{self.digits[:6]}-{self.digits[6]}******"

    @property
    def birth_date(self) -> date:
        """Return the birth date that the first seven digits say."""
        return _birth_date(self.digits)

    @property
    def is_foreign(self) -> bool:
        """Return whether this is a 외국인등록번호 or 국내거소신고번호."""
        return self.digits[6] in _FOREIGN_CENTURY

    @property
    def is_demo(self) -> bool:
        """Return whether the number can't be a real one of its time: an old birth, a wrong check digit."""
        return self.birth_date < RANDOM_TAILS_SINCE and self.digits[12] != check_digit(self.digits[:12])

    def age_on(self, day: date) -> int:
        """Return the age in whole years (만 나이) on a day; negative before birth."""
        birth = self.birth_date
        return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def parse(text: str, *, accept_demo: bool, accept_new_style: bool = False) -> ResidentNumber:
    """Read "900101-1234568" as people type it: full-width digits, spaces and hyphens are fine.

    `accept_demo`: take numbers of old births with a wrong check digit, which no real person has.
    `accept_new_style`: take the same numbers because they may have been given anew since 2020-10.
    Raises BadInput NUMBER_SYNTAX, NUMBER_DATE, NUMBER_CHECK_DIGIT.
    """
    if len(text) > _LONGEST_INPUT:
        raise BadInput(Code.NUMBER_SYNTAX)
    digits = text.translate(_FOLDED)
    if len(digits) != 13 or not (digits.isascii() and digits.isdigit()):
        raise BadInput(Code.NUMBER_SYNTAX)
    try:
        _birth_date(digits)
    except ValueError:
        raise BadInput(Code.NUMBER_DATE) from None
    number = ResidentNumber(digits)
    if number.is_demo and not (accept_demo or accept_new_style):
        raise BadInput(Code.NUMBER_CHECK_DIGIT)
    return number


def check_digit(first_twelve: str) -> str:
    """Return the check digit that a number given before 2020-10 ends with (foreigners: another rule)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_twelve, strict=True))
    base = 13 if first_twelve[6] in _FOREIGN_CENTURY else 11
    return str((base - total % 11) % 10)


def _birth_date(digits: str) -> date:
    century = (_CENTURY | _FOREIGN_CENTURY)[digits[6]]
    return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
