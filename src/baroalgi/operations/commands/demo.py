"""Run the whole service with invented people: database, tables, pages, jobs and mail.

Ctrl-C stops everything; what it made stays in the data directory for the next time.
"""

import argparse
import os
import shutil
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from baroalgi.demo import sheet
from baroalgi.operations import data_dir as data_dirs
from baroalgi.operations import lan
from baroalgi.operations.home import Home
from baroalgi.operations.interrupts import Interrupts
from baroalgi.operations.mail_catcher import catching
from baroalgi.operations.postgres import Server, running, stop_leftover
from baroalgi.operations.supervisor import Child, Crew, crew, last_words, take_over
from baroalgi.operations.trouble import CannotRun

START_SECONDS = 60.0
PACKAGE = Path(__file__).parents[2]
OPERATOR = "Baroalgi Demo"  # stands in every certificate, so that nobody takes one for real
_LITTLE = 10 * 2**20  # bytes; with less, the disk is what is wrong


def main(arguments: Sequence[str]) -> int:
    """Run the demo until a signal comes (0), or until it can't go on (CannotRun)."""
    chosen = _parser().parse_args(arguments)
    say = _progress()
    with Interrupts() as interrupts:
        data_dir = data_dirs.claim(chosen.data_dir or data_dirs.default())
        home = Home(data_dir)
        with home.alone(), _telling_full_disk(data_dir):
            _clear_the_way(home, chosen.port, reset=chosen.reset, say=say)
            _run(home, chosen, interrupts, say)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi demo", description=__doc__)
    parser.add_argument("--data-dir", type=Path, help=f"where its data lie (default: {data_dirs.default()})")
    parser.add_argument("--port", type=int, default=8000, help="port of the pages (default: %(default)s)")
    parser.add_argument(
        "--lan", nargs="?", const="", metavar="ADDRESS", help="for phones in the same Wi-Fi, too, over TLS "
        "(ADDRESS: of this machine, if it has several)",
    )  # fmt: skip
    parser.add_argument("--reset", action="store_true", help="throw away what an earlier demo made")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    return parser


def _progress() -> Callable[[str], None]:
    begun = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - begun:5.1f} s] {text}", flush=True)

    return say


def _clear_the_way(home: Home, port: int, *, reset: bool, say: Callable[[str], None]) -> None:
    """Stop what a killed demo left, throw its data away if told to, and look at the port."""
    if left := take_over(home.run_dir):
        say(f"Stopped what an earlier demo left running: {', '.join(left)}")
    if reset:
        say(f"Emptying {home.data_dir}")
        if not stop_leftover(home.data_dir):
            raise CannotRun(f"Another process uses the database in {home.data_dir}; end it and try again.")
        data_dirs.empty(home.data_dir)
    data_dirs.prepare(home.data_dir)
    home.furnish()
    if _stays_taken(port):
        raise CannotRun(f"Port {port} is taken by another program; end it, or choose another by --port.")


def _stays_taken(port: int) -> bool:
    """Tell whether a port is taken; what was just killed needs a moment on a busy machine."""
    deadline = time.monotonic() + 3.0
    while _is_taken(port):
        if time.monotonic() > deadline:
            return True
        time.sleep(0.1)
    return False


def _is_taken(port: int) -> bool:
    # Browsers try ::1 first for "localhost", so a stranger there would get our visitors.
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
                probe.listen()
        except PermissionError:
            raise CannotRun(f"Port {port} is for root only; choose one above 1023 by --port.") from None
        except OSError:
            # A machine without IPv6 can't bind there, and nobody else can either.
            if family == socket.AF_INET or _answers(address, port):
                return True
    return False


def _answers(address: str, port: int) -> bool:
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


def _run(home: Home, chosen: argparse.Namespace, interrupts: Interrupts, say: Callable[[str], None]) -> None:
    url, tls, listening = f"http://localhost:{chosen.port}", None, ["--port", str(chosen.port)]
    if chosen.lan is not None:
        own = lan.address(chosen.lan)
        url, tls = f"https://{own}:{chosen.port}", lan.tls(home.secrets_dir, own, now=datetime.now(UTC))
        listening += ["--host", "0.0.0.0", "--certificate", str(tls.certificate), "--key", str(tls.key)]  # noqa: S104
    new = not (home.data_dir / "postgres").exists()
    say(f"{'Making' if new else 'Starting'} the database in {home.data_dir}")
    with (
        running(home.data_dir) as server,
        catching(home.mail_dir) as smtp_url,
        crew(home.run_dir, home.log_dir, interrupts, say) as members,
    ):

        def child(name: str, role: str, *arguments: str, module: str = "baroalgi") -> Child:
            environ = home.environ(server, role, url=url, smtp_url=smtp_url)
            return Child(name, (sys.executable, "-m", module, *arguments), environ)

        try:
            # What was migrated last is noted on the database: to ask Django takes a second or two.
            tables = _tables_mark(home)
            if server.note() != tables:
                say("Making the tables" if new else "Renewing the tables")
                members.run(child("migrate", "owner", "migrate", "--quiet"))
                server.set_note(tables)
            # The sheet is written last: once it is there, authority and people are.
            complete = home.people.exists()
            if not complete:
                say("Making the certificate authority")
                members.run(child("ca", "signer", "ca", "init", "--operator", OPERATOR))
                members.start(child("signer", "signer", "signer"))
                say("Bringing in the schools and their people")
                members.run(child("load", "owner", str(home.data_dir), module="baroalgi.demo"))
            sheet.give_address(home.people, url)
            say("Starting the pages")
            members.start(child("web", "app", "serve", *listening))
            _wait_until_ready(members, chosen.port, tls)
            # Last: somebody waits for the pages, and nobody yet for these.
            say("Starting the jobs and the signer")
            members.start(child("worker", "worker", "worker"))
            if complete:
                members.start(child("signer", "signer", "signer"))
            say(f"Ready: {url} (Ctrl-C stops everything; logs in {home.log_dir})")
            print(sheet.summary(home.people), flush=True)
            if tls is not None:
                lan.tell(url, tls)
            if not chosen.no_browser and _has_screen():
                webbrowser.open(url)
            members.watch(besides=lambda: _keep(server, say))
        finally:
            say("Stopping")


def _tables_mark(home: Home) -> str:
    """Return a mark of all that `baroalgi migrate` does, which changes when it has to run again."""
    parts = [
        *sorted(PACKAGE.glob("*/migrations/*.py")),
        *sorted((PACKAGE / "platform" / "doors").glob("*.sql")),
        PACKAGE / "platform" / "apps.py",
    ]
    mark = sha256("".join(version(name) for name in ("Django", "procrastinate")).encode())
    for part in parts:
        mark.update(part.read_bytes())
    mark.update(home.key_file("secret").read_bytes())  # the doors' key follows it
    return mark.hexdigest()


def _keep(server: Server, say: Callable[[str], None]) -> None:
    if server.revive():
        say(f"The database had stopped and was started again (log: {server.log})")


def _wait_until_ready(members: Crew, port: int, tls: lan.Tls | None) -> None:
    """Wait until the pages can be served. Raises CannotRun when a process ends before that."""
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(port, tls):
        if (name := members.gone()) is not None:
            raise CannotRun(f"{name} did not start: {last_words(members.log(name))}")
        if time.monotonic() > deadline:
            raise CannotRun(
                f"The pages were not there after {START_SECONDS:.0f} s; see {members.log('web')}."
            )
        time.sleep(0.05)


def _is_ready(port: int, tls: lan.Tls | None) -> bool:
    trusted = ssl.create_default_context(cafile=tls.certificate) if tls else None
    address = f"{'https' if tls else 'http'}://127.0.0.1:{port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=5, context=trusted) as answer:  # noqa: S310 - ours
            return bool(answer.status == 200)
    except OSError:
        return False


def _has_screen() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextmanager
def _telling_full_disk(data_dir: Path) -> Iterator[None]:
    """Say that the disk is full, whatever its being full has broken first."""
    try:
        yield
    except Exception as error:
        if shutil.disk_usage(data_dir).free < _LITTLE:
            raise CannotRun(data_dirs.disk_full(data_dir)) from error
        raise
