"""The signer's statements on an order, by hand: it passes through them one order after the other, and the
ORM would take longer to write each of them than the database to run it (docs/figures.md).
"""

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from django.db import connection

from baroalgi.pki.models import Certificate, Issuance


@dataclass(frozen=True, slots=True)
class Order:
    """An order that this transaction holds. `given_up`: a later round had begun when it was read."""

    id: int
    application_id: int
    round: int
    person_id: int
    name: str = field(repr=False)
    identity_mac: str = field(repr=False)
    csr: bytes = field(repr=False)
    spki_hash: str
    sealed: bytes | None = field(repr=False)
    serial: str
    tbs: bytes | None = field(repr=False)
    given_up: bool


_LATER = """EXISTS (SELECT FROM pki_issuance later
            WHERE later.application_id = one.application_id AND later.round > one.round)"""
_COLUMNS = ", ".join(f"one.{item.name}" for item in fields(Order) if item.name != "given_up")


def take_next(
    state: Issuance.State, *, besides: Collection[int], authority_id: int | None = None
) -> Order | None:
    """Lock and return the oldest order in this state; what other signers hold is passed over. One statement.

    `authority_id`: who has prepared it, None for any.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT {_COLUMNS}, {_LATER} FROM pki_issuance one
                WHERE one.state = %s AND NOT one.id = ANY(%s)
                  AND (%s::bigint IS NULL OR one.authority_id = %s)
                ORDER BY one.id LIMIT 1 FOR UPDATE OF one SKIP LOCKED""",  # noqa: S608 - our own columns
            [state, list(besides), authority_id, authority_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    values: list[Any] = [bytes(value) if isinstance(value, memoryview) else value for value in row]
    return Order(*values)


def is_given_up(order: Order) -> bool:
    """Tell whether a later round has begun by now. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_LATER} FROM pki_issuance one WHERE one.id = %s", [order.id])  # noqa: S608
        return bool(cursor.fetchone()[0])


def keep_prepared(order: Order, *, authority_id: int, serial: str, tbs: bytes, virtual_id: str) -> None:
    """Keep what will be signed; what was sealed goes. One statement."""
    _run(
        """UPDATE pki_issuance SET state = %s, authority_id = %s, serial = %s, tbs = %s, virtual_id = %s,
                  sealed = NULL WHERE id = %s""",
        [Issuance.State.PREPARED, authority_id, serial, tbs, virtual_id, order.id],
    )


def keep_rejected(order: Order, reason: str) -> None:
    """Keep why an order can't be fulfilled; what was sealed goes. One statement."""
    _run(
        "UPDATE pki_issuance SET state = %s, reason = %s, sealed = NULL WHERE id = %s",
        [Issuance.State.REJECTED, reason, order.id],
    )


def keep_certificate(
    order: Order,
    der: bytes,
    *,
    authority_id: int,
    fingerprint: str,
    not_before: datetime,
    not_after: datetime,
    revoked_at: datetime | None,
    reason: str,
) -> None:
    """Keep a certificate, revoked at once if `revoked_at` is given; the order is done. Two statements."""
    state = Certificate.State.REVOKED if revoked_at else Certificate.State.VALID
    _run(
        """INSERT INTO pki_certificate (issuance_id, authority_id, person_id, application_id, serial,
               fingerprint, der, not_before, not_after, state, revoked_at, revocation_reason)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            *(order.id, authority_id, order.person_id, order.application_id, order.serial),
            *(fingerprint, der, not_before, not_after, state, revoked_at, reason),
        ],
    )
    _run("UPDATE pki_issuance SET state = %s WHERE id = %s", [Issuance.State.SIGNED, order.id])


def _run(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
