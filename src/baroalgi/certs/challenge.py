"""The bytes that are signed at sign-in: both sides build them, nobody parses them (npki.md §7.4)."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping


def challenge_content(challenge: Mapping[str, str | int], h1: bytes) -> bytes:
    """Return the canonical JSON of a challenge with h1: UTF-8, keys sorted, no spaces.

    The server calls this with its own stored challenge and the received h1, and compares whole bytes.
    """
    members = {**challenge, "h1": urlsafe_b64encode(h1).rstrip(b"=").decode("ascii")}
    return json.dumps(members, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
