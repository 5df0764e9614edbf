"""From an address to what it names, or the one 404."""

from uuid import UUID

from django.http import Http404

from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import Office
from baroalgi.policy import Act, Actor, Child, Subject, allows


def office(code: str) -> Office:
    """Return an education office by its NEIS code."""
    row = next((office for office in organisation.offices() if office.code == code), None)
    if row is None:
        raise Http404
    return row


def child(actor: Actor, public_id: UUID, act: Act) -> Child:
    """Return the acting guardian's child if this act is allowed on it, else 404 as for one not there."""
    row = next((child for child in actor.children if child.public_id == str(public_id)), None)
    if row and allows(actor, act, Subject(student_id=row.student_id)):
        return row
    raise Http404
