"""The mails of this room. None tells of a pupil but those to the pupil's own guardians.

Sentences only; who gets them and when is the matter of actions and jobs.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as say

from baroalgi.guardianship.types import DeskRequest, OpenRequest
from baroalgi.platform.mail import Mail
from baroalgi.platform.templates import day

# To guardians; without an address `to` is empty ----------------------------------------------------


def approved(row: DeskRequest, *, by_homeroom: bool) -> Mail:
    """The child can be seen from now on; `by_homeroom`: the teacher decided, and nobody for the teacher."""
    text = (
        say("담임선생님이 신청을 승인했습니다. 로그인하시면 바로 보실 수 있습니다.")
        if by_homeroom
        else say("학교에서 신청을 승인했습니다. 로그인하시면 바로 보실 수 있습니다.")
    )
    subject = say("[바로알기] %(name)s 학생의 열람이 승인되었습니다") % {"name": row.student_name}
    return _mail(subject, text, "portal:children", to=row.guardian_email)


def refused(row: DeskRequest, reason: str, *, by_homeroom: bool) -> Mail:
    """What is to be mended (domain.md §1.11); `by_homeroom` as in `approved`."""
    text = (
        say("담임교사가 신청을 승인하지 않았습니다. 사유: %(reason)s\n고쳐서 다시 신청하실 수 있습니다.")
        if by_homeroom
        else say("학교에서 신청을 승인하지 않았습니다. 사유: %(reason)s\n고쳐서 다시 신청하실 수 있습니다.")
    )
    subject = say("[바로알기] 학부모서비스 신청이 승인되지 않았습니다")
    return _mail(subject, text % {"reason": reason}, "guardianship:waiting", to=row.guardian_email)


def undone(row: DeskRequest) -> Mail:
    """An approval was taken back; not why, since that is a word among colleagues."""
    return _mail(
        say("[바로알기] %(name)s 학생의 신청을 다시 확인합니다") % {"name": row.student_name},
        say("조금 전 승인을 되돌리고 신청을 다시 확인하고 있습니다. 정해지면 알려 드립니다."),
        "guardianship:waiting",
        to=row.guardian_email,
    )


def closed(child_name: str, reason: str, *, to: str) -> Mail:
    """The child has left the school; `reason` says what ended by that."""
    return _mail(
        say("[바로알기] %(name)s 학생의 열람이 끝났습니다") % {"name": child_name},
        reason,
        "guardianship:apply",
        to=to,
    )


# To staff; the worker finds their address -----------------------------------------------------------


def asked(row: OpenRequest) -> Mail:
    """A new request, to who must decide it, and why it is theirs."""
    why = {
        "led": say("우리 반 학생의 보호자가 학부모서비스를 신청했습니다. 확인해 주세요."),
        "none": say("담임선생님이 없는 학급에 학부모서비스 신청이 왔습니다. 대신 확인해 주세요."),
        "applicant": say("담임선생님이 보호자로서 학부모서비스를 신청했습니다. 대신 확인해 주세요."),
    }
    return _mail(say("[바로알기] 학부모서비스 신청이 왔습니다"), why[row.homeroom], "guardianship:desk")


def reminder(rows: list[OpenRequest]) -> Mail:
    """How many requests wait at one desk, the oldest first."""
    text = say(
        "학부모서비스 신청 %(n)s건이 기다리고 있습니다. "
        "가장 오래 기다린 신청은 %(day)s부터, 오늘이 %(days)s일째입니다."
    )
    return _mail(
        say("[바로알기] 기다리는 학부모서비스 신청 %(n)s건") % {"n": len(rows)},
        text % {"n": len(rows), "day": day(rows[0].requested_on), "days": rows[0].school_day},
        "guardianship:desk",
    )


def handed_over(rows: list[OpenRequest]) -> Mail:
    """Requests that came with a class, to its new teacher."""
    return _mail(
        say("[바로알기] 넘겨받으신 반에 학부모서비스 신청 %(n)s건이 있습니다") % {"n": len(rows)},
        say("새로 맡으신 반의 보호자가 신청하고 기다리고 있습니다. 확인해 주세요."),
        "guardianship:desk",
    )


def from_the_office(rows: list[OpenRequest]) -> Mail:
    """A school's late requests, the oldest first, to its administrator."""
    text = say(
        "교육청에서 다시 알려 드립니다. 등교일 사흘이 넘도록 기다리는 신청이 %(n)s건 있습니다(%(day)s부터)."
    )
    return _mail(
        say("[바로알기] 늦어진 학부모서비스 신청 %(n)s건") % {"n": len(rows)},
        text % {"n": len(rows), "day": day(rows[0].requested_on)},
        "guardianship:desk",
    )


def late_schools(n: int) -> Mail:
    """How many schools are late, to the office."""
    return _mail(
        say("[바로알기] 승인이 늦어진 학교 %(n)s곳") % {"n": n},
        say("등교일 사흘이 넘도록 승인하지 않은 신청이 있는 학교가 %(n)s곳 있습니다.") % {"n": n},
        "portal:office_desk",
    )


def _mail(subject: str, text: str, page: str, *, to: str = "") -> Mail:
    return Mail(subject, f"{text}\n\n{settings.ENVIRONMENT.url}{reverse(page)}\n", to=to)
