"""Jobs of the registration authority."""

from datetime import datetime

from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.queue import job
from baroalgi.policy.actor import SYSTEM
from baroalgi.registration import actions, links, mails, queries, steps
from baroalgi.registration.workflow import State


@job(cron="10 * * * *")
def lapse_overdue(*, now: datetime, **_later: object) -> None:
    """End applications whose 30 days are over (domain.md §1.9). Twice in a row ends nothing twice."""
    for row in queries.overdue(now=now):
        try:
            actions.lapse(by=SYSTEM, now=now, row=row)
        except steps.AlreadyDecided:
            continue  # decided while this job was reading


@job()
def send_link(*, application_id: int, instead_of: int, now: datetime, **_later: object) -> None:
    """Mail a new one-time address, unless the one it was asked `instead_of` was replaced already."""
    row = queries.own(application_id)
    if row is None or row.state is not State.APPROVED or links.newest_id(application_id) != instead_of:
        return
    links.send(row, now=now)
    audit.record(SYSTEM, Audit.APPLICATION_LINK_SENT, application_id=application_id)


@job()
def tell_blocked(*, application_id: int, now: datetime, **_later: object) -> None:
    """Tell an applicant whose issuing was stopped by wrong passwords; whoever typed them may not see whom."""
    row = queries.own(application_id)
    if row is not None:
        mail = mails.blocked(name=row.name, number=row.number, to=row.email)
        mails.post(mail, key=f"application:{application_id}:blocked")
