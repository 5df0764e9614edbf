"""What is silent for a while locks nobody out and loses nothing: the signer, the database, a mail server."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from baroalgi.platform import outbox
from baroalgi.platform.mail import Mail
from baroalgi.platform.models import Outbox
from baroalgi.platform.unit import unit_of_work
from tests.crash import mail_server
from tests.crash.house import until
from tests.crash.mail_server import BadServer, serving
from tests.issuing import ROOT, approved


def test_a_silent_signer_locks_nobody_out(world, authority, sign):
    seoyeon = approved(world, world.seoyeon)
    for _impatience in range(7):
        seoyeon.make_key()
        assert seoyeon.order().status_code == 202
    sign()
    assert seoyeon.wait()["state"] == "valid"
    assert seoyeon.confirm().status_code == 200


def test_a_wrong_number_still_costs_a_try_each_time(world, authority, sign):
    seoyeon = approved(world, world.seoyeon)
    right = seoyeon.rrn
    for guess in range(5):
        seoyeon.make_key()
        seoyeon.rrn = right[:-1] + str((int(right[-1]) + 1 + guess) % 10)
        assert seoyeon.order().status_code == 202
        if guess % 2:
            # Another order beside it that can't be taken: what it gives back it costs itself.
            assert seoyeon.order(csr=b"none").status_code == 422
        sign()
    seoyeon.make_key()
    seoyeon.rrn = right
    assert seoyeon.order().status_code == 410


# The database, in one request ----------------------------------------------------------------------------


class Failing:
    """Lets the n-th statement meet a database that has just gone."""

    def __init__(self, error: type[Exception], at: int) -> None:
        self.error, self.left = error, at

    def __call__(self, execute, sql, parameters, many, context):
        self.left -= 1
        if self.left == 0:
            raise self.error("server closed the connection unexpectedly")
        return execute(sql, parameters, many, context)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_reading_is_done_once_more(visitor, error, at):
    with connection.execute_wrapper(Failing(error, at)):
        answer = visitor.get("/schools/?q=황간")
    assert answer.status_code == 200
    assert "황간초등학교" in answer.content.decode()


def test_sending_is_not_done_again_but_answered_kindly(visitor):
    visitor.get("/sign-in/")
    failing = Failing(OperationalError, 2)
    with connection.execute_wrapper(failing):
        answer = visitor.post("/sign-in/challenge/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "지금은 이용하실 수 없습니다." in answer.content.decode()
    assert visitor.post("/sign-in/challenge/").status_code == 200


# The worker, by itself ---------------------------------------------------------------------------------


def test_a_job_of_a_job_comes_with_its_transaction(world, as_role):
    """As inside the worker, whose own connection is another than Django's."""
    as_role("worker")
    with app.replace_connector(InMemoryConnector()):
        for stays in (False, True):
            with unit_of_work(None):
                outbox.put(Mail("a", "b", to="c@example.kr"), key=f"about:{stays}")
                transaction.set_rollback(not stays)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args ->> 'key' FROM procrastinate_jobs")
        assert cursor.fetchall() == [("about:True",)]


class Worker:
    """`baroalgi worker` as a process of its own."""

    def __init__(self, url: str, smtp_url: str) -> None:
        self.environ = os.environ | {
            "DATABASE_URL": url,
            "BAROALGI_SMTP_URL": smtp_url,
            "DJANGO_SETTINGS_MODULE": "baroalgi.config.settings",
            "PYTHONPATH": str(ROOT / "src"),
        }

    def __enter__(self) -> Worker:
        self.process = subprocess.Popen([sys.executable, "-m", "baroalgi", "worker"], env=self.environ)
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.wait()


def sent() -> int:
    return Outbox.objects.using("owner").filter(state="sent").count()


def test_mails_pass_by_one_that_hangs_and_a_killed_worker_sends_none_twice(world, server, database):
    with serving(BadServer(hanging={"slow@example.kr"}, refused={"nobody@example.kr"})) as post:
        good = [f"parent{n}@example.kr" for n in range(6)]
        receivers = ["slow@example.kr", "nobody@example.kr", *good]
        with unit_of_work(None):
            outbox.put_each((Mail("a", "b", to), f"about:{n}", None) for n, to in enumerate(receivers))
        url = server.url("worker", database)
        with Worker(url, post.address):
            until(lambda: sent() == len(good), "one that hangs keeps the others waiting")
            assert sorted(post.arrived()) == good
            rows = dict(Outbox.objects.using("owner").exclude(state="sent").values_list("key", "state"))
            assert rows == {"about:0": "waiting", "about:1": "dead"}

            # Now one that hangs after it has got the text, and the worker is killed meanwhile.
            post.mood = lambda: mail_server.HANG
            post.in_data.clear()
            with unit_of_work(None):
                outbox.put(Mail("a", "b", "seoyeon@example.kr"), key="about:9")
            assert post.in_data.wait(30)
        post.mood = lambda: mail_server.FINE
        post.hanging.clear()
        _pass_time()
        with Worker(url, post.address) as again:
            until(lambda: sent() == len(good) + 2, "what was in hand is lost")
            assert max(post.copies().values()) == 1
            began = time.monotonic()
            again.process.terminate()
            assert again.process.wait(20) == 0
            assert time.monotonic() - began < 15


def _pass_time() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE platform_outbox SET due_at = now() WHERE state = 'waiting'")
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
