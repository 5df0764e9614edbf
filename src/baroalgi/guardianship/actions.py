"""Writes of this room: apply, approve, refuse, withdraw."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from baroalgi.certs import ResidentNumber
from baroalgi.guardianship import jobs, queries
from baroalgi.guardianship.models import ChildLink
from baroalgi.guardianship.types import Decided, WaitingRequest
from baroalgi.guardianship.workflow import State
from baroalgi.organisation.types import Contact, School
from baroalgi.platform import audit, crypto, outbox
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.outbox import Mail
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act, Actor, Subject, allows


class ChildNotMatched(Refused):
    # The same sentence for "not there" and "not matching": it must not tell which.
    message = _("입력하신 정보와 맞는 학생을 찾을 수 없습니다. 학년·이름·주민등록번호를 확인해 주세요.")


class AlreadyApproved(Refused):
    message = _("이미 승인된 자녀입니다.")


class AlreadyRequested(Refused):
    message = _("담임교사 승인을 기다리는 중입니다(신청일 %(date)s).")


class AlreadyDecided(Refused):
    message = _("%(name)s 선생님이 먼저 처리한 신청입니다.")


class Handled(Refused):
    message = _("이미 처리된 신청입니다. 목록을 다시 확인해 주세요.")


class OwnRequestRefused(Refused):
    message = _("내 신청은 내가 승인할 수 없습니다. 학교 관리자에게 부탁해 주세요.")


class ReasonMissing(Refused):
    message = _("이유를 적어 주세요. 보호자가 무엇을 고칠지 알 수 있어야 합니다.")
    field = "reason"


@action
def apply(
    *,
    by: Actor,
    school: School,
    contact: Contact,
    child_name: str,
    child_number: ResidentNumber,
    grade: int,
    class_no: int | None,
    relationship: str,
    relationship_text: str,
    now: datetime,
) -> None:
    """Ask to see a child; the class's homeroom teacher is told.

    Raises ChildNotMatched, AlreadyApproved, AlreadyRequested.
    """
    student_id = _match(school.id, child_number)
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
        if "child_link_one_open" not in str(error):
            raise
        raise _open_already(by, student_id) from None
    audit.record(by, Audit.CHILD_LINK_REQUESTED, student_id=student_id)
    jobs.tell_homeroom.defer(link_id=link.id)


def _match(school_id: int, number: ResidentNumber) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT policy.match_student(%s, %s)", [school_id, crypto.identity_mac(number.digits)])
        student_id: int | None = cursor.fetchone()[0]
    if student_id is None:
        raise ChildNotMatched
    return student_id


def _open_already(by: Actor, student_id: int) -> Refused:
    link = ChildLink.objects.get(
        guardian_id=by.person_id, student_id=student_id, state__in=[State.REQUESTED, State.APPROVED]
    )
    if link.state == State.APPROVED:
        return AlreadyApproved()
    return AlreadyRequested(date=f"{link.requested_at:%Y-%m-%d}")


@action
def approve(*, by: Actor, request: WaitingRequest, now: datetime) -> None:
    """Let a guardian see the child from now on. Raises OwnRequestRefused, AlreadyDecided, Handled."""
    _decide(by, request, State.APPROVED, now=now)
    audit.record(by, Audit.CHILD_LINK_APPROVED, student_id=request.student_id, person_id=request.guardian_id)
    _tell(
        request,
        say("%(name)s 학생의 열람이 승인되었습니다") % {"name": request.student_name},
        say("담임선생님이 신청을 승인했습니다. 로그인하시면 바로 보실 수 있습니다."),
        reverse("portal:children"),
    )


def approve_all(*, by: Actor, requests: Sequence[WaitingRequest], now: datetime) -> Decided:
    """Approve every request that matches in all fields; what somebody else decided meanwhile is said."""
    approved, faster = 0, []
    for request in requests:
        try:
            approve(by=by, request=request, now=now)
            approved += 1
        except AlreadyDecided as refusal:
            faster.append(str(refusal.places["name"]))
        except Handled:
            faster.append("")
    return Decided(approved, len(faster), tuple(sorted({name for name in faster if name})))


@action
def refuse(*, by: Actor, request: WaitingRequest, reason: str, now: datetime) -> None:
    """Refuse a guardian's request and tell the guardian why.

    Raises ReasonMissing, OwnRequestRefused, AlreadyDecided, Handled.
    """
    if not reason.strip():
        raise ReasonMissing
    _decide(by, request, State.REFUSED, now=now, reason=reason.strip())
    audit.record(by, Audit.CHILD_LINK_REFUSED, student_id=request.student_id, person_id=request.guardian_id)
    _tell(
        request,
        say("학부모서비스 신청이 승인되지 않았습니다"),
        say("담임교사가 신청을 승인하지 않았습니다. 사유: %(reason)s\n고쳐서 다시 신청하실 수 있습니다.")
        % {"reason": reason.strip()},
        reverse("guardianship:apply"),
    )


@action
def withdraw(*, by: Actor, link_id: int, now: datetime) -> None:
    """Take back the own request. Raises Handled."""
    changed = ChildLink.objects.filter(id=link_id, guardian_id=by.person_id, state=State.REQUESTED).update(
        state=State.ENDED, decided_at=now
    )
    if not changed:
        raise Handled
    audit.record(by, Audit.CHILD_LINK_ENDED)


def _decide(by: Actor, request: WaitingRequest, to: State, *, now: datetime, reason: str = "") -> None:
    subject = Subject(class_id=request.class_id, owner_id=request.guardian_id)
    if not allows(by, Act.CHILD_LINK_DECIDE, subject):
        raise OwnRequestRefused
    # Compare and set: of two teachers who press at once, the database lets one through.
    changed = ChildLink.objects.filter(id=request.id, state=State.REQUESTED).update(
        state=to, reason=reason, decided_at=now, decided_by_name=by.name
    )
    if not changed:
        name = queries.decided_by(request.id)
        raise AlreadyDecided(name=name) if name else Handled


def _tell(request: WaitingRequest, subject: str, text: str, path: str) -> None:
    mail = Mail(
        f"[바로알기] {subject}", f"{text}\n\n{settings.ENVIRONMENT.url}{path}\n", to=request.guardian_email
    )
    outbox.put(mail, key=f"child_link:{request.id}:decided", person_id=request.guardian_id)
