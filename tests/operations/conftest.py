"""Data directories and processes of their own for the tests of this room."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from baroalgi.operations.postgres import stop_leftover

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 120  # of patience on a busy machine


def outside(**settings: str) -> dict[str, str]:
    """Return an environment as somebody's shell has it, who finds our package, with these settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BAROALGI_", "DJANGO_"))}
    own.pop("DATABASE_URL", None)
    return (
        own | {"PYTHONPATH": str(ROOT / "src")} | {name: value for name, value in settings.items() if value}
    )


def free_port() -> int:
    """Return a port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_demo(
    data_dir: Path, *arguments: str, until: str = "Ready: ", **settings: str
) -> Iterator[tuple[int, str]]:
    """Run a demo as somebody starts it and stop it at the end.

    Yields its port and what it said up to a line with `until`.
    """
    port = free_port()
    command = ["demo", "--no-browser", "--data-dir", str(data_dir), "--port", str(port), *arguments]
    process = subprocess.Popen(
        [sys.executable, "-m", "baroalgi", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=outside(**settings),
    )
    try:
        said: list[str] = []
        assert process.stdout
        for line in process.stdout:
            said.append(line)
            if until in line:
                break
        else:
            pytest.fail("The demo did not start:\n" + "".join(said))
        yield port, "".join(said)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS)
        stop_leftover(data_dir)
    assert process.returncode == 0


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """An empty directory that the database's account reaches too (pytest's own is closed to it)."""
    path = Path(tempfile.mkdtemp(prefix="baroalgi-test-"))
    yield path
    stop_leftover(path)
    shutil.rmtree(path)


@pytest.fixture
def python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Run a piece of Python in another process; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(program: str, *arguments: object) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
            env=outside(),
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.send_signal(signal.SIGKILL)
        child.wait()
        if child.stdout:
            child.stdout.close()
