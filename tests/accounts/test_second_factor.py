"""Outside a demo, and wherever one is registered, a password alone opens nothing of a person's data."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.accounts.staff import (
    CODE,
    CODES,
    GOOD,
    SECOND,
    SET_UP,
    SIGN_IN,
    App,
    codes_on,
    half,
    no_demo,
    person_at,
    set_up,
)
from tests.races import at_once
from tests.statements import assert_statements

WRONG_DIGITS = "숫자가 맞지 않습니다. 새 숫자가 나오면 다시 적어 주세요."
WRONG_CODE = "복구 코드가 맞지 않습니다. 아직 쓰지 않은 코드를 다시 적어 주세요."


@pytest.fixture
def office(world):
    no_demo()
    return world


@pytest.fixture
def registered(office):
    """박지훈 with an app and recovery codes; returns both."""
    return set_up(half())


# The first time -------------------------------------------------------------------------------------


def test_the_first_sign_in_leads_to_setting_up_before_anything_else(office, visitor):
    visitor.get(SIGN_IN, {"next": "/desk/child-links/"})
    answer = visitor.post(SIGN_IN, GOOD, follow=True)
    assert answer.request["PATH_INFO"] == SET_UP
    assert "로그인할 때 한 번 더 확인할 방법을 등록해 주세요" in answer.text
    assert "<svg" in answer.text
    for page in ("/desk/", "/desk/child-links/", "/account/security/", "/account/sessions/"):
        assert visitor.get(page)["Location"] == SECOND
    # Reading the page again shows the same key.
    app, codes = set_up(visitor)
    assert len(set(codes)) == 10
    assert person_at(visitor) == 200
    # The codes stand there until it is said that they are noted; then the page that was asked for.
    assert codes_on(visitor.get(CODES).text) == codes
    assert visitor.post(CODES)["Location"] == "/desk/child-links/"
    assert visitor.get(CODES)["Location"] == "/account/security/"
    assert office.audit_names()[:4] == [
        "session.half_opened",
        "factor.totp_set_up",
        "session.opened",
        "factor.recovery_codes_made",
    ]
    assert office.audit()[2].facts == {"factor": "totp"}
    kept = json.dumps([[entry.act, entry.facts] for entry in office.audit()])
    assert app.secret not in kept
    assert not any(code in kept for code in codes)


def test_wrong_digits_set_nothing_up(office, visitor):
    visitor.post(SIGN_IN, GOOD)
    visitor.get(SET_UP)
    for digits, sentence in (("000000", WRONG_DIGITS), ("12345", "숫자 6자리를 적어 주세요.")):
        answer = visitor.post(SET_UP, {"digits": digits})
        assert answer.status_code == 422
        assert sentence in answer.text
    assert person_at(visitor) == 302


def test_in_the_demo_nobody_must_but_who_has_one_is_asked(world, visitor):
    visitor.post(SIGN_IN, GOOD)
    assert person_at(visitor) == 200
    assert "아직 비밀번호만으로 로그인하십니다." in visitor.get("/account/security/").text
    app, _codes = set_up(visitor)
    again = half()
    assert person_at(again) == 302
    assert again.post(SECOND, {"digits": app.digits()}).status_code == 302
    assert person_at(again) == 200


# The second step --------------------------------------------------------------------------------------


def test_password_then_digits_lead_to_the_desk(registered, world, visitor):
    app, _codes = registered
    assert visitor.post(SIGN_IN, GOOD)["Location"] == SECOND
    before = visitor.cookies["baroalgi_session"].value
    page = visitor.get(SECOND).text
    assert 'autocomplete="one-time-code"' in page
    assert "복구 코드로 확인하기" in page
    assert "지문·얼굴로 확인하기" not in page
    with assert_statements(11):
        answer = visitor.post(SECOND, {"digits": app.digits()})
    assert answer["Location"] == "/desk/"
    assert person_at(visitor) == 200
    # What knew the key of the half session has nothing of it.
    assert visitor.cookies["baroalgi_session"].value != before
    thief = Client()
    thief.cookies["baroalgi_session"] = before
    assert person_at(thief) == 302


def test_digits_may_be_wide_and_parted(registered, visitor):
    app, _codes = registered
    visitor.post(SIGN_IN, GOOD)
    wide = app.digits().translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert visitor.post(SECOND, {"digits": f" {wide[:3]} {wide[3:]} "}).status_code == 302


STRANGE = ["", "\0", "12345", "1234567", "숫자여섯자리", "１２３４５", "9" * 5000]


def test_strange_digits_are_answered_at_the_form(registered, visitor):
    visitor.post(SIGN_IN, GOOD)
    for typed in STRANGE:
        assert visitor.post(SECOND, {"digits": typed}).status_code == 422
        let_waits_pass()
        assert visitor.post(CODE, {"code": typed}).status_code == 422


def test_digits_open_once(registered, world):
    app, _codes = registered
    digits = app.digits()
    assert half_and_digits(digits) == 302
    assert half_and_digits(digits) == 422
    # Those of before the last ones used are dead too, those after are not.
    assert half_and_digits(app.digits(-1)) == 422
    assert half_and_digits(app.digits(1)) == 302
    assert world.audit_names().count("finish_by_digits.refused") == 2


def half_and_digits(digits):
    return half().post(SECOND, {"digits": digits}).status_code


def test_of_two_browsers_with_the_same_digits_one_gets_in(registered):
    app, _codes = registered
    first, second, digits = half(), half(), app.digits()
    answers = at_once(
        lambda: first.post(SECOND, {"digits": digits}), lambda: second.post(SECOND, {"digits": digits})
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert sorted([person_at(first), person_at(second)]) == [200, 302]


def test_wrong_digits_are_counted_and_right_ones_wait(registered, world, visitor):
    app, _codes = registered
    visitor = half()
    for _try in range(5):
        answer = visitor.post(SECOND, {"digits": app.wrong()})
        assert answer.status_code == 422
        assert WRONG_DIGITS in answer.text
    answer = visitor.post(SECOND, {"digits": app.digits()})
    assert (answer.status_code, WRONG_DIGITS in answer.text) == (422, True)
    # A new half session does not begin the count anew, and a code is a guess like digits.
    assert half().post(SECOND, {"digits": app.digits()}).status_code == 422
    assert half().post(CODE, {"code": registered[1][0]}).status_code == 422
    let_waits_pass()
    assert visitor.post(SECOND, {"digits": app.digits()}).status_code == 302


def let_waits_pass():
    from baroalgi.accounts.models import Attempt

    Attempt.objects.using("owner").update(wait_to=None)


def test_a_half_session_ends_idle_and_is_not_prolonged(registered, visitor):
    from datetime import timedelta

    from django.db.models import F

    from baroalgi.accounts.models import Session

    app, _codes = registered
    visitor.post(SIGN_IN, GOOD)
    Session.objects.using("owner").update(seen_at=F("seen_at") - timedelta(minutes=11))
    answer = visitor.post(SECOND, {"digits": app.digits()})
    assert answer["Location"].startswith(SIGN_IN)


# Recovery codes ---------------------------------------------------------------------------------------


def test_a_recovery_code_opens_once(registered, world, visitor):
    _app, codes = registered
    visitor.post(SIGN_IN, GOOD)
    assert visitor.post(CODE, {"code": codes[3].upper().replace("-", " ")}).status_code == 302
    assert "복구 코드를 하나 썼습니다. 9개 남았습니다." in visitor.get("/desk/").text
    assert world.audit()[-1].facts == {"factor": "recovery", "codes_left": 9}

    again = half().post(CODE, {"code": codes[3]})
    assert (again.status_code, WRONG_CODE in again.text) == (422, True)
    assert half().post(CODE, {"code": codes[4]}).status_code == 302


def test_of_two_browsers_with_the_same_code_one_gets_in(registered):
    _app, codes = registered
    browsers = [half(), half()]
    answers = at_once(*[lambda b=browser: b.post(CODE, {"code": codes[0]}) for browser in browsers])
    assert sorted(answer.status_code for answer in answers) == [302, 422]


def test_somebody_elses_code_opens_nothing(registered):
    _app, codes = registered
    set_up(half("yujin"))
    assert half("yujin").post(CODE, {"code": codes[0]}).status_code == 422


def test_new_codes_kill_the_old_ones(registered):
    app, codes = registered
    browser = half()
    browser.post(SECOND, {"digits": app.digits()})
    assert browser.post("/account/security/codes/new/")["Location"] == CODES
    fresh = codes_on(browser.get(CODES).text)
    assert not set(fresh) & set(codes)
    assert half().post(CODE, {"code": codes[0]}).status_code == 422
    assert half().post(CODE, {"code": fresh[0]}).status_code == 302


def test_neither_secret_nor_codes_stand_in_the_database(registered, server, database):
    app, codes = registered
    with server.admin(database) as admin:
        ((dump,),) = admin.execute(
            "SELECT string_agg(line, '') FROM ("
            " SELECT row_to_json(t)::text AS line FROM accounts_totp t"
            " UNION ALL SELECT row_to_json(c)::text FROM accounts_recoverycode c"
            " UNION ALL SELECT row_to_json(s)::text FROM accounts_session s) rows"
        ).fetchall()
    assert app.secret.encode().hex() not in dump
    assert app.secret not in dump
    assert not any(code.replace("-", "") in dump or code in dump for code in codes)


def test_a_sealed_secret_opens_for_its_person_only(registered, world):
    from baroalgi.accounts.models import Totp

    set_up(half("yujin"))
    app, _codes = registered
    mine = Totp.objects.using("owner").get(person=world.homeroom_teacher)
    Totp.objects.using("owner").filter(person=world.next_door_teacher).update(sealed=mine.sealed)
    browser = half("yujin")
    browser.raise_request_exception = False
    assert browser.post(SECOND, {"digits": App(app.secret).digits(1)}).status_code == 500
    assert person_at(browser) == 302
