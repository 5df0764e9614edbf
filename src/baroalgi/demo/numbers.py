"""Resident numbers and telephone numbers that belong to nobody (domain.md §1.15).

A demo number has a valid birth date before 2020-10 and a wrong check digit, so no real number
can look like it. Numbers are unique by construction: a person's ordinal is written into the
free digits, so a whole office can be numbered without remembering what was given before.
"""

from datetime import date, timedelta
from typing import Literal

from baroalgi.certs.resident_number import RANDOM_TAILS_SINCE, check_digit

CAPACITY = 900_000
"""How many persons one plan can number: five free digits times nine wrong check digits."""

LAST_BIRTH = RANDOM_TAILS_SINCE - timedelta(days=1)

# Coprime to CAPACITY, so that neighbours of a class do not get neighbouring numbers.
_STEP = 611_953
_START = 271_829


def demo_number(ordinal: int, born: date, sex: Literal["male", "female"]) -> str:
    """Return the demo number of the `ordinal`-th person of the plan.

    Different ordinals never share a number. Raises ValueError beyond `CAPACITY` or `LAST_BIRTH`.
    """
    if not 0 <= ordinal < CAPACITY:
        raise ValueError(f"the plan can number {CAPACITY} persons, not {ordinal + 1}")
    if born > LAST_BIRTH:
        raise ValueError(f"no demo number tells itself apart for a birth on {born}")
    free, wrong = divmod(_spread(ordinal), 9)
    sex_digit = (1 if sex == "male" else 2) + (2 if born.year >= 2000 else 0)
    digits = f"{born:%y%m%d}{sex_digit}{free:05d}"
    return f"{digits}{(int(check_digit(digits)) + 1 + wrong) % 10}"


def mobile(ordinal: int) -> str:
    """Return a mobile number that nobody has: no operator gives out 010-0…."""
    tail = f"{_spread(ordinal):07d}"
    return f"010-0{tail[:3]}-{tail[3:]}"


def _spread(ordinal: int) -> int:
    return (ordinal * _STEP + _START) % CAPACITY
