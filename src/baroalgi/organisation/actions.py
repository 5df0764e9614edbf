"""Writes of the organisation."""

from baroalgi.organisation.models import Person
from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.policy import Actor


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
