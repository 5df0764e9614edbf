"""Periods of an application (domain.md §1.9, §1.10), by the calendar of Seoul."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

HAND_IN = timedelta(days=30)
COLLECT = timedelta(days=30)
LINK = timedelta(days=14)


def hand_in_by(submitted_at: datetime) -> date:
    """Return the last day on which papers are taken."""
    return timezone.localdate(submitted_at) + HAND_IN


def link_until(*, made_at: datetime, approved_at: datetime) -> datetime:
    """Return until when a one-time address of issuing can be used; never longer than the approval."""
    return min(made_at + LINK, approved_at + COLLECT)


def start_of_day(now: datetime) -> datetime:
    """Return the first moment of this day in Seoul."""
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
