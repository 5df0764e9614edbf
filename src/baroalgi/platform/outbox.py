"""Messages to people: written in the transaction of the decision, delivered by the worker.

One row per event and receiver, unique by its key, so the same event is never told twice. Address
and text are sealed and gone once they are sent.
"""

import json
import smtplib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection

from baroalgi.platform import crypto
from baroalgi.platform.models import Outbox
from baroalgi.platform.queue import RETRY, job
from baroalgi.platform.unit import system_unit


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it will be sent. `to` is empty when the receiver's address is looked up at sending."""

    subject: str
    text: str
    to: str = ""


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


def _sealed(mail: Mail, key: str) -> bytes:
    return crypto.seal(json.dumps(asdict(mail), ensure_ascii=False), about=f"outbox:{key}")


def opened(sealed: bytes, *, key: str) -> Mail:
    """Return the mail of an outbox row. Raises BadInput when it was tampered with."""
    return Mail(**json.loads(crypto.open_sealed(sealed, about=f"outbox:{key}")))


def send(mail: Mail, *, key: str) -> None:
    """Hand a mail to the SMTP server. Raises OSError or smtplib.SMTPException."""
    message = EmailMessage()
    message["Subject"] = mail.subject
    message["From"] = Address("바로알기", addr_spec=settings.ENVIRONMENT.mail_from)
    message["To"] = mail.to
    # The same key gives the same id, so that a second sending can be recognised.
    message["Message-ID"] = f"<{crypto.token_hash(key)[:32]}@{settings.ENVIRONMENT.host}>"
    message.set_content(mail.text)
    server = urlsplit(settings.ENVIRONMENT.smtp_url)
    client = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with client(server.hostname or "127.0.0.1", server.port or 0, timeout=20) as smtp:
        if server.username:
            smtp.starttls()
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


@job(outside=True)
def deliver(*, key: str, now: datetime, **_later: object) -> None:
    """Send one mail of the outbox; retried with growing pauses, then listed as dead."""
    with system_unit():
        row = Outbox.objects.select_for_update().filter(key=key, state=Outbox.State.WAITING).first()
        if row is None or row.sealed is None:
            return
        Outbox.objects.filter(id=row.id).update(tries=row.tries + 1)
        mail = opened(bytes(row.sealed), key=key)
        address = mail.to or _address_of(row.person_id)
    if not address:
        _settle(key, Outbox.State.DEAD, now, "no address")
        return
    try:
        send(Mail(mail.subject, mail.text, address), key=key)
    except (OSError, smtplib.SMTPException) as trouble:
        if row.tries + 1 >= RETRY.max_attempts:  # type: ignore[operator]
            _settle(key, Outbox.State.DEAD, now, type(trouble).__name__)
            return
        raise
    _settle(key, Outbox.State.SENT, now, "")


def _settle(key: str, state: Outbox.State, now: datetime, trouble: str) -> None:
    with system_unit():
        sent = {"sent_at": now, "sealed": None} if state is Outbox.State.SENT else {}
        Outbox.objects.filter(key=key).update(state=state, trouble=trouble, **sent)


def _address_of(person_id: int | None) -> str:
    """Look a person's mail address up; as SQL, since persons live on a higher floor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email FROM organisation_person WHERE id = %s", [person_id])
        row = cursor.fetchone()
    return row[0] if row else ""
