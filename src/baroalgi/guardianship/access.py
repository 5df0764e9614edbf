"""From what stands in an address to a request or a school, or the one 404."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.conf import settings
from django.http import Http404

from baroalgi.guardianship import queries
from baroalgi.guardianship.types import DeskRequest, OwnRequest
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import Contact, School
from baroalgi.policy import Act, Actor, allows


def request(actor: Actor, link_id: int, *, today: date) -> DeskRequest:
    """Return the request if this person may see it, else 404 as for one that is not there."""
    row = queries.request(link_id, me=actor.me, today=today)
    if row and allows(actor, Act.CHILD_LINK_READ, row.subject):
        return row
    raise Http404


def chosen(actor: Actor, link_ids: Collection[int], *, today: date) -> list[DeskRequest]:
    """Return those of the ticked requests that this person may decide together; others are left out.

    Decided ones are among them, so that who was slower can be told who was faster.
    """
    rows = queries.requests(link_ids, me=actor.me, today=today)
    return [row for row in rows if row.matches and allows(actor, Act.CHILD_LINK_DECIDE, row.subject)]


def own_request(actor: Actor, public_id: UUID) -> OwnRequest:
    """Return the acting guardian's request, decided or not: whoever is too late must be told so."""
    row = queries.own_request(actor.me, public_id)
    if row is None:
        raise Http404
    return row


def school(code: str) -> School:
    """Return the school that a guardian chose: one of this office, whatever else the directory holds."""
    row = organisation.school(code) if code.isalnum() else None
    if row is None or row.office_code != settings.ENVIRONMENT.office:
        raise Http404
    return row


def contact(actor: Actor) -> Contact:
    """Return how the acting guardian can be reached."""
    row = organisation.contact(actor.me)
    if row is None:
        raise Http404
    return row
