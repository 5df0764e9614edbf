"""Periods of an application (domain.md §1.9, §1.10). Pure: days and moments in, days and moments out."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")
HAND_IN = timedelta(days=30)
COLLECT = timedelta(days=30)
LINK = timedelta(days=14)


def hand_in_by(submitted_at: datetime) -> date:
    """Return the last day on which papers are taken."""
    return submitted_at.astimezone(SEOUL).date() + HAND_IN


def first_moment(day: date) -> datetime:
    """Return the first moment of a day in Seoul."""
    return datetime(day.year, day.month, day.day, tzinfo=SEOUL)
