"""Jobs of this room, run by the worker."""

from datetime import datetime, timedelta

from django.db.models import Q

from baroalgi.accounts.models import Attempt, Challenge, Move, Session
from baroalgi.platform.queue import job

DAY = timedelta(days=1)


@job(cron="*/10 * * * *")
def clear_moves(*, now: datetime, **_later: object) -> None:
    """Delete sealed certificates that nobody fetched in time."""
    Move.objects.filter(expires_at__lt=now).delete()


@job(cron="17 * * * *")
def clear_old(*, now: datetime, **_later: object) -> None:
    """Delete sessions and challenges that opened nothing any more yesterday, and counts nobody adds to."""
    Session.objects.filter(created_at__lt=now - DAY).delete()  # none lives for longer than 12 hours
    Challenge.objects.filter(expires_at__lt=now - DAY).delete()
    Attempt.objects.filter(
        Q(last_at=None) | Q(last_at__lt=now - 2 * DAY), first_at__lt=now - 2 * DAY
    ).delete()
