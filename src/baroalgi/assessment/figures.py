"""Rounding and means as schools compute them (domain.md §4)."""

from collections.abc import Collection
from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | Decimal | int, places: int = 0) -> Decimal:
    """Round to `places` decimals, halves away from zero (반올림, domain.md §4).

    The result always shows that many decimals: 28.4 to two places is 28.40.
    """
    shifted = abs(Fraction(value)) * 10**places
    units = (2 * shifted.numerator + shifted.denominator) // (2 * shifted.denominator)
    # Built from digits, since arithmetic on Decimal would round to the precision of the context.
    digits = tuple(int(digit) for digit in str(units))
    return Decimal((1 if value < 0 and units else 0, digits, -places))


def mean(values: Collection[Decimal | int]) -> Fraction | None:
    """Return the exact mean, not rounded; None when there is no value (domain.md §4.3)."""
    if not values:
        return None
    return sum((Fraction(value) for value in values), Fraction()) / len(values)
