"""One demo for all crashes."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from baroalgi.operations.postgres import running, stop_leftover
from tests.crash.house import House, start
from tests.crash.steps import Stand
from tests.operations.conftest import free_port, outside

# One line for each of thousands of requests would hide what a failure says.
logging.getLogger("httpx").setLevel(logging.WARNING)


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """A demo of its own: what is killed here must not disturb other tests."""
    data_dir = Path(tempfile.mkdtemp(prefix="baroalgi-crash-"))
    port = free_port()
    process = start(data_dir, port, outside())
    assert process.stdout
    # Somebody has to read what it says, or it would wait with saying more.
    threading.Thread(target=process.stdout.read, daemon=True).start()
    try:
        with running(data_dir) as guest:
            yield House(f"http://localhost:{port}", data_dir, guest)
        assert process.poll() is None, "the demo has ended"
    finally:
        process.terminate()
        process.wait(120)
        process.stdout.close()
        stop_leftover(data_dir)
        shutil.rmtree(data_dir)
    assert process.returncode == 0


@pytest.fixture(scope="session")
def stand(house: House) -> Iterator[Stand]:
    stand = Stand(house.server)
    yield stand
    stand.remove()
