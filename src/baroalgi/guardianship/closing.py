"""Links that end because the child has left. Apart from the actions, which call jobs: a job calls this."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from baroalgi.guardianship import mails
from baroalgi.guardianship.models import ChildLink
from baroalgi.guardianship.workflow import State
from baroalgi.platform import audit, outbox
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor

# Stored with the link, and read by its guardian (domain.md §1.16).
LEFT_READING = _("자녀의 전학·졸업으로 열람이 종료되었습니다. 새 학교에 다시 신청해 주세요.")
LEFT_WAITING = _("자녀의 전학·졸업으로 신청이 종료되었습니다. 새 학교에 다시 신청해 주세요.")


class AlreadyEnded(Refused):
    message = _("이미 끝난 열람입니다.")


@action
def close(*, by: Actor, link_id: int, now: datetime) -> None:
    """End a link whose child has left the school that it was asked at; the guardian is told.

    Raises AlreadyEnded.
    """
    link = ChildLink.objects.filter(id=link_id, state__in=[State.REQUESTED, State.APPROVED])
    row = (
        link.select_for_update()
        .values("state", "student_id", "guardian_id", "guardian_email", "typed_name")
        .first()
    )
    if row is None:
        raise AlreadyEnded
    reason = str(LEFT_READING if row["state"] == State.APPROVED else LEFT_WAITING)
    ChildLink.objects.filter(id=link_id).update(state=State.ENDED, reason=reason, decided_at=now)
    audit.record(by, Audit.CHILD_LINK_CLOSED, student_id=row["student_id"], person_id=row["guardian_id"])
    if row["guardian_email"]:
        mail = mails.closed(row["typed_name"], reason, to=row["guardian_email"])
        outbox.put(mail, key=f"child_link:{link_id}:closed", person_id=row["guardian_id"])
