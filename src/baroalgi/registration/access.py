"""The only way from a number in an address to an application."""

from django.http import Http404

from baroalgi.policy import Act, Actor, Subject, allows
from baroalgi.registration import queries
from baroalgi.registration.number import is_number
from baroalgi.registration.types import FiledApplication


def application(actor: Actor, number: str) -> FiledApplication:
    """Return the application if it lies at a counter of this officer, else 404 as for one that is not there.

    The own application may be looked at; deciding it is refused by the actions with a sentence.
    """
    row = queries.at_counter(number, actor.counter_places) if is_number(number) else None
    if row and allows(actor, Act.APPLICATION_READ, Subject(place_id=row.place_id)):
        return row
    raise Http404
