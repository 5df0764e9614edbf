"""Somebody at a browser: one page before the eyes, cookies of one's own."""

import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx

from baroalgi.operations.journey.html import Page, Sending
from baroalgi.operations.journey.trouble import Unexpected

SECONDS = 30.0


class Visitor:
    """Opens pages, follows links and sends forms as a browser does."""

    def __init__(self, url: str, trust: Path | None = None) -> None:
        self._url = url + "/"
        self._client = httpx.Client(
            follow_redirects=True,
            timeout=SECONDS,
            headers={"User-Agent": "baroalgi-journey", "Accept-Language": "ko"},
            # A proxy of the environment has no part in this: the address is meant literally.
            trust_env=False,
            verify=ssl.create_default_context(cafile=trust) if trust else True,
        )
        self.page = Page(self._url, 0, "")

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def cookie(self, name: str) -> str:
        """Return the value of a cookie, empty when there is none."""
        return self._client.cookies.get(name) or ""

    def open(self, address: str, heading: str = "") -> Page:
        """Open an address; the page must come, with this heading. Raises Unexpected."""
        return self._show(self._ask("GET", address), heading)

    def follow(self, words: str, heading: str = "") -> Page:
        """Follow a link of the page by its words."""
        return self.open(self.page.link(words), heading)

    def send(self, sending: Sending, heading: str = "") -> Page:
        """Send a form. A page that names what is wrong with it comes back like any other, unless
        `heading` says which one must come. Raises Unexpected."""
        if sending.method == "GET":
            answer = self._ask("GET", sending.address, params=sending.data)
        else:
            answer = self._ask("POST", sending.address, data=sending.data)
        return self._show(answer, heading, also=(422,))

    def fetch(self, address: str, kind: str) -> bytes:
        """Return a file of this media type. Raises Unexpected."""
        answer = self._ask("GET", address)
        came = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.status_code != 200 or came != kind:
            raise Unexpected(
                f"a file of type {kind} at {_shown(address)}", f"{_status(answer)} and {came or '-'} came"
            )
        return answer.content

    def ask(self, address: str) -> tuple[int, Any]:
        """Ask as the page's script does; returns status and JSON."""
        return self._json(self._ask("GET", urljoin(self.page.address, address)))

    def post(self, address: str, data: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        """Send as the page's script does, with the token that the page carries."""
        address = urljoin(self.page.address, address)
        token = {"X-CSRFToken": self.page.control("csrfmiddlewaretoken").get("value")}
        return self._json(self._ask("POST", address, data=data, headers=token))

    def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        address = urljoin(self._url, address)
        if method == "POST":
            # As browsers do; over https Django wants to know where a form comes from.
            more["headers"] = {"Origin": self._url.rstrip("/")} | more.get("headers", {})
        try:
            return self._client.request(method, address, **more)
        except httpx.HTTPError as error:
            raise Unexpected(f"an answer from {_shown(address)}", f"there was none ({error})") from None

    def _show(self, answer: httpx.Response, heading: str, also: tuple[int, ...] = ()) -> Page:
        page = Page(str(answer.url), answer.status_code, answer.text)
        wanted = f"the page 「{heading}」" if heading else f"a page at {_shown(str(answer.url))}"
        if answer.status_code not in (200, *also):
            raise Unexpected(wanted, f"{_status(answer)} came: {page.name}")
        if heading and not page.heading.startswith(heading):
            said = "".join(f" that says: {sentence}" for sentence in page.problems[:1])
            raise Unexpected(wanted, f"{page.name} came{said}")
        self.page = page
        return page

    def _json(self, answer: httpx.Response) -> tuple[int, dict[str, Any]]:
        try:
            content = answer.json()
        except ValueError:
            raise Unexpected(f"JSON from {_shown(str(answer.url))}", f"{_status(answer)} came") from None
        return answer.status_code, content


def _shown(address: str) -> str:
    """Return an address for a sentence: the token of an issuing link opens something."""
    return re.sub(r"(/issue/)[^/]+", r"\1…", address)


def _status(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.reason_phrase}"
