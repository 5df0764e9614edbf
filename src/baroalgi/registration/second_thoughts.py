"""What a parent does about an application that did not go straight: correct it, ask for a new address."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from baroalgi.organisation import queries as organisation
from baroalgi.platform import audit, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor
from baroalgi.registration import jobs, mails, queries
from baroalgi.registration.actions import NoSuchPlace
from baroalgi.registration.steps import AlreadyDecided
from baroalgi.registration.types import FiledApplication
from baroalgi.registration.workflow import State

MOST_LINKS = 3  # that a parent asks for in a day


class NoMail(Refused):
    message = _("이메일이 없는 신청입니다. 발급 주소가 든 봉투는 서류를 내신 곳에서 다시 받아 주세요.")


class TooManyLinks(Refused):
    message = _(
        "발급 주소를 오늘 세 번 보냈습니다. 메일이 오지 않으면 서류를 내신 곳에 이메일 주소를 확인해 주세요."
    )


@action
def correct(
    *,
    by: Actor,
    now: datetime,
    row: FiledApplication,
    place: int,
    name: str,
    mobile: str,
    phone_home: str,
    email: str,
    postcode: str,
    address1: str,
    address2: str,
) -> None:
    """Hand the carried application in again after its return, corrected, under the same number.

    `row`: as it was read. Resident number and issuing password stay: who gave a wrong number applies anew.
    What changed is named in the trail, never its value. Raises NoSuchPlace, AlreadyDecided.
    """
    if organisation.counter(place) is None:
        raise NoSuchPlace
    typed = {
        "place_id": place,
        "name": name,
        "mobile": mobile,
        "phone_home": phone_home,
        "email": email,
        "postcode": postcode,
        "address1": address1,
        "address2": address2,
    }
    if not gate.ask("application_correct", row.changed_at, now, *typed.values()):
        raise AlreadyDecided
    changed = [field for field, value in typed.items() if getattr(row, field) != value]
    audit.record(by, Audit.APPLICATION_CORRECTED, application_id=row.id, changed=changed)
    corrected = queries.own(row.id) or row
    key = f"application:{row.id}:corrected:{int(now.timestamp() * 1e6)}"
    mails.post(mails.corrected(corrected), key=key)
    if row.email != email:
        mails.post(mails.readdressed(row), key=f"{key}:before")


@action
def ask_for_link(*, by: Actor, now: datetime, row: FiledApplication, asked: int) -> None:
    """Have a new one-time address mailed to the address of the approved application; the one before dies.

    The worker makes it: the parent's session, and whoever else knows number and password, never sees it.
    `asked`: how often this was asked today, this time included; counted outside, since a refusal undoes
    what it wrote. Raises AlreadyDecided, NoMail, TooManyLinks.
    """
    if row.state is not State.APPROVED:
        raise AlreadyDecided
    if not row.email:
        raise NoMail
    if asked > MOST_LINKS:
        raise TooManyLinks
    newest = queries.own_link()
    jobs.send_link.defer(application_id=row.id, instead_of=newest.id if newest else 0)
    audit.record(by, Audit.APPLICATION_LINK_REQUESTED, application_id=row.id)
