"""Jobs of the registration authority."""

from datetime import datetime

from baroalgi.platform.queue import job
from baroalgi.policy.actor import SYSTEM
from baroalgi.registration import actions, mails, queries, steps


@job(cron="10 * * * *")
def lapse_overdue(*, now: datetime, **_later: object) -> None:
    """End applications whose 30 days are over (domain.md §1.9). Twice in a row ends nothing twice."""
    for row in queries.overdue(now=now):
        try:
            actions.lapse(by=SYSTEM, now=now, row=row)
        except steps.AlreadyDecided:
            continue  # decided while this job was reading


@job()
def tell_blocked(*, application_id: int, now: datetime, **_later: object) -> None:
    """Tell an applicant whose issuing was stopped by wrong passwords; whoever typed them may not see whom."""
    row = queries.own(application_id)
    if row is not None:
        mail = mails.blocked(name=row.name, number=row.number, to=row.email)
        mails.post(mail, key=f"application:{application_id}:blocked")
