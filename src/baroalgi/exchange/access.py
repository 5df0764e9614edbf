"""From an address to what it names, or the one 404."""

from django.http import Http404

from baroalgi.exchange.sheets import kinds
from baroalgi.exchange.sheets.kinds import Kind
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import School
from baroalgi.policy import Act, Actor, Role, Subject, allows


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
