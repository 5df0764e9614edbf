"""From a number in an address to a request, or the one 404."""

from django.http import Http404

from baroalgi.guardianship import queries
from baroalgi.guardianship.types import OwnRequest, WaitingRequest
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import School
from baroalgi.policy import Act, Actor, Subject, allows


def waiting_request(actor: Actor, link_id: int) -> WaitingRequest:
    """Return the open request if this teacher may see it, else 404 as for one that is not there."""
    row = queries.waiting_request(link_id, person_id=actor.person_id)
    if row and allows(actor, Act.CHILD_LINK_READ, _subject(row)):
        return row
    raise Http404


def own_request(actor: Actor, public_id: str) -> OwnRequest:
    """Return the acting guardian's own open or refused request."""
    for row in queries.own_requests(actor.person_id):
        if row.public_id == public_id:
            return row
    raise Http404


def school(code: str) -> School:
    """Return the school that a guardian chose."""
    row = organisation.school(code)
    if row is None:
        raise Http404
    return row


def _subject(row: WaitingRequest) -> Subject:
    return Subject(student_id=row.student_id, class_id=row.class_id, owner_id=row.guardian_id)
