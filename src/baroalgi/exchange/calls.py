"""Counting the calls of a key without a write for each of them.

Who calls now and then is counted call by call. Who calls many times a second is counted by the dozen: the
process keeps what it has not told yet, at most a thousandth of what a key has a day, and at most `MOST`.
So a quota is exceeded by a few thousandths at worst, and a small one not at all.
"""

import time
from dataclasses import dataclass
from threading import Lock

from baroalgi.platform import crypto

MOST = 50
_SECONDS = 1.0
_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the doors take it: the key's hash (None: no key), its quota, and how many to count now."""

    key_hash: str | None
    quota: int
    count: int


class Calls:
    """What this process has not told the database yet."""

    def __init__(self) -> None:
        self._untold: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    def one_more(self, key: str, quota: int) -> Call:
        """Return a call with this key (empty: none)."""
        if not key:
            return Call(None, quota, 0)
        key_hash, now = crypto.token_hash(key), time.monotonic()
        most = min(MOST, max(1, quota // 1000)) if quota else MOST
        with self._lock:
            untold, told_at = self._untold.get(key_hash, (0, 0.0))
            untold += 1
            if untold < most and now - told_at < _SECONDS:
                self._untold[key_hash] = (untold, told_at)
                return Call(key_hash, quota, 0)
            if len(self._untold) >= _KEYS:  # invented ones, most likely
                self._untold.clear()
            self._untold[key_hash] = (0, now)
        return Call(key_hash, quota, untold)


CALLS = Calls()
