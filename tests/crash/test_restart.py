"""The database is restarted while people read and send: a friendly 503 for a moment, and then all is well."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import httpx

from baroalgi.operations.journey import keys
from baroalgi.operations.journey.visitor import Visitor
from tests.crash.family import Family, Officer
from tests.crash.house import House, until

READERS = 5
LONGEST = 10.0  # seconds


@dataclass
class Seen:
    """What came to one client: (moment, status, seconds), and what was wrong with any of it."""

    answers: list[tuple[float, int, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    nonces: list[str] = field(default_factory=list)

    def note(self, answer: httpx.Response, since: float) -> None:
        now = time.monotonic()
        self.answers.append((now, answer.status_code, now - since))
        if answer.status_code == 503:
            if not answer.headers.get("Retry-After"):
                self.wrong.append("503 without Retry-After")
            if "지금은 이용하실 수 없습니다" not in answer.text:
                self.wrong.append(f"503 that says: {answer.text[:200]}")
        elif answer.status_code != 200:
            self.wrong.append(f"{answer.status_code}: {answer.text[:200]}")


def signed_in(house: House) -> Visitor:
    """A parent who reads already, before the overview of the children."""
    sheet = json.loads((house.data_dir / "demo.json").read_text())
    family = next(family for family in sheet["families"] if family["state"] == "linked")
    guardian, kept = family["guardian"], family["certificate"]
    pair, certificate = keys.open_p12(Path(kept["p12"]).read_bytes(), kept["password"])
    visitor = Visitor(house.url)
    visitor.open("/sign-in/")
    visitor.open(keys.sign_in(visitor, pair, certificate, name=guardian["name"], rrn=guardian["rrn"]))
    return visitor


def read(visitor: Visitor, seen: Seen, over: threading.Event, paths: list[str]) -> None:
    while not over.is_set():
        for path in paths:
            since = time.monotonic()
            seen.note(visitor._client.get(visitor.page.address + path, follow_redirects=False), since)


def send(visitor: Visitor, seen: Seen, over: threading.Event) -> None:
    """Ask for challenges; each one that came is noted."""
    page = visitor.open("/sign-in/")
    token = {"X-CSRFToken": page.control("csrfmiddlewaretoken").get("value")}
    while not over.is_set():
        since = time.monotonic()
        answer = visitor._client.post(page.address + "challenge/", headers=token)
        seen.note(answer, since)
        if answer.status_code == 200:
            seen.nonces.append(answer.json()["nonce"])


def test_a_restart_is_a_moment_of_503(house: House) -> None:
    house.wait_ready()
    over = threading.Event()
    reading, sending = [Seen() for _ in range(READERS)], Seen()
    others = {name: house.pid(name) for name in ("web", "worker", "signer")}
    restarted = []
    with ExitStack() as visitors, ThreadPoolExecutor(READERS + 1) as threads:
        clients = [visitors.enter_context(signed_in(house)) for _ in reading]
        posting = visitors.enter_context(Visitor(house.url))
        tasks = [
            threads.submit(read, client, seen, over, ["", "../"])
            for client, seen in zip(clients, reading, strict=True)
        ]
        tasks.append(threads.submit(send, posting, sending, over))
        try:
            for how in (signal.SIGINT, signal.SIGKILL):
                time.sleep(1)
                before = house.pid("database")
                os.kill(before, how)
                until(lambda before=before: house.pid_or_none("database") not in (before, None), "stays away")
                house.rows("SELECT 1")
                restarted.append(time.monotonic())
                until(lambda: house.is_ready(), "not ready again")
            time.sleep(2)
        finally:
            over.set()
        for task in tasks:
            task.result()
    seen = [*reading, sending]
    assert not [wrong for one in seen for wrong in one.wrong]
    answers = [answer for one in seen for answer in one.answers]
    assert max(seconds for _at, _status, seconds in answers) < LONGEST
    friendly = [at for at, status, _seconds in answers if status == 503]
    assert friendly, "nobody has noticed"
    # It recovers by itself, for everybody, as soon as the database is back.
    assert max(friendly) < restarted[-1] + 3
    assert all(one.answers[-1][1] == 200 for one in seen)
    # Who was told that something is stored finds it stored.
    stored = {str(nonce) for (nonce,) in house.rows("SELECT nonce_hash FROM accounts_challenge")}
    assert {sha256(nonce.encode()).hexdigest() for nonce in sending.nonces} <= stored
    # The other processes have waited; none has died of it.
    assert {name: house.pid(name) for name in others} == others
    beat = house.rows("SELECT coalesce(max(last_heartbeat), 'epoch') FROM procrastinate_workers")
    until(
        lambda: house.rows("SELECT coalesce(max(last_heartbeat), 'epoch') FROM procrastinate_workers") > beat,
        "the worker does not work again",
    )
    family, officer = arrive(house)
    with family, officer:
        links = family.links()
        family.apply()
        family.be_approved(officer, links)
        family.receive()


def arrive(house: House) -> tuple[Family, Officer]:
    book = house.book
    return (
        Family(house.url, book, book.families[1]),
        Officer(house.url, book.officer(book.families[1])),
    )
