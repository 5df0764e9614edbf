"""From an address to what it names, or the one 404."""

from datetime import date

from django.http import Http404

from baroalgi.exchange.sheets import kinds
from baroalgi.exchange.sheets.kinds import Kind
from baroalgi.letters import queries as letters
from baroalgi.letters.types import Board, Letter
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import School
from baroalgi.policy import Act, Actor, Role, Subject, allows
from baroalgi.schoolinfo import queries as schoolinfo
from baroalgi.schoolinfo.types import ClassName


def administered_school(actor: Actor, post_id: int | None) -> School:
    """Return the school of the post that is being looked at, else the first that the person administers."""
    for school_id in actor.schools_as(Role.SCHOOL_ADMIN, first=post_id):
        if allows(actor, Act.SCHOOL_INFORMATION_WRITE, Subject(school_id=school_id)):
            return organisation.schools_by_id([school_id])[school_id]
    raise Http404


def kind(name: str) -> Kind:
    """Return the sheet of this name."""
    found = kinds.of(name)
    if found is None:
        raise Http404
    return found


def school(code: str) -> School:
    """Return the school of this NEIS code."""
    row = organisation.school(code)
    if row is None:
        raise Http404
    return row


def listed_class(school: School, of: ClassName, day: date) -> ClassName:
    """Return the class if the school lists it in the school year of this day."""
    if of not in schoolinfo.classes(school.id, day):
        raise Http404
    return of


def board(school_code: str, slug: str) -> Board:
    """Return a board of a school."""
    row = letters.board(school_code, slug)
    if row is None:
        raise Http404
    return row


def letter_to_everyone(board: Board, number: int) -> Letter:
    """Return a letter that everybody may read now, whoever asks."""
    row = letters.letter(board, number)
    if row is None or row.is_withdrawn or not row.receivers.is_everyone:
        raise Http404
    return row
