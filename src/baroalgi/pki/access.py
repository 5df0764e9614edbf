"""From a name in an address to an authority."""

from django.http import Http404

from baroalgi.pki import queries
from baroalgi.pki.types import Authority, List


def authority(name: str) -> Authority:
    """Return a published authority, else 404."""
    row = queries.authority(name)
    if row is None:
        raise Http404
    return row


def newest_list(name: str) -> List:
    """Return the revocation list in force of an authority, else 404."""
    row = queries.newest_list(authority(name).id)
    if row is None:
        raise Http404
    return row
