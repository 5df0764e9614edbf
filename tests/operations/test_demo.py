"""`baroalgi demo` as somebody runs it: started, stopped, killed, started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from baroalgi.operations import processes
from tests.operations.conftest import free_port, outside

SECONDS = 120  # of patience on a busy machine


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def demo(data_dir: Path, port: int) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the demo; whatever a test leaves running is stopped."""
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "baroalgi", "demo", "--no-browser", "--data-dir", data_dir,
             "--port", str(port), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=outside(),
        )  # fmt: skip
        started.append(child)
        return child

    yield start
    for child in started:
        child.terminate()
        child.communicate(timeout=SECONDS)


def wait_ready(child: subprocess.Popen[str]) -> list[str]:
    """Return the progress lines up to the one that says that it is ready."""
    assert child.stdout
    lines = []
    for line in child.stdout:
        lines.append(line)
        if "Ready: " in line:
            return lines
    pytest.fail("".join(lines) + child.communicate()[1])


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def server_of(data_dir: Path) -> int | None:
    """Return the database's process; None while it has not written its number yet."""
    try:
        return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return None


def processes_of(data_dir: Path) -> list[int]:
    notes = json.loads((data_dir / "run" / "children.json").read_text())
    server = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
    return [server, *(note["pid"] for note in notes)]


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_starts_shows_pages_stops_and_takes_over_what_a_killed_one_left(demo, data_dir, port):
    first = demo()
    lines = wait_ready(first)
    assert len(lines) >= 4, "a line for each step"
    assert get(port, "/healthz") == (200, "alive\n")
    for name in ("worker", "signer"):
        wait_until(lambda name=name: json.loads(get(port, "/readyz")[1])[name])
    assert "충청북도교육청" in get(port, "/")[1]

    # Killed: everything but the command itself stays, and the next one takes it over.
    left = processes_of(data_dir)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert all(processes.alive(pid) for pid in left)
    second = demo()
    stopped = wait_ready(second)[0]
    assert "Stopped what an earlier demo left running:" in stopped
    assert "web" in stopped
    assert "worker" in stopped
    assert get(port, "/healthz") == (200, "alive\n")
    now = processes_of(data_dir)
    assert now[0] == left[0], "the database was adopted"
    assert not any(processes.alive(pid) for pid in left[1:])

    # A second demo in the same home is told so and disturbs nothing.
    intruder = demo()
    _, said = intruder.communicate(timeout=SECONDS)
    assert intruder.returncode == 1
    assert said.startswith(f"baroalgi: A demo already runs on {data_dir} (process {second.pid})")
    assert get(port, "/healthz") == (200, "alive\n")

    # Its database is started again when it dies.
    os.kill(now[0], signal.SIGKILL)
    wait_until(lambda: server_of(data_dir) not in (now[0], None))
    wait_until(lambda: json.loads(get(port, "/readyz")[1])["database"])

    # A power cut: nobody is left who could tidy up.
    now = processes_of(data_dir)
    for pid in (second.pid, *now):
        os.kill(pid, signal.SIGKILL)
    second.wait()

    third = demo()
    wait_ready(third)
    now = processes_of(data_dir)
    third.send_signal(signal.SIGTERM)
    assert third.wait(SECONDS) == 0
    assert not any(processes.alive(pid) for pid in now)


def test_a_taken_port_is_one_sentence(demo, port):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        refused = demo()
        _, said = refused.communicate(timeout=SECONDS)
    assert refused.returncode == 1
    assert said == (
        f"baroalgi: Port {port} is taken by another program; end it, or choose another by --port.\n"
    )


def test_data_of_another_version_are_refused_until_reset(demo, data_dir):
    (data_dir / "baroalgi-data").write_text("0\n")
    refused = demo()
    _, said = refused.communicate(timeout=SECONDS)
    assert refused.returncode == 1
    assert len(said.splitlines()) == 1
    assert "was made by a baroalgi with data of layout 0" in said

    anew = demo("--reset")
    assert anew.stdout.readline().endswith(f"Emptying {data_dir}\n")
    assert "Making the database" in anew.stdout.readline()
