"""The certificate number (인증번호): YYYYMMDD, six digits, a check digit (domain.md §1.7).

People read it aloud, copy it from paper and type it again; the check digit (ISO/IEC 7812, as on bank
cards) tells any single wrong digit and nearly every swapped pair from a number that was given.
Nothing rests on its being secret.
"""

from datetime import date

SERIALS = 1_000_000


def compose(day: date, serial: int) -> str:
    """Return the 15 digits for a day and a serial of 0…999999."""
    if not 0 <= serial < SERIALS:
        raise ValueError(f"serial out of range: {serial}")
    first = f"{day:%Y%m%d}{serial:06}"
    return first + check_digit(first)


def check_digit(first_fourteen: str) -> str:
    """Return the digit that makes the weighted sum a multiple of ten."""
    total = 0
    for place, digit in enumerate(reversed(first_fourteen)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def is_number(text: str) -> bool:
    """Tell whether the text has the shape of a certificate number, whatever its check digit."""
    return len(text) == 15 and text.isascii() and text.isdigit()


def groups(number: str) -> str:
    """Return the number as people read it: `20261124 000317 4`."""
    return f"{number[:8]} {number[8:14]} {number[14:]}"
