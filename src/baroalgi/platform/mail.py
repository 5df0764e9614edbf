"""A mail, and the conversation with the mail server: one at a time, and never longer than a limit."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from threading import Timer
from urllib.parse import unquote, urlsplit

from django.conf import settings

from baroalgi.platform import crypto

ANSWER_SECONDS = 10.0  # for each answer of the mail server
CONVERSATION_SECONDS = 30.0  # for all of them together


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it will be sent. `to` is empty when the receiver's address is looked up at sending."""

    subject: str
    text: str
    to: str = ""


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


def is_final(trouble: Exception) -> bool:
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


def named(trouble: Exception) -> str:
    """Return kind and code of a trouble; what the server said besides may repeat the address."""
    codes = (
        [code for code, _said in trouble.recipients.values()]
        if isinstance(trouble, smtplib.SMTPRecipientsRefused)
        else [getattr(trouble, "smtp_code", "")]
    )
    return " ".join([type(trouble).__name__, *map(str, codes)]).strip()
