"""From an address to what it names, or the one 404."""

from datetime import date

from django.http import Http404

from baroalgi.guardianship import queries as guardianship
from baroalgi.guardianship.types import OfficeRequests
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import Office, School
from baroalgi.policy import Act, Actor, Subject, allows
from baroalgi.portal import sitemap
from baroalgi.portal.sitemap import Entry, Section


def sitemap_section(name: str) -> Section:
    """Return a section of the sitemap by its name."""
    for section in sitemap.SECTIONS:
        if section.name == name:
            return section
    raise Http404


def sitemap_part(section: Section, n: int, today: date) -> list[Entry]:
    """Return the pages of a part of a section, from 1; the first one may be empty."""
    found = section.part(n, today) if 1 <= n <= 1_000 else []
    if not found and n != 1:
        raise Http404
    return found


def office(code: str) -> Office:
    """Return an education office by its NEIS code."""
    row = next((office for office in organisation.offices() if office.code == code), None)
    if row is None:
        raise Http404
    return row


def administered_school(actor: Actor) -> School:
    """Return the school that the acting person administers; of several the first one."""
    for school_id in sorted(actor.administered_schools):
        if allows(actor, Act.CLASSES_READ, Subject(school_id=school_id)):
            return organisation.schools_by_id([school_id])[school_id]
    raise Http404


def office_requests(actor: Actor) -> OfficeRequests:
    """Return how requests stand at the schools of the acting office administrator."""
    found = guardianship.office_requests() if allows(actor, Act.OFFICE_READ, Subject()) else None
    if found is None:
        raise Http404
    return found
