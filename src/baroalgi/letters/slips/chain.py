"""The chain of answers: each row's SHA-256 covers the row before it in its school (ADR 0013). Pure.

The database writes the digests (a trigger of 0004); here they are computed once more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

FIRST = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, repr=False)
class Link:
    """A row of the chain, as it is stored."""

    school_id: int
    position: int
    slip_id: int
    version: int
    person_id: int
    way: str
    answered_at: datetime
    content: bytes
    text: str
    cms: bytes | None
    path: tuple[bytes, ...]
    crl_number: int | None
    crl_digest: str
    previous: str
    digest: str


def covered(link: Link) -> str:
    """Return what the digest of this row is made over: the row before it, and all that it holds."""
    parts = (
        link.previous,
        link.school_id,
        link.position,
        link.slip_id,
        link.version,
        link.person_id,
        link.way,
        (link.answered_at - _EPOCH) // timedelta(microseconds=1),
        sha256(link.content).hexdigest(),
        sha256(link.text.encode()).hexdigest(),
        sha256(link.cms).hexdigest() if link.cms is not None else "",
        ",".join(sha256(der).hexdigest() for der in link.path),
        "" if link.crl_number is None else link.crl_number,
        link.crl_digest,
    )
    return "|".join(map(str, parts))


def digest(link: Link) -> str:
    """Return the digest that this row must have."""
    return sha256(covered(link).encode()).hexdigest()


def broken(links: Iterable[Link]) -> list[tuple[int, int]]:
    """Return where chains do not hold, as (school, position). `links`: by school, then position, from 1."""
    wrong = []
    heads: dict[int, tuple[int, str]] = {}
    for link in links:
        position, head = heads.get(link.school_id, (0, FIRST))
        if (link.position, link.previous, link.digest) != (position + 1, head, digest(link)):
            wrong.append((link.school_id, link.position))
        heads[link.school_id] = (link.position, link.digest)
    return wrong
