"""One demo for all journeys, started as somebody starts it, and a real browser."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.main_job import Demo, MainJob, Walk
from tests.operations.conftest import running_demo


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """A demo of its own that runs until the last journey is over."""
    # Not below pytest's own directory: the account of the database could not reach it.
    data_dir = Path(tempfile.mkdtemp(prefix="baroalgi-journeys-"))
    with running_demo(data_dir) as (port, _said):
        yield Demo(f"http://localhost:{port}", data_dir)
    shutil.rmtree(data_dir)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium of this machine.

    Not for the whole session: playwright leaves an event loop in this thread, and Django refuses to work
    beside one.
    """
    path = shutil.which("chromium")
    if path is None:
        sentence = "These tests need Chromium: install it with 'apt install chromium'."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        # Chromium refuses to run as root inside its own sandbox.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def walked(demo: Demo, chromium: Browser) -> Callable[[str], Walk]:
    """Walk the main job at a size of screen, once for all tests that look at it."""
    families = [family for family in demo.sheet["families"] if family["state"] == "new"]
    # From the end: `baroalgi journey` takes them from the beginning.
    chosen = {"phone": families[-1], "desk": families[-2]}

    walks: dict[str, Walk | None] = {}

    def walk(size: str) -> Walk:
        if size not in walks:
            walks[size] = None
            walks[size] = MainJob(demo, chromium, chosen[size], size).run()
        done = walks[size]
        return done or pytest.fail(f"The walk at the {size} did not come to its end; see the first failure.")

    return walk
