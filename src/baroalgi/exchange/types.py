"""What this room hands on to its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from baroalgi.exchange.neis.importer import Report as NeisReport
from baroalgi.exchange.neis.importer import Told as NeisTold
from baroalgi.exchange.neis.importer import Wanted as NeisWanted
from baroalgi.exchange.neis.services import SERVICES

NEIS_SERVICES = tuple(dict.fromkeys(service.root for service in SERVICES.values()))
"""Names of the services, those of past years not told apart."""


class NoSuchSource(Exception):
    """There is nothing to import from; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows of ours, and how many fit. `key`: what came of the caller's key."""

    key: str  # 'active' also without one
    total: int
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key in its owner's list. `ending`: its last four characters; `calls`: of today."""

    id: int
    name: str
    purpose: str
    ending: str
    state: str
    reason: str
    created_at: datetime
    calls: int

    @property
    def is_blocked(self) -> bool:
        return self.state == "blocked"


@dataclass(frozen=True, slots=True)
class SomebodysKey(OwnKey):
    """A key in the list of the office, with whose it is."""

    person_id: int
    owner: str


__all__ = [
    "NEIS_SERVICES",
    "Found",
    "NeisReport",
    "NeisTold",
    "NeisWanted",
    "NoSuchSource",
    "OwnKey",
    "SomebodysKey",
]
