"""From an address to what it names, or the one 404."""

from django.http import Http404

from baroalgi.letters import queries
from baroalgi.letters.types import Board, Letter


def board(school_code: str, slug: str) -> Board:
    """Return a board of a school."""
    row = queries.board(school_code, slug)
    if row is None:
        raise Http404
    return row


def letter(board: Board, number: int) -> Letter:
    """Return a letter of a board."""
    row = queries.letter(board, number)
    if row is None:
        raise Http404
    return row
