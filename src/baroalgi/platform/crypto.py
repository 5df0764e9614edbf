"""Keyed hashes and sealed values.

`identity_mac` matches resident numbers without storing them; `issue_proof` is the slow hash of an
issuing password, which the database compares itself; `seal`/`open_sealed` keep what must be read
again. Keys come from files named in the environment and are read once.
"""

import hashlib
import hmac
import secrets
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from baroalgi.certs import BadInput, Code

IDENTITY_KEY = "v1"  # version of the key in use; each value says under which one it was made
BLOCK = 64  # of SHA-256, in bytes


@cache
def _key(path: str, purpose: str) -> bytes:
    """Derive the 32-byte key of one purpose from a key file."""
    return hashlib.sha256(f"baroalgi {purpose}\0".encode() + Path(path).read_bytes().strip()).digest()


def identity_mac(digits: str) -> str:
    """Return the keyed hash under which a resident number (13 digits) is matched (domain.md §1.15)."""
    key = _key(settings.ENVIRONMENT.identity_key_file, "identity")
    return f"{IDENTITY_KEY}:{hmac.new(key, digits.encode(), hashlib.sha256).hexdigest()}"


def issue_proof(number: str, password: str) -> bytes:
    """Return the slow, salted hash (32 bytes) of an issuing password; takes about 50 ms.

    The salt follows from the application's number (15 digits) and a key, so nothing must be read
    before the proof can be made. The database stores SHA-256 of it and is the one that compares:
    SQL alone can't claim an application without the password.
    """
    salt = hmac.new(
        _key(settings.ENVIRONMENT.identity_key_file, "issue salt"), number.encode(), "sha256"
    ).digest()
    return hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)


def proof_hash(proof: bytes) -> str:
    """Return what is stored of a proof."""
    return hashlib.sha256(proof).hexdigest()


def token_hash(token: str) -> str:
    """Return what is stored of a session key or a one-time token (256 random bits; from paper, 79)."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """Make a one-time token: 43 characters, 256 bits."""
    return secrets.token_urlsafe(32)


def keyed_hash(purpose: str, text: str) -> str:
    """Return a hash (hex) that nobody makes without the master key: for short secrets, which a fast hash
    alone would not protect in a copy of the database.
    """
    key = _key(settings.ENVIRONMENT.master_key_file, purpose)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def door_pads() -> tuple[bytes, bytes]:
    """Return the inner and outer HMAC pads of the door key, as the database keeps them."""
    key = _key(settings.ENVIRONMENT.secret_key_file, "door").ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)


def door_proof(*parts: object) -> bytes:
    """Return the proof that a door of the database asks for; the parts are joined by `|`."""
    key = _key(settings.ENVIRONMENT.secret_key_file, "door")
    return hmac.new(key, "|".join(str(part) for part in parts).encode(), hashlib.sha256).digest()


def seal(text: str, *, about: str) -> bytes:
    """Encrypt a text that must be read again. `about` (table and key) is bound to it."""
    nonce = secrets.token_bytes(12)
    return b"\x01" + nonce + AESGCM(_master()).encrypt(nonce, text.encode(), about.encode())


def open_sealed(value: bytes, *, about: str) -> str:
    """Decrypt a sealed text. Raises BadInput when it is not ours or was moved to another row."""
    value = bytes(value)
    try:
        return AESGCM(_master()).decrypt(value[1:13], value[13:], about.encode()).decode()
    except (InvalidTag, ValueError):
        raise BadInput(Code.SEALED) from None


def _master() -> bytes:
    return _key(settings.ENVIRONMENT.master_key_file, "master 1")
