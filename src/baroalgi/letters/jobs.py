"""Jobs of this room, run by the worker."""

from contextlib import suppress
from datetime import datetime

from django.utils import timezone

from baroalgi.letters import actions, queries
from baroalgi.letters.actions import AlreadySent
from baroalgi.letters.slips.jobs import close_due_slips, make_missing_slips
from baroalgi.platform.queue import job
from baroalgi.platform.unit import system_unit
from baroalgi.policy.actor import SYSTEM

__all__ = ["close_due_slips", "forget_visits", "make_missing_slips", "publish_due"]


@job(cron="* * * * *", outside=True)
def publish_due(*, now: datetime, **_later: object) -> None:
    """Send the letters whose time has come, each in a unit of its own: one that fails holds up no other."""
    with system_unit():
        due = queries.due(now)
    for letter_id in due:
        # Sent already: by its writer, or by this job run twice.
        with system_unit(), suppress(AlreadySent):
            actions.publish(by=SYSTEM, letter_id=letter_id, now=now)


@job(cron="5 15 * * *")  # UTC: five past midnight in Seoul
def forget_visits(*, now: datetime, **_later: object) -> None:
    """Throw away who read what on earlier days; the numbers stay."""
    actions.forget_visits_before(timezone.localdate(now))
