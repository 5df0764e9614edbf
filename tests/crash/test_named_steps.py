"""Killed by -9 at each named step of issuing, and nobody has to know."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
import pytest

from tests.crash import balance
from tests.crash.family import PATIENCE, Family, Officer
from tests.crash.house import House
from tests.crash.steps import STEPS, Stand

# Whom the kill meets: the process that takes the step, the server's process for it, or the whole server.
WHO, BACKEND, DATABASE = "who", "backend", "database"
POINTS = [
    ("try counted", "after", WHO),
    ("order stored", "before", WHO),
    ("order stored", "after", WHO),
    ("order stored", "before", DATABASE),
    ("order stored", "after", BACKEND),
    ("prepared", "before", WHO),
    ("prepared", "after", WHO),
    ("prepared", "after", DATABASE),
    ("signed", "before", WHO),
    ("signed", "after", WHO),
    ("signed", "before", BACKEND),
    ("signed", "after", DATABASE),
    ("delivered", "after", WHO),
    ("challenge used", "after", WHO),
    ("put into use", "before", WHO),
    ("put into use", "after", WHO),
    ("put into use", "before", BACKEND),
    ("put into use", "after", DATABASE),
    ("mail claimed", "after", WHO),
    ("mail sent", "before", WHO),
    ("mail sent", "after", WHO),
    ("mail sent", "after", DATABASE),
]


@pytest.fixture(scope="module")
def next_family(house: House) -> Iterator[Callable[[], tuple[Family, Officer]]]:
    """Return a family with an application at the counter; families come again when all were there."""
    book = house.book
    turns = itertools.cycle(book.families[4:])
    opened: list[Family | Officer] = []

    def come() -> tuple[Family, Officer]:
        family = Family(house.url, book, next(turns))
        officer = Officer(house.url, book.officer(family.family))
        opened.extend((family, officer))
        family.apply()
        return family, officer

    yield come
    for each in opened:
        each.__exit__(None, None, None)


@pytest.mark.parametrize(("step", "mode", "victim"), POINTS, ids=lambda word: word.replace(" ", "_"))
def test_killed_at(house: House, stand: Stand, next_family, step: str, mode: str, victim: str) -> None:
    family, officer = next_family()
    links = family.links()

    def go_on() -> None:
        if not hasattr(family, "link"):
            family.be_approved(officer, links)
        family.receive()

    if not step.startswith("mail"):
        family.be_approved(officer, links)
    with ThreadPoolExecutor(1) as thread:
        with suppress(psycopg.OperationalError), stand.armed(step, mode):
            walking = thread.submit(go_on)
            backend = stand.wait()
            if victim == BACKEND:
                os.kill(backend, signal.SIGKILL)
            else:
                assert house.kill(STEPS[step].who if victim == WHO else victim)
            house.rows("DELETE FROM crash.armed")
            stand.disarm()
        house.wait_ready()
        if step.startswith("mail"):
            house.pass_time()
        walking.result(PATIENCE)
    balance.settle(house)
    balance.check(house, [family])
