"""Jobs of slips."""

from datetime import datetime

from baroalgi.letters.slips import actions, queries
from baroalgi.platform.queue import job
from baroalgi.policy.actor import SYSTEM


@job(cron="*/5 * * * *")
def close_due_slips(*, now: datetime, **_later: object) -> None:
    """Close slips whose time is over. Pages look at the clock themselves and do not wait for it."""
    if queries.are_due(now):
        actions.close_due(by=SYSTEM, now=now)


@job(cron="50 21 * * *")
def make_missing_slips(*, now: datetime, **_later: object) -> None:
    """Make slips for children who came to a class after its letter was sent."""
    if queries.open_forms(now):
        actions.make_missing(by=SYSTEM, now=now)
