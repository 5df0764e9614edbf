"""Data directories and processes of their own for the tests of this room."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from baroalgi.operations.postgres import stop_leftover

ROOT = Path(__file__).parents[2]


def outside(**settings: str) -> dict[str, str]:
    """Return an environment as somebody's shell has it, who finds our package, with these settings."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BAROALGI_", "DJANGO_"))}
    own.pop("DATABASE_URL", None)
    return (
        own | {"PYTHONPATH": str(ROOT / "src")} | {name: value for name, value in settings.items() if value}
    )


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
