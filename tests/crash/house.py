"""A demo that runs as somebody started it, and how its processes are killed by -9."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg

from baroalgi.operations import processes
from baroalgi.operations.journey import book as books
from baroalgi.operations.postgres import Server

SECONDS = 180.0  # of patience on a busy machine


class House:
    """A running demo."""

    def __init__(self, url: str, data_dir: Path, server: Server) -> None:
        self.url, self.data_dir, self.server = url, data_dir, server

    @property
    def book(self) -> books.Book:
        return books.read(self.data_dir / "demo.json")

    def pid(self, name: str) -> int:
        """Return the process of a child, or of the database."""
        if name == "database":
            return int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        notes = json.loads((self.data_dir / "run" / "children.json").read_text())
        return next(int(note["pid"]) for note in notes if note["name"] == name)

    def pid_or_none(self, name: str) -> int | None:
        """Return the process, or None while it is written that there is none."""
        try:
            return self.pid(name)
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def kill(self, name: str) -> bool:
        """Kill a process and, of the pages, all that serve them. False when it was dead already."""
        pid = self.pid(name)
        if not processes.alive(pid):
            return False
        if name == "database":
            os.kill(pid, signal.SIGKILL)
        else:
            os.killpg(pid, signal.SIGKILL)
        return True

    def is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", timeout=10, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def wait_ready(self) -> None:
        until(self.is_ready, "the pages do not come back")

    def rows(self, statement: str, *parameters: object) -> list[tuple[object, ...]]:
        """Ask the database as superuser; one that recovers is waited for."""
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                with self.server.admin("baroalgi") as admin:
                    cursor = admin.execute(statement, parameters)
                    return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "the database does not come back"
                time.sleep(0.05)

    def pass_time(self) -> None:
        """Let the time be over after which a killed worker's mails and jobs are somebody else's."""
        self.rows(
            """UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'
               WHERE last_heartbeat < now() - interval '4 seconds'"""
        )
        # Well into the past: due only now, a mail would be too early for a transaction that has just begun,
        # and never late enough to be taken up as one that nobody delivers.
        self.rows(
            """UPDATE platform_outbox SET due_at = now() - interval '1 hour'
               WHERE state = 'waiting' AND due_at > now() - interval '1 hour'"""
        )


def until(condition: Callable[[], bool], otherwise: str, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


def start(data_dir: Path, port: int, environ: dict[str, str]) -> subprocess.Popen[str]:
    """Start a demo and wait until it is ready."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "baroalgi", "demo", "--no-browser"),
            *("--data-dir", str(data_dir), "--port", str(port)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environ,
    )
    said: list[str] = []
    assert process.stdout
    for line in process.stdout:
        said.append(line)
        if "Ready: " in line:
            return process
    raise AssertionError("The demo did not start:\n" + "".join(said))
