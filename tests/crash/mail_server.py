"""A mail server as bad as real ones: it fails, hangs, hangs up and refuses, as it is told."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

# What may happen to a mail: name → done in `handle_DATA` below.
FINE, LATER, CUT_BEFORE, CUT_AFTER, HANG, NO_BYE = (
    "fine",
    "later",
    "cut before",
    "cut after",
    "hang",
    "no bye",
)


@dataclass
class BadServer:
    """`mood` says for each message what happens to it; addresses in `refused` are not taken."""

    mood: Callable[[], str] = lambda: FINE
    refused: set[str] = field(default_factory=set)
    hanging: set[str] = field(default_factory=set)
    taken: list[EmailMessage] = field(default_factory=list)
    address: str = ""
    in_data: threading.Event = field(default_factory=threading.Event)
    _hangs_up: bool = True

    def copies(self) -> Counter[str]:
        """Return how often each Message-ID was taken."""
        return Counter(message["Message-ID"] for message in self.taken)

    def arrived(self) -> list[str]:
        """Return who has got mail, in the order of arrival; what comes twice is put into the box once."""
        ids: set[str] = set()
        boxes = []
        for message in self.taken:
            if message["Message-ID"] not in ids:
                ids.add(message["Message-ID"])
                boxes.append(message["To"])
        return boxes

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such person"
        if address in self.hanging:
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self.mood()
        self.in_data.set()
        if mood == HANG:
            await asyncio.sleep(3600)
        if mood == LATER:
            return "451 4.7.1 come again"
        if mood == CUT_BEFORE:
            server.transport.abort()
            return "451 gone"
        message = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]
        self.taken.append(message)  # type: ignore[arg-type]
        if mood == CUT_AFTER:
            server.transport.abort()
        self._hangs_up = mood != NO_BYE
        return "250 taken"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not self._hangs_up:
            await asyncio.sleep(3600)
        return "221 bye"


@contextmanager
def serving(server: BadServer) -> Iterator[BadServer]:
    """Run the server while the block runs; its `address` is set."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(
        loop.create_server(lambda: SMTP(server, hostname="localhost", loop=loop), "127.0.0.1", 0)
    )
    server.address = f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        loop.run_until_complete(_hang_up())
        loop.close()


async def _hang_up() -> None:
    sessions = asyncio.all_tasks() - {asyncio.current_task()}
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)
