"""Guessing is slowed down, says nothing about what exists, and does not shut the owner out."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.hashers import ScryptPasswordHasher
from django.test import Client, override_settings

from baroalgi.accounts import queries
from baroalgi.platform.unit import unit_of_work
from tests.accounts.staff import GOOD, SIGN_IN, person_at
from tests.races import at_once
from tests.statements import statements

WRONG = "아이디나 비밀번호가 맞지 않습니다. 30초 뒤에 다시 해 주세요."


def guess(browser, *, address="198.51.100.7", **changes):
    return browser.post(SIGN_IN, GOOD | {"password": "guess"} | changes, REMOTE_ADDR=address)


def waits():
    """Return the waits that stand now, in seconds, rounded."""
    from django.utils import timezone

    from baroalgi.accounts.models import Attempt

    rows = Attempt.objects.using("owner").exclude(wait_to=None)
    return sorted(round((row.wait_to - timezone.now()).total_seconds()) for row in rows)


def test_a_thousand_guesses_do_not_stop_the_owner_at_a_known_device(world):
    owner = Client()
    assert owner.post(SIGN_IN, GOOD).status_code == 302
    owner.post("/sign-out/")
    cookie = owner.cookies["baroalgi_device"]
    assert cookie["httponly"]
    assert cookie["max-age"] > 86400 * 30

    looked_at = 0
    for n in range(1000):
        with unit_of_work(None):
            tried = queries.try_login("jihun", device="", address=f"203.0.113.{n % 250}")
        looked_at += tried is not None
    assert looked_at == 5
    # Everywhere else the right password must wait; at the own device it does not.
    assert guess(Client(), password=GOOD["password"]).status_code == 422
    assert owner.post(SIGN_IN, GOOD).status_code == 302
    assert person_at(owner) == 200


def test_waits_grow_to_a_quarter_of_an_hour_and_no_further(world):
    from baroalgi.accounts.models import Attempt

    grown = []
    for n in range(14):
        with unit_of_work(None):
            assert queries.try_login("jihun", device="", address=f"203.0.113.{n}") is not None
            # What comes during the wait is neither looked at nor makes it longer.
            if n >= 4:
                assert queries.try_login("jihun", device="", address=f"203.0.113.{n}") is None
        grown += waits()
        Attempt.objects.using("owner").update(wait_to=None)
    assert grown == [30, 60, 120, 240, 480, 900, 900, 900, 900, 900]


def test_the_next_day_begins_anew(world):
    from datetime import timedelta

    from django.db.models import F

    from baroalgi.accounts.models import Attempt

    for _try in range(5):
        guess(Client())
    Attempt.objects.using("owner").update(
        last_at=F("last_at") - timedelta(days=1, seconds=1), wait_to=F("wait_to") - timedelta(days=1)
    )
    assert guess(Client()).status_code == 422
    assert waits() == []
    assert guess(Client(), password=GOOD["password"]).status_code == 302


def test_one_address_guesses_thirty_times_whatever_the_logins_and_others_go_on(world):
    for n in range(29):
        guess(Client(), login=f"somebody{n}")
    # The right one takes nothing of it.
    assert guess(Client(), login="yujin", password=GOOD["password"]).status_code == 302
    guess(Client(), login="somebody30")
    assert guess(Client(), password=GOOD["password"]).status_code == 422
    assert guess(Client(), password=GOOD["password"], address="198.51.100.8").status_code == 302


def test_a_staff_room_with_many_slips_waits_a_minute_at_most(world):
    from baroalgi.accounts.models import Attempt

    for n in range(40):
        with unit_of_work(None):
            queries.try_login(f"somebody{n}", device="", address="198.51.100.7")
        assert all(wait <= 60 for wait in waits())
        Attempt.objects.using("owner").update(wait_to=None)


def test_guesses_at_once_are_all_counted(world):
    def try_it():
        with unit_of_work(None):
            return queries.try_login("jihun", device="", address="198.51.100.7")

    assert sum(tried is not None for tried in at_once(*[try_it] * 12)) == 5


class Costs(ScryptPasswordHasher):
    """The hasher of the product, which keeps what each hash costs."""

    seen: ClassVar[list[tuple[int, int, int]]] = []

    def encode(self, password, salt, n=None, r=None, p=None):
        self.seen.append((n or self.work_factor, r or self.block_size, p or self.parallelism))
        return super().encode(password, salt, n, r, p)


@override_settings(PASSWORD_HASHERS=[f"{__name__}.Costs"])
def test_no_answer_tells_which_login_exists(world):
    """Same sentence, same page, same statements, same hashing: wrong, unknown, closed, waiting."""
    from django.contrib.auth.hashers import make_password

    from baroalgi.accounts import actions
    from baroalgi.accounts.models import Login

    Login.objects.using("owner").update(password=make_password(GOOD["password"]))
    Login.objects.using("owner").filter(login="yujin").update(is_active=False)
    for n in range(5):  # minho must wait now
        with unit_of_work(None):
            queries.try_login("minho", device="", address=f"203.0.113.{n}")
    actions._nobody.cache_clear()
    actions._nobody()

    seen, costs = [], []
    for login in ("jihun", "nobody", "yujin", "minho"):
        with statements() as asked:
            Costs.seen.clear()
            page = guess(Client(), login=login, address=f"198.51.100.{len(seen)}")
            costs.append(list(Costs.seen))
        assert WRONG in page.text
        kinds = [sql.split("(")[0][:40] for sql in asked]
        seen.append((page.status_code, kinds, without_tokens(page.text).replace(login, "")))
    assert seen[1:] == seen[:1] * 3
    # One hash each, of the same cost: nothing else takes a tenth as long.
    assert len(costs[0]) == 1
    assert costs[1:] == costs[:1] * 3
    actions._nobody.cache_clear()


def without_tokens(page: str) -> str:
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_forged_device_is_no_known_one(world):
    for _try in range(5):
        guess(Client())
    for cookie in ("", "forged", "eyJuIjoieCIsImwiOltdfQ:1xxxxx:abc", "ÿ" * 3, "x" * 4000):
        browser = Client()
        browser.cookies["baroalgi_device"] = cookie
        assert guess(browser, password=GOOD["password"]).status_code == 422


def test_a_device_is_known_for_the_logins_that_signed_in_there_only(world):
    shared = Client()
    for login in ("yujin", "minho"):
        assert shared.post(SIGN_IN, GOOD | {"login": login}).status_code == 302
    for login in ("jihun", "minho"):
        for n in range(5):
            with unit_of_work(None):
                queries.try_login(login, device="", address=f"203.0.113.{n}")
    assert shared.post(SIGN_IN, GOOD | {"login": "jihun"}).status_code == 422
    assert shared.post(SIGN_IN, GOOD | {"login": "minho"}).status_code == 302


def test_guesses_at_a_known_device_have_an_end_too(world):
    owner = Client()
    owner.post(SIGN_IN, GOOD)
    for _try in range(10):
        assert guess(owner).status_code == 422
    assert guess(owner, password=GOOD["password"]).status_code == 422
