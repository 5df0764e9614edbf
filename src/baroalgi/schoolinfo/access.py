"""From an address to what it names, or the one 404."""

from django.http import Http404

from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import School


def school(code: str) -> School:
    """Return the school of this NEIS code."""
    row = organisation.school(code)
    if row is None:
        raise Http404
    return row
