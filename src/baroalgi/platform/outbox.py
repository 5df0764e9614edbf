"""Messages to people: written in the transaction of the decision, delivered by the worker.

One row per event and receiver, unique by its key, so the same event is never told twice. Address
and text are sealed and gone once they are sent.

A try claims its row for longer than a conversation with the mail server may last, and commits that
before it speaks: nobody else sends the same mail meanwhile, and if the worker dies the row falls due
again. What the server has acknowledged is never sent again. Where the answer was lost nobody can know
whether it has the mail: it is sent again under the same Message-ID, by which mail stores know it
(docs/decisions/0010-mail-twice.md).
"""

import json
import logging
import secrets
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, connection

from baroalgi.platform import crypto
from baroalgi.platform.mail import CONVERSATION_SECONDS, Mail, is_final, named, send
from baroalgi.platform.models import Outbox
from baroalgi.platform.queue import job
from baroalgi.platform.unit import system_unit

log = logging.getLogger("baroalgi.mail")

LEASE = timedelta(seconds=60)  # a try's own time; after it the mail is somebody else's
MOST_TRIES = 16  # about a day; nobody looks for a link longer than that
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=4)
MOST_AT_ONCE = 500
_LOST_BELL = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Claimed:
    key: str
    person_id: int | None
    sealed: bytes
    tries: int


def put(mail: Mail, *, key: str, person_id: int | None = None) -> None:
    """Write a mail to the outbox. `key` names event and receiver and holds nothing personal."""
    put_each([(mail, key, person_id)])


def put_each(letters: Iterable[tuple[Mail, str, int | None]]) -> None:
    """Write mails to the outbox, each with its key and its receiver; two statements for all of them."""
    rows = [(key, person_id, _sealed(mail, key)) for mail, key, person_id in letters]
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO platform_outbox (key, person_id, sealed, state, tries, trouble)
               VALUES (%s, %s, %s, 'waiting', 0, '') ON CONFLICT DO NOTHING""",
            rows,
        )
    deliver.defer_each({"key": key} for key, _person_id, _text in rows)


def put_new(letters: Iterable[tuple[Mail, str, int | None]]) -> None:
    """As `put_each`, for jobs that come round again: what was told already costs nothing more."""
    rows = list(letters)
    told = set(Outbox.objects.filter(key__in=[key for _mail, key, _id in rows]).values_list("key", flat=True))
    new = [row for row in rows if row[1] not in told]
    if new:
        put_each(new)


def _sealed(mail: Mail, key: str) -> bytes:
    return crypto.seal(json.dumps(asdict(mail), ensure_ascii=False), about=f"outbox:{key}")


def opened(sealed: bytes, *, key: str) -> Mail:
    """Return the mail of an outbox row. Raises BadInput when it was tampered with."""
    return Mail(**json.loads(crypto.open_sealed(sealed, about=f"outbox:{key}")))


# Sending ---------------------------------------------------------------------------------------------


# The queue gives mails what other jobs leave over: a mail server that hangs holds up nothing but mail.
@job(outside=True, priority=-1)
def deliver(*, key: str, now: datetime, **_later: object) -> None:
    """Send one mail of the outbox, if it is due: retried with growing pauses, then listed as dead.

    Any number of these may run for one mail; one of them sends it.
    """
    if (claimed := _claim(key, now)) is None:
        return
    try:
        mail = opened(claimed.sealed, key=key)
        address = mail.to or address_of(claimed.person_id)
        if not address:
            _bury(key, "no address")
            return
        send(Mail(mail.subject, mail.text, address), key=key)
    except (OperationalError, InterfaceError):
        raise
    except Exception as trouble:
        what = named(trouble)
        if is_final(trouble) or claimed.tries >= MOST_TRIES:
            _bury(key, what)
        else:
            _put_off(key, now + _pause(claimed.tries), what)
    else:
        _note_sent(key, now)


def overdue(now: datetime) -> list[str]:
    """Return the keys of mails that nobody is going to deliver: their worker died, or lost its database."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT key FROM platform_outbox mail
               WHERE state = 'waiting' AND due_at < %s AND NOT EXISTS (
                   SELECT FROM procrastinate_jobs job
                   WHERE job.status IN ('todo', 'doing') AND job.task_name = 'platform.outbox.deliver'
                     AND job.args ->> 'key' = mail.key)
               ORDER BY due_at LIMIT %s""",
            [now - _LOST_BELL, MOST_AT_ONCE],
        )
        return [key for (key,) in cursor.fetchall()]


def _claim(key: str, now: datetime) -> _Claimed | None:
    """Take a mail that is due for the time of one try, or nothing."""
    with system_unit(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE platform_outbox SET tries = tries + 1,
                   due_at = greatest(%(now)s, now()) + %(lease)s * interval '1 second'
               WHERE key = %(key)s AND state = 'waiting' AND sealed IS NOT NULL
                 AND due_at <= greatest(%(now)s, now())
               RETURNING person_id, sealed, tries""",
            {"now": now, "lease": LEASE.total_seconds(), "key": key},
        )
        row = cursor.fetchone()
    return _Claimed(key, row[0], bytes(row[1]), row[2]) if row else None


def _pause(tries: int) -> timedelta:
    """Return how long to wait after so many tries; never the same twice, or all would come at once."""
    pause: timedelta = min(FIRST_PAUSE * 2 ** (tries - 1), LONGEST_PAUSE)
    return pause * (0.75 + secrets.randbelow(501) / 1000)


def _put_off(key: str, until: datetime, what: str) -> None:
    with system_unit():
        Outbox.objects.filter(key=key, state=Outbox.State.WAITING).update(due_at=until, trouble=what)
        deliver.defer_at(until, key=key)


def _bury(key: str, what: str) -> None:
    log.error("mail %s is given up: %s", key, what)
    with system_unit():
        Outbox.objects.filter(key=key, state=Outbox.State.WAITING).update(
            state=Outbox.State.DEAD, trouble=what
        )


def _note_sent(key: str, now: datetime) -> None:
    """Note that the server has the mail; a database that is away for a moment is waited for."""
    deadline = time.monotonic() + LEASE.total_seconds() - CONVERSATION_SECONDS
    while True:
        try:
            with system_unit():
                Outbox.objects.filter(key=key).update(
                    state=Outbox.State.SENT, trouble="", sent_at=now, sealed=None
                )
            return
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def address_of(person_id: int | None) -> str:
    """Look a person's mail address up; as SQL, since persons live on a higher floor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM organisation_person WHERE id = %s", [person_id])
        row = cursor.fetchone()
    return row[0] if row else ""
