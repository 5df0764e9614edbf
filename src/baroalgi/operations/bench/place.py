"""A whole demo to measure on: started as somebody starts it, in a place of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baroalgi.operations import processes
from baroalgi.operations.home import Home
from baroalgi.operations.journey import keys
from baroalgi.operations.journey.visitor import Visitor
from baroalgi.operations.postgres import Server, running
from baroalgi.operations.trouble import CannotRun

STOP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Place:
    """A running demo and its database."""

    url: str
    home: Home
    server: Server

    @property
    def sheet(self) -> dict[str, Any]:
        """What `demo.json` says."""
        content: dict[str, Any] = json.loads(self.home.people.read_text(encoding="utf-8"))
        return content

    def guardian(self) -> tuple[Visitor, dict[str, Any]]:
        """Sign in the first parent who reads already; returns the browser and the family of the sheet."""
        family = next(row for row in self.sheet["families"] if row["state"] == "linked")
        person, file = family["guardian"], family["certificate"]
        browser = Visitor(self.url)
        browser.open("/sign-in/")
        pair, certificate = keys.open_p12(Path(file["p12"]).read_bytes(), file["password"])
        browser.open(keys.sign_in(browser, pair, certificate, name=person["name"], rrn=person["rrn"]))
        return browser, family

    def part(self, name: str, role: str, **facts: object) -> dict[str, Any]:
        """Run a measurement that needs Django, as the process of this role; returns what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "baroalgi.operations.bench.parts", name],
            input=json.dumps(facts),
            env=self.home.environ(self.server, role, url=self.url),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise CannotRun(f"The measurement {name} failed: {done.stderr.strip().splitlines()[-1:]}")
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def processes_of(self, name: str) -> list[int]:
        """Return the process of a member of the crew (`web`, `signer`, `worker`) and those below it."""
        notes = json.loads((self.home.run_dir / "children.json").read_text())
        first = next(note["pid"] for note in notes if note["name"] == name)
        found = [first]
        for pid in found:  # grows while it is read
            found += processes.children(pid)
        return found

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """Have a member of the crew stand still while the block does its work."""
        pids = self.processes_of(name)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


@contextmanager
def place() -> Iterator[Place]:
    """Start a demo in an empty directory, and throw it away afterwards. Raises CannotRun."""
    with tempfile.TemporaryDirectory(prefix="baroalgi-bench-") as directory:
        data_dir = Path(directory)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = ["demo", "--no-browser", "--data-dir", directory, "--port", str(port)]
        demo = subprocess.Popen(
            [sys.executable, "-m", "baroalgi", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait(demo)
            with running(data_dir) as server:
                yield Place(f"http://localhost:{port}", Home(data_dir), server)
        finally:
            demo.terminate()
            demo.communicate(timeout=STOP_SECONDS)


def _wait(demo: subprocess.Popen[str]) -> None:
    said = ""
    for said in demo.stdout or ():
        if "Ready: " in said:
            return
    raise CannotRun(f"The demo did not start: {said.strip()}")
