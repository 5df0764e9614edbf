"""Writes of the organisation."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.organisation import facts
from baroalgi.organisation.models import Person, Place, StaffPost
from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor, Role

ship_facts = facts.ship


class NoSuchPlace(Refused):
    message = _("그런 기관이 없습니다: %(name)s")


@action
def change_contact(
    *, by: Actor, mobile: str, phone_home: str, email: str, postcode: str, address1: str, address2: str
) -> None:
    """Change how the acting person can be reached; name and number stay."""
    Person.objects.filter(id=by.me).update(
        mobile=mobile,
        phone_home=phone_home,
        email=email,
        postcode=postcode,
        address1=address1,
        address2=address2,
    )
    audit.record(by, Audit.CONTACT_CHANGED, person_id=by.person_id)


@action
def appoint(*, by: Actor, name: str, email: str, role: Role, place: str, now: datetime) -> int:
    """Make a person with a post from today on; for commands, as a role that may write persons.

    `place`: NEIS code of a school, name of a regional office, or empty for the office itself.
    Returns the person's number. Raises NoSuchPlace.
    """
    where = _place(place)
    if where is None:
        raise NoSuchPlace(name=place)
    person = Person.objects.create(name=name, email=email, created_at=now)
    StaffPost.objects.create(person=person, place=where, role=role, valid_from=timezone.localdate(now))
    if role is Role.REGISTRATION_OFFICER:
        # A place takes certificate papers from its first officer on.
        Place.objects.filter(id=where.id).update(takes_papers=True)
    audit.record(by, Audit.STAFF_APPOINTED, person_id=person.id, role=role.value, place_id=where.id)
    return person.id


def _place(place: str) -> Place | None:
    if not place:
        return Place.objects.filter(school=None, regional_office=None).first()
    named = Place.objects.filter(school__code=place) | Place.objects.filter(regional_office__short_name=place)
    return named.order_by("id").first()
