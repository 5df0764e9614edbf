"""Writes of slips: answer, sign, note a paper, remind, open again, close."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from baroalgi import certs
from baroalgi.accounts import queries as accounts
from baroalgi.certs import Reason, Untrusted
from baroalgi.letters.slips import content, mails, queries, words
from baroalgi.letters.slips.models import Slip, SlipAnswer, SlipForm
from baroalgi.letters.slips.types import Answers, Desk, DeskRow, OwnSlip, Question
from baroalgi.letters.slips.workflow import AT_DUE, REOPENED, TAKES_ANSWERS, State
from baroalgi.pki import queries as pki
from baroalgi.platform import audit, gate, outbox
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import long_day
from baroalgi.policy import Actor


class Late(Refused):
    message = _("회신 기간이 끝났습니다. 담임선생님께 말씀해 주세요.")


class MustBeSigned(Refused):
    message = _("이 회신서는 인증서로 서명해 보내셔야 합니다.")


class OtherName(Refused):
    message = _("로그인하신 분의 이름을 적어 주세요.")
    field = "guardian_name"


class Unreadable(Refused):
    message = _("서명을 확인할 수 없습니다. 처음부터 다시 해 주세요.")


class TooOld(Refused):
    message = _("서명할 시간이 지났습니다. 한 번 더 서명해 주세요.")


class OtherContent(Refused):
    message = _("서명하신 내용과 보내신 회신이 다릅니다. 처음부터 다시 해 주세요.")


class OtherPerson(Refused):
    message = _("로그인하신 분의 인증서가 아닙니다. 본인의 인증서로 서명해 주세요.")


class UnknownIssuer(Refused):
    message = _("이 사이트에서 사용할 수 없는 인증서입니다.")


class Expired(Refused):
    message = _("인증서의 유효기간이 끝났습니다. 갱신한 뒤 서명해 주세요.")


class NotValid(Refused):
    message = _("폐지되었거나 효력이 정지된 인증서입니다. 등록기관에 문의해 주세요.")


class NobodyToRemind(Refused):
    message = _("다시 알릴 보호자가 없습니다. 오늘 이미 알렸거나 모두 회신했습니다.")


class NothingToReopen(Refused):
    message = _("다시 열 회신서가 없습니다.")


# What a letter asks -------------------------------------------------------------------------------


def write_form(
    *, letter_id: int, due_at: datetime, rule: str, signing: str, questions: tuple[Question, ...]
) -> None:
    """Lay a form under a draft, or replace it. Part of the action that saves the letter.

    One or two statements. The database refuses it for a letter that was sent.
    """
    values = {
        "due_at": due_at,
        "rule": rule,
        "signing": signing,
        "questions": [asdict(question) for question in questions],
        "digest": content.form_digest(rule, signing, questions),
    }
    if not SlipForm.objects.filter(letter_id=letter_id).update(**values):
        SlipForm.objects.create(letter_id=letter_id, **values)


def drop_form(*, letter_id: int) -> None:
    """Take the form of a draft away; part of the action that saves or deletes the letter. One statement."""
    SlipForm.objects.filter(letter_id=letter_id).delete()


# Guardians ----------------------------------------------------------------------------------------


def note_reading(*, letter_id: int) -> None:
    """Note that the acting guardian has opened a letter, for the children to whom it is written.

    No decision, hence no audit row; for anybody else nothing happens. One statement.
    """
    gate.ask("note_reading", letter_id)


@action
def answer_slip(*, by: Actor, slip: OwnSlip, answers: Answers, name: str, now: datetime) -> None:
    """Answer for one child, confirmed by the own name. The last answer before the due time counts.

    Raises MustBeSigned, OtherName, Late.
    """
    if slip.is_signed:
        raise MustBeSigned
    if "".join(name.split()) != "".join(by.name.split()):
        raise OtherName
    _take(by, slip, _stamp(now), answers, SlipAnswer.Way.NAME, now=now)


@action
def sign_slip(
    *,
    by: Actor,
    slip: OwnSlip,
    answers: Answers,
    cms: str,
    challenge: Mapping[str, Any],
    anchors: tuple[certs.Anchor, ...],
    now: datetime,
) -> None:
    """Answer for one child, signed with the certificate of the acting guardian that is good now.

    `challenge`: of this browser, used up before; `cms`: detached, base64.
    Raises Late, Unreadable, OtherContent, UnknownIssuer, Expired, OtherPerson, NotValid.
    """
    if not slip.takes_answers(now):
        raise Late
    signed = content_of(by, slip, answers, SlipAnswer.Way.CERTIFICATE, challenge)
    evidence = _evidence(by, cms, signed, anchors, now)
    _take(by, slip, challenge, answers, SlipAnswer.Way.CERTIFICATE, evidence, now=now)


def text_of(by: Actor, slip: OwnSlip, answers: Answers) -> str:
    """Return the slip as the guardian reads it before signing."""
    return content.shown_text(
        title=f"{slip.school_name} 「{slip.title}」 {say('회신서')}",
        child=words.child(slip.student_name, slip.grade, slip.class_no, slip.number),
        questions=slip.form.questions,
        answers=answers,
        guardian=f"{say('보호자')} {by.name}",
    )


def content_of(by: Actor, slip: OwnSlip, answers: Answers, way: str, challenge: Mapping[str, Any]) -> bytes:
    """Return the bytes that stand for this answer, and that are signed for it."""
    return content.content(
        slip=slip.public_id,
        child=slip.child,
        form=slip.form.digest,
        answers=answers,
        text=text_of(by, slip, answers),
        way=way,
        challenge=challenge,
    )


@dataclass(frozen=True, slots=True, repr=False)
class _Evidence:
    """What makes a signature provable after its certificate has ended."""

    cms: bytes
    path: list[bytes]
    crl_number: int | None
    crl_digest: str


def _evidence(
    by: Actor, cms: str, signed: bytes, anchors: tuple[certs.Anchor, ...], now: datetime
) -> _Evidence:
    try:
        message = base64.b64decode(cms, validate=True)
        verified = certs.verify_document(message, signed, anchors, now)
    except (binascii.Error, ValueError):
        raise Unreadable from None
    except Untrusted as untrusted:
        raise _refusal(untrusted) from None
    holder = accounts.holder(verified.fingerprint.hex())
    if holder is None or holder.person_id != by.me:
        raise OtherPerson
    if holder.state != "valid" or not holder.confirmed:
        raise NotValid
    authority = next((row for row in pki.authorities() if row.certificate in verified.path), None)
    listed = pki.newest_list(authority.id) if authority else None
    return _Evidence(
        message,
        list(verified.path),
        listed.number if listed else None,
        sha256(listed.der).hexdigest() if listed else "",
    )


def _refusal(untrusted: Untrusted) -> Refused:
    match untrusted.reason:
        case Reason.BAD_SIGNATURE | Reason.WRONG_CONTENT:
            return OtherContent()
        case Reason.UNKNOWN_ISSUER | Reason.POLICY | Reason.BAD_PATH:
            return UnknownIssuer()
        case Reason.EXPIRED:
            return Expired()
        case _:
            return Unreadable()


def _take(
    by: Actor,
    slip: OwnSlip,
    challenge: Mapping[str, Any],
    answers: Answers,
    way: SlipAnswer.Way,
    evidence: _Evidence | None = None,
    *,
    now: datetime,
) -> None:
    if not slip.is_published or not _hold(slip.id, state__in=TAKES_ANSWERS, due_at__gt=now):
        raise Late
    _add(
        by,
        Audit.SLIP_ANSWERED,
        slip_id=slip.id,
        student_id=slip.student_id,
        letter_id=slip.letter_id,
        way=way,
        content=content_of(by, slip, answers, way, challenge),
        text=text_of(by, slip, answers),
        answered_at=now,
        **(asdict(evidence) if evidence else {}),
    )


def _hold(slip_id: int, **where: Any) -> bool:
    """Hold a slip before its answer is written: answers come one after the other, and none after the due job.

    What the answer makes of the slip is the database's own doing (a trigger of 0008).
    """
    rows = Slip.objects.filter(id=slip_id, **where).select_for_update()
    return rows.values_list("id", flat=True).first() is not None


def _add(by: Actor, act: Audit, **columns: Any) -> None:
    """Add an answer to the chain of its school. The database places it (a trigger of 0004)."""
    placed = {"version": 0, "school_id": 0, "position": 0, "previous": "", "digest": ""}
    row = SlipAnswer.objects.create(person_id=by.me, person_name=by.name, **columns, **placed)
    # The head of the chain in the sealed trail: rows that are cut off at the end are missed there.
    version, digest = SlipAnswer.objects.values_list("version", "digest").get(id=row.id)
    where: dict[str, Any] = {"slip": row.slip_id, "version": version, "digest": digest}
    audit.record(by, act, student_id=row.student_id, **where, way=str(row.way))


def _stamp(now: datetime) -> dict[str, Any]:
    return {"aud": settings.ENVIRONMENT.url, "iat": int(now.timestamp())}


# Staff --------------------------------------------------------------------------------------------


@action
def note_paper(*, by: Actor, desk: Desk, row: DeskRow, answers: Answers, now: datetime) -> None:
    """Write in what came on paper; also after the due time, since papers are counted the morning after."""
    _hold(row.id)
    text = content.shown_text(
        title=f"{desk.letter.school_name} 「{desk.letter.title}」 {say('회신서')}",
        child=words.child(row.name, desk.grade, desk.class_no, row.number),
        questions=desk.form.questions,
        answers=answers,
        guardian=say("종이로 받음. 적은 사람 %(name)s") % {"name": by.name},
    )
    _add(
        by,
        Audit.SLIP_PAPER_NOTED,
        slip_id=row.id,
        student_id=row.student_id,
        letter_id=desk.letter.id,
        way=SlipAnswer.Way.PAPER,
        content=content.content(
            slip=row.public_id,
            child="",
            form=desk.form.digest,
            answers=answers,
            text=text,
            way=SlipAnswer.Way.PAPER,
            challenge=_stamp(now),
        ),
        text=text,
        answered_at=now,
    )


def to_remind(desk: Desk, now: datetime) -> tuple[DeskRow, ...]:
    """Return the children of whose answer a guardian can be reminded today."""
    today = timezone.localdate(now)
    return tuple(
        row
        for row in desk.missing
        if row.state == State.OPEN
        and now < row.due_at
        and not (row.reminded_at and timezone.localdate(row.reminded_at) == today)
        and row.reachable
    )


@action
def remind_slips(*, by: Actor, desk: Desk, now: datetime) -> int:
    """Remind the guardians who have not answered, once a day; return of how many children.

    Statements do not grow with them. Raises NobodyToRemind.
    """
    rows = to_remind(desk, now)
    # Compare and set: of two teachers who press at once, one reminds.
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    open_ones = Slip.objects.filter(id__in=[row.id for row in rows], state=State.OPEN)
    fresh = open_ones.exclude(reminded_at__gte=midnight).select_for_update().order_by("id")
    ids = set(fresh.values_list("id", flat=True))
    if not ids:
        raise NobodyToRemind
    Slip.objects.filter(id__in=ids).update(reminded_at=now)
    reminded = [row for row in rows if row.id in ids]
    audit.record_each(
        by,
        Audit.SLIPS_REMINDED,
        [(row.student_id, guardian.person_id) for row in reminded for guardian in row.reachable],
        letter=desk.letter.id,
    )
    outbox.put_each(
        (
            mails.reminder(desk.letter, row),
            f"slip:{row.id}:remind:{guardian.person_id}:{timezone.localdate(now):%Y%m%d}",
            guardian.person_id,
        )
        for row in reminded
        for guardian in row.reachable
    )
    return len(reminded)


@action
def reopen_slips(*, by: Actor, desk: Desk, due_at: datetime, now: datetime) -> int:
    """Let the slips of a class whose time is over take answers again; return how many.

    Raises NothingToReopen.
    """
    ids = [row.id for row in desk.rows]
    opened = 0
    for source, target in REOPENED.items():
        opened += Slip.objects.filter(id__in=ids, state=source).update(state=target, due_at=due_at)
    # Those that the job has not closed yet.
    opened += Slip.objects.filter(id__in=ids, state__in=TAKES_ANSWERS, due_at__lte=now).update(due_at=due_at)
    if not opened:
        raise NothingToReopen
    audit.record(by, Audit.SLIPS_REOPENED, letter=desk.letter.id, slips=opened, until=long_day(due_at))
    return opened


@action
def close_due(*, by: Actor, now: datetime) -> int:
    """Close the slips whose time is over; for the job. Writes one row whatever it finds. Three statements."""
    closed = 0
    for source, target in AT_DUE.items():
        closed += Slip.objects.filter(state=source, due_at__lte=now).update(state=target)
    audit.record(by, Audit.SLIPS_CLOSED, slips=closed)
    return closed


@action
def make_missing(*, by: Actor, now: datetime) -> int:
    """Make slips for children who came to a class after its letter was sent; for the job.

    One statement for each letter whose time is not over.
    """
    made: int = sum(gate.ask("make_slips", letter_id) for letter_id in queries.open_forms(now))
    audit.record(by, Audit.SLIPS_MADE, slips=made)
    return made
