"""The way from an address to a child, shared by every room with pages of a child."""

from uuid import UUID

from django.http import Http404

from baroalgi.policy import Act, Actor, Child, Subject, allows


def child(actor: Actor, public_id: UUID, act: Act) -> Child:
    """Return the acting guardian's child if this act is allowed on it.

    Else the one 404: the same for foreign and for absent.
    """
    row = next((child for child in actor.children if child.public_id == str(public_id)), None)
    if row and allows(actor, act, Subject(student_id=row.student_id)):
        return row
    raise Http404
