"""Reads of this room; what nobody may read yet goes through doors of the gate."""

import json

from baroalgi.accounts.models import Login
from baroalgi.accounts.types import Holder
from baroalgi.platform import gate


def holder(fingerprint: str) -> Holder | None:
    """Return who holds the certificate with this SHA-256 (hex), or None. One statement."""
    row = gate.ask("certificate_holder", fingerprint)
    return Holder(**json.loads(row)) if row else None


def login(name: str) -> Login | None:
    """Return the active login of this name, or None. One statement."""
    return Login.objects.filter(login=name, is_active=True).first()


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


def login_tries(name: str) -> int:
    """Count a try to sign in and return how many there were in these 15 minutes. One statement."""
    return tries(f"login:{name}", seconds=900)


def forget_login_tries(name: str) -> None:
    """Begin the count anew for the person who has just signed in with this login. One statement."""
    gate.ask("forget_login_tries", name)
