"""What this room hands out."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Authority:
    """An issuing authority of ours. All DER."""

    id: int
    name: str
    certificate: bytes = field(repr=False)
    root: bytes = field(repr=False)
    root_crl: bytes = field(repr=False)
    sealing_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """An authority as people read about it. Fingerprints: SHA-256, hexadecimal in groups of four."""

    name: str
    title: str
    operator: str
    policy: str
    fingerprint: str
    root_fingerprint: str
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """The newest round of issuing for an application.

    `state`: ordered, rejected (with the code of the reason), valid, or revoked. `certificate` and its
    authorities (`chain`, without the root) are there from the signature on.
    """

    issuance_id: int
    number: int
    state: str
    reason: str
    name: str
    certificate_id: int | None
    certificate: bytes | None = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    not_after: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A certificate in use: its owner's name, serial (hexadecimal) and last moment."""

    certificate_id: int
    person_id: int
    name: str
    serial: str
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """A certificate that its owner has put into use. `fingerprint`: SHA-256 of the DER, hexadecimal.

    `state`: valid, suspended or revoked; "expired" is `not_after` against the clock.
    """

    fingerprint: str
    state: str
    not_before: datetime
    not_after: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class List:
    """A revocation list as published."""

    number: int
    der: bytes = field(repr=False)
    this_update: datetime
    next_update: datetime
