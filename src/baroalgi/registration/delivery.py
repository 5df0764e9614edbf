"""How the one-time address reaches an approved applicant again: by mail, to a corrected address, on paper.

Each way makes a new link, which kills the one before; the token is in that mail or on that paper and
nowhere else.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import masked
from baroalgi.policy import Actor
from baroalgi.registration import links
from baroalgi.registration.links import OneTimeAddress
from baroalgi.registration.steps import decided, deciding_officer, hold, reread
from baroalgi.registration.types import FiledApplication
from baroalgi.registration.workflow import State


class NotApproved(Refused):
    message = _("아직 승인되지 않은 신청입니다. 승인한 뒤에 발급 주소를 드릴 수 있습니다.")


class NoMail(Refused):
    message = _("이메일이 없는 분입니다. 봉투를 인쇄해 드리세요.")


class HasMail(Refused):
    message = _(
        "이메일이 있는 분입니다. 발급 주소는 이메일로 보냅니다. 이메일을 쓰지 않으시면 먼저 고쳐 주세요."
    )


class SameMail(Refused):
    message = _("신청서에 적힌 것과 같은 주소입니다.")
    field = "email"


class JustGiven(Refused):
    message = _("방금 새 발급 주소를 보냈습니다. 한 번만 보내시면 됩니다.")


@action
def send_again(*, by: Actor, now: datetime, row: FiledApplication, instead_of: int | None = None) -> None:
    """Mail a new one-time address; the one before is dead.

    `instead_of`: the address on the officer's screen (`GivenLink.id`, 0 for none), if it is known: of two
    presses one sends. Raises OwnApplication, NotApproved, NoMail, JustGiven.
    """
    _approved(by, row, now=now, instead_of=instead_of)
    if not row.email:
        raise NoMail
    links.send(row, now=now)
    audit.record(by, Audit.APPLICATION_LINK_SENT, application_id=row.id)


@action
def readdress(
    *, by: Actor, now: datetime, row: FiledApplication, email: str, instead_of: int | None = None
) -> None:
    """Correct the mail address (empty: has none) and send a new one-time address to it alone.

    The trail keeps both masked: whose they are can be asked, not read.
    `instead_of` as in `send_again`.
    Raises OwnApplication, NotApproved, AlreadyDecided, JustGiven, SameMail.
    """
    _approved(by, row, now=now, instead_of=instead_of)
    if email == row.email:
        raise SameMail
    if not gate.ask("application_readdress", row.id, row.changed_at, email):
        raise decided(reread(row), now)
    audit.record(
        by,
        Audit.APPLICATION_READDRESSED,
        application_id=row.id,
        before=_masked(row.email),
        after=_masked(email),
    )
    if email:
        links.send(reread(row), now=now)
    else:
        links.make(row, now=now)  # nobody is told this one: it kills what went to the old address


@action
def print_slip(*, by: Actor, now: datetime, row: FiledApplication, code: str) -> OneTimeAddress:
    """Make `code` the one-time address, for the sealed slip alone; the slip before is dead.

    Raises OwnApplication, NotApproved, HasMail.
    """
    _approved(by, row, now=now)
    if row.email:
        raise HasMail
    made = links.make(row, now=now, token=code)
    audit.record(by, Audit.APPLICATION_SLIP_PRINTED, application_id=row.id)
    return made


def _approved(by: Actor, row: FiledApplication, *, now: datetime, instead_of: int | None = None) -> None:
    deciding_officer(by, row)
    if row.is_decidable:
        raise NotApproved
    if row.state is not State.APPROVED or not hold(row):
        raise decided(reread(row), now)
    if instead_of is not None and instead_of != links.newest_id(row.id):
        raise JustGiven


def _masked(address: str) -> str:
    return masked(address) if address else ""
