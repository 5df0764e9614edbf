"""Look-ups are limited, never punished: nobody keeps a parent from the own application by guessing."""

import pytest
from django.test import Client

from baroalgi.registration import lookups
from tests.issuing import Parent, approved
from tests.registration.parent import STATUS, answers, at_the_form, look_up

WRONG = "인증번호와 발급용 비밀번호가 맞지 않습니다. 다시 확인해 주세요."
SLOWER = "이곳에서 조회를 여러 번 하셨습니다. 1분 뒤에 다시 해 주세요."
SCHOOL = "192.0.2.7"


def a_minute_later():
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE accounts_attempt SET first_at = first_at - interval '61 seconds'")


@pytest.fixture
def hammered(world, authority):
    """이서연's approved application after somebody at the school guessed a thousand times at its number."""
    parent = approved(world, world.seoyeon)
    attacker = Client(REMOTE_ADDR=SCHOOL)
    for guess in range(100):
        answer = look_up(attacker, parent.application.number, f"Wrong{guess:05}")
        assert answer.status_code == 422
        assert (WRONG if guess < lookups.OF_NUMBER else SLOWER) in answer.text
    for at in (f"status:{SCHOOL}", f"status:{SCHOOL}:{parent.application.number}"):
        world.sql_as_app("SELECT policy.count_try(%s, 60) FROM generate_series(1, 900)", [at])
    for _asked in range(20):
        assert attacker.post("/sign-in/challenge/").status_code == 200
    return parent


def test_a_thousand_guesses_elsewhere_keep_nobody_from_the_own_application(world, hammered, sign):
    number = hammered.application.number
    # Another address: at once, and the certificate too.
    assert look_up(Client(), number).status_code == 302
    assert world.state_of(hammered.application) == "approved"
    assert hammered.browser.post("/sign-in/challenge/").status_code == 200
    assert hammered.order().status_code == 202
    sign()
    assert hammered.wait()["state"] == "valid"
    assert hammered.confirm().status_code == 200
    refused = [entry.facts["why"] for entry in world.audit() if entry.act == "open_status.refused"]
    assert (refused.count("WrongPair"), refused.count("TooManyLookups")) == (6, 94)

    # At the same address a minute later.
    owner = Client(REMOTE_ADDR=SCHOOL)
    slowed = look_up(owner, number)
    assert (slowed.status_code, SLOWER in slowed.text) == (422, True)
    a_minute_later()
    assert look_up(owner, number).status_code == 302


def test_the_device_of_the_application_does_not_wait_for_what_others_try_beside_it(world):
    from baroalgi.registration.models import Application

    device = Client(REMOTE_ADDR=SCHOOL)
    at_the_form(device).post("/certificate/apply/form/", answers(world.hwanggan_counter))
    number = Application.objects.using("owner").get().number
    assert number not in device.cookies[lookups.COOKIE].value
    del device.cookies["baroalgi_session"]  # the browser was closed for the night
    attacker = Client(REMOTE_ADDR=SCHOOL)
    for guess in range(lookups.OF_NUMBER + 1):
        last = look_up(attacker, number, f"Wrong{guess:05}")
    assert SLOWER in last.text
    assert look_up(device, number, "Hanul20260").status_code == 302
    # The name of a device is good for its number alone, and no free pass for guessing.
    other = world.application(applicant=world.stranger, place=world.hwanggan_counter)
    for client, tried, most in (
        (device, number, lookups.OF_DEVICE),
        (device, other.number, lookups.OF_NUMBER),
    ):
        for _guess in range(most):
            assert WRONG in look_up(client, tried, "Wrong12345").text
        assert SLOWER in look_up(client, tried, "Wrong12345").text


def test_an_address_has_a_limit_over_all_numbers(world):
    browser = Client(REMOTE_ADDR=SCHOOL)
    for guess in range(lookups.OF_ADDRESS):
        assert WRONG in look_up(browser, f"2026112400{guess:04}0").text
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    assert SLOWER in look_up(browser, application.number).text
    a_minute_later()
    assert look_up(browser, application.number).status_code == 302


def test_counts_are_forgotten_when_their_time_is_long_over(world, as_role):
    from datetime import timedelta

    from django.db.models import F

    from baroalgi.accounts.jobs import clear_old
    from baroalgi.accounts.models import Attempt

    counts = Attempt.objects.using("owner")
    look_up(Client(), "202611240009990")
    counts.update(first_at=F("first_at") - timedelta(days=3))
    look_up(Client(REMOTE_ADDR=SCHOOL), "202611240009990")
    assert counts.count() == 4  # of two addresses, each with the number and over all
    as_role("worker")
    clear_old()
    assert counts.count() == 2


def test_a_forged_name_of_a_device_is_none(world):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    browser = Client()
    for guess in range(lookups.OF_NUMBER):
        browser.cookies[lookups.COOKIE] = f"device{guess}:1abc:{'x' * 43}"
        assert WRONG in look_up(browser, application.number, "Wrong12345").text
    browser.cookies[lookups.COOKIE] = "\x7f:" * 500
    assert SLOWER in look_up(browser, application.number).text


def test_wrong_passwords_end_an_application_only_with_its_one_time_address(world, authority):
    parent = approved(world, world.seoyeon)
    for guess in range(10):
        stranger = Parent(Client(), f"{guess:043}", parent.application, parent.rrn, "Wrong12345")
        assert stranger.order().status_code == 410
        a_minute_later()
        assert WRONG in look_up(stranger.browser, parent.application.number, "Wrong12345").text
    assert world.state_of(parent.application) == "approved"
    assert parent.order().status_code == 202


def test_the_door_says_where_one_stands_without_a_word_of_others(world):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    wrong = look_up(Client(), application.number, "Wrong12345").text
    unknown = look_up(Client(), "202611240009990", "Wrong12345").text
    assert WRONG in wrong
    assert WRONG in unknown
    assert Client().get(STATUS).status_code == 200
