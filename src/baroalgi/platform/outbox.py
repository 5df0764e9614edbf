"""Messages to people: written in the transaction of the decision, delivered by the worker.

One row per event and receiver, unique by its key, so the same event is never told twice. Address
and text are sealed and gone once they are sent.
"""

import json
import smtplib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import connection

from baroalgi.platform import crypto


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
    from baroalgi.platform.jobs import deliver  # the job reads this module

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
