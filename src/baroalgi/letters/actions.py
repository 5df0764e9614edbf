"""Writes of this room.

Number, school, writer and former versions are the database's own doing (triggers of migration 0002).
"""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.letters import markup
from baroalgi.letters.models import Letter, Visit, VisitKey
from baroalgi.letters.types import DeskLetter, Entered
from baroalgi.letters.workflow import State
from baroalgi.platform import audit, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor


class ChangedMeanwhile(Refused):
    message = _(
        "그사이 다른 분이 이 글을 고쳤습니다. 적으신 것은 그대로 있습니다. 다른 창에서 확인해 주세요."
    )


class AlreadySent(Refused):
    message = _("이미 보낸 글입니다. 목록을 다시 확인해 주세요.")


class AlreadyWithdrawn(Refused):
    message = _("거두어들인 글은 고칠 수 없습니다.")


class TimePassed(Refused):
    message = _("지난 때입니다. 지금보다 뒤의 때를 골라 주세요.")
    field = "publish_at"


class ReasonMissing(Refused):
    message = _("거두는 이유를 적어 주세요. 글을 받은 분이 봅니다.")
    field = "reason"


class SendingFixed(Refused):
    message = _("보낸 글은 게시판과 받는 분을 바꿀 수 없습니다.")


@action
def begin(*, by: Actor, entered: Entered, now: datetime) -> int:
    """Save a new draft and return its number."""
    letter = Letter.objects.create(
        **_columns(entered), author=entered.author, written_by_id=by.person_id, created_at=now, changed_at=now
    )
    audit.record(by, Audit.LETTER_SAVED, letter_id=letter.id)
    return letter.id


@action
def save(*, by: Actor, letter: DeskLetter, entered: Entered, seen: str, now: datetime) -> None:
    """Save what was entered; of a letter that was sent, a changed text is a new version.

    `seen`: the letter's `seen` when it was opened. Raises ChangedMeanwhile, AlreadyWithdrawn, SendingFixed.
    """
    if letter.state is State.WITHDRAWN:
        raise AlreadyWithdrawn
    columns = _columns(entered)
    if not letter.is_open:
        if (entered.board_id, entered.receivers) != (letter.board.id, letter.receivers):
            raise SendingFixed
        columns = {
            name: columns[name] for name in ("title", "html", "body", "document_no", "phone", "pinned")
        }
    if seen != letter.seen:
        raise ChangedMeanwhile
    rows = Letter.objects.filter(id=letter.id, state=letter.state, changed_at=letter.changed_at)
    if not rows.update(**columns, author=entered.author, changed_at=now):
        raise ChangedMeanwhile
    audit.record(by, Audit.LETTER_SAVED if letter.is_open else Audit.LETTER_EDITED, letter_id=letter.id)


@action
def publish(*, by: Actor, letter_id: int, now: datetime) -> None:
    """Send a letter: from now on its receivers read it. Raises AlreadySent."""
    values = {"published_at": now, "posted_on": timezone.localdate(now), "publish_at": None}
    if not _advance(letter_id, (State.DRAFT, State.SCHEDULED), State.PUBLISHED, **values):
        raise AlreadySent
    audit.record(by, Audit.LETTER_PUBLISHED, letter_id=letter_id)


@action
def schedule(*, by: Actor, letter_id: int, publish_at: datetime, now: datetime) -> None:
    """Let a letter go out later, or at another time than was said. Raises TimePassed, AlreadySent."""
    if publish_at <= now:
        raise TimePassed
    if not _advance(letter_id, (State.DRAFT, State.SCHEDULED), State.SCHEDULED, publish_at=publish_at):
        raise AlreadySent
    audit.record(by, Audit.LETTER_SCHEDULED, letter_id=letter_id, publish_at=publish_at.isoformat())


@action
def unschedule(*, by: Actor, letter_id: int, now: datetime) -> None:
    """Make a draft again of a letter that waits for its time. Raises AlreadySent."""
    if not _advance(letter_id, (State.SCHEDULED,), State.DRAFT, publish_at=None, changed_at=now):
        raise AlreadySent
    audit.record(by, Audit.LETTER_UNSCHEDULED, letter_id=letter_id)


@action
def withdraw(*, by: Actor, letter_id: int, reason: str, now: datetime) -> None:
    """Take a letter back: who has its address reads that it was withdrawn, and why.

    Raises ReasonMissing, AlreadyWithdrawn.
    """
    if not reason.strip():
        raise ReasonMissing
    values = {"withdrawn_at": now, "withdrawal_reason": reason.strip(), "pinned": False}
    if not _advance(letter_id, (State.PUBLISHED,), State.WITHDRAWN, **values):
        raise AlreadyWithdrawn
    audit.record(by, Audit.LETTER_WITHDRAWN, letter_id=letter_id)


def count_view(letter_id: int, *, line: str, agent: str) -> bool:
    """Count a reading, once for a visitor and day; tell whether it was one. One statement.

    `line` and `agent` tell visitors apart under a secret of the day and are not kept (ADR 0012).
    Nobody's data, and no decision: hence no audit row. Holds the row until the transaction ends, so
    it comes last.
    """
    return bool(gate.ask("count_view", letter_id, line, agent))


def forget_visits_before(day: date) -> None:
    """Throw away who read what on earlier days, and the secrets of these days. Two statements.

    The first visitor of a day throws the secrets away too (`count_view`); this is for days without one.
    """
    VisitKey.objects.filter(day__lt=day).delete()
    Visit.objects.filter(day__lt=day).delete()


def _columns(entered: Entered) -> dict[str, Any]:
    to = entered.receivers
    return {
        "board_id": entered.board_id,
        "audience": to.audience,
        "grade": to.grade if to.audience == "grade" else None,
        "school_year": to.school_year if to.audience == "grade" else None,
        "school_class_id": to.class_id,
        "title": entered.title,
        "html": entered.html,
        "body": markup.text_of(entered.html),
        "document_no": entered.document_no,
        "phone": entered.phone,
        "pinned": entered.pinned,
    }


def _advance(letter_id: int, sources: tuple[State, ...], to: State, **values: Any) -> bool:
    """Compare and set: of two who press at once, the database lets one through."""
    rows = Letter.objects.filter(id=letter_id, state__in=sources)
    return bool(rows.update(state=to, **values))
