"""The form with what was typed, and its buttons that only look an address or a counter up.

They bring the whole page back, for who has no script; the script asks `addresses` and `places` instead.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import Counter, PostalAddress
from baroalgi.platform.http import Request
from baroalgi.registration.forms.application import Typed, asked, typed

SCHOOL = "certificate_school"  # NEIS code of the school whose page led here, in the session


@dataclass(slots=True)
class Found:
    """What was looked for and what came of it; None: that button was not pressed."""

    addresses: list[PostalAddress] | None = None
    address_query: str = ""
    places: list[Counter] | None = None
    place_query: str = ""


NOTHING = Found()


def answer(request: Request, kind: type[Typed], template: str, **context: object) -> HttpResponse | None:
    """Answer the buttons that only look something up; None when the form was sent to be saved."""
    data, found = request.POST, Found()
    kept = typed(data)
    if "find_address" in data:
        found.address_query = asked(data.get("address_query", "")) or kept["address1"]
        found.addresses = organisation.addresses_like(found.address_query)
    elif "pick_address" in data:
        kept["postcode"], _bar, kept["address1"] = asked(data["pick_address"], longest=220).partition("|")
    elif "find_place" in data:
        found.place_query = asked(data.get("place_query", ""))
        found.places = organisation.counters_named(found.place_query)
    else:
        return None
    return page(request, kind(initial=kept), template, found, **context)


def page(
    request: Request, form: Typed, template: str, found: Found = NOTHING, **context: object
) -> HttpResponse:
    """Show the form with the counters that can be chosen: the one chosen, the proposed one, those found."""
    proposed = organisation.counter_of_school(_school_code(request))
    chosen = str(form["place"].value() or "") or (str(proposed.id) if proposed else "")
    ids = {int(chosen)} if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 else set()
    listed = organisation.counters(ids | ({proposed.id} if proposed else set()))
    known = {place.id for place in listed}
    context |= {
        "form": form,
        "places": listed + [place for place in found.places or [] if place.id not in known],
        "chosen": chosen,
        "proposed_id": proposed.id if proposed else None,
        "found": found,
    }
    return render(request, template, context, status=form.status)


def _school_code(request: Request) -> str:
    """Return the school of the child: of the link that led here, or of a guardian's first child."""
    of_child = request.actor.children[0].school_code if request.actor.children else ""
    return str(request.session.get(SCHOOL) or of_child)
