"""Reads of boards and letters. Which letters somebody may read is decided by the table itself.

What stands on a board names no person but who signed. Lists ask for one board or one school, so that
the row policy never reads more than these.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from baroalgi.letters import attachments
from baroalgi.letters.models import Board, Letter, LetterVersion
from baroalgi.letters.slips.evidence import Looked, look
from baroalgi.letters.types import (
    Attachment,
    DeskLetter,
    DeskLine,
    LetterLine,
    Neighbours,
    Reach,
    Receivers,
    Version,
)
from baroalgi.letters.types import Board as BoardRow
from baroalgi.letters.types import Letter as LetterRow
from baroalgi.letters.workflow import SHOWN, State
from baroalgi.platform import gate
from baroalgi.platform.menus import HOME_LETTERS

MOST_PINNED = 20
_NEWEST = 2_147_483_647

_LINE = ("number", "title", "author", "posted_on", "views", "pinned")
_BOARD = {
    "board_slug": F("board__slug"),
    "board_name": F("board__name"),
    "school_code": F("school__code"),
    "school_name": F("school__name"),
}


def boards(school_code: str) -> list[BoardRow]:
    """Return the boards of a school in their order; none when there is no such school. One statement."""
    rows = Board.objects.filter(school__code=school_code).exclude(school__code="")
    found = _boards(rows.order_by("school_id", "position", "id"))
    # Real lists have codes that several schools share: the first one has the address.
    return [row for row in found if row.school_id == found[0].school_id]


def boards_of(school_ids: Collection[int]) -> list[BoardRow]:
    """Return the boards of these schools in their order. One statement."""
    return _boards(Board.objects.filter(school_id__in=school_ids).order_by("school__name", "position", "id"))


def board(school_code: str, slug: str) -> BoardRow | None:
    """Return a board of a school, or None. One statement."""
    return next((row for row in boards(school_code) if row.slug == slug), None)


def newest(school_id: int, *, limit: int, since: date) -> list[LetterLine]:
    """Return the home letters of a school from that day on, newest first. One statement."""
    rows = Letter.objects.filter(
        board__school_id=school_id, board__slug=HOME_LETTERS, state=State.PUBLISHED, posted_on__gte=since
    ).order_by("-number")
    return _lines(rows[:limit])


def letters_of(board: BoardRow, *, before: int | None, limit: int) -> list[LetterLine]:
    """Return letters of a board but the pinned ones, newest first, older than `before`. One statement."""
    rows = _published(board).filter(pinned=False).order_by("-number")
    return _lines((rows.filter(number__lt=before) if before is not None else rows)[:limit])


def letters_to_everyone(board: BoardRow, *, before: int | None, limit: int) -> list[LetterLine]:
    """Return letters of a board to everyone, pinned or not, whoever asks; newest first. One statement."""
    rows = _published(board).filter(audience=Letter.Audience.EVERYONE).order_by("-number")
    return _lines((rows.filter(number__lt=before) if before is not None else rows)[:limit])


def pinned(board: BoardRow) -> list[LetterLine]:
    """Return the pinned letters of a board, newest first. One statement."""
    return _lines(_published(board).filter(pinned=True).order_by("-number")[:MOST_PINNED])


def found(board: BoardRow, words: Sequence[str], *, before: int | None, limit: int) -> list[LetterLine]:
    """Return the letters of a board that hold all these words, newest first. Two statements.

    One of the words has two letters at least. A door looks them up, since the index of words can't be
    used beneath a row policy; the policy is asked all the same.
    """
    ids = gate.ask("letters_with", board.id, list(words), before or _NEWEST, limit)
    return _lines(_published(board).filter(id__in=ids).order_by("-number")) if ids else []


def letter(board: BoardRow, number: int) -> LetterRow | None:
    """Return a letter that was sent, withdrawn or not; None also when only others read it. One statement."""
    columns = (
        "id",
        "state",
        "number",
        "title",
        "author",
        "posted_on",
        "published_at",
        "views",
        "html",
        "body",
    )
    more = ("document_no", "phone", "version", "withdrawn_at", "withdrawal_reason", "school_id")
    rows = Letter.objects.filter(board_id=board.id, number=number, state__in=SHOWN)
    row = _with_receivers(rows).values(*columns, *more, *_RECEIVERS).first()
    return LetterRow(**_received(row)) if row else None


def files_of(letter_id: int) -> list[Attachment]:
    """Return the files of a letter in their order. One statement."""
    return attachments.of(letter_id)


def is_for_some(board: BoardRow, number: int) -> bool:
    """Tell whether a letter stands here that only some may read. One statement."""
    return number <= _NEWEST and bool(gate.ask("letter_for_some", board.id, number))


def neighbours(board: BoardRow, number: int) -> Neighbours:
    """Return the letters before (older) and after (newer) this one. One statement."""
    rows = _with_receivers(_published(board)).values(*_LINE, *_RECEIVERS)
    older = rows.filter(number__lt=number).order_by("-number")[:1]
    newer = rows.filter(number__gt=number).order_by("number")[:1]
    both = [LetterLine(**_received(row)) for row in older.union(newer, all=True)]
    return Neighbours(
        next((row for row in both if row.number < number), None),
        next((row for row in both if row.number > number), None),
    )


def versions(letter_id: int) -> list[Version]:
    """Return what a letter said before, the first version first. One statement."""
    columns = ("version", "title", "html", "changed_at", "changed_by")
    rows = LetterVersion.objects.filter(letter_id=letter_id).order_by("version")
    return [Version(**row) for row in rows.values(*columns)]


# For those who write ---------------------------------------------------------------------------------


def desk_counts(school_ids: Collection[int]) -> dict[State, int]:
    """Return how many letters of these schools are in each state. One statement."""
    rows = Letter.objects.filter(school_id__in=school_ids).values("state").annotate(n=Count("id")).order_by()
    return {State(row["state"]): row["n"] for row in rows}


def desk_letters(school_ids: Collection[int], state: State, *, limit: int) -> list[DeskLine]:
    """Return the letters of these schools in a state, what needs a look first. One statement."""
    order = {
        State.DRAFT: ("-changed_at", "-id"),
        State.SCHEDULED: ("publish_at", "id"),
        State.PUBLISHED: ("-posted_on", "-id"),
        State.WITHDRAWN: ("-withdrawn_at", "-id"),
    }[state]
    columns = ("id", "state", "title", "author", "written_by_id", "pinned", "views")
    moments = ("changed_at", "publish_at", "posted_on")
    rows = _with_receivers(Letter.objects.filter(school_id__in=school_ids, state=state))
    found = rows.annotate(**_BOARD).order_by(*order)[:limit]
    return [
        DeskLine(**_received(row))
        for row in found.values(*columns, *moments, "school_id", "board_name", *_RECEIVERS)
    ]


def desk_letter(letter_id: int) -> DeskLetter | None:
    """Return a letter in any state, or None. One statement."""
    text = ("title", "html", "body", "author", "document_no", "phone", "pinned", "version", "views")
    moments = ("changed_at", "publish_at", "posted_on", "withdrawn_at", "withdrawal_reason")
    columns = ("id", "state", "number", "written_by_id", *text, *moments)
    rows = _with_receivers(Letter.objects.filter(id=letter_id)).annotate(**_BOARD)
    row = rows.values(*columns, "board_id", "school_id", *_BOARD, *_RECEIVERS).first()
    if row is None:
        return None
    names = ("board_id", "board_slug", "board_name", "school_id", "school_code", "school_name")
    on = BoardRow(*[row.pop(name) for name in names])
    return DeskLetter(board=on, **_received(row))


def reach(school_id: int, to: Receivers) -> Reach:
    """Return how many pupils and guardians of a school get a letter; numbers only. One statement."""
    told = gate.ask("letter_receivers", school_id, to.audience, to.school_year, to.grade, to.class_id)
    return Reach(**json.loads(told))


def due(now: datetime) -> list[int]:
    """Return the letters whose time has come, for the job. One statement."""
    rows = Letter.objects.filter(state=State.SCHEDULED, publish_at__lte=now).order_by("publish_at", "id")
    return list(rows.values_list("id", flat=True))


def _published(board: BoardRow) -> QuerySet[Letter]:
    return Letter.objects.filter(board_id=board.id, state=State.PUBLISHED)


def _boards(rows: QuerySet[Board]) -> list[BoardRow]:
    words = {"school_code": F("school__code"), "school_name": F("school__name")}
    columns = [item.name for item in fields(BoardRow)]
    return [BoardRow(**row) for row in rows.annotate(**words).values(*columns)]


def _lines(rows: QuerySet[Letter]) -> list[LetterLine]:
    return [LetterLine(**_received(row)) for row in _with_receivers(rows).values(*_LINE, *_RECEIVERS)]


_RECEIVERS = ("audience", "for_grade", "school_year", "school_class_id", "class_no")


def _with_receivers(rows: QuerySet[Letter]) -> QuerySet[Letter]:
    return rows.annotate(
        for_grade=Coalesce("grade", "school_class__grade"), class_no=F("school_class__class_no")
    )


def _received(row: dict[str, Any]) -> dict[str, Any]:
    to = Receivers(*(row.pop(name) for name in _RECEIVERS))
    return {**row, "receivers": to}


def evidence() -> Looked:
    """Look whether every answer of every slip is as it was given; for the command. Five statements."""
    return look()
