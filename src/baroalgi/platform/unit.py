"""The unit of work: the one transaction of a request, a job or a command."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from baroalgi.platform import gate
from baroalgi.platform.crypto import token_hash
from baroalgi.policy import Actor


@dataclass(frozen=True, slots=True)
class Unit:
    """What the gate said on entering."""

    actor: Actor
    data: str | None
    expired_person: int | None  # who was signed in until this session ended by itself

    @classmethod
    def from_scope(cls, scope: Mapping[str, Any]) -> "Unit":
        return cls(Actor.from_scope(scope), scope["data"], scope["expired_person"])


@contextmanager
def unit_of_work(key: str | None) -> Iterator[Unit]:
    """Open the one transaction of a request; the database says who is asking and what may be seen.

    `key` is the session's key from the cookie, None for a visitor. Without this every table with a
    person's data shows zero rows. Rolls back on any exception.
    """
    with transaction.atomic(durable=True):
        yield Unit.from_scope(json.loads(gate.ask("enter", key and token_hash(key))))


@contextmanager
def system_unit() -> Iterator[None]:
    """Open the transaction of a job or a command; the database role decides what it sees."""
    with transaction.atomic(durable=True):
        yield
