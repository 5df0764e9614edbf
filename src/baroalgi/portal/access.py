"""From an address to what it names, or the one 404."""

from django.http import Http404

from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import Office


def office(code: str) -> Office:
    """Return an education office by its NEIS code."""
    row = next((office for office in organisation.offices() if office.code == code), None)
    if row is None:
        raise Http404
    return row
