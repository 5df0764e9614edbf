"""The mails that the demo's server caught, as people of the demo would find them."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

MOST = 200


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """One mail. `at` is when it arrived."""

    to: str
    subject: str
    text: str
    at: datetime


def caught(folder: Path) -> list[CaughtMail]:
    """Return the newest 200 mails, newest first."""
    newest = sorted(folder.glob("*.eml"), reverse=True)[:MOST]
    return [_read(path) for path in newest]


def _read(path: Path) -> CaughtMail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    return CaughtMail(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=body.get_content() if body else "",
        # The catcher names a file by the moment of arrival.
        at=datetime.strptime(path.name.split("-")[0], "%Y%m%dT%H%M%S.%f%z"),
    )
