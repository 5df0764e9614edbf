"""Mail by a server that fails, hangs, hangs up and refuses: each arrives once, or the operator is told."""

from __future__ import annotations

import itertools
import os
import random
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from baroalgi.operations import cli
from baroalgi.platform import mail, outbox, undelivered
from baroalgi.platform.jobs import deliver, deliver_overdue
from baroalgi.platform.mail import Mail
from baroalgi.platform.models import Outbox
from baroalgi.platform.unit import unit_of_work
from tests.crash import mail_server
from tests.crash.mail_server import BadServer, serving

SEED = int(os.environ.get("CRASH_SEED", "20261124"))


@pytest.fixture
def post(world, as_role, settings_environment, monkeypatch):
    """A mail post of any mood; what hangs is waited for 0.3 s."""
    monkeypatch.setattr(mail, "ANSWER_SECONDS", 0.3)
    with serving(BadServer()) as post:
        settings_environment(smtp_url=post.address)
        as_role("worker")
        yield post


def write(*receivers: str) -> list[str]:
    with unit_of_work(None):
        keys = [f"application:{n}:link:{n}" for n, _receiver in enumerate(receivers)]
        outbox.put_each(
            (Mail("승인되었습니다", "담임선생님이 승인했습니다.", to), key, None)
            for key, to in zip(keys, receivers, strict=True)
        )
    return keys


@pytest.fixture
def written(world):
    """Write mails as the web process does, before the worker's role is taken."""
    return write


def rows() -> list[Outbox]:
    return list(Outbox.objects.using("owner").order_by("id"))


def states() -> set[str]:
    return {row.state for row in rows()}


def pass_time() -> None:
    """Let the pauses before the next tries be over."""
    Outbox.objects.using("owner").filter(state="waiting").update(due_at=timezone.now())


def deliver_all(keys: list[str]) -> None:
    """Deliver, with all the pauses, until nothing waits."""
    for _round in range(40):
        for key in keys:
            deliver(key=key)
        if "waiting" not in states():
            return
        pass_time()
    raise AssertionError("mails still wait")


def family(n: int) -> list[str]:
    return [f"parent{k}@example.kr" for k in range(n)]


def test_a_server_that_fails_half_the_time_gets_each_mail_once(written, post):
    chance = random.Random(SEED)
    post.mood = lambda: chance.choice([mail_server.FINE, mail_server.LATER])
    keys = written(*family(30))
    deliver_all(keys)
    assert states() == {"sent"}, SEED
    assert post.copies().most_common(1)[0][1] == 1, SEED
    assert sorted(post.arrived()) == sorted(family(30)), SEED
    assert all(row.sealed is None for row in rows())


def test_only_a_lost_answer_makes_a_second_copy_and_the_box_knows_it(written, post):
    chance = random.Random(SEED)
    moods = [mail_server.FINE, mail_server.LATER, mail_server.CUT_BEFORE, mail_server.CUT_AFTER]
    lost = 0

    def mood():
        nonlocal lost
        chosen = chance.choice(moods)
        lost += chosen == mail_server.CUT_AFTER
        return chosen

    post.mood = mood
    keys = written(*family(20))
    deliver_all(keys)
    assert states() == {"sent"}, SEED
    assert sorted(post.arrived()) == sorted(family(20)), SEED
    assert len(post.taken) == 20 + lost, SEED


def test_a_server_that_does_not_say_good_bye_has_the_mail_all_the_same(written, post):
    post.mood = lambda: mail_server.NO_BYE
    keys = written("seoyeon@example.kr")
    deliver_all(keys)
    assert (states(), len(post.taken)) == ({"sent"}, 1)


def test_a_refused_address_is_given_up_at_once_and_delays_nobody(written, post):
    post.refused = {"nobody@example.kr"}
    keys = written("nobody@example.kr", "seoyeon@example.kr")
    for key in keys:
        deliver(key=key)
    dead, sent = rows()
    assert (dead.state, dead.tries, dead.trouble) == ("dead", 1, "SMTPRecipientsRefused 550")
    assert sent.state == "sent"
    assert post.arrived() == ["seoyeon@example.kr"]


@pytest.mark.parametrize("address", ["a\nBcc: b@example.kr", "이서연@example.kr"])
def test_an_address_that_is_none_is_given_up_at_once(written, post, address):
    (key,) = written(address)
    deliver(key=key)
    assert [(row.state, row.tries) for row in rows()] == [("dead", 1)]


def test_a_server_that_hangs_is_not_waited_for_and_tried_again_later(written, post):
    moods = itertools.chain([mail_server.HANG], itertools.repeat(mail_server.FINE))
    post.mood = lambda: next(moods)
    (key,) = written("seoyeon@example.kr")
    begun = time.monotonic()
    deliver(key=key)
    assert time.monotonic() - begun < 2
    (row,) = rows()
    assert (row.state, row.tries, row.trouble) == ("waiting", 1, "SMTPServerDisconnected")
    assert timedelta(seconds=5) < row.due_at - timezone.now() < timedelta(seconds=15)
    deliver(key=key)  # too early
    assert rows()[0].tries == 1
    pass_time()
    deliver(key=key)
    assert (states(), len(post.taken)) == ({"sent"}, 1)


def test_a_server_that_speaks_byte_by_byte_is_cut_off(written, settings_environment, as_role, monkeypatch):
    monkeypatch.setattr(mail, "CONVERSATION_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings_environment(smtp_url=f"smtp://127.0.0.1:{listening.getsockname()[1]}")

        def drip():
            there, _address = listening.accept()
            with there:
                while True:
                    try:
                        there.sendall(b"2")
                    except OSError:
                        return
                    time.sleep(0.05)

        dripping = threading.Thread(target=drip)
        dripping.start()
        (key,) = written("seoyeon@example.kr")
        as_role("worker")
        begun = time.monotonic()
        deliver(key=key)
        dripping.join()
    assert time.monotonic() - begun < 2
    assert states() == {"waiting"}


def test_pauses_grow_and_differ_until_the_mail_is_given_up_after_a_day(written, post):
    post.mood = lambda: mail_server.LATER
    (key,) = written("seoyeon@example.kr")
    pauses = []
    while states() == {"waiting"}:
        deliver(key=key)
        pauses.append((rows()[0].due_at - timezone.now()).total_seconds())
        pass_time()
    (row,) = rows()
    assert (row.state, row.tries, row.trouble) == ("dead", outbox.MOST_TRIES, "SMTPDataError 451")
    assert row.sealed is not None, "it can be tried again"
    pauses = pauses[:-1]
    assert all(5 < pause < 4 * 3600 * 1.3 for pause in pauses)
    assert pauses[0] * 50 < pauses[7]
    assert 12 * 3600 < sum(pauses) < 36 * 3600
    assert len({round(pause) for pause in pauses[-4:]}) > 1, "with chance in it"


def test_two_workers_send_a_mail_once(written, post):
    from tests.races import at_once

    gate = threading.Barrier(2, timeout=1)

    def mood():
        with suppress(threading.BrokenBarrierError):
            gate.wait()  # if a second one comes, both go on at once
        return mail_server.FINE

    post.mood = mood
    mail.ANSWER_SECONDS = 5  # put back by the fixture
    (key,) = written("seoyeon@example.kr")
    at_once(lambda: deliver(key=key), lambda: deliver(key=key), lambda: deliver(key=key))
    assert (states(), len(post.taken)) == ({"sent"}, 1)


def test_what_a_killed_worker_had_in_hand_falls_due_again(written, post):
    (key,) = written("seoyeon@example.kr")
    now = timezone.now()
    assert outbox._claim(key, now) is not None  # and here it was killed
    deliver(key=key)
    assert post.taken == []
    # Nobody rings for it any more.
    with_queue("DELETE FROM procrastinate_events; DELETE FROM procrastinate_jobs")
    assert outbox.overdue(now + timedelta(seconds=90)) == []
    later = now + timedelta(seconds=150)
    assert outbox.overdue(later) == [key]
    Outbox.objects.using("owner").update(due_at=now - timedelta(seconds=90))
    deliver_overdue()
    assert outbox.overdue(later) == [], "it is in the queue"
    deliver(key=key)
    assert (states(), len(post.taken)) == ({"sent"}, 1)


def with_queue(statement: str) -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


# The operator, and the receiver -----------------------------------------------------------------------


def run(*arguments: str) -> int:
    return cli.main(["mail", *arguments])


def test_the_operator_sees_what_was_given_up_and_tries_it_again(written, post, capsys):
    post.refused = {"seoyeonn@example.kr"}
    (key, other) = written("seoyeonn@example.kr", "jihun@example.kr")
    deliver(key=key)
    Outbox.objects.using("owner").filter(key=other).update(created_at=timezone.now() - timedelta(hours=1))
    assert run() == 0
    said = capsys.readouterr().out
    head, _columns, dead, late = said.splitlines()
    assert head == "1 mails were given up, 1 wait for longer than a quarter of an hour."
    assert "application link" in dead
    assert "seo*****@example.kr" in dead
    assert "SMTPRecipientsRefused 550" in dead
    assert "waiting" in late
    assert "seoyeonn" not in said

    post.refused = set()
    assert run("retry", "all") == 0
    assert capsys.readouterr().out == "1 mails are tried again.\n"
    deliver(key=key)
    deliver(key=other)
    assert states() == {"sent"}
    assert run("list") == 0
    assert capsys.readouterr().out.startswith("0 mails were given up, 0 wait")
    assert run("retry", "17") == 1
    assert "None of these mails was given up" in capsys.readouterr().err
    assert run("retry", "x") == 1
    assert "x is no number of a mail" in capsys.readouterr().err


def test_the_web_process_learns_how_many_and_nothing_else(world, written, capsys):
    written("seoyeon@example.kr")
    Outbox.objects.using("owner").update(state="dead")
    standing = undelivered.standing()
    assert (standing.dead, standing.late) == (1, 0)
    assert standing.since is not None
    assert run("retry", "all") == 1
    assert run("list") == 1
    assert "The database refused (ProgrammingError)" in capsys.readouterr().err


def test_an_applicant_is_told_that_the_mail_did_not_arrive(world):
    from baroalgi.accounts.models import Session
    from baroalgi.platform import crypto

    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    prefix = f"application:{application.id}:"
    key = crypto.new_token()
    Session.objects.using("owner").create(
        key_hash=crypto.token_hash(key), application_id=application.id, strength="none", data="{}"
    )
    outbox_rows = Outbox.objects.using("owner")

    def dead(as_key, of=prefix):
        with unit_of_work(as_key):
            return undelivered.is_dead(of)

    assert not dead(key)
    outbox_rows.create(key=f"{prefix}link:1", state="dead")
    outbox_rows.create(key=f"application:{application.id}0:link:9", state="dead")
    assert dead(key)
    assert not dead(None), "a stranger learns nothing"
    assert not dead(key, f"application:{application.id}0:")
    outbox_rows.create(key=f"{prefix}link:2", state="waiting")  # sent again to a corrected address
    assert not dead(key)


def test_a_person_is_told_of_the_own_mails(world):
    mine = world._browser(world.seoyeon, "certificate").cookies["baroalgi_session"].value
    theirs = world._browser(world.stranger, "certificate").cookies["baroalgi_session"].value
    Outbox.objects.using("owner").create(
        key=f"child_link:1:approved:{world.seoyeon.id}", person_id=world.seoyeon.id, state="dead"
    )
    for key, told in ((mine, True), (theirs, False)):
        with unit_of_work(key):
            assert undelivered.is_dead("child_link:1:") is told
