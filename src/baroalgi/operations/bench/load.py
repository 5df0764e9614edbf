"""Asking a server as fast as it answers, from several clients that cost next to nothing.

Written on plain sockets: a client library would take longer than the server and hide what is measured.
"""

import socket
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar
from urllib.parse import urlsplit

from baroalgi.operations.trouble import CannotRun

CLIENTS = 8  # as many as the demo's web processes have threads
_PATIENCE = 60.0  # seconds that an answer may take

T = TypeVar("T")


def requests_per_second(url: str, path: str, cookie: str, seconds: float, clients: int = CLIENTS) -> float:
    """Return how many complete 200 answers came in a second. Raises CannotRun for any other answer."""

    def client(begin: Barrier) -> int:
        with _Connection(url, {"Cookie": cookie}) as connection:
            connection.ask(path)  # the first one opens what has to be opened
            begin.wait()
            end, n = time.monotonic() + seconds, 0
            while time.monotonic() < end:
                connection.ask(path)
                n += 1
        return n

    return sum(_together([client] * clients)) / seconds


def answers(url: str, paths: Sequence[str], agents: Sequence[str]) -> list[list[bytes]]:
    """Have a client for each of these browsers (`User-Agent`) ask for all paths in order, all at once.

    Returns the answers by client. Raises CannotRun for any that is no complete 200.
    """

    def client(agent: str, begin: Barrier) -> list[bytes]:
        with _Connection(url, {"User-Agent": agent}) as connection:
            begin.wait()
            return [connection.ask(path) for path in paths]

    return _together([partial(client, agent) for agent in agents])


def _together(clients: Sequence[Callable[[Barrier], T]]) -> list[T]:
    """Run clients in threads that begin together; return what each returns. Raises CannotRun."""
    begin = Barrier(len(clients))

    def run(client: Callable[[Barrier], T]) -> T:
        try:
            return client(begin)
        finally:
            begin.abort()  # who has failed must not be waited for

    with ThreadPoolExecutor(len(clients)) as threads:
        running = [threads.submit(run, client) for client in clients]
    troubles = [str(trouble) for each in running if (trouble := each.exception())]
    if troubles:
        # Who only waited for the others has nothing to say.
        raise CannotRun(f"The server could not be asked: {max(troubles, key=len)}")
    return [each.result() for each in running]


class _Connection:
    """A connection that is kept open, as browsers do."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        place = urlsplit(url)
        lines = {"Host": place.netloc, "Accept-Language": "ko", **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._socket = socket.create_connection((place.hostname or "", place.port or 80), timeout=_PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> "_Connection":
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def ask(self, path: str) -> bytes:
        """Return the body of the answer. Raises CannotRun unless it is a complete 200."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, first = received.partition(b"\r\n\r\n")
        lines = head.splitlines()
        if not head.startswith(b"HTTP/1.1 200"):
            raise CannotRun(f"{lines[0].decode(errors='replace')} came for {path}")
        length = next(
            int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")
        )
        pieces, missing = [first], length - len(first)
        while missing > 0:
            pieces.append(self._more())
            missing -= len(pieces[-1])
        return b"".join(pieces)

    def _more(self) -> bytes:
        if piece := self._socket.recv(65536):
            return piece
        raise CannotRun("the server closed the connection")
