"""Killed by -9 at 50 random points, while families walk the whole journey again and again.

A failure prints the seed; `CRASH_SEED=… pytest tests/crash/test_random_points.py` draws the same victims
and pauses again.
"""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.crash import balance
from tests.crash.family import PATIENCE, Officer, Walker
from tests.crash.house import House, until

SEED = int(os.environ.get("CRASH_SEED", "7"))
KILLS = 50
WALKERS = 4
MOST_BETWEEN = 20  # answers that the families get between two kills; a whole walk has about 50
# How often each is drawn: when the pages are away for seconds, nobody gets anywhere.
VICTIMS = {"web": 2, "one of the pages": 3, "worker": 4, "signer": 4, "database": 2, "one connection": 4}


def kill(house: House, victim: str, chance: random.Random) -> bool:
    """Kill one of these; False when there is none just now."""
    if victim == "one connection":
        with suppress(psycopg.OperationalError), house.server.admin("baroalgi") as admin:
            rows = admin.execute(
                "SELECT pid FROM pg_stat_activity WHERE usename LIKE 'baroalgi%' ORDER BY pid"
            ).fetchall()
            if rows:
                os.kill(chance.choice(rows)[0], signal.SIGKILL)
                return True
        return False
    if victim == "one of the pages":
        main = house.pid("web")
        serving = Path(f"/proc/{main}/task/{main}/children")
        children = [int(pid) for pid in serving.read_text().split()] if serving.exists() else []
        if not children:
            return False
        os.kill(chance.choice(children), signal.SIGKILL)
        return True
    return house.kill(victim)


def test_families_arrive_whatever_is_killed(house: House) -> None:
    chance = random.Random(SEED)
    over = threading.Event()
    answers: list[None] = []
    walked: list[Walker] = []
    book = house.book

    def walk(number: int) -> int:
        """Walk with one family after the other until nothing is killed any more; return how many."""
        mine = book.families[number::WALKERS]
        done = 0
        while done == 0 or not over.is_set():
            family = mine[done % len(mine)]
            with (
                Walker(house.url, book, family, lambda: answers.append(None)) as walker,
                Officer(house.url, book.officer(family)) as officer,
            ):
                walker.walk_all(officer)
            walked.append(walker)
            done += 1
        return done

    killed: list[str] = []
    with ThreadPoolExecutor(WALKERS) as threads:
        walking = [threads.submit(walk, number) for number in range(WALKERS)]
        try:
            while len(killed) < KILLS:
                # Points of the journey, not of time: on a slow machine they come later.
                point = len(answers) + chance.randint(1, MOST_BETWEEN)
                until(lambda point=point: len(answers) >= point, f"nobody gets on: {SEED} {killed}")
                time.sleep(chance.uniform(0, 0.05))
                victim = chance.choices(list(VICTIMS), VICTIMS.values())[0]
                with suppress(ProcessLookupError, FileNotFoundError):
                    if kill(house, victim, chance):
                        killed.append(victim)
                for each in walking:
                    assert each.running() or each.result(), (SEED, killed)
        finally:
            over.set()
        deadline = time.monotonic() + PATIENCE
        while not all(each.done() for each in walking):
            assert time.monotonic() < deadline, (SEED, killed)
            house.pass_time()
            time.sleep(1)
        for each in walking:
            each.result()
    house.wait_ready()
    balance.settle(house)
    balance.check(house, walked)
    print(f"seed {SEED}: {len(walked)} families arrived; killed: {killed}")  # noqa: T201
