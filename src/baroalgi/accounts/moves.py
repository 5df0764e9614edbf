"""Moving a certificate from one browser to another through the server, which can't open it.

The browser that has it seals it (AES-256-GCM) under a key derived from 32 random bytes and eight digits. The
bytes stand in the fragment of the address that its QR code shows, which no browser sends to a server; the
digits are read off its screen and typed into the other one. What comes here is the sealed certificate and a
proof derived from the same bytes and digits: whoever has the whole database, log and network of this server
can neither open the one nor guess the digits by the other (docs/decisions/0009-moving.md).
"""

import json
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit, crypto, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor

MOST_SEALED = 64 * 1024  # bytes
MOST_OFFERS = 20  # of one person in an hour


class TooManyOffers(Refused):
    message = _("너무 여러 번 만드셨습니다. 한 시간 뒤에 다시 해 주세요.")


class MoveDead(Refused):
    message = _("이 주소는 이미 사용했거나 시간이 지났습니다. 컴퓨터에서 처음부터 다시 해 주세요.")


class WrongDigits(Refused):
    message = _(
        "숫자가 맞지 않습니다. 컴퓨터 화면의 숫자 8자리를 확인해 주세요. (%(left)s번 더 할 수 있습니다.)"
    )
    field = "digits"


class OutOfTries(Refused):
    message = _("숫자를 다섯 번 틀려 멈추었습니다. 컴퓨터에서 처음부터 다시 해 주세요.")


@dataclass(frozen=True, slots=True)
class Offered:
    """A sealed certificate that waits; `token` is part of the address that the QR code shows."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What the gate said to a try: the sealed bytes (base64), or how many tries are left."""

    person_id: int
    sealed: str = field(default="", repr=False)
    left: int = 0


@action
def offer(*, by: Actor, proof: str, sealed: bytes, offers: int) -> Offered:
    """Keep sealed bytes for ten minutes. Raises TooManyOffers.

    `offers`: how many this person made within the hour, counted outside of this action.
    """
    if offers > MOST_OFFERS:
        raise TooManyOffers
    token = crypto.new_token()
    until = gate.ask("move_offer", crypto.token_hash(token), crypto.token_hash(proof), sealed)
    audit.record(by, Audit.MOVE_OFFERED, person_id=by.person_id)
    return Offered(token, until)


def ask(token: str, proof: str) -> Asked | None:
    """Try a proof at the gate; None when nothing waits there. One statement.

    Call it outside of any action: a refusal must not give the try back, nor the fetched bytes.
    """
    answer = gate.ask("move_fetch", crypto.token_hash(token), crypto.token_hash(proof))
    return Asked(**json.loads(answer)) if answer else None


@action
def receive(*, by: Actor, asked: Asked | None) -> str:
    """Return the sealed bytes (base64) that were fetched. Raises MoveDead, WrongDigits, OutOfTries."""
    if asked is None:
        raise MoveDead
    if not asked.sealed:
        raise WrongDigits(left=asked.left) if asked.left else OutOfTries
    audit.record(by, Audit.MOVE_FETCHED, person_id=asked.person_id)
    return asked.sealed
