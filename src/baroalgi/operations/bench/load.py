"""Asking for the same page as fast as it comes, from several clients that cost next to nothing.

Written on plain sockets: a client library would take longer than the server and hide what is measured.
"""

import socket
import time
from threading import Barrier, Thread
from urllib.parse import urlsplit

from baroalgi.operations.trouble import CannotRun

CLIENTS = 8  # as many as the demo's web processes have threads


def requests_per_second(url: str, path: str, cookie: str, seconds: float, clients: int = CLIENTS) -> float:
    """Return how many complete 200 answers came in a second. Raises CannotRun for any other answer."""
    answers: list[int] = []
    troubles: list[str] = []
    barrier = Barrier(clients)

    def client() -> None:
        try:
            answers.append(_ask_on(url, path, cookie, seconds, barrier))
        except (OSError, CannotRun) as trouble:
            troubles.append(str(trouble))
            barrier.abort()

    threads = [Thread(target=client) for _n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise CannotRun(f"{path} could not be measured: {troubles[0]}")
    return sum(answers) / seconds


def _ask_on(url: str, path: str, cookie: str, seconds: float, barrier: Barrier) -> int:
    place = urlsplit(url)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\nAccept-Language: ko\r\n\r\n"
    ).encode()
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        _answer(connection, request)  # the first one opens what has to be opened
        barrier.wait()
        end, n = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            _answer(connection, request)
            n += 1
    return n


def _answer(connection: socket.socket, request: bytes) -> None:
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise CannotRun(f"{head.splitlines()[0].decode(errors='replace')} came")
    length = next(
        int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length:")
    )
    missing = length - len(body)
    while missing > 0:
        missing -= len(_more(connection))


def _more(connection: socket.socket) -> bytes:
    if piece := connection.recv(65536):
        return piece
    raise CannotRun("the server closed the connection")
