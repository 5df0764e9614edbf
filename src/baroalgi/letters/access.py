"""From an address to what it names, or the one 404."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.http import Http404

from baroalgi.letters import attachments, feeds, queries
from baroalgi.letters.types import Board, DeskLetter, DeskLine, FeedLetter, Letter, SentFile
from baroalgi.letters.workflow import State
from baroalgi.platform import crypto
from baroalgi.platform.previews import Preview
from baroalgi.policy import Act, Actor, Subject, allows, strong_enough
from baroalgi.policy.actor import Role


def boards(school_code: str) -> list[Board]:
    """Return the boards of a school."""
    return queries.boards(school_code)


def board(boards: list[Board], slug: str) -> Board:
    """Return one of these boards."""
    for row in boards:
        if row.slug == slug:
            return row
    raise Http404


def letter(actor: Actor, board: Board, number: int) -> Letter | None:
    """Return a letter that this person may read, withdrawn or not.

    None: it is for some, and nobody is signed in. Who is signed in and none of them gets the 404.
    """
    row = queries.letter(board, number)
    if row and (
        row.receivers.is_everyone or allows(actor, Act.LETTER_FOR_SOME_READ, Subject(school_id=row.school_id))
    ):
        return row
    if (
        row is None
        and not strong_enough(actor, Act.LETTER_FOR_SOME_READ)
        and queries.is_for_some(board, number)
    ):
        return None
    raise Http404


def public_letter(board: Board, number: int) -> Letter:
    """Return a letter that everybody may read now."""
    row = queries.letter(board, number)
    if row and row.receivers.is_everyone and not row.is_withdrawn:
        return row
    raise Http404


def writable(actor: Actor, rows: Iterable[DeskLine]) -> set[int]:
    """Return which of these letters this person may change."""
    return {row.id for row in rows if allows(actor, Act.LETTER_WRITE, row.subject)}


def writing_school(actor: Actor, post_id: int | None) -> int:
    """Return the school for which this person writes: that of the post last used, else of the first one."""
    schools = actor.schools_as(Role.HOMEROOM_TEACHER, Role.SCHOOL_ADMIN, first=post_id)
    if not schools:
        raise Http404
    return schools[0]


def desk_letter(actor: Actor, letter_id: int) -> DeskLetter:
    """Return a letter that this person may change."""
    row = queries.desk_letter(letter_id)
    if row and allows(actor, Act.LETTER_WRITE, row.subject):
        return row
    raise Http404


def attachment(actor: Actor, public_id: UUID) -> SentFile | None:
    """Return a file of a letter that this person may read; of an unsent one only to the school's staff.

    None: it is for some, and nobody is signed in.
    """
    found = attachments.sent_file(public_id)
    if found is not None:
        row, subject, state = found
        reads = allows(actor, Act.LETTER_FOR_SOME_READ, subject)
        writes = any(post.school_id == subject.school_id for post in actor.posts)
        if row.is_public or (reads and (state is State.PUBLISHED or writes)):
            return row
    elif not strong_enough(actor, Act.LETTER_FOR_SOME_READ) and attachments.is_for_some(public_id):
        return None
    raise Http404


def preview(row: SentFile, page: int, fits: int) -> Preview:
    """Return the picture of a page of a file at a width."""
    for drawn in row.file.previews:
        if (drawn.page, drawn.fits) == (page, fits):
            return drawn
    raise Http404


def school(code: str) -> Board:
    """Return the first board of a school, which knows the school."""
    found = queries.boards(code)
    if not found:
        raise Http404
    return found[0]


def feed(token: str) -> list[FeedLetter]:
    """Return the letters of a guardian's own feed by the token of its address."""
    letters = feeds.of_guardian(_hash(token))
    if letters is None:
        raise Http404
    return letters


def fed_file(token: str, public_id: UUID) -> SentFile:
    """Return a file of a letter in a guardian's own feed."""
    row = attachments.fed_file(_hash(token), feeds.NEWEST, public_id)
    if row is None:
        raise Http404
    return row


def _hash(token: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", token):
        raise Http404
    return crypto.token_hash(token)
