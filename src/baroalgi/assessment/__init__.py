"""School arithmetic: values in, values out (domain.md §3-4).

No Django, no database, no clock. Numbers are int, Decimal or Fraction, never float, and
every rounding is written.
"""

from baroalgi.assessment.figures import mean, round_half_up

__all__ = ["mean", "round_half_up"]
