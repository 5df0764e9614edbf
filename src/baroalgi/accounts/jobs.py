"""Jobs of this room, run by the worker."""

from datetime import datetime, timedelta

from django.db.models import Q

from baroalgi.accounts.models import Attempt, Move
from baroalgi.platform.queue import job


@job(cron="*/10 * * * *")
def clear_moves(*, now: datetime, **_later: object) -> None:
    """Delete sealed certificates that nobody fetched in time."""
    Move.objects.filter(expires_at__lt=now).delete()


@job(cron="20 4 * * *")
def clear_tries(*, now: datetime, **_later: object) -> None:
    """Delete counts whose window (a day at most) is long over: whoever guesses leaves one for each number."""
    before = now - timedelta(days=2)
    Attempt.objects.filter(Q(last_at=None) | Q(last_at__lt=before), first_at__lt=before).delete()
