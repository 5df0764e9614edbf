"""From an address to a slip or to the answers of a letter, or the one 404."""

from uuid import UUID

from django.http import Http404

from baroalgi.letters.slips import queries
from baroalgi.letters.slips.types import Desk, DeskRow, Kept, OwnSlip
from baroalgi.policy import Act, Actor, Subject, allows


def own_slip(actor: Actor, public_id: UUID) -> OwnSlip:
    """Return the slip of an own child."""
    row = queries.own_slip(public_id)
    if row and allows(actor, Act.SLIP_ANSWER, Subject(student_id=row.student_id)):
        return row
    raise Http404


def desk(actor: Actor, letter_id: int, class_id: int | None = None) -> Desk:
    """Return the answers of a class that this person may see: the asked one, else the first."""
    row = queries.desk(letter_id, class_id)
    if row and allows(actor, Act.SLIP_DESK, row.subject):
        return row
    raise Http404


def child(desk: Desk, public_id: UUID) -> DeskRow:
    """Return the slip of one child of the class shown."""
    for row in desk.rows:
        if row.public_id == str(public_id):
            return row
    raise Http404


def own_signed(actor: Actor, public_id: UUID, version: int) -> Kept:
    """Return an answer that the acting guardian has signed for an own child."""
    row = queries.signed_answer(public_id, version)
    if row and row.link.person_id == actor.person_id and allows(actor, Act.SLIP_ANSWER, row.subject):
        return row
    raise Http404


def signed(actor: Actor, letter_id: int, public_id: UUID, version: int) -> Kept:
    """Return a signed answer to a letter that this person wrote, or whose school they administer."""
    row = queries.signed_answer(public_id, version)
    if row and row.letter_id == letter_id and allows(actor, Act.SLIP_EVIDENCE, row.subject):
        return row
    raise Http404
