"""The audit trail: who looked at or changed whose data, in the same transaction.

Append-only. Facts are names and numbers of rows, never values of numbers or passwords. Parents will
read it (열람 기록), so every act has a sentence.
"""

import json
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import gate, logs
from baroalgi.policy import Actor


class Audit(StrEnum):
    """What can stand in the trail."""

    APPLICATION_SUBMITTED = "application.submitted"
    APPLICATION_PRINTED = "application.printed"
    APPLICATION_VIEWED = "application.viewed"
    APPLICATIONS_VIEWED = "application.list_viewed"
    APPLICATION_STATUS_VIEWED = "application.status_viewed"
    APPLICATION_SEARCHED = "application.searched"
    APPLICATION_IDENTITY_CHECKED = "application.identity_checked"
    APPLICATION_PAPERS_RECEIVED = "application.papers_received"
    APPLICATION_APPROVED = "application.approved"
    APPLICATION_RETURNED = "application.returned"
    APPLICATION_WITHDRAWN = "application.withdrawn"
    APPLICATION_READDRESSED = "application.readdressed"
    APPLICATION_SLIP_PRINTED = "application.slip_printed"
    APPLICATION_CANCELLED = "application.cancelled"
    APPLICATION_LAPSED = "application.lapsed"
    APPLICATION_CORRECTED = "application.corrected"
    APPLICATION_LINK_REQUESTED = "application.link_requested"
    APPLICATION_LINK_SENT = "application.link_sent"
    CERTIFICATE_ORDERED = "certificate.ordered"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_CONFIRMED = "certificate.confirmed"
    CERTIFICATE_REVOKED = "certificate.revoked"
    MOVE_OFFERED = "certificate.move_offered"
    MOVE_FETCHED = "certificate.move_fetched"
    CRL_PUBLISHED = "crl.published"
    SIGNED_IN = "session.opened"
    CHALLENGE_USED = "challenge.used"
    SIGNED_OUT = "session.ended"
    CHILD_LINK_REQUESTED = "child_link.requested"
    CHILD_LINK_APPROVED = "child_link.approved"
    CHILD_LINK_REFUSED = "child_link.refused"
    CHILD_LINK_ENDED = "child_link.ended"
    CHILD_LINK_UNDONE = "child_link.undone"
    CHILD_LINK_CLOSED = "child_link.closed"
    CHILD_LINK_VIEWED = "child_link.viewed"
    CHILD_LINKS_VIEWED = "child_link.list_viewed"
    CHILDREN_VIEWED = "child.list_viewed"
    CHILD_OVERVIEW_VIEWED = "child.overview_viewed"
    CHILD_ATTENDANCE_VIEWED = "child.attendance_viewed"
    CHILD_GRADES_VIEWED = "child.grades_viewed"
    SLIPS_MADE = "slip.made"
    SLIP_ANSWERED = "slip.answered"
    SLIP_PAPER_NOTED = "slip.paper_noted"
    SLIP_ANSWERS_VIEWED = "slip.answers_viewed"
    SLIP_ANSWERS_EXPORTED = "slip.answers_exported"
    SLIP_EVIDENCE_VIEWED = "slip.evidence_viewed"
    SLIP_EVIDENCE_TAKEN = "slip.evidence_taken"
    SLIPS_PRINTED = "slip.printed"
    SLIPS_REMINDED = "slip.reminded"
    SLIPS_REOPENED = "slip.reopened"
    SLIPS_CLOSED = "slip.closed"
    CONTACT_CHANGED = "person.contact_changed"
    LATE_SCHOOLS_VIEWED = "school.late_viewed"
    LATE_SCHOOLS_REMINDED = "school.late_reminded"
    CLASSES_VIEWED = "school.classes_viewed"
    LETTER_SAVED = "letter.saved"
    LETTER_SCHEDULED = "letter.scheduled"
    LETTER_UNSCHEDULED = "letter.unscheduled"
    LETTER_PUBLISHED = "letter.published"
    LETTER_EDITED = "letter.edited"
    LETTER_WITHDRAWN = "letter.withdrawn"
    ATTACHMENTS_ADDED = "letter.attachments_added"
    ATTACHMENT_REMOVED = "letter.attachment_removed"
    ATTACHMENT_MOVED = "letter.attachment_moved"
    FEED_ADDRESS_MADE = "feed.address_made"
    FEED_ADDRESS_REMOVED = "feed.address_removed"
    SCHOOL_PROMOTED = "school.promoted"
    STUDENT_LEFT = "student.left"
    STAFF_APPOINTED = "staff.appointed"
    STAFF_INVITED = "staff.invited"
    INVITATION_ACCEPTED = "staff.invitation_accepted"
    PASSWORD_SHOWN = "session.half_opened"  # noqa: S105 - a word, not a secret
    PASSWORD_CHANGED = "login.password_changed"  # noqa: S105 - a word, not a secret
    SESSION_CONFIRMED = "session.confirmed"
    SESSIONS_ENDED = "session.others_ended"
    TOTP_SET_UP = "factor.totp_set_up"
    TOTP_REMOVED = "factor.totp_removed"
    PASSKEY_ADDED = "factor.passkey_added"
    PASSKEY_REMOVED = "factor.passkey_removed"
    RECOVERY_CODES_MADE = "factor.recovery_codes_made"
    FACTORS_RESET = "factor.reset"
    SCHOOLS_LISTED = "schools.listed"
    SCHOOL_FACTS_IMPORTED = "school_facts.imported"
    TIMETABLE_DRAFTED = "timetable.drafted"
    TIMETABLE_PUBLISHED = "timetable.published"
    DAY_LESSONS_CHANGED = "timetable.day_changed"
    CALENDAR_CHANGED = "calendar.changed"
    MEALS_CHANGED = "meals.changed"
    WEEK_PLAN_CHANGED = "week_plan.changed"
    BELL_TIMES_CHANGED = "bell_times.changed"
    SHEET_SAVED = "sheet.saved"
    API_KEY_GIVEN = "api_key.given"
    API_KEY_RENAMED = "api_key.renamed"
    API_KEY_DELETED = "api_key.deleted"
    API_KEY_BLOCKED = "api_key.blocked"
    API_KEY_UNBLOCKED = "api_key.unblocked"
    API_KEYS_VIEWED = "api_key.list_viewed"


SENTENCES = {
    Audit.APPLICATION_SUBMITTED: _("인증서를 신청했습니다."),
    Audit.APPLICATION_PRINTED: _("인증서 신청서를 인쇄했습니다."),
    Audit.APPLICATION_VIEWED: _("인증서 신청을 열어 보았습니다."),
    Audit.APPLICATIONS_VIEWED: _("인증서 신청 목록을 보았습니다."),
    Audit.APPLICATION_STATUS_VIEWED: _("인증서 신청의 진행을 조회했습니다."),
    Audit.APPLICATION_SEARCHED: _("인증서 신청을 찾아보았습니다."),
    Audit.APPLICATION_IDENTITY_CHECKED: _("신분증의 번호를 신청과 비교했습니다."),
    Audit.APPLICATION_PAPERS_RECEIVED: _("인증서 신청 서류를 받았습니다."),
    Audit.APPLICATION_APPROVED: _("인증서 발급을 승인했습니다."),
    Audit.APPLICATION_RETURNED: _("인증서 신청을 돌려보냈습니다."),
    Audit.APPLICATION_WITHDRAWN: _("인증서 발급 승인을 거두었습니다."),
    Audit.APPLICATION_READDRESSED: _("인증서 신청의 이메일 주소를 고쳤습니다."),
    Audit.APPLICATION_SLIP_PRINTED: _("인증서 발급 주소를 봉투로 인쇄했습니다."),
    Audit.APPLICATION_CANCELLED: _("인증서 신청을 취소했습니다."),
    Audit.APPLICATION_LAPSED: _("기간이 지나 인증서 신청이 끝났습니다."),
    Audit.APPLICATION_CORRECTED: _("인증서 신청을 고쳐서 다시 냈습니다."),
    Audit.APPLICATION_LINK_REQUESTED: _("인증서 발급 주소를 다시 보내 달라고 했습니다."),
    Audit.APPLICATION_LINK_SENT: _("인증서 발급 주소를 새로 보냈습니다."),
    Audit.CERTIFICATE_ORDERED: _("인증서 발급을 요청했습니다."),
    Audit.CERTIFICATE_ISSUED: _("인증서를 발급했습니다."),
    Audit.CERTIFICATE_CONFIRMED: _("새 인증서로 첫 서명을 했습니다."),
    Audit.CERTIFICATE_REVOKED: _("인증서를 폐지했습니다."),
    Audit.MOVE_OFFERED: _("인증서를 다른 기기로 옮기려고 잠가서 맡겼습니다."),
    Audit.MOVE_FETCHED: _("맡긴 인증서를 다른 기기에서 받았습니다."),
    Audit.CRL_PUBLISHED: _("폐지 목록을 새로 냈습니다."),
    Audit.SIGNED_IN: _("로그인했습니다."),
    Audit.CHALLENGE_USED: _("로그인에 쓰는 서명을 확인했습니다."),
    Audit.SIGNED_OUT: _("로그아웃했습니다."),
    Audit.CHILD_LINK_REQUESTED: _("자녀를 볼 수 있게 신청했습니다."),
    Audit.CHILD_LINK_APPROVED: _("학부모서비스 신청을 승인했습니다."),
    Audit.CHILD_LINK_REFUSED: _("학부모서비스 신청을 승인하지 않았습니다."),
    Audit.CHILD_LINK_ENDED: _("학부모서비스 신청을 거두었습니다."),
    Audit.CHILD_LINK_UNDONE: _("학부모서비스 승인을 되돌렸습니다."),
    Audit.CHILD_LINK_CLOSED: _("학생이 학교를 옮기거나 떠나 열람이 끝났습니다."),
    Audit.CHILD_LINK_VIEWED: _("학부모서비스 신청을 열어 보았습니다."),
    Audit.CHILD_LINKS_VIEWED: _("학부모서비스 신청 목록을 보았습니다."),
    Audit.CHILDREN_VIEWED: _("자녀 목록을 보았습니다."),
    Audit.CHILD_OVERVIEW_VIEWED: _("자녀의 한눈에 보기를 열었습니다."),
    Audit.CHILD_ATTENDANCE_VIEWED: _("자녀의 출결을 보았습니다."),
    Audit.CHILD_GRADES_VIEWED: _("자녀의 성적을 보았습니다."),
    Audit.SLIPS_MADE: _("나중에 온 학생의 회신서를 만들었습니다."),
    Audit.SLIP_ANSWERED: _("회신서를 보냈습니다."),
    Audit.SLIP_PAPER_NOTED: _("종이로 받은 회신을 적었습니다."),
    Audit.SLIP_ANSWERS_VIEWED: _("회신을 보았습니다."),
    Audit.SLIP_ANSWERS_EXPORTED: _("회신을 파일로 받았습니다."),
    Audit.SLIP_EVIDENCE_VIEWED: _("회신의 전자서명을 확인했습니다."),
    Audit.SLIP_EVIDENCE_TAKEN: _("회신의 전자서명을 파일로 받았습니다."),
    Audit.SLIPS_PRINTED: _("회신서를 인쇄했습니다."),
    Audit.SLIPS_REMINDED: _("회신을 다시 부탁했습니다."),
    Audit.SLIPS_REOPENED: _("마감된 회신서를 다시 열었습니다."),
    Audit.SLIPS_CLOSED: _("기간이 지난 회신서를 닫았습니다."),
    Audit.CONTACT_CHANGED: _("연락처를 고쳤습니다."),
    Audit.LATE_SCHOOLS_VIEWED: _("승인이 늦어진 학교를 보았습니다."),
    Audit.LATE_SCHOOLS_REMINDED: _("승인이 늦어진 학교에 다시 알렸습니다."),
    Audit.CLASSES_VIEWED: _("교직원과 학급을 보았습니다."),
    Audit.LETTER_SAVED: _("보내기 전의 글을 저장했습니다."),
    Audit.LETTER_SCHEDULED: _("글을 보낼 때를 정했습니다."),
    Audit.LETTER_UNSCHEDULED: _("글을 정한 때에 보내지 않기로 했습니다."),
    Audit.LETTER_PUBLISHED: _("글을 보냈습니다."),
    Audit.LETTER_EDITED: _("보낸 글을 고쳤습니다."),
    Audit.LETTER_WITHDRAWN: _("보낸 글을 거두었습니다."),
    Audit.ATTACHMENTS_ADDED: _("글에 파일을 붙였습니다."),
    Audit.ATTACHMENT_REMOVED: _("글에서 파일을 뺐습니다."),
    Audit.ATTACHMENT_MOVED: _("글에 붙인 파일의 순서를 바꾸었습니다."),
    Audit.FEED_ADDRESS_MADE: _("새 글을 받아 보는 비밀 주소를 만들었습니다."),
    Audit.FEED_ADDRESS_REMOVED: _("새 글을 받아 보는 비밀 주소를 없앴습니다."),
    Audit.SCHOOL_PROMOTED: _("새 학년도의 반과 담임을 정했습니다."),
    Audit.STUDENT_LEFT: _("학생이 학교를 옮기거나 떠났습니다."),
    Audit.STAFF_APPOINTED: _("교직원에게 업무를 맡겼습니다."),
    Audit.STAFF_INVITED: _("교직원을 초대했습니다."),
    Audit.INVITATION_ACCEPTED: _("초대를 받아 로그인을 만들었습니다."),
    Audit.PASSWORD_SHOWN: _("비밀번호를 확인했습니다."),
    Audit.PASSWORD_CHANGED: _("비밀번호를 바꾸었습니다."),
    Audit.SESSION_CONFIRMED: _("본인임을 다시 확인했습니다."),
    Audit.SESSIONS_ENDED: _("다른 기기에서 로그아웃했습니다."),
    Audit.TOTP_SET_UP: _("인증 앱을 등록했습니다."),
    Audit.TOTP_REMOVED: _("인증 앱을 지웠습니다."),
    Audit.PASSKEY_ADDED: _("지문·얼굴 로그인을 등록했습니다."),
    Audit.PASSKEY_REMOVED: _("지문·얼굴 로그인을 지웠습니다."),
    Audit.RECOVERY_CODES_MADE: _("복구 코드를 새로 만들었습니다."),
    Audit.FACTORS_RESET: _("운영자가 두 번째 확인 방법을 모두 지웠습니다."),
    Audit.SCHOOLS_LISTED: _("학교 목록을 받아 고쳤습니다."),
    Audit.SCHOOL_FACTS_IMPORTED: _("학교정보를 받아 고쳤습니다."),
    Audit.TIMETABLE_DRAFTED: _("기본 시간표를 고쳤습니다."),
    Audit.TIMETABLE_PUBLISHED: _("시간표를 학부모에게 올렸습니다."),
    Audit.DAY_LESSONS_CHANGED: _("하루의 시간표를 바꾸었습니다."),
    Audit.CALENDAR_CHANGED: _("학사일정을 고쳤습니다."),
    Audit.MEALS_CHANGED: _("급식 식단을 고쳤습니다."),
    Audit.WEEK_PLAN_CHANGED: _("주간학습안내를 고쳤습니다."),
    Audit.BELL_TIMES_CHANGED: _("교시 시각을 고쳤습니다."),
    Audit.SHEET_SAVED: _("학교정보를 파일로 넣었습니다."),
    Audit.API_KEY_GIVEN: _("공개 API 인증키를 받았습니다."),
    Audit.API_KEY_RENAMED: _("공개 API 인증키의 이름을 바꾸었습니다."),
    Audit.API_KEY_DELETED: _("공개 API 인증키를 지웠습니다."),
    Audit.API_KEY_BLOCKED: _("공개 API 인증키를 막았습니다."),
    Audit.API_KEY_UNBLOCKED: _("공개 API 인증키를 다시 열었습니다."),
    Audit.API_KEYS_VIEWED: _("공개 API 인증키 목록을 보았습니다."),
}


@dataclass(slots=True)
class Trace:
    """Where a request comes from; set once by the outermost layer."""

    request_id: str = ""
    address: str = ""
    written: int = 0


_trace: ContextVar[Trace] = ContextVar("audit_trace")


def begin(*, request_id: str, address: str) -> None:
    """Start the trace of a request, a job or a command; its lines in the log bear the same number."""
    logs.begin(request_id)
    _trace.set(Trace(request_id, address))


def written() -> int:
    """Return how many rows this trace has written so far."""
    return _current().written


def record(
    by: Actor,
    act: Audit,
    *,
    student_id: int | None = None,
    person_id: int | None = None,
    application_id: int | None = None,
    **facts: Any,
) -> None:
    """Write one row: who did what to whose data. One statement.

    `facts` must not hold values of numbers, passwords or names. The acting person, the time and the
    transaction are the database's own.
    """
    _insert(by, act.value, facts, [(student_id, person_id, application_id)])


def record_each(by: Actor, act: Audit, whom: Sequence[tuple[int | None, int | None]], **facts: Any) -> None:
    """Write a row for each pupil and person, as `record` does. One statement for all of them."""
    _insert(by, act.value, facts, [(student_id, person_id, None) for student_id, person_id in whom])


def refused(by: Actor, what: str, *, why: str, application_id: int | None = None, **facts: Any) -> None:
    """Write the row of a refusal: `<what>.refused` with the name of the reason."""
    _insert(by, f"{what}.refused", {"why": why, **facts}, [(None, None, application_id)])


MOST_IN_PASSING = 300  # of one line in an hour; a school's computer room is one line
_HOUR = 3600


def refused_in_passing(by: Actor, what: str, *, why: str, line: str) -> None:
    """As `refused`, for pages that anybody opens with a link: of each line so many rows in an hour.

    Rows of the trail stay for ever: who only repeats an address must not fill the disk. Two statements.
    """
    if gate.ask("count_try", f"refused:{line}", _HOUR) <= MOST_IN_PASSING:
        refused(by, what, why=why)


def _insert(
    by: Actor,
    act: str,
    facts: dict[str, Any],
    whom: Sequence[tuple[int | None, int | None, int | None]],
) -> None:
    if not whom:
        return
    trace = _current()
    trace.written += len(whom)
    line = (
        act,
        by.strength.value,
        json.dumps([post.id for post in by.posts]),
        trace.address,
        trace.request_id,
        json.dumps(facts, ensure_ascii=False),
    )
    with connection.cursor() as cursor:
        # One statement for any number of rows. No RETURNING: whoever writes the trail need not be able
        # to read it.
        cursor.execute(
            """INSERT INTO platform_auditentry
                   (act, strength, posts, address, request_id, facts, student_id, person_id, application_id)
               SELECT %s, %s, %s::jsonb, %s, %s, %s::jsonb, whom.*
               FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS whom""",
            [*line, *map(list, zip(*whom, strict=True))],
        )


def _current() -> Trace:
    trace = _trace.get(None)
    if trace is None:
        trace = Trace()
        _trace.set(trace)
    return trace
