"""An approval taken back by the counter: the application ends, its links are dead at once."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from baroalgi.pki import jobs as pki
from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor
from baroalgi.registration import mails
from baroalgi.registration.steps import AlreadyDecided, advance, decided, deciding_officer, reread
from baroalgi.registration.types import FiledApplication
from baroalgi.registration.workflow import State


class AlreadyIssued(Refused):
    message = _("이미 인증서를 받으신 분입니다. 받은 인증서는 여기에서 거둘 수 없고, 폐지해야 합니다.")


class NoReason(Refused):
    message = _("승인을 거두는 사유를 고르거나 적어 주세요. 신청한 분이 까닭을 알 수 있어야 합니다.")
    field = "reasons"


@action
def withdraw(*, by: Actor, now: datetime, row: FiledApplication, reason: str, seen: str = "") -> None:
    """Withdraw the approval and tell the parent why; what was signed but not taken into use is revoked.

    The application is cancelled: to be approved again takes a new one with papers (design.md §6).
    Raises OwnApplication, AlreadyIssued, AlreadyDecided, NoReason.
    """
    deciding_officer(by, row)
    if row.state is State.ISSUED:
        raise AlreadyIssued
    if row.state is not State.APPROVED or (seen and seen != row.seen):
        raise decided(row, now)
    if not reason.strip():
        raise NoReason
    try:
        advance(row, State.CANCELLED, now=now, closed_at=now, reason=reason, decided_by_name=by.name)
    except AlreadyDecided:
        # The parent's first signature came between.
        if reread(row).state is State.ISSUED:
            raise AlreadyIssued from None
        raise
    pki.revoke_unused.defer(application_id=row.id)
    audit.record(by, Audit.APPLICATION_WITHDRAWN, application_id=row.id)
    mails.post(mails.withdrawn(row, reason=reason), key=f"application:{row.id}:withdrawn")
