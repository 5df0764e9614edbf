"""Mails that did not arrive: for the operator, who can have them tried again, and for their receivers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from baroalgi.certs import BadInput
from baroalgi.platform import gate
from baroalgi.platform.models import Outbox
from baroalgi.platform.outbox import MOST_AT_ONCE, address_of, deliver, opened
from baroalgi.platform.templates import masked
from baroalgi.platform.unit import system_unit

LATE = timedelta(minutes=15)  # the operator is told of mails that wait longer


@dataclass(frozen=True, slots=True)
class Standing:
    """How the mails stand, for the operator; `since`: when the oldest of the dead and late was written."""

    dead: int
    late: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A mail that was not delivered: `state` dead or waiting. `address` is masked, `what` a code."""

    id: int
    kind: str
    address: str
    state: str
    since: datetime
    tries: int
    what: str


def standing() -> Standing:
    """Tell how the mails stand. As any role but the signer's; one statement."""
    said = json.loads(gate.ask("mail_standing", LATE))
    return Standing(said["dead"], said["late"], gate.moment(said["since"]))


def troubles() -> list[Trouble]:
    """Return the mails given up and those that wait for too long, oldest first; at most 500.

    As the worker's role: addresses are opened. Two statements for the first, one more for each whose
    address is looked up.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id, key, person_id, sealed, state, created_at, tries, trouble FROM platform_outbox
               WHERE state = 'dead' OR (state = 'waiting' AND created_at < now() - %s * interval '1 second')
               ORDER BY id LIMIT %s""",
            [LATE.total_seconds(), MOST_AT_ONCE],
        )
        rows = cursor.fetchall()
    return [
        Trouble(
            id=number,
            kind=" ".join(part for part in key.split(":") if not part.isdigit()),
            address=masked(receiver) if (receiver := _receiver(sealed, key, person_id)) else "-",
            state=state,
            since=since,
            tries=tries,
            what=what,
        )
        for number, key, person_id, sealed, state, since, tries, what in rows
    ]


def is_dead(key_prefix: str) -> bool:
    """Tell whether the newest mail with such a key was given up; for the receiver's own eyes.

    Of the application that the session carries (`application:<id>:…`), or to the person who asks.
    One statement.
    """
    return bool(gate.ask("mail_is_dead", key_prefix))


def retry(ids: Iterable[int] | None, *, now: datetime) -> int:
    """Give mails that were given up new tries, all of them for None; returns how many."""
    dead = Outbox.objects.filter(state=Outbox.State.DEAD)
    with system_unit():
        chosen = dead if ids is None else dead.filter(id__in=list(ids))
        keys = list(chosen.select_for_update().values_list("key", flat=True))
        dead.filter(key__in=keys).update(state=Outbox.State.WAITING, tries=0, trouble="", due_at=now)
        if keys:
            deliver.defer_each({"key": key} for key in keys)
    return len(keys)


def _receiver(sealed: bytes | None, key: str, person_id: int | None) -> str:
    if sealed is None:
        return ""
    try:
        return opened(bytes(sealed), key=key).to or address_of(person_id)
    except BadInput:
        return ""  # sealed under another key
