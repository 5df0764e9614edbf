"""Reads of this room; what nobody may read yet goes through doors of the gate."""

import json

from django.db import connection

from baroalgi.accounts.models import Login
from baroalgi.accounts.types import Holder


def holder(fingerprint: str) -> Holder | None:
    """Return who holds the certificate with this SHA-256 (hex), or None. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT policy.certificate_holder(%s)", [fingerprint])
        row = cursor.fetchone()[0]
    return Holder(**json.loads(row)) if row else None


def login(name: str) -> Login | None:
    """Return the active login of this name, or None. One statement."""
    return Login.objects.filter(login=name, is_active=True).first()


def invited(token_hash: str) -> str | None:
    """Return the name of the person whom this invitation is for, None when it is dead. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT policy.invited(%s)", [token_hash])
        name: str | None = cursor.fetchone()[0]
    return name


def tries(bucket: str, *, seconds: int) -> int:
    """Count a try in a slot of time and return how many there were, this one included. One statement.

    Call it outside of any action: a refusal must not give the try back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT policy.count_try(%s, %s)", [bucket, seconds])
        n: int = cursor.fetchone()[0]
    return n


def login_tries(name: str) -> int:
    """Count a try to sign in and return how many there were in these 15 minutes. One statement."""
    return tries(f"login:{name}", seconds=900)


def forget_login_tries(name: str) -> None:
    """Begin the count anew for the person who has just signed in with this login. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT policy.forget_login_tries(%s)", [name])
