"""The school year (학년도): 1 March to the end of February."""

from datetime import date, timedelta


def school_year(day: date) -> int:
    """Return the school year a day lies in."""
    return day.year if day.month >= 3 else day.year - 1


def school_year_bounds(year: int) -> tuple[date, date]:
    """Return the first and the last day of a school year."""
    return date(year, 3, 1), date(year + 1, 3, 1) - timedelta(days=1)
