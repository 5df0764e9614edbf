"""School arithmetic: values in, values out (domain.md §3-4).

No Django, no database, no clock. Numbers are int, Decimal or Fraction, never float, and
every rounding is written.
"""

from baroalgi.assessment.attendance import (
    AttendanceTotals,
    Cause,
    Event,
    Kind,
    attendance_totals,
    attended_enough,
    near_limit,
)
from baroalgi.assessment.figures import mean, round_half_up
from baroalgi.assessment.levels import LEVEL_WORDS, Level
from baroalgi.assessment.school_year import school_year, school_year_bounds

__all__ = [
    "LEVEL_WORDS",
    "AttendanceTotals",
    "Cause",
    "Event",
    "Kind",
    "Level",
    "attendance_totals",
    "attended_enough",
    "mean",
    "near_limit",
    "round_half_up",
    "school_year",
    "school_year_bounds",
]
