"""내 정보: who is signed in where, and which factors there are, is for its owner to see and to change."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db.models import F
from django.test import Client

from tests.accounts.authenticator import Device
from tests.accounts.staff import GOOD, SECOND, SECURITY, SET_UP, SIGN_IN, half, no_demo, person_at, set_up
from tests.accounts.test_passkeys import NEW, NEW_OPTIONS, OPTIONS, made
from tests.statements import assert_statements

CONFIRM = "/account/security/confirm/"
SESSIONS = "/account/sessions/"
AGENTS = {
    "Windows의 크롬": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Safari/537.36",
    "Windows의 엣지": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0.0.0 Safari/537.36 Edg/131.0",
    "Windows의 웨일": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Whale/4.29.282.14 Safari/537.36",
    "안드로이드의 삼성 인터넷": "Mozilla/5.0 (Linux; Android 14; SM-S918N) SamsungBrowser/27.0 Chrome/125",
    "안드로이드의 카카오톡": "Mozilla/5.0 (Linux; Android 14; wv) Chrome/131 Safari/537;KAKAOTALK 2410",
    "아이폰의 사파리": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1",
    "아이폰의 크롬": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) CriOS/131.0 Mobile Safari/604.1",
    "맥의 파이어폭스": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0",
    "알 수 없는 기기": "curl/8",
}


@pytest.mark.parametrize("words", AGENTS)
def test_a_device_is_told_in_words(words):
    from baroalgi.accounts import devices

    assert devices.words(AGENTS[words]) == words


# 로그인한 기기 ----------------------------------------------------------------------------------------


def signed_in(words: str, login: str = "jihun") -> Client:
    browser = Client(headers={"User-Agent": AGENTS[words]})
    assert browser.post(SIGN_IN, GOOD | {"login": login}).status_code == 302
    return browser


def ends(page: str) -> list[str]:
    return re.findall(r'action="(/account/sessions/[0-9a-f-]{36}/end/)"', page)


def test_own_sessions_are_listed_and_ended_one_by_one(world):
    here, phone, other = (
        signed_in("Windows의 크롬"),
        signed_in("아이폰의 사파리"),
        signed_in("맥의 파이어폭스", "yujin"),
    )
    with assert_statements(3):
        page = here.get(SESSIONS).text
    assert "Windows의 크롬" in page
    assert "아이폰의 사파리" in page
    assert "맥의 파이어폭스" not in page
    assert page.count("이 기기") == 1
    (end,) = ends(page)
    # Somebody else's session cannot be ended, and nothing says whether it is there.
    assert other.post(end).status_code == 302
    assert person_at(phone) == 200
    assert here.post(end).status_code == 302
    assert person_at(phone) == 302  # at its very next request
    assert person_at(here) == 200
    assert ends(here.get(SESSIONS).text) == []
    assert world.audit()[-1].facts == {"how_many": 1}


def test_all_others_end_at_once(world):
    here, *others = [signed_in(words) for words in AGENTS]
    assert "다른 기기 8곳에서 로그아웃했습니다." in here.post(SESSIONS + "end-others/", follow=True).text
    assert {person_at(other) for other in others} == {302}
    assert person_at(here) == 200


def test_a_guardian_sees_and_ends_the_own_ones_too(world, as_guardian):
    here, elsewhere, stranger = (
        as_guardian(world.seoyeon),
        as_guardian(world.seoyeon),
        as_guardian(world.stranger),
    )
    page = here.get(SESSIONS).text
    assert "학부모 화면 · 인증서" in page
    assert SESSIONS in here.get("/children/apply/").text  # in the menu of the own name
    here.post(ends(page)[0])
    assert [browser.get("/children/apply/").status_code for browser in (here, elsewhere, stranger)] == [
        200,
        302,
        200,
    ]


def test_a_dead_session_is_not_listed(world):
    from baroalgi.accounts.models import Session

    signed_in("아이폰의 사파리")
    Session.objects.using("owner").update(seen_at=F("seen_at") - timedelta(minutes=11))
    assert "아이폰의 사파리" not in signed_in("Windows의 크롬").get(SESSIONS).text


# 내 정보 ------------------------------------------------------------------------------------------------


@pytest.fixture
def browser(world):
    """박지훈, signed in completely, with an app; outside a demo."""
    no_demo()
    browser = half()
    set_up(browser)
    return browser


def eleven_minutes_pass():
    from baroalgi.accounts.models import Session

    Session.objects.using("owner").update(confirmed_at=F("confirmed_at") - timedelta(minutes=11))


def test_the_own_page_tells_what_there_is(browser):
    with assert_statements(3):
        page = browser.get(SECURITY).text
    assert "박지훈 선생님 · 아이디 jihun" in page
    assert "남은 코드 10개" in page
    assert SECURITY in browser.get("/desk/").text


def test_changes_ask_for_the_password_once_more(browser, world):
    eleven_minutes_pass()
    for address in ("app/remove/", "codes/new/"):
        assert browser.post(SECURITY + address)["Location"] == CONFIRM
    assert browser.post(NEW_OPTIONS).json() == {"next": CONFIRM}
    assert browser.get(SET_UP)["Location"] == CONFIRM

    wrong = browser.post(CONFIRM, {"password": "guess"})
    assert wrong.status_code == 422
    assert "비밀번호가 맞지 않습니다." in wrong.text
    assert browser.post(CONFIRM, {"password": GOOD["password"]})["Location"] == SET_UP
    assert browser.get(SET_UP).status_code == 200
    assert world.audit_names()[-2:] == ["confirm_by_password.refused", "session.confirmed"]


def test_who_wanted_a_passkey_comes_back_to_a_page(browser):
    eleven_minutes_pass()
    assert browser.post(NEW_OPTIONS).json() == {"next": CONFIRM}
    back = browser.post(CONFIRM, {"password": GOOD["password"]})["Location"]
    assert back == SECURITY
    assert browser.get(back).status_code == 200


def test_the_password_asked_once_more_is_counted(browser):
    eleven_minutes_pass()
    # This device is known: ten guesses.
    for _try in range(10):
        assert browser.post(CONFIRM, {"password": "guess"}).status_code == 422
    assert browser.post(CONFIRM, {"password": GOOD["password"]}).status_code == 422


def test_a_passkey_confirms_its_owner_only(browser):
    mine, theirs = made(browser, Device()), Device()
    next_door = half("yujin")
    made(next_door, theirs)
    eleven_minutes_pass()
    for device, status in ((theirs, 422), (mine, 200)):
        answer = device.show(browser.post(OPTIONS).json())
        assert browser.post(CONFIRM + "passkey/", {"answer": answer}).status_code == status
    assert browser.get(SET_UP).status_code == 200


def test_the_last_factor_stays_outside_a_demo(browser, world):
    answer = browser.post(SECURITY + "app/remove/", follow=True)
    assert "하나는 있어야 합니다." in answer.text
    made(browser, Device())
    page = browser.get(SECURITY).text
    (remove,) = re.findall(r'action="(/account/security/passkeys/[0-9a-f-]{36}/remove/)"', page)
    assert "인증 앱을 지웠습니다." in browser.post(SECURITY + "app/remove/", follow=True).text
    assert "하나는 있어야 합니다." in browser.post(remove, follow=True).text
    assert "remove_factor.refused" in world.audit_names()
    assert half().get(SECOND).status_code == 200


def test_in_the_demo_the_last_one_goes_with_its_codes(world, visitor):
    visitor.post(SIGN_IN, GOOD)
    set_up(visitor)
    visitor.post(SECURITY + "app/remove/")
    assert "남은 코드 0개" in visitor.get(SECURITY).text
    assert person_at(half()) == 200


def test_of_two_removals_at_once_one_factor_is_left(browser):
    from tests.races import at_once

    made(browser, Device())
    (remove,) = re.findall(
        r'action="(/account/security/passkeys/[0-9a-f-]{36}/remove/)"', browser.get(SECURITY).text
    )
    twin = Client()
    twin.cookies["baroalgi_session"] = browser.cookies["baroalgi_session"].value
    at_once(lambda: browser.post(remove), lambda: twin.post(SECURITY + "app/remove/"))
    assert half().get(SECOND).status_code == 200


def test_an_app_is_replaced_only_by_one_that_works(browser):
    browser.get(SET_UP)
    assert browser.post(SET_UP, {"digits": "000000"}).status_code == 422
    app, codes = set_up(browser)
    assert codes == [] or len(codes) == 10
    assert half().post(SECOND, {"digits": app.digits()}).status_code == 302


def test_a_new_password_signs_out_everywhere_else(browser, world):
    elsewhere = half()
    page = "/account/security/password/"
    assert browser.post(page, {"password": "short"}).status_code == 422
    answer = browser.post(page, {"password": "Another-pass-27"}, follow=True)
    assert "비밀번호를 바꾸었습니다." in answer.text
    assert elsewhere.get(SECOND)["Location"].startswith(SIGN_IN)
    assert person_at(browser) == 200
    assert Client().post(SIGN_IN, GOOD).status_code == 422
    assert Client().post(SIGN_IN, GOOD | {"password": "Another-pass-27"}).status_code == 302
    assert "login.password_changed" in world.audit_names()
    eleven_minutes_pass()
    assert browser.post(page, {"password": "Another-pass-28"})["Location"] == CONFIRM


def test_who_has_two_logins_changes_the_one_in_use(browser, world):
    from django.contrib.auth.hashers import make_password

    from baroalgi.accounts.models import Login

    Login.objects.using("owner").create(
        login="a.second.one", password=make_password("Second-one-26"), person=world.homeroom_teacher
    )
    eleven_minutes_pass()
    assert browser.post(CONFIRM, {"password": "Second-one-26"}).status_code == 422
    assert browser.post(CONFIRM, {"password": GOOD["password"]}).status_code == 302
    browser.post("/account/security/password/", {"password": "Another-pass-27"})
    for login, password in (("jihun", "Another-pass-27"), ("a.second.one", "Second-one-26")):
        assert Client().post(SIGN_IN, {"login": login, "password": password}).status_code == 302


def test_nobody_registers_a_passkey_with_a_stolen_stale_session(browser):
    options = browser.post(NEW_OPTIONS).json()
    eleven_minutes_pass()
    answer = browser.post(NEW, {"answer": Device().make(options)})
    assert (answer.status_code, answer.json()) == (409, {"next": CONFIRM})
    assert browser.post(NEW_OPTIONS).json() == {"next": CONFIRM}
    assert browser.post(CONFIRM, {"password": GOOD["password"]})["Location"] == SECURITY
