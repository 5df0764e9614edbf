"""Answers that a process keeps for as long as the rows they were made of stay the same."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The answers asked for last, up to so many bytes together; each under the state of its rows."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._size = 0
        self._answers: OrderedDict[Hashable, tuple[str, T, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable, state: str) -> T | None:
        """Return the answer of this name if it was made of this state."""
        with self._lock:
            found = self._answers.get(name)
            if found is None or found[0] != state:
                return None
            self._answers.move_to_end(name)
            return found[1]

    def put(self, name: Hashable, state: str, answer: T, size: int) -> None:
        """Keep an answer; those not asked for the longest go. One of an eighth of all room is not kept."""
        if size > self._most // 8:
            return
        with self._lock:
            self._size += size - self._drop(name)
            self._answers[name] = (state, answer, size)
            while self._size > self._most:
                self._size -= self._drop(next(iter(self._answers)))

    def _drop(self, name: Hashable) -> int:
        dropped = self._answers.pop(name, None)
        return dropped[2] if dropped else 0
