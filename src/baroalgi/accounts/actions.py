"""Signing in and out. Facts are checked here; rights begin in the database with the session."""

import base64
import binascii
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from baroalgi import certs
from baroalgi.accounts import queries
from baroalgi.accounts.challenges import StaleChallenge, make_challenge, use_challenge
from baroalgi.accounts.factors import NoSuchLogin, leave, reset_factors
from baroalgi.accounts.models import Invitation
from baroalgi.accounts.types import Holder, LoginTry
from baroalgi.certs import Reason, Untrusted, Verified
from baroalgi.platform import audit, crypto, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused, constraint_of
from baroalgi.platform.sessions import Session
from baroalgi.platform.templates import long_day
from baroalgi.policy import Actor, Strength

__all__ = [  # made beside, part of the face
    "NoSuchLogin",
    "StaleChallenge",
    "make_challenge",
    "reset_factors",
    "use_challenge",
]

INVITATION_LIFE = timedelta(days=7)


class Unreadable(Refused):
    message = _("인증서 파일을 읽을 수 없습니다. 파일이 손상되었거나 지원하지 않는 형식입니다.")


class NotTheOwner(Refused):
    message = _("입력하신 이름·주민등록번호와 인증서의 소유자가 다릅니다.")


class Expired(Refused):
    message = _("인증서의 유효기간이 %(date)s에 끝났습니다. 갱신한 뒤 이용해 주세요.")


class Revoked(Refused):
    message = _("폐지된 인증서입니다. 등록기관에 문의해 주세요.")


class Suspended(Refused):
    message = _("효력이 정지된 인증서입니다. 등록기관에 문의해 주세요.")


class Unfinished(Refused):
    message = _("발급이 끝나지 않은 인증서입니다. 받으신 발급 주소를 다시 열어 주세요.")


class UnknownIssuer(Refused):
    message = _("이 사이트에서 사용할 수 없는 인증서입니다. (발급자: %(issuer)s)")


class WrongLogin(Refused):
    # One sentence for wrong login, wrong password and wait, whichever it is (pages.md §5.10).
    message = _(
        "아이디나 비밀번호가 맞지 않습니다. 30초 뒤에 다시 해 주세요."
        " 여러 번 틀리시면 기다리는 시간이 15분까지 길어집니다."
    )


class InvitationDead(Refused):
    message = _("이 초대 주소는 이미 사용되었거나 기간이 지났습니다. 관리자에게 다시 요청해 주세요.")


class LoginTaken(Refused):
    message = _("이미 쓰고 있는 아이디입니다. 다른 아이디를 적어 주세요.")
    field = "login"


def checked_signature(
    *, cms: str, h1: str, content: dict[str, Any], anchors: tuple[certs.Anchor, ...], now: datetime
) -> Verified:
    """Check what a browser signed; touches neither database nor network.

    `cms` is base64, `h1` base64url. Raises Unreadable, NotTheOwner, Expired, UnknownIssuer.
    """
    try:
        signed = base64.b64decode(cms, validate=True)
        proof = base64.urlsafe_b64decode(h1 + "=" * (-len(h1) % 4))
    except (binascii.Error, ValueError):
        raise Unreadable from None
    try:
        return certs.verify(signed, certs.challenge_content(content, proof), proof, anchors, now)
    except Untrusted as untrusted:
        raise _refusal(untrusted, signed) from None


def _refusal(untrusted: Untrusted, signed: bytes) -> Refused:
    match untrusted.reason:
        case Reason.UNKNOWN_ISSUER | Reason.POLICY | Reason.BAD_PATH:
            return UnknownIssuer(issuer=(untrusted.issuer or "-")[:60])
        case Reason.VID_MISMATCH | Reason.VID_ABSENT:
            return NotTheOwner()
        case Reason.EXPIRED:
            return Expired(date=long_day(certs.signed_content(signed).leaf.not_valid_after_utc))
        case _:
            return Unreadable()


@action
def sign_in_by_certificate(
    *,
    by: Actor,
    session: Session,
    name: str,
    cms: str,
    h1: str,
    content: dict[str, Any],
    anchors: tuple[certs.Anchor, ...],
    device: str,
    now: datetime,
) -> None:
    """Open a session for the owner of a certificate of ours who signed `content`.

    Raises Unreadable, NotTheOwner, Expired, UnknownIssuer, Revoked, Suspended, Unfinished.
    """
    verified = checked_signature(cms=cms, h1=h1, content=content, anchors=anchors, now=now)
    if _plain(name) != _plain(verified.name):
        raise NotTheOwner
    holder = queries.holder(verified.fingerprint.hex())
    if holder is None:
        raise UnknownIssuer(issuer="-")
    _demand_good(holder)
    leave(session, by, holder.person_id)
    session.begin(holder.person_id, Strength.CERTIFICATE, device=device)
    audit.record(
        Actor(person_id=holder.person_id, strength=Strength.CERTIFICATE),
        Audit.SIGNED_IN,
        person_id=holder.person_id,
        serial=f"{verified.serial:x}",
    )


def _demand_good(holder: Holder) -> None:
    if holder.state == "revoked":
        raise Revoked
    if holder.state == "suspended":
        raise Suspended
    if not holder.confirmed:
        raise Unfinished


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFC", name).split())


def checked_password(tried: LoginTry | None, password: str) -> LoginTry | None:
    """Return the login if this is its password, else None. Takes a quarter of a second: outside of any unit.

    A hash is computed for unknown logins and waiting ones too: the time must not tell which exist.
    """
    good = check_password(password, tried.password if tried else _nobody())
    return tried if good else None


@action
def sign_in_by_password(
    *, by: Actor, session: Session, found: LoginTry | None, device: str, now: datetime
) -> Strength:
    """Open a session for a member of staff: complete, or half where a second factor must follow.

    `found`: what `checked_password` gave. Raises WrongLogin.
    """
    if found is None:
        raise WrongLogin
    strength = Strength.HALF if found.demanded else Strength.PASSWORD
    leave(session, by, found.person_id)
    session.begin(found.person_id, strength, device=device)
    audit.record(
        Actor(person_id=found.person_id, strength=strength),
        Audit.PASSWORD_SHOWN if found.demanded else Audit.SIGNED_IN,
        person_id=found.person_id,
    )
    return strength


@cache
def _nobody() -> str:
    """Return a hash that no password fits, as costly to check as a real one."""
    return make_password(crypto.new_token())


@action
def sign_out(*, by: Actor, session: Session) -> None:
    """End the session; its key opens nothing any more."""
    audit.record(by, Audit.SIGNED_OUT, person_id=by.person_id)
    session.flush()


@action
def accept_invitation(*, by: Actor, token: str, login: str, password: str) -> None:
    """Make the login of an invited member of staff. Raises InvitationDead, LoginTaken."""
    try:
        accepted = gate.ask(
            "accept_invitation", crypto.token_hash(token), login.lower(), make_password(password)
        )
    except IntegrityError as error:
        if constraint_of(error) != "accounts_login_login_key":
            raise
        raise LoginTaken from None
    if not accepted:
        raise InvitationDead
    audit.record(by, Audit.INVITATION_ACCEPTED)


@action
def invite(*, by: Actor, person_id: int, now: datetime) -> str:
    """Invite a member of staff to make the own login; returns the one-time token, valid seven days.

    For commands, as a role that may write invitations. Only the token's hash is kept.
    """
    token = crypto.new_token()
    Invitation.objects.create(
        token_hash=crypto.token_hash(token), person_id=person_id, valid_to=now + INVITATION_LIFE
    )
    audit.record(by, Audit.STAFF_INVITED, person_id=person_id)
    return token
