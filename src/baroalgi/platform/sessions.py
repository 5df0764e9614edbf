"""Sessions of people and visitors, behind the doors of the database.

The app role has no right on the session table: rows are read and written by `policy.session_…`,
and only the hash of a key is stored.
"""

from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.core.signing import JSONSerializer
from django.db import connection

from baroalgi.platform import crypto
from baroalgi.policy import Strength


class Session(SessionBase):
    """A session whose data came with `policy.enter`, so that loading costs no statement."""

    def __init__(self, key: str | None, data: str | None) -> None:
        super().__init__(key if data is not None else None)
        self._session_cache = self.decode(data) if data else {}

    def encode(self, session_dict: dict[str, Any]) -> str:
        return JSONSerializer().dumps(session_dict).decode("latin-1")

    def decode(self, session_data: str) -> dict[str, Any]:
        return JSONSerializer().loads(session_data.encode("latin-1"))  # type: ignore[no-any-return]

    def save(self, must_create: bool = False) -> None:
        """Write the data; a visitor's session begins here. One statement."""
        if self.session_key is None:
            self._session_key = crypto.new_token()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT policy.session_save(%s, %s)",
                [crypto.token_hash(self.session_key), self.encode(self._session)],
            )
        self.modified = False

    def begin(self, person_id: int, strength: Strength, *, device: str) -> None:
        """Turn this session into a signed-in one under a new key; what a visitor had typed stays."""
        self.end()
        self._session_key = crypto.new_token()
        key_hash = crypto.token_hash(self.session_key)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT policy.session_begin(%s, %s, %s, %s, %s, %s)",
                [
                    key_hash,
                    person_id,
                    strength.value,
                    device,
                    self.encode(self._session),
                    crypto.door_proof("session", key_hash, person_id, strength.value),
                ],
            )
        self.modified = True

    def end(self) -> None:
        """Forget this session in the database; the cookie loses its meaning."""
        if self.session_key is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT policy.session_end(%s)", [crypto.token_hash(self.session_key)])
        self._session_key = None

    def key_hash(self) -> str:
        """Return the hash under which this browser is known; begins a visitor's session if there is none."""
        if self.session_key is None:
            self.save()
        return crypto.token_hash(self.session_key)

    def exists(self, session_key: str) -> bool:
        return session_key == self.session_key

    def create(self) -> None:
        self.save()

    def delete(self, session_key: str | None = None) -> None:
        self.end()

    def flush(self) -> None:
        self.end()
        self._session_cache = {}
        self.modified = False

    def load(self) -> dict[str, Any]:
        return self._session

    def is_empty(self) -> bool:
        return not self._session
