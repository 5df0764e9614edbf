"""Reads of slips. Names of pupils and guardians come through doors, each within the actor's scope."""

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from baroalgi.letters.models import Letter
from baroalgi.letters.slips import chain
from baroalgi.letters.slips.models import Slip, SlipAnswer, SlipForm
from baroalgi.letters.slips.types import (
    Desk,
    DeskClass,
    DeskLetter,
    DeskRow,
    Form,
    Given,
    Gone,
    Guardian,
    Kept,
    OwnAnswer,
    OwnSlip,
    Question,
)
from baroalgi.letters.slips.workflow import AT_DUE, State
from baroalgi.letters.workflow import SHOWN
from baroalgi.letters.workflow import State as LetterState
from baroalgi.platform import gate
from baroalgi.platform.audit import Audit


def form_of(letter_id: int) -> Form | None:
    """Return what a letter asks, or None. One statement."""
    columns = ("letter_id", "due_at", "rule", "signing", "questions", "digest")
    row = SlipForm.objects.filter(letter_id=letter_id).values(*columns).first()
    return Form(**{**row, "questions": _questions(row["questions"])}) if row else None


def own_slips(letter_id: int) -> list[OwnSlip]:
    """Return the slips of the acting guardian's children under a letter, by name. One statement."""
    return [_own_slip(row) for row in json.loads(gate.ask("own_slips", letter_id, None))]


def own_slip(public_id: UUID) -> OwnSlip | None:
    """Return the slip if it is of a child of the acting guardian, else None. One statement."""
    rows = json.loads(gate.ask("own_slips", None, public_id))
    return _own_slip(rows[0]) if rows else None


def desk(letter_id: int, class_id: int | None = None) -> Desk | None:
    """Return how the slips of a letter stand in a class; of those that the actor may see.

    `class_id` None: the own class, else the first. None without such a letter, slip form or class.
    Three statements, however many children.
    """
    letter = _letter(letter_id)
    form = form_of(letter_id) if letter else None
    if letter is None or form is None:
        return None
    said = json.loads(gate.ask("slip_desk", letter_id, class_id))
    return Desk(
        letter=letter,
        form=form,
        classes=tuple(DeskClass(**row) for row in said["classes"]),
        class_id=said["class_id"],
        rows=tuple(_desk_row(row, form.rule) for row in said["rows"]),
    )


def answered_of(letter_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return how many slips of these letters are answered, and how many there are; of those that the actor
    sees. Letters without such a slip are left out. One statement.
    """
    rows = Slip.objects.filter(letter_id__in=letter_ids).values("letter_id").order_by("letter_id")
    answered = Count("id", filter=Q(state__in=[State.ANSWERED, State.CLOSED]))
    counted = rows.annotate(answered=answered, every=Count("id"))
    return {row["letter_id"]: (row["answered"], row["every"]) for row in counted}


def are_due(now: datetime) -> bool:
    """Tell whether slips wait to be closed; for the job. One statement."""
    return Slip.objects.filter(state__in=AT_DUE, due_at__lte=now).exists()


def open_forms(now: datetime) -> list[int]:
    """Return the letters whose slips still take answers, by number; for the job. One statement."""
    rows = SlipForm.objects.filter(due_at__gt=now, letter__state=LetterState.PUBLISHED).order_by("letter_id")
    return list(rows.values_list("letter_id", flat=True))


def links(school_id: int | None = None) -> Iterator[chain.Link]:
    """Yield the chain of a school, or of all; for commands and tests, which see all. One statement."""
    rows = SlipAnswer.objects.order_by("school_id", "position")
    if school_id is not None:
        rows = rows.filter(school_id=school_id)
    for row in rows.values(*chain.Link.__slots__).iterator():
        yield _link(row)


def answers() -> Iterator[Kept]:
    """Yield every answer, by school, then position; for the command, which sees all. One statement."""
    for row in _kept().order_by("school_id", "position").iterator():
        yield _kept_row(row)


def signed_answer(slip: UUID, version: int) -> Kept | None:
    """Return a signed answer that the actor sees, else None. One statement."""
    row = _kept().filter(slip__public_id=slip, version=version, way=SlipAnswer.Way.CERTIFICATE).first()
    return _kept_row(row) if row else None


def holds(answer_id: int) -> bool:
    """Tell whether the answers before and after one that the actor sees hold on to it. One statement."""
    return bool(gate.ask("slip_answer_holds", answer_id))


def gone() -> list[Gone]:
    """Return what the trail says was answered and is not there so; for the command. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, [[Audit.SLIP_ANSWERED, Audit.SLIP_PAPER_NOTED]])
        return [Gone(*row) for row in cursor.fetchall()]


_GONE = """
    SELECT told.slip, told.version, told.at FROM (
        SELECT (facts ->> 'slip')::bigint AS slip, (facts ->> 'version')::integer AS version,
               facts ->> 'digest' AS digest, at, id
        FROM platform_auditentry WHERE act = ANY (%s)) told
    WHERE NOT EXISTS (SELECT FROM letters_slipanswer answer
                      WHERE (answer.slip_id, answer.version, answer.digest)
                            = (told.slip, told.version, told.digest))
    ORDER BY told.id"""


def _kept() -> QuerySet[SlipAnswer, dict[str, Any]]:
    rows: QuerySet[SlipAnswer, dict[str, Any]] = SlipAnswer.objects.values(
        *chain.Link.__slots__,
        "id",
        "letter_id",
        "student_id",
        "person_name",
        slip_public_id=F("slip__public_id"),
        title=F("letter__title"),
        written_by_id=F("letter__written_by_id"),
        school_name=F("letter__school__name"),
    )
    return rows


def _kept_row(row: dict[str, Any]) -> Kept:
    names = set(chain.Link.__slots__)
    link = _link({name: value for name, value in row.items() if name in names})
    rest = {name: value for name, value in row.items() if name not in names}
    return Kept(**rest | {"slip_public_id": str(row["slip_public_id"])}, link=link)


def _link(row: dict[str, Any]) -> chain.Link:
    return chain.Link(
        **row
        | {
            "content": bytes(row["content"]),
            "cms": None if row["cms"] is None else bytes(row["cms"]),
            "path": tuple(bytes(der) for der in row["path"] or ()),
        }
    )


def _letter(letter_id: int) -> DeskLetter | None:
    columns = ("id", "title", "school_id", "phone", "published_at", "written_by_id")
    rows = Letter.objects.filter(id=letter_id, state__in=SHOWN)
    row = rows.values(*columns, school_name=F("school__name")).first()
    return DeskLetter(**row) if row else None


def _desk_row(row: dict[str, Any], rule: str) -> DeskRow:
    guardians = tuple(
        Guardian(**{**one, "read_at": gate.moment(one["read_at"])}) for one in row.pop("guardians")
    )
    given = [
        Given(**{**one, "answered_at": datetime.fromisoformat(one["answered_at"])})
        for one in row.pop("answers")
    ]
    # Of two guardians either one answers: the last answer counts, whoever gave it. Else each one's.
    counting = given[-1:] if rule == "either" else given
    return DeskRow(
        **row
        | {
            "due_at": datetime.fromisoformat(row["due_at"]),
            "reminded_at": gate.moment(row["reminded_at"]),
            "guardians": guardians,
            "answers": tuple(counting),
        }
    )


def _own_slip(row: dict[str, Any]) -> OwnSlip:
    due_at = datetime.fromisoformat(row.pop("due_at"))
    form = Form(
        letter_id=row["letter_id"],
        due_at=due_at,
        rule=row.pop("rule"),
        signing=row.pop("signing"),
        questions=_questions(row.pop("questions")),
        digest=row.pop("form_digest"),
    )
    own = row.pop("own")
    answer = OwnAnswer(**own | {"answered_at": datetime.fromisoformat(own["answered_at"])}) if own else None
    others_at = gate.moment(row.pop("others_at"))
    return OwnSlip(**row, due_at=due_at, form=form, own=answer, others_at=others_at)


def _questions(rows: list[dict[str, Any]]) -> tuple[Question, ...]:
    return tuple(Question.of(row) for row in rows)
