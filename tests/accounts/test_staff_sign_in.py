"""Staff sign in with login and password, and out; ten idle minutes end a session."""

from datetime import timedelta

import pytest

from tests.guardianship.rows import requested

SIGN_IN = "/sign-in/staff/"
WRONG = "아이디나 비밀번호가 맞지 않습니다. 30초 뒤에 다시 해 주세요."
GOOD = {"login": "jihun", "password": "Teach-er-2026"}


def idle(minutes):
    """Let every session be last seen so many minutes ago."""
    from django.db.models import F

    from baroalgi.accounts.models import Session

    Session.objects.using("owner").update(seen_at=F("seen_at") - timedelta(minutes=minutes))


def cookie(browser):
    return browser.cookies["baroalgi_session"].value


def test_login_and_password_lead_to_the_desk(world, visitor):
    answer = visitor.post(SIGN_IN, GOOD)
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert "오늘 할 일" in visitor.get("/desk/").text
    assert world.audit_names() == ["session.opened"]
    assert world.audit()[0].person_id == world.homeroom_teacher.id


def test_the_login_may_be_written_in_capitals_and_wide_letters(world, visitor):
    assert visitor.post(SIGN_IN, GOOD | {"login": " Ｊｉhun "}).status_code == 302


@pytest.mark.parametrize(
    "wrong", [{"password": "Teach-er-2027"}, {"login": "nobody"}, {"password": "Teach-er-2026 "}]
)
def test_one_sentence_for_all_that_is_wrong(world, visitor, wrong):
    answer = visitor.post(SIGN_IN, GOOD | wrong)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "Teach-er" not in answer.text
    assert visitor.get("/desk/").status_code == 302
    assert world.audit_names() == ["sign_in_by_password.refused"]


def test_after_five_wrong_tries_the_right_password_waits_too(world, visitor):
    for _try in range(5):
        assert visitor.post(SIGN_IN, GOOD | {"password": "guess"}).status_code == 422
    answer = visitor.post(SIGN_IN, GOOD)
    assert answer.status_code == 422
    assert WRONG in answer.text
    # Another person is not shut out by it.
    assert visitor.post(SIGN_IN, GOOD | {"login": "yujin"}).status_code == 302


def test_who_signs_in_well_is_never_shut_out(world, visitor):
    for _day in range(12):
        assert visitor.post(SIGN_IN, GOOD).status_code == 302
        visitor.post("/sign-out/")


def test_a_login_that_was_closed_is_a_wrong_one(world, visitor):
    from baroalgi.accounts.models import Login

    Login.objects.using("owner").filter(login="jihun").update(is_active=False)
    assert WRONG in visitor.post(SIGN_IN, GOOD).text


@pytest.mark.parametrize("field", ["login", "password"])
@pytest.mark.parametrize("value", ["", "\0", "가" * 5000, "😀"])
def test_strange_input_is_answered_at_the_form(world, visitor, field, value):
    answer = visitor.post(SIGN_IN, GOOD | {field: value})
    assert answer.status_code == 422
    if field == "password":
        assert 'value="jihun"' in answer.text


def test_signing_in_gives_a_new_key_and_signing_out_kills_it(world, visitor):
    from django.test import Client

    visitor.get(SIGN_IN, {"next": "/desk/"})  # a visitor's session
    before = cookie(visitor)
    visitor.post(SIGN_IN, GOOD)
    key = cookie(visitor)
    assert key != before

    thief = Client()
    thief.cookies["baroalgi_session"] = key
    assert thief.get("/desk/").status_code == 200
    answer = visitor.post("/sign-out/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert thief.get("/desk/").status_code == 302
    assert world.audit_names()[-1] == "session.ended"


def test_ten_idle_minutes_end_the_session_and_the_typed_reason_comes_back(world, visitor):
    link = requested(world, world.garam)
    address = f"/desk/child-links/{link.id}/refuse/"
    visitor.post(SIGN_IN, GOOD)
    idle(9)
    assert visitor.get("/desk/").status_code == 200
    idle(11)

    answer = visitor.post(address, {"reason": "관계를 적어 주세요.", "password": "never kept"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/staff/?next=")
    page = visitor.get(answer["Location"]).text
    assert "10분 동안 쓰지 않아 로그아웃되었습니다." in page
    assert world.state_of(link) == "requested"

    back = visitor.post(SIGN_IN, GOOD)
    assert back["Location"] == address
    form = visitor.get(address)
    assert "관계를 적어 주세요." in form.text
    assert "never kept" not in form.text
    # Once only.
    assert "관계를 적어 주세요." not in visitor.get(address).text


def test_what_one_person_typed_is_never_shown_to_the_next_at_the_same_device(world, visitor):
    from tests.guardianship.rows import second_teacher

    link = requested(world, world.garam)
    address = f"/desk/child-links/{link.id}/refuse/"
    second_teacher(world, world.class_3_1)
    visitor.post(SIGN_IN, GOOD)
    idle(11)
    visitor.post(address, {"reason": "관계를 적어 주세요."})
    visitor.post(SIGN_IN, GOOD | {"login": "yujin"})
    assert "관계를 적어 주세요." not in visitor.get(address).text


@pytest.mark.parametrize("address", ["approve/", "refuse/"])
def test_an_act_of_an_ended_session_leads_back_to_its_page(world, visitor, address):
    link = requested(world, world.garam)
    visitor.post(SIGN_IN, GOOD)
    idle(11)
    answer = visitor.post(f"/desk/child-links/{link.id}/{address}")
    visitor.get(answer["Location"])
    page = visitor.post(SIGN_IN, GOOD, follow=True)
    assert page.status_code == 200
    assert "김가람" in page.text
    assert world.state_of(link) == "requested"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "\0"]
)
def test_a_sign_in_never_leads_to_another_site(world, visitor, elsewhere):
    visitor.get(SIGN_IN, {"next": elsewhere})
    assert visitor.post(SIGN_IN, GOOD)["Location"] == "/desk/"


def test_a_password_opens_no_guardians_page(world, visitor):
    visitor.post(SIGN_IN, GOOD)
    answer = visitor.get("/children/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")
