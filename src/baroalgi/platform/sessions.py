"""Sessions of people and visitors, behind the doors of the database.

The app role has no right on the session table: rows are read and written by `policy.session_…`,
and only the hash of a key is stored.
"""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import JSONSerializer

from baroalgi.platform import crypto, gate
from baroalgi.policy import Strength


class Session(SessionBase):
    """A session whose data came with `policy.enter`, so that loading costs no statement."""

    def __init__(self, key: str | None, data: str | None) -> None:
        # The key of an ended session is not used again.
        super().__init__(key if data is not None else None)
        self._values: dict[str, Any] = JSONSerializer().loads(data.encode("latin-1")) if data else {}

    def load(self) -> dict[str, Any]:
        return self._values

    def save(self, must_create: bool = False) -> None:
        """Write the data; a visitor's session begins here. One statement."""
        gate.ask("session_save", self.key_hash(), self._written())
        self.modified = False

    def renew(self) -> None:
        """Go on under a new key: what the session is trusted with from now on is not for the old one.

        The session must be saved. One statement.
        """
        self._session_key = crypto.new_token()
        gate.ask("session_renew", self.key_hash())
        self.modified = True

    def begin(self, person_id: int, strength: Strength, *, device: str, factor: str = "") -> None:
        """Turn this session into a signed-in one under a new key; what a visitor had typed stays.

        `factor`: what staff showed besides the password or instead of it. The database ends the session of
        before, and refuses full rights where a factor is demanded and was not used. One statement.
        """
        written = self._written()
        self._session_key = crypto.new_token()
        key_hash = self.key_hash()
        said = [person_id, strength.value] + ([factor] if factor else [])
        proof = crypto.door_proof("session", key_hash, *said)
        gate.ask("session_begin", key_hash, person_id, strength.value, factor, device, written, proof)
        self.modified = True

    def end(self) -> None:
        """Forget this session in the database; its key opens nothing any more."""
        if self._session_key is not None:
            gate.ask("session_end", self.key_hash())
        self._session_key = None

    def flush(self) -> None:
        self.end()
        self._values = {}
        self._session_cache: dict[str, Any] = {}
        self.modified = False

    def key_hash(self) -> str:
        """Return the hash under which this browser is known; a visitor gets a key."""
        if self._session_key is None:
            self._session_key = crypto.new_token()
            self.modified = True
        return crypto.token_hash(self._session_key)

    def challenge_hash(self) -> str:
        """Return what a challenge names this browser by; it leads back to no session."""
        self.key_hash()  # a visitor gets a key
        return crypto.token_hash(f"challenge {self._session_key}")

    def exists(self, session_key: str) -> bool:
        return session_key == self._session_key

    def create(self) -> None:
        self.save()

    def delete(self, session_key: str | None = None) -> None:
        self.end()

    def _written(self) -> str:
        return JSONSerializer().dumps(dict(self.items())).decode("latin-1")
