"""Jobs of the registration authority."""

from datetime import datetime

from baroalgi.platform.jobs import job
from baroalgi.policy.actor import SYSTEM
from baroalgi.registration import actions, queries


@job(cron="10 * * * *")
def lapse_overdue(*, now: datetime, **_later: object) -> None:
    """End applications whose 30 days are over (domain.md §1.9). Twice in a row ends nothing twice."""
    for row in queries.overdue(now=now):
        try:
            actions.lapse(by=SYSTEM, now=now, row=row)
        except actions.AlreadyDecided:
            continue  # decided while this job was reading
