"""The second factor of staff: showing it, setting it up, taking it away; and the own sessions.

Guesses are counted before an action looks at them (`queries.try_own`), in a unit of their own. What a factor
opens is decided once more by the database (`policy.session_begin`).
"""

import base64
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from baroalgi.accounts import passkeys, queries, recovery, totp
from baroalgi.accounts.passkeys import PasskeyRefused
from baroalgi.accounts.types import Factors, OwnTry
from baroalgi.platform import audit, crypto, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused, constraint_of
from baroalgi.platform.sessions import Session
from baroalgi.policy import Actor, Strength


class WrongDigits(Refused):
    message = _("숫자가 맞지 않습니다. 새 숫자가 나오면 다시 적어 주세요.")
    field = "digits"


class WrongCode(Refused):
    message = _("복구 코드가 맞지 않습니다. 아직 쓰지 않은 코드를 다시 적어 주세요.")
    field = "code"


class WrongPassword(Refused):
    message = _("비밀번호가 맞지 않습니다. 30초 뒤에 다시 해 주세요.")
    field = "password"


class LastFactor(Refused):
    message = _("하나는 있어야 합니다. 다른 방법을 먼저 등록한 뒤 지워 주세요.")


class PasskeyKnown(Refused):
    message = _("이미 등록된 지문·얼굴입니다.")


class NoSuchLogin(Refused):
    message = _("그런 아이디가 없습니다.")


# Signing in -------------------------------------------------------------------------------------


@action
def finish_by_digits(
    *, by: Actor, session: Session, tried: OwnTry | None, digits: str, device: str, now: datetime
) -> None:
    """Complete a half session by the digits of the app. Raises WrongDigits, also for digits used before."""
    if tried is None or tried.sealed is None:
        raise WrongDigits
    secret = crypto.open_sealed(tried.sealed, about=_about(by.me))
    step = totp.step_of(secret, digits, now)
    if step is None or not gate.ask("use_totp", step):
        raise WrongDigits
    _complete(session, by.me, "totp", device=device)


@action
def finish_by_code(
    *, by: Actor, session: Session, tried: OwnTry | None, code: str, device: str, now: datetime
) -> int:
    """Complete a half session by a recovery code; returns how many are left. Raises WrongCode."""
    left: int | None = gate.ask("use_code", recovery.code_hash(by.me, code)) if tried else None
    if left is None:
        raise WrongCode
    _complete(session, by.me, "recovery", device=device, codes_left=left)
    return left


@action
def sign_in_by_passkey(
    *, by: Actor, session: Session, answer: str, nonce: str, device: str, now: datetime
) -> str:
    """Sign a member of staff in by a passkey alone; returns the login. Raises PasskeyRefused."""
    person_id, login = _show_passkey(answer, nonce)
    leave(session, by, person_id)
    _complete(session, person_id, "passkey", device=device)
    return login


def leave(session: Session, by: Actor, person_id: int) -> None:
    """Forget what was typed by somebody else who is still signed in here; a visitor's draft stays."""
    if by.person_id not in (None, person_id):
        session.flush()


def _complete(session: Session, person_id: int, factor: str, *, device: str, **facts: Any) -> None:
    session.begin(person_id, Strength.PASSWORD, device=device, factor=factor)
    audit.record(
        Actor(person_id=person_id, strength=Strength.PASSWORD),
        Audit.SIGNED_IN,
        person_id=person_id,
        factor=factor,
        **facts,
    )


def _show_passkey(answer: str, nonce: str) -> tuple[int, str]:
    """Return person and login of a passkey that was shown just now, its counter moved on."""
    credential_id = passkeys.credential_in(answer)
    owner = queries.passkey_owner(credential_id)
    if owner is None:
        raise PasskeyRefused
    shown = passkeys.check_shown(answer, nonce=nonce, data=owner.data, person_id=owner.person_id)
    proof = crypto.door_proof("passkey", credential_id.hex(), shown.count)
    if not gate.ask("use_passkey", credential_id, shown.count, proof):
        raise PasskeyRefused  # the counter stands still: somebody has a copy
    return owner.person_id, owner.login


# Setting up and taking away ------------------------------------------------------------------------


def candidate(session: Session, person_id: int) -> str:
    """Return the app's secret that this session is about to set up; it stays until it is shown to work."""
    if "totp" not in session:
        sealed = crypto.seal(totp.new_secret(), about=_about(person_id))
        session["totp"] = base64.b64encode(sealed).decode()
    return crypto.open_sealed(base64.b64decode(session["totp"]), about=_about(person_id))


@action
def set_up_app(*, by: Actor, session: Session, digits: str, device: str, now: datetime) -> None:
    """Register the app whose digits these are, and complete a half session. Raises WrongDigits."""
    secret = candidate(session, by.me)
    step = totp.step_of(secret, digits, now)
    if step is None:
        raise WrongDigits
    gate.ask("set_totp", crypto.seal(secret, about=_about(by.me)), step)
    del session["totp"]
    audit.record(by, Audit.TOTP_SET_UP, person_id=by.me)
    _go_on(by, session, "totp", device=device)


def challenge_for_new(factors: Factors, *, nonce: str, by: Actor) -> dict[str, Any]:
    """Return what the browser needs to make a passkey for the acting person."""
    return passkeys.creation_options(
        nonce=nonce,
        person_id=by.me,
        login=factors.login,
        name=by.name,
        known=[row.credential_id for row in factors.passkeys],
    )


@action
def add_passkey(
    *, by: Actor, session: Session, answer: str, nonce: str, name: str, device: str, now: datetime
) -> None:
    """Register a passkey, and complete a half session. Raises PasskeyRefused, PasskeyKnown."""
    made = passkeys.check_new(answer, nonce=nonce)
    try:
        gate.ask("add_passkey", made.credential_id, made.data, made.count, name)
    except IntegrityError as error:
        if constraint_of(error) != "accounts_passkey_credential_id_key":
            raise
        raise PasskeyKnown from None
    audit.record(by, Audit.PASSKEY_ADDED, person_id=by.me)
    _go_on(by, session, "passkey", device=device)


def _go_on(by: Actor, session: Session, factor: str, *, device: str) -> None:
    """Complete the session of a first set-up; give recovery codes to who has none."""
    if by.strength is Strength.HALF:
        _complete(session, by.me, factor, device=device)
    if not queries.own_factors().codes_left:
        make_codes(by=by, session=session)


@action
def make_codes(*, by: Actor, session: Session) -> None:
    """Make ten recovery codes in the place of those of before; the session shows them until it is told."""
    codes = recovery.new_codes()
    gate.ask("set_codes", [recovery.code_hash(by.me, code) for code in codes])
    sealed = crypto.seal(json.dumps(codes), about=_about_codes(by.me))
    session["codes"] = base64.b64encode(sealed).decode()
    audit.record(by, Audit.RECOVERY_CODES_MADE, person_id=by.me)


def codes_to_note(session: Session, person_id: int) -> list[str]:
    """Return the new recovery codes that were not noted yet; none after that."""
    if "codes" not in session:
        return []
    codes: list[str] = json.loads(
        crypto.open_sealed(base64.b64decode(session["codes"]), about=_about_codes(person_id))
    )
    return codes


@action
def remove_factor(*, by: Actor, passkey_id: UUID | None) -> None:
    """Take a passkey away, or (None) the app; one that is not there is gone already. Raises LastFactor."""
    if gate.ask("remove_factor", passkey_id) == "last":
        raise LastFactor
    audit.record(by, Audit.PASSKEY_REMOVED if passkey_id else Audit.TOTP_REMOVED, person_id=by.me)


def own_password_fits(tried: OwnTry | None, password: str) -> bool:
    """Tell whether this is the acting person's password. A quarter of a second: outside of any unit."""
    return tried is not None and tried.password is not None and check_password(password, tried.password)


@action
def confirm_by_password(*, by: Actor, session: Session, fits: bool, now: datetime) -> None:
    """Let the session change factors for ten minutes; `fits`: `own_password_fits`. Raises WrongPassword."""
    if not fits:
        raise WrongPassword
    _confirm(by, session, "password")


@action
def confirm_by_passkey(*, by: Actor, session: Session, answer: str, nonce: str, now: datetime) -> None:
    """Let the session change factors for ten minutes. Raises PasskeyRefused."""
    if _show_passkey(answer, nonce)[0] != by.me:
        raise PasskeyRefused
    _confirm(by, session, "passkey")


def _confirm(by: Actor, session: Session, how: str) -> None:
    gate.ask("confirm_session", crypto.door_proof("confirm", session.key_hash()))
    audit.record(by, Audit.SESSION_CONFIRMED, person_id=by.me, how=how)


@action
def reset_factors(*, by: Actor, login: str, now: datetime) -> None:
    """Take all factors of a login's person away and end the sessions (operator). Raises NoSuchLogin."""
    person_id = gate.ask("reset_factors", login.lower())
    if person_id is None:
        raise NoSuchLogin
    audit.record(by, Audit.FACTORS_RESET, person_id=person_id)


@action
def change_password(*, by: Actor, session: Session, login: str, hashed: str, now: datetime) -> None:
    """Give the own login another password, as `make_password` hashed it, and sign out everywhere else."""
    gate.ask("set_password", login, hashed)
    gate.ask("end_own_sessions", None)
    audit.record(by, Audit.PASSWORD_CHANGED, person_id=by.me)


# Own sessions ---------------------------------------------------------------------------------------


@action
def end_sessions(*, by: Actor, session_id: UUID | None) -> int:
    """End one of the own sessions, or (None) all but this one; returns how many. They are gone at once."""
    ended: int = gate.ask("end_own_sessions", session_id)
    audit.record(by, Audit.SESSIONS_ENDED, person_id=by.me, how_many=ended)
    return ended


def _about(person_id: int) -> str:
    return f"accounts_totp {person_id}"


def _about_codes(person_id: int) -> str:
    return f"recovery codes {person_id}"
