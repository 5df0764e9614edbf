"""Recovery codes: ten that open once each, when phone and passkey are not at hand."""

import secrets

from baroalgi.platform import crypto

HOW_MANY = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
LENGTH = 10  # 49 bits; guesses are counted, and the hash needs the master key


def new_codes() -> list[str]:
    """Make ten codes as people read them: `k4mx9-7pqrt`."""
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(LENGTH)) for _code in range(HOW_MANY)]
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def plain(typed: str) -> str:
    """Return a code without capitals, blanks and hyphens."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def code_hash(person_id: int, typed: str) -> str:
    """Return what is stored of a person's code."""
    return crypto.keyed_hash("recovery code", f"{person_id}|{plain(typed)}")
