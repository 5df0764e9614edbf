"""Asking a server that speaks the Open API of NEIS, page by page.

The key goes into the address of each request, as the interface wants it; so no address is ever written
anywhere, and what httpx says of an error is not repeated.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

from baroalgi.exchange.neis.importer import reading
from baroalgi.exchange.neis.importer.reading import Answer, NotNeis, NotRead
from baroalgi.exchange.neis.services import Service

NEIS = "https://open.neis.go.kr/hub"
ON_A_PAGE = 1000
TRIES = 3
SECONDS = 30.0
LARGEST = 50_000_000  # bytes of a page
_QUOTA = "ERROR-337"
# It writes the address of each request, key included.
logging.getLogger("httpx").setLevel(logging.WARNING)


class QuotaSpent(NotRead):
    """The server answers no more today."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server at an address such as https://open.neis.go.kr/hub. Without a key: five rows of each answer."""

    client: httpx.Client
    url: str
    key: str = ""

    def pages(self, service: Service, parameters: Mapping[str, str]) -> Iterator[Answer]:
        """Yield the pages of an answer; none when there are no rows. Raises NotRead, QuotaSpent."""
        seen, page = 0, 1
        while True:
            asked = {"Type": "json", "pIndex": str(page), "pSize": str(ON_A_PAGE), **parameters}
            try:
                answer = reading.answer(self._ask(service, asked | ({"KEY": self.key} if self.key else {})))
            except NotNeis:
                return
            except NotRead as reason:
                if _QUOTA in str(reason):
                    raise QuotaSpent(
                        "the server answers no more today (its daily quota is used up)"
                    ) from None
                raise
            if not answer.rows:
                return
            yield answer
            seen, page = seen + len(answer.rows), page + 1
            # Without a key every page is the first one.
            if answer.total is None or seen >= answer.total or not self.key:
                return

    def _ask(self, service: Service, parameters: Mapping[str, str]) -> bytes:
        for tries in range(1, TRIES + 1):
            try:
                with self.client.stream(
                    "GET", f"{self.url}/{service.path}", params=dict(parameters)
                ) as answer:
                    if answer.status_code == httpx.codes.OK:
                        return _read(answer)
                    trouble = f"the server answered with HTTP {answer.status_code}"
            except httpx.HTTPError as error:
                trouble = f"the server could not be reached ({type(error).__name__})"
            if tries < TRIES:
                time.sleep(2 ** (tries - 1))
        raise NotRead(trouble)


def _read(answer: httpx.Response) -> bytes:
    """Return what a server sends, unpacked: a page is some megabytes. Raises NotRead for more than that."""
    body = bytearray()
    for block in answer.iter_bytes():
        body += block
        if len(body) > LARGEST:
            raise NotRead("the server sent more than an answer can hold")
    return bytes(body)
