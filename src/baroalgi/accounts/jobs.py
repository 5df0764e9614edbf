"""Jobs of this room, run by the worker."""

from datetime import datetime

from baroalgi.accounts.models import Move
from baroalgi.platform.queue import job


@job(cron="*/10 * * * *")
def clear_moves(*, now: datetime, **_later: object) -> None:
    """Delete sealed certificates that nobody fetched in time."""
    Move.objects.filter(expires_at__lt=now).delete()
