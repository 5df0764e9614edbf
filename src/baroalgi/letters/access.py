"""From an address to what it names, or the one 404."""

from collections.abc import Iterable

from django.http import Http404

from baroalgi.letters import queries
from baroalgi.letters.types import Board, DeskLetter, DeskLine, Letter
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
    posts = [post for post in actor.posts if post.role in (Role.HOMEROOM_TEACHER, Role.SCHOOL_ADMIN)]
    for post in sorted(posts, key=lambda post: post.id != post_id):
        if post.school_id is not None:
            return post.school_id
    raise Http404


def desk_letter(actor: Actor, letter_id: int) -> DeskLetter:
    """Return a letter that this person may change."""
    row = queries.desk_letter(letter_id)
    if row and allows(actor, Act.LETTER_WRITE, row.subject):
        return row
    raise Http404
