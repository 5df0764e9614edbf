"""Digits of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, as every app knows them)."""

import hmac
from datetime import datetime

import pyotp

SECONDS = 30
ISSUER = "바로알기"


def new_secret() -> str:
    """Make a secret: 32 letters of base32, 160 bits."""
    return pyotp.random_base32()


def address(secret: str, *, login: str, office: str) -> str:
    """Return the `otpauth://` address that an app reads from the QR code."""
    issuer = f"{ISSUER} {office}".strip()
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def in_groups(secret: str) -> str:
    """Write a secret for typing: eight groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def step_of(secret: str, digits: str, now: datetime) -> int | None:
    """Return the step whose digits these are, None if of none: this one, the one before, the one after.

    A clock may be wrong by half a minute, and typing takes time.
    """
    current = int(now.timestamp()) // SECONDS
    app = pyotp.TOTP(secret)
    fitting = [
        step
        for step in (current, current - 1, current + 1)
        if hmac.compare_digest(app.generate_otp(step).encode(), digits.encode())
    ]
    return fitting[0] if fitting else None
