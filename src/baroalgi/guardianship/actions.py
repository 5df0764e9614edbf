"""Writes of this room: apply, withdraw, approve, refuse."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from baroalgi.guardianship import jobs, queries
from baroalgi.guardianship.models import ChildLink
from baroalgi.guardianship.types import Decided, DeskRequest, OwnRequest
from baroalgi.guardianship.workflow import State
from baroalgi.organisation.types import Contact, School
from baroalgi.platform import audit, outbox
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.outbox import Mail
from baroalgi.platform.refusal import Refused, constraint_of
from baroalgi.policy import Act, Actor, Subject, allows


class ChildNotMatched(Refused):
    # The same sentence for "not there" and "not matching": it must not tell which.
    message = _("입력하신 정보와 맞는 학생을 찾을 수 없습니다. 학년·이름·주민등록번호를 확인해 주세요.")


class AlreadyApproved(Refused):
    message = _("이미 승인된 자녀입니다.")


class AlreadyRequested(Refused):
    message = _("담임교사 승인을 기다리는 중입니다(신청일 %(date)s).")


class AlreadyDecided(Refused):
    message = _("%(names)s 선생님이 먼저 정했습니다.")


class Handled(Refused):
    message = _("이미 처리된 신청입니다. 목록을 다시 확인해 주세요.")


class OwnRequestRefused(Refused):
    message = _("내 신청은 내가 승인할 수 없습니다. 부담임이나 학교 관리자에게 부탁해 주세요.")


class ReasonMissing(Refused):
    message = _("이유를 적어 주세요. 보호자가 무엇을 고칠지 알 수 있어야 합니다.")
    field = "reason"


@action
def apply(
    *,
    by: Actor,
    student_id: int | None,
    school: School,
    contact: Contact,
    child_name: str,
    grade: int,
    class_no: int | None,
    relationship: str,
    relationship_text: str,
    now: datetime,
) -> None:
    """Ask to see the child that `queries.matching_student` found; the homeroom teacher is told.

    Raises ChildNotMatched, AlreadyApproved, AlreadyRequested.
    """
    if student_id is None:
        raise ChildNotMatched
    link = ChildLink(
        public_id=uuid.uuid4(),
        guardian_id=by.me,
        student_id=student_id,
        school_id=school.id,
        state=State.REQUESTED,
        relationship=relationship,
        relationship_text=relationship_text,
        typed_name=child_name,
        typed_grade=grade,
        typed_class_no=class_no,
        guardian_name=contact.name,
        guardian_mobile=contact.mobile,
        guardian_email=contact.email,
        requested_at=now,
    )
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) != "child_link_one_open":
            raise
        raise _open_already(by, student_id) from None
    audit.record(by, Audit.CHILD_LINK_REQUESTED, student_id=student_id)
    jobs.tell_homeroom.defer(link_id=link.id)


def _open_already(by: Actor, student_id: int) -> Refused:
    link = ChildLink.objects.filter(
        guardian_id=by.me, student_id=student_id, state__in=[State.REQUESTED, State.APPROVED]
    ).first()
    if link is None:  # decided in the same moment
        return Handled()
    if link.state == State.APPROVED:
        return AlreadyApproved()
    return AlreadyRequested(date=f"{timezone.localdate(link.requested_at):%Y-%m-%d}")


@action
def withdraw(*, by: Actor, request: OwnRequest, now: datetime) -> None:
    """Take the own request back. Raises Handled."""
    waiting = ChildLink.objects.filter(id=request.id, guardian_id=by.me, state=State.REQUESTED)
    if not waiting.update(state=State.ENDED, decided_at=now):
        raise Handled
    audit.record(by, Audit.CHILD_LINK_ENDED, student_id=request.student_id)


@action
def approve(*, by: Actor, requests: Sequence[DeskRequest], now: datetime) -> Decided:
    """Let guardians see their children from now on, and tell them. Statements do not grow with the requests.

    What somebody else decided meanwhile is left as it is and counted.
    Raises OwnRequestRefused; AlreadyDecided and Handled when nothing was left to approve.
    """
    approved = _decide(by, requests, State.APPROVED, now=now)
    _tell(
        approved,
        say("[바로알기] %(name)s 학생의 열람이 승인되었습니다"),
        say("담임선생님이 신청을 승인했습니다. 로그인하시면 바로 보실 수 있습니다."),
        reverse("portal:children"),
    )
    missed = {request.id for request in requests} - {request.id for request in approved}
    return Decided(approved, len(missed), tuple(queries.deciders(missed)) if missed else ())


@action
def refuse(*, by: Actor, request: DeskRequest, reason: str, now: datetime) -> None:
    """Refuse a guardian's request and tell the guardian why.

    Raises ReasonMissing, OwnRequestRefused, AlreadyDecided, Handled.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    _tell(
        _decide(by, [request], State.REFUSED, now=now, reason=reason),
        say("[바로알기] 학부모서비스 신청이 승인되지 않았습니다"),
        say("담임교사가 신청을 승인하지 않았습니다. 사유: %(reason)s\n고쳐서 다시 신청하실 수 있습니다.")
        % {"reason": reason},
        reverse("guardianship:waiting"),
    )


OUTCOMES = {State.APPROVED: Audit.CHILD_LINK_APPROVED, State.REFUSED: Audit.CHILD_LINK_REFUSED}


def _decide(
    by: Actor, requests: Sequence[DeskRequest], to: State, *, now: datetime, reason: str = ""
) -> tuple[DeskRequest, ...]:
    """Return the requests that this decides; those that somebody decided before are left out."""
    for request in requests:
        subject = Subject(class_id=request.class_id, owner_id=request.guardian_id)
        if not allows(by, Act.CHILD_LINK_DECIDE, subject):
            raise OwnRequestRefused
    # Of two teachers who press at once one waits here, and then finds only what is left. Rows are
    # locked in their order, so that two long lists never wait for each other.
    waiting = ChildLink.objects.filter(id__in=[request.id for request in requests], state=State.REQUESTED)
    ids = set(waiting.select_for_update().order_by("id").values_list("id", flat=True))
    if not ids:
        names = [name for name in queries.deciders([row.id for row in requests]) if name != by.name]
        raise AlreadyDecided(names=", ".join(names)) if names else Handled
    ChildLink.objects.filter(id__in=ids).update(
        state=to, reason=reason, decided_at=now, decided_by_name=by.name
    )
    decided = tuple(request for request in requests if request.id in ids)
    audit.record_each(by, OUTCOMES[to], [(request.student_id, request.guardian_id) for request in decided])
    return decided


def _tell(requests: Sequence[DeskRequest], subject: str, text: str, path: str) -> None:
    """Write to each guardian with a mail address; `%(name)s` in the subject becomes the child's name."""
    outbox.put_each(
        (
            Mail(
                subject % {"name": request.student_name},
                f"{text}\n\n{settings.ENVIRONMENT.url}{path}\n",
                to=request.guardian_email,
            ),
            f"child_link:{request.id}:decided",
            request.guardian_id,
        )
        for request in requests
        if request.guardian_email  # the others find it in 자녀정보조회
    )
