"""A mail goes out exactly if the decision behind it stands; by a real SMTP server."""

import socket
from email import message_from_bytes, policy

import pytest
from django.db import transaction

from baroalgi.operations.mail_catcher import catching
from baroalgi.platform import outbox
from baroalgi.platform.jobs import deliver
from baroalgi.platform.mail import Mail
from baroalgi.platform.models import Outbox
from baroalgi.platform.unit import unit_of_work


@pytest.fixture
def post_office(tmp_path, settings_environment):
    """A real SMTP server on loopback; returns what it has got."""
    with catching(tmp_path) as address:
        settings_environment(smtp_url=address)
        yield lambda: [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(tmp_path.glob("*.eml"))
        ]


def put(key="about:1", **options):
    with unit_of_work(None):
        outbox.put(Mail("승인되었습니다", "담임선생님이 승인했습니다.", **options), key=key)


def test_a_mail_is_sent_once_and_then_forgotten(world, as_role, post_office):
    put(to="seoyeon@example.kr")
    as_role("worker")
    deliver(key="about:1")
    deliver(key="about:1")
    [mail] = post_office()
    assert (mail["To"], mail["Subject"]) == ("seoyeon@example.kr", "승인되었습니다")
    assert "담임선생님이 승인했습니다." in mail.get_content()
    row = Outbox.objects.using("owner").get()
    assert (row.state, row.sealed) == ("sent", None)


def test_the_same_event_is_told_once(world):
    put(to="seoyeon@example.kr")
    put(to="seoyeon@example.kr")
    assert Outbox.objects.using("owner").count() == 1


def test_nothing_is_sent_of_what_was_rolled_back(world):
    with unit_of_work(None):
        outbox.put(Mail("a", "b", to="c@example.kr"), key="about:2")
        transaction.set_rollback(True)
    assert Outbox.objects.using("owner").count() == 0


def test_the_address_is_looked_up_at_sending(world, as_role, post_office):
    with unit_of_work(None):
        outbox.put(Mail("새 신청", "확인해 주세요."), key="about:3", person_id=world.homeroom_teacher.id)
    as_role("worker")
    deliver(key="about:3")
    assert [mail["To"] for mail in post_office()] == ["jihun@example.kr"]


def test_a_mail_waits_while_the_server_is_away(world, as_role, settings_environment):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    settings_environment(smtp_url=f"smtp://127.0.0.1:{closed}")
    put(to="seoyeon@example.kr")
    as_role("worker")
    deliver(key="about:1")
    row = Outbox.objects.using("owner").get()
    assert (row.state, row.tries, row.trouble) == ("waiting", 1, "ConnectionRefusedError")


def test_what_lies_in_the_database_shows_neither_address_nor_text(world):
    put(to="seoyeon@example.kr")
    sealed = bytes(Outbox.objects.using("owner").get().sealed)
    assert b"seoyeon" not in sealed
    assert "담임".encode() not in sealed
