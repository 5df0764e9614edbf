"""A sealed certificate waits for a phone: one fetch, five tries, ten minutes. Browsers tell refusals."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from tests.races import at_once
from tests.statements import assert_statements

OFFER = "/account/move/offer/"
SEALED = bytes(range(256)) * 4
PROOF, OTHER = "p" * 43, "q" * 43
DEAD = "이 주소는 이미 사용했거나 시간이 지났습니다. 컴퓨터에서 처음부터 다시 해 주세요."
OUT_OF_TRIES = "숫자를 다섯 번 틀려 멈추었습니다. 컴퓨터에서 처음부터 다시 해 주세요."


def wrong(left):
    return f"숫자가 맞지 않습니다. 컴퓨터 화면의 숫자 8자리를 확인해 주세요. ({left}번 더 할 수 있습니다.)"


def offer(browser, **other):
    sent = {"proof": PROOF, "sealed": base64.b64encode(SEALED).decode()} | other
    return browser.post(OFFER, sent)


def fetch(address, proof=PROOF, browser=None):
    return (browser or Client()).post(f"{address}fetch/", {"proof": proof})


@pytest.fixture
def address(world, as_guardian):
    """Where 이서연's sealed certificate waits."""
    return offer(as_guardian(world.seoyeon)).json()["address"]


def moves():
    from baroalgi.accounts.models import Move

    return Move.objects.using("owner").all()


def acts(world):
    return [entry.act for entry in world.audit()]


def test_a_phone_fetches_it_once(world, address):
    assert Client().get(address).status_code == 200
    answer = fetch(address)
    assert (answer.status_code, base64.b64decode(answer.json()["sealed"])) == (200, SEALED)
    assert not moves().exists()
    again = fetch(address)
    assert (again.status_code, again.json()) == (410, {"message": DEAD})
    offered, fetched, refused = world.audit()
    assert (offered.act, offered.actor_id, offered.person_id) == (
        "certificate.move_offered", world.seoyeon.id, world.seoyeon.id,
    )  # fmt: skip
    assert (fetched.act, fetched.actor_id, fetched.person_id) == (
        "certificate.move_fetched", None, world.seoyeon.id,
    )  # fmt: skip
    assert (refused.act, refused.facts) == ("receive.refused", {"why": "MoveDead"})


def test_of_two_phones_at_once_one_gets_it(world, address):
    answers = at_once(lambda: fetch(address).status_code, lambda: fetch(address).status_code)
    assert sorted(answers) == [200, 410]


def test_five_wrong_tries_are_the_end(world, address):
    for left in (4, 3, 2, 1):
        answer = fetch(address, OTHER)
        assert (answer.status_code, answer.json()) == (422, {"errors": {"digits": wrong(left)}})
    last = fetch(address, OTHER)
    assert (last.status_code, last.json()) == (410, {"message": OUT_OF_TRIES})
    assert not moves().exists()
    assert fetch(address).json() == {"message": DEAD}
    assert [entry.facts["why"] for entry in world.audit()[1:]] == [
        "WrongDigits", "WrongDigits", "WrongDigits", "WrongDigits", "OutOfTries", "MoveDead",
    ]  # fmt: skip


def test_after_ten_minutes_it_is_gone(world, address, as_role):
    (move,) = moves()
    assert timedelta(minutes=9) < move.expires_at - datetime.now(UTC) <= timedelta(minutes=10)
    moves().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert fetch(address).json() == {"message": DEAD}
    from baroalgi.accounts import jobs

    as_role("worker")
    jobs.clear_moves()
    assert not moves().exists()


def test_what_still_waits_is_not_cleared(world, address, as_role):
    from baroalgi.accounts import jobs

    as_role("worker")
    jobs.clear_moves()
    assert moves().count() == 1


def test_a_newer_one_takes_the_place_of_the_one_before(world, address, as_guardian):
    newer = offer(as_guardian(world.seoyeon)).json()["address"]
    assert fetch(address).json() == {"message": DEAD}
    assert fetch(newer).status_code == 200


def test_the_database_holds_neither_address_nor_proof(world, address):
    (move,) = moves()
    row = " ".join(str(value) for value in vars(move).values())
    assert PROOF not in row
    assert address.split("/")[-2] not in row


def test_only_a_guardian_with_a_certificate_offers(world, as_staff, visitor):
    for browser in (visitor, as_staff(world.officer)):
        assert offer(browser)["Location"].startswith("/sign-in/")
    assert not moves().exists()
    with pytest.raises(Exception, match="only a guardian moves a certificate"):
        world.sql_as_app("SELECT policy.move_offer('a', 'b', 'c')", person=world.officer)


def test_the_app_role_reads_no_sealed_certificate(world, address):
    with pytest.raises(Exception, match="permission denied"):
        world.sql_as_app("SELECT * FROM accounts_move", person=world.seoyeon, strength="certificate")


def test_offers_are_limited(world, as_guardian):
    browser = as_guardian(world.seoyeon)
    assert {offer(browser).status_code for _ in range(20)} == {200}
    answer = offer(browser)
    assert (answer.status_code, answer.json()) == (
        422, {"message": "너무 여러 번 만드셨습니다. 한 시간 뒤에 다시 해 주세요."},
    )  # fmt: skip


def test_noise_is_refused_quietly(world, address, as_guardian):
    browser = as_guardian(world.seoyeon)
    large = base64.b64encode(b"0" * (64 * 1024 + 1)).decode()
    for sealed in ("", "kein Base64", "AAAA", large, "\0", "😀"):
        assert offer(browser, sealed=sealed).status_code == 422
    for proof in ("", "p" * 44, "p" * 42 + "\n", "ㅎ" * 43, "\0"):
        assert offer(browser, proof=proof).status_code == 422
        assert fetch(f"/account/move/{'x' * 43}/", proof).status_code == 410
    assert fetch(address).status_code == 200
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{address}fetch/", {"proof": PROOF}).status_code == 403
    assert strict.post("/sign-in/refused/", {"place": "sign_in", "code": "damaged"}).status_code == 403


def test_pages_cost_few_statements(world, as_guardian, visitor):
    browser = as_guardian(world.seoyeon)
    with assert_statements(2):  # who asks; the certificates
        assert browser.get("/account/certificates/").status_code == 200
    with assert_statements(1):
        assert browser.get("/account/move/").status_code == 200
    with assert_statements(1):
        assert visitor.get("/account/move/nothing/").status_code == 200


# What browsers refuse by themselves -----------------------------------------------------------------


def test_a_refusal_seen_by_a_browser_stands_in_the_trail(world, visitor):
    for place, code in (("sign_in", "wrong_password"), ("sign_in", "not_owner"), ("moving", "damaged")):
        answer = visitor.post("/sign-in/refused/", {"place": place, "code": code, "name": "이서연"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert [(entry.act, entry.facts) for entry in world.audit()] == [
        ("sign_in_by_certificate.refused", {"why": "WrongPassword", "seen_by": "browser"}),
        ("sign_in_by_certificate.refused", {"why": "NotTheOwner", "seen_by": "browser"}),
        ("certificate.moving.refused", {"why": "Damaged", "seen_by": "browser"}),
    ]


def test_only_known_words_are_written(world, visitor):
    for sent in ({}, {"place": "sign_in", "code": "8403122345670"}, {"place": "x", "code": "damaged"}):
        assert visitor.post("/sign-in/refused/", sent).status_code == 204
    assert world.audit() == []


def test_nobody_fills_the_trail_with_it(world, visitor):
    sent = {"place": "sign_in", "code": "damaged"}
    assert {visitor.post("/sign-in/refused/", sent).status_code for _ in range(123)} == {204}
    assert len(world.audit()) == 120
