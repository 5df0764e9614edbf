"""The demo's mail server: takes every message and keeps it as a file, delivering nothing.

As mail stores do, it keeps a message once that comes twice under the same Message-ID.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from hashlib import sha256
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from baroalgi.platform import private_file


class _Keep:
    """Writes each message as `<time>-<n>-<mark of its id>.eml`: names sort in the order of arrival."""

    def __init__(self, mail_dir: Path) -> None:
        self._mail_dir = mail_dir
        self._numbers = count(1)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)  # noqa: S101 - no decode_data
        number = message_from_bytes(envelope.content, policy=default)["Message-ID"]
        mark = sha256(number.encode()).hexdigest()[:16] if number else "none"
        if number and any(self._mail_dir.glob(f"*-{mark}.eml")):
            return "250 kept before"
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        private_file.write(self._mail_dir / f"{moment}-{next(self._numbers)}-{mark}.eml", envelope.content)
        return "250 kept"


@contextmanager
def catching(mail_dir: Path) -> Iterator[str]:
    """Run the mail server in a thread while the block runs; yield its address, `smtp://127.0.0.1:port`."""
    mail_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    loop = asyncio.new_event_loop()
    keep = _Keep(mail_dir)
    server = loop.run_until_complete(
        loop.create_server(
            lambda: SMTP(keep, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", 0
        )
    )
    thread = threading.Thread(target=loop.run_forever, name="mail catcher", daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_hang_up())
        loop.close()


async def _hang_up() -> None:
    sessions = asyncio.all_tasks() - {asyncio.current_task()}
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)
