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
import smtplib
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from threading import Timer
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from baroalgi.certs import BadInput
from baroalgi.platform import crypto, gate
from baroalgi.platform.models import Outbox
from baroalgi.platform.queue import job
from baroalgi.platform.unit import system_unit

log = logging.getLogger("baroalgi.mail")

ANSWER_SECONDS = 10.0  # for each answer of the mail server
CONVERSATION_SECONDS = 30.0  # for all of them together
LEASE = timedelta(seconds=60)  # a try's own time; after it the mail is somebody else's
MOST_TRIES = 16  # about a day; nobody looks for a link longer than that
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=4)
LATE = timedelta(minutes=15)  # the operator is told of mails that wait longer
_LOST_BELL = timedelta(minutes=1)
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it will be sent. `to` is empty when the receiver's address is looked up at sending."""

    subject: str
    text: str
    to: str = ""


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


def send(mail: Mail, *, key: str) -> None:
    """Hand a mail to the mail server; done means that it acknowledged it.

    Raises OSError, smtplib.SMTPException, or ValueError for an address that is none.
    """
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = Address("바로알기", addr_spec=settings.ENVIRONMENT.mail_from)
    message["To"] = mail.to
    # The same key gives the same id, so that a second sending can be recognised.
    message["Message-ID"] = f"<{crypto.token_hash(key)[:32]}@{settings.ENVIRONMENT.host}>"
    message.set_content(mail.text)
    with _conversation() as smtp:
        smtp.send_message(message)


@contextmanager
def _conversation() -> Iterator[smtplib.SMTP]:
    """Speak with the mail server; cut off when it takes too long, be it byte by byte."""
    server = urlsplit(settings.ENVIRONMENT.smtp_url)
    host, port = server.hostname or "127.0.0.1", server.port or 0
    trusted = ssl.create_default_context()
    smtp = (
        smtplib.SMTP_SSL(timeout=ANSWER_SECONDS, context=trusted)
        if server.scheme == "smtps"
        else smtplib.SMTP(timeout=ANSWER_SECONDS)
    )
    # Connecting is part of what is limited, so it comes later than the object, which then has not heard
    # the name that TLS compares with the certificate.
    smtp._host = host  # type: ignore[attr-defined]
    limit = Timer(CONVERSATION_SECONDS, _cut, [smtp])
    limit.daemon = True
    limit.start()
    try:
        smtp.connect(host, port)
        if server.username:
            if server.scheme != "smtps":
                smtp.starttls(context=trusted)
            smtp.login(unquote(server.username), unquote(server.password or ""))
        yield smtp
        # What was said is said: how the server says good-bye decides nothing any more.
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        limit.cancel()
        smtp.close()


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)


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
        address = mail.to or _address_of(claimed.person_id)
        if not address:
            _bury(key, "no address")
            return
        send(Mail(mail.subject, mail.text, address), key=key)
    except (OperationalError, InterfaceError):
        raise
    except Exception as trouble:
        what = _named(trouble)
        if _is_final(trouble) or claimed.tries >= MOST_TRIES:
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
            [now - _LOST_BELL, _MOST_AT_ONCE],
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


def _is_final(trouble: Exception) -> bool:
    """Tell whether this receiver or this text is refused for good.

    A 5xx to our greeting, name or password is trouble of ours that passes with it; 552 may be a full
    mailbox (RFC 5321 §4.5.3.1.10).
    """
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in trouble.recipients.values()]
    elif isinstance(trouble, smtplib.SMTPDataError):
        codes = [trouble.smtp_code]
    else:
        return isinstance(trouble, ValueError | smtplib.SMTPNotSupportedError)
    return all(500 <= code <= 599 and code != 552 for code in codes)


def _named(trouble: Exception) -> str:
    """Return kind and code of a trouble; what the server said besides may repeat the address."""
    codes = (
        [code for code, _said in trouble.recipients.values()]
        if isinstance(trouble, smtplib.SMTPRecipientsRefused)
        else [getattr(trouble, "smtp_code", "")]
    )
    return " ".join([type(trouble).__name__, *map(str, codes)]).strip()


def _address_of(person_id: int | None) -> str:
    """Look a person's mail address up; as SQL, since persons live on a higher floor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM organisation_person WHERE id = %s", [person_id])
        row = cursor.fetchone()
    return row[0] if row else ""


# Looking ---------------------------------------------------------------------------------------------


def standing() -> Standing:
    """Tell how the mails stand. As any role but the signer's; one statement."""
    said = json.loads(gate.ask("mail_standing", LATE))
    since = said["since"] and datetime.fromisoformat(said["since"])
    return Standing(said["dead"], said["late"], since)


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
            [LATE.total_seconds(), _MOST_AT_ONCE],
        )
        rows = cursor.fetchall()
    return [
        Trouble(
            id=number,
            kind=" ".join(part for part in key.split(":") if not part.isdigit()),
            address=_masked(_receiver(sealed, key, person_id)),
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
        return opened(bytes(sealed), key=key).to or _address_of(person_id)
    except BadInput:
        return ""  # sealed under another key


def _masked(address: str) -> str:
    """Return enough of an address to recognise a misspelt one: `se…@example.kr`."""
    name, at, domain = address.partition("@")
    return f"{name[:2]}…{at}{domain}" if address else "-"
