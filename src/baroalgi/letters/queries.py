"""Reads of boards and letters. What stands here is published: no person is named but who signed."""

import re
from datetime import date
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from baroalgi.letters.models import Board, Letter
from baroalgi.letters.types import Board as BoardRow
from baroalgi.letters.types import Letter as LetterRow
from baroalgi.letters.types import LetterLine, Neighbours
from baroalgi.letters.workflow import State
from baroalgi.organisation import queries as organisation
from baroalgi.platform.menus import HOME_LETTERS


def board(school_code: str, slug: str) -> BoardRow | None:
    """Return a board of a school, or None. One statement, two when the board has no row yet."""
    found = Board.objects.filter(school__code=school_code, slug=slug).exclude(school__code="").order_by("id")
    columns = ("id", "slug", "name", "school_id")
    school_words = {"school_code": F("school__code"), "school_name": F("school__name")}
    row: dict[str, Any] | None = found.values(*columns, **school_words).first()
    if row is not None:
        return BoardRow(**row)
    school = organisation.school(school_code) if slug == HOME_LETTERS else None
    return BoardRow(0, slug, _("가정통신문"), school.id, school.code, school.name) if school else None


def newest(school_id: int, *, limit: int, since: date) -> list[LetterLine]:
    """Return the home letters of a school from that day on, newest first. One statement."""
    rows = Letter.objects.filter(
        board__school_id=school_id, board__slug=HOME_LETTERS, state=State.PUBLISHED, posted_on__gte=since
    ).order_by("-number")
    return _lines(rows[:limit])


def letters_of(board: BoardRow, *, before: int | None, limit: int) -> list[LetterLine]:
    """Return letters of a board, newest first; only those older than number `before`. One statement."""
    rows = Letter.objects.filter(board_id=board.id, state=State.PUBLISHED).order_by("-number")
    return _lines((rows.filter(number__lt=before) if before is not None else rows)[:limit])


def letter(board: BoardRow, number: int) -> LetterRow | None:
    """Return one letter with its text in paragraphs of lines, or None. One statement."""
    columns = ("id", "number", "title", "author", "posted_on", "views", "body")
    row = (
        Letter.objects.filter(board_id=board.id, number=number, state=State.PUBLISHED)
        .values(*columns)
        .first()
    )
    return LetterRow(**_opened(row)) if row else None


def neighbours(board: BoardRow, number: int) -> Neighbours:
    """Return the letters before (older) and after (newer) this one. Two statements."""
    rows = Letter.objects.filter(board_id=board.id, state=State.PUBLISHED)
    before = _lines(rows.filter(number__lt=number).order_by("-number")[:1])
    after = _lines(rows.filter(number__gt=number).order_by("number")[:1])
    return Neighbours(before[0] if before else None, after[0] if after else None)


def _lines(rows: QuerySet[Letter]) -> list[LetterLine]:
    return [LetterLine(**row) for row in rows.values("number", "title", "author", "posted_on")]


def _opened(row: dict[str, Any]) -> dict[str, Any]:
    body = re.split(r"\n\s*\n", row.pop("body").replace("\r\n", "\n").strip())
    return {
        **row,
        "views": row["views"] + 1,
        "paragraphs": tuple(tuple(paragraph.split("\n")) for paragraph in body),
    }
