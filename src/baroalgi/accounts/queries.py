"""Reads of this room; what nobody may read yet goes through doors of the gate."""

import base64
import json
from datetime import datetime

from baroalgi.accounts import devices
from baroalgi.accounts.types import (
    Factors,
    Holder,
    LoginTry,
    OwnSession,
    OwnTry,
    PasskeyOwner,
    PasskeyRow,
)
from baroalgi.platform import crypto, gate


def holder(fingerprint: str) -> Holder | None:
    """Return who holds the certificate with this SHA-256 (hex), or None. One statement."""
    row = gate.ask("certificate_holder", fingerprint)
    return Holder(**json.loads(row)) if row else None


def invited(token_hash: str) -> str | None:
    """Return the name of the person whom this invitation is for, None when it is dead. One statement."""
    name: str | None = gate.ask("invited", token_hash)
    return name


def tries(bucket: str, *, seconds: int) -> int:
    """Count a try and return how many there were in this many seconds, this one included. One statement.

    Call it outside of any action: a refusal must not give the try back.
    """
    n: int = gate.ask("count_try", bucket, seconds)
    return n


def try_login(login: str, *, device: str, address: str) -> LoginTry | None:
    """Count a guess at a login's password; None when there is nothing to compare with. One statement.

    None for a login that is not there, is closed, or must wait: the caller cannot tell which. `device`:
    number of a device known for this login, else empty. Commit it before the password is looked at.
    """
    row = gate.ask("try_login", login, device, address, crypto.door_proof("login", login, device, address))
    return LoginTry(**json.loads(row)) if row else None


def try_own(session_key_hash: str, *, login: str, device: str, address: str) -> OwnTry | None:
    """Count a guess of the acting person; None while it must wait. One statement. Commit it first.

    `login`: the one this session was opened with, for a person who has several.
    """
    proof = crypto.door_proof("own", session_key_hash, login, device, address)
    row = gate.ask("try_own", login, device, address, proof)
    if row is None:
        return None
    said = json.loads(row)
    sealed = base64.b64decode(said["sealed"]) if said["sealed"] else None
    return OwnTry(password=said["password"], sealed=sealed)


def forget_guesses(*, device: str, address: str) -> None:
    """Begin the count of guesses anew for the person who has just guessed right. One statement."""
    gate.ask("forget_guesses", device, address)


def own_factors() -> Factors:
    """Return the second factors of the acting person. One statement."""
    said = json.loads(gate.ask("own_factors"))
    passkeys = tuple(
        PasskeyRow(
            id=row["id"],
            name=row["name"],
            created_at=datetime.fromisoformat(row["created_at"]),
            used_at=gate.moment(row["used_at"]),
            credential_id=base64.b64decode(row["credential"]),
        )
        for row in said.pop("passkeys")
    )
    return Factors(
        passkeys=passkeys,
        totp_since=gate.moment(said.pop("totp_since")),
        login=said.pop("login") or "",
        **said,
    )


def own_sessions() -> list[OwnSession]:
    """Return the live sessions of the acting person, this one first, then the latest seen. One statement."""
    return [
        OwnSession(
            **row
            | {
                "device": devices.words(row["device"]),
                "begun_at": datetime.fromisoformat(row["begun_at"]),
                "seen_at": datetime.fromisoformat(row["seen_at"]),
            }
        )
        for row in json.loads(gate.ask("own_sessions"))
    ]


def passkey_owner(credential_id: bytes) -> PasskeyOwner | None:
    """Return whose passkey this is, None for an unknown one. One statement."""
    row = gate.ask("passkey_of", credential_id)
    if row is None:
        return None
    said = json.loads(row)
    return PasskeyOwner(said["person_id"], said["login"], base64.b64decode(said["data"]))
