"""Writes of this room: apply, withdraw, approve, refuse, undo; late schools reminded."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.guardianship import jobs, mails, queries
from baroalgi.guardianship.models import ChildLink, SchoolReminder
from baroalgi.guardianship.types import Decided, DeskRequest, LateSchool, OwnRequest
from baroalgi.guardianship.workflow import State
from baroalgi.organisation.types import Contact, School
from baroalgi.platform import audit, outbox
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.mail import Mail
from baroalgi.platform.refusal import Refused, constraint_of
from baroalgi.policy import Act, Actor, allows


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


class NothingToUndo(Refused):
    message = _("되돌릴 승인이 없습니다. 이미 되돌렸거나 다른 선생님이 정한 신청입니다.")


class TooLateToUndo(Refused):
    message = _("승인한 지 10분이 지나 되돌릴 수 없습니다. 학교 관리자와 의논해 주세요.")


class UndoReasonMissing(Refused):
    message = _("되돌리는 이유를 한 줄로 적어 주세요.")
    field = "reason"


class NobodyToRemind(Refused):
    message = _("다시 알릴 학교가 없습니다. 오늘 이미 알렸거나 학교 관리자가 없습니다.")


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
    """Ask to see the child that `queries.matching_student` found; who decides is told.

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
    if not waiting.update(state=State.ENDED, reason=""):
        raise Handled
    audit.record(by, Audit.CHILD_LINK_ENDED, student_id=request.student_id)


@action
def approve(*, by: Actor, requests: Sequence[DeskRequest], now: datetime) -> Decided:
    """Let guardians see their children from now on, and tell them. Statements do not grow with the requests.

    What somebody else decided meanwhile is left as it is and counted.
    Raises OwnRequestRefused; AlreadyDecided and Handled when nothing was left to approve.
    """
    approved = _decide(by, requests, State.APPROVED)
    _tell(((row, mails.approved(row, by_homeroom=_leads(by, row))) for row in approved), now=now)
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
    refused = _decide(by, [request], State.REFUSED, reason=reason)
    _tell(((row, mails.refused(row, reason, by_homeroom=_leads(by, row))) for row in refused), now=now)


@action
def undo(*, by: Actor, request: DeskRequest, reason: str, now: datetime) -> tuple[DeskRequest, ...]:
    """Take an approval back with all that was approved in the same act; the guardians are told.

    Their access is gone at their next request. Statements do not grow with the requests. What ended
    meanwhile is left as it is. Raises UndoReasonMissing, NothingToUndo, TooLateToUndo.
    """
    reason = reason.strip()
    if not reason:
        raise UndoReasonMissing
    if request.state != State.APPROVED or request.decided_by_id != by.me or request.decided_at is None:
        raise NothingToUndo
    if now - request.decided_at >= queries.UNDO_LIFE:
        raise TooLateToUndo
    act = ChildLink.objects.filter(decided_by_id=by.me, decided_at=request.decided_at, state=State.APPROVED)
    ids = list(act.select_for_update().order_by("id").values_list("id", flat=True))
    if not ids:
        raise NothingToUndo
    ChildLink.objects.filter(id__in=ids).update(state=State.REQUESTED, reason=reason)
    undone = tuple(queries.requests(ids, me=by.me, today=timezone.localdate(now)))
    audit.record_each(by, Audit.CHILD_LINK_UNDONE, [(row.student_id, row.guardian_id) for row in undone])
    _tell(((row, mails.undone(row)) for row in undone), now=now)
    return undone


@action
def remind_schools(*, by: Actor, schools: Sequence[LateSchool], now: datetime) -> int:
    """Let the administrators of these late schools be reminded, each once a day; return how many schools.

    Raises NobodyToRemind.
    """
    today = timezone.localdate(now)
    rows = [
        SchoolReminder(school_id=school.school_id, day=today)
        for school in schools
        if school.administrator and school.reminded_on != today
    ]
    if not rows:
        raise NobodyToRemind
    SchoolReminder.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(by, Audit.LATE_SCHOOLS_REMINDED, schools=[row.school_id for row in rows])
    jobs.remind_late_schools.defer(school_ids=[row.school_id for row in rows])
    return len(rows)


OUTCOMES = {State.APPROVED: Audit.CHILD_LINK_APPROVED, State.REFUSED: Audit.CHILD_LINK_REFUSED}


def _decide(
    by: Actor, requests: Sequence[DeskRequest], to: State, *, reason: str = ""
) -> tuple[DeskRequest, ...]:
    """Return the requests that this decides; those that somebody decided before are left out."""
    for request in requests:
        if not allows(by, Act.CHILD_LINK_DECIDE, request.subject):
            raise OwnRequestRefused
    # Of two teachers who press at once one waits here, and then finds only what is left. Rows are
    # locked in their order, so that two long lists never wait for each other.
    waiting = ChildLink.objects.filter(id__in=[request.id for request in requests], state=State.REQUESTED)
    ids = set(waiting.select_for_update().order_by("id").values_list("id", flat=True))
    if not ids:
        names = [name for name in queries.deciders([row.id for row in requests]) if name != by.name]
        raise AlreadyDecided(names=", ".join(names)) if names else Handled
    # Who decided and when is for the database to say.
    ChildLink.objects.filter(id__in=ids).update(state=to, reason=reason)
    decided = tuple(request for request in requests if request.id in ids)
    audit.record_each(by, OUTCOMES[to], [(request.student_id, request.guardian_id) for request in decided])
    return decided


def _leads(by: Actor, request: DeskRequest) -> bool:
    return request.class_id in by.homeroom_classes


def _tell(told: Iterable[tuple[DeskRequest, Mail]], *, now: datetime) -> None:
    """Write to the guardians with a mail address; the others find it in 자녀정보조회."""
    outbox.put_each(
        # Approved, undone, approved again: each is told, each once.
        (mail, f"child_link:{request.id}:decided:{now:%Y%m%d%H%M%S%f}", request.guardian_id)
        for request, mail in told
        if mail.to
    )
