"""A passkey alone signs a member of staff in; what is not its own, fresh and verified answer does not."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tests.accounts.authenticator import PRESENT, Device
from tests.accounts.staff import CODES, SECOND, SET_UP, half, no_demo, person_at

OPTIONS, ANSWER = "/sign-in/passkey/options/", "/sign-in/passkey/"
NEW_OPTIONS, NEW = "/account/security/passkeys/options/", "/account/security/passkeys/"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
REFUSED = "지문·얼굴로 확인하지 못했습니다. 다시 하시거나 아이디와 비밀번호로 로그인해 주세요."
STALE = "로그인 시간이 지났습니다. 처음부터 다시 해 주세요."


def made(browser: Client, device: Device, name: str = "") -> Device:
    """Register a passkey at a browser that may."""
    answer = device.make(browser.post(NEW_OPTIONS).json())
    sent = browser.post(NEW, {"answer": answer, "name": name}, headers={"User-Agent": CHROME})
    assert sent.status_code == 200
    return device


def shown(device: Device, browser: Client | None = None) -> tuple[Client, int]:
    """Sign in by passkey at a browser; returns it and the status."""
    browser = browser or Client()
    answer = device.show(browser.post(OPTIONS).json())
    return browser, browser.post(ANSWER, {"answer": answer}).status_code


@pytest.fixture
def office(world):
    no_demo()
    return world


@pytest.fixture
def device(office):
    return made(half(), Device())


def test_the_first_set_up_may_be_a_passkey_and_it_signs_in_alone(office, visitor):
    visitor = half()
    device = Device()
    options = visitor.post(NEW_OPTIONS).json()
    assert options["rp"] == {"id": "localhost", "name": "바로알기"}
    assert options["user"]["name"] == "jihun"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    answer = visitor.post(NEW, {"answer": device.make(options)})
    assert answer.json() == {"next": CODES}
    assert person_at(visitor) == 200

    other, status = shown(device)
    assert status == 200
    assert person_at(other) == 200
    opened = [entry for entry in office.audit() if entry.act == "session.opened"]
    assert [entry.facts["factor"] for entry in opened] == ["passkey", "passkey"]
    assert {entry.person_id for entry in opened} == {office.homeroom_teacher.id}


def test_it_is_the_second_step_after_a_password_too(device):
    browser = half()
    page = browser.get(SECOND).text
    assert "지문·얼굴로 확인하기" in page
    assert 'name="digits"' not in page  # no app is registered
    browser, status = shown(device, browser)
    assert (status, person_at(browser)) == (200, 200)


def test_several_passkeys_have_names_and_none_is_made_twice(device):
    browser, _status = shown(device)
    known = browser.post(NEW_OPTIONS).json()["excludeCredentials"]
    assert len(known) == 1
    made(browser, Device(), "<교무실> 노트북")
    page = browser.get("/account/security/").text
    assert '<p class="strong">Windows의 크롬</p>' in page
    assert '<p class="strong">&lt;교무실&gt; 노트북</p>' in page
    options = browser.post(NEW_OPTIONS).json()
    again = browser.post(NEW, {"answer": device.make(options)})
    assert (again.status_code, again.json()["message"]) == (422, "이미 등록된 지문·얼굴입니다.")


def test_an_answer_opens_once_and_only_at_its_browser(device):
    browser, elsewhere = Client(), Client()
    answer = device.show(browser.post(OPTIONS).json())
    elsewhere.post(OPTIONS)
    stolen = elsewhere.post(ANSWER, {"answer": answer})
    assert (stolen.status_code, stolen.json()["message"]) == (422, STALE)
    assert browser.post(ANSWER, {"answer": answer}).status_code == 200
    browser.post("/sign-out/")
    assert browser.post(ANSWER, {"answer": answer}).status_code == 422
    assert person_at(browser) == 302


def test_a_challenge_for_a_certificate_is_none_for_a_passkey(device):
    browser = Client()
    content = browser.post("/sign-in/challenge/").json()
    answer = device.show({"challenge": content["nonce"]})
    assert browser.post(ANSWER, {"answer": answer}).json()["message"] == STALE


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8000.evil.example"},
        {"site": "evil.example"},
        {"flags": PRESENT},  # nobody's finger
        {"flags": 0},
        {"key": Device().key},
        {"credential_id": b"unknown to the server"},
        {"handle": "AAAA"},
    ],
    ids=["site", "its name", "its domain", "finger", "nobody", "key", "passkey", "person"],
)
def test_what_is_not_in_order_signs_nobody_in(device, world, wrong):
    for name, value in wrong.items():
        setattr(device, name, value)
    browser = Client()
    answer = browser.post(ANSWER, {"answer": device.show(browser.post(OPTIONS).json())})
    assert (answer.status_code, answer.json()["message"]) == (422, REFUSED)
    assert person_at(browser) == 302
    assert world.audit_names()[-1] == "sign_in_by_passkey.refused"


@pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"site": "x"}, {"flags": PRESENT}])
def test_what_is_not_in_order_is_not_registered(office, wrong):
    browser = half()
    answer = browser.post(NEW, {"answer": Device(**wrong).make(browser.post(NEW_OPTIONS).json())})
    assert (answer.status_code, answer.json()["message"]) == (422, REFUSED)
    assert browser.get(SECOND)["Location"] == SET_UP


def test_a_counter_that_does_not_go_up_is_a_copys(device):
    device.count = 7
    assert shown(device)[1] == 200
    assert shown(device)[1] == 422  # 7 again
    device.count = 0
    assert shown(device)[1] == 422
    device.count = 8
    assert shown(device)[1] == 200


def test_a_closed_login_has_no_passkey(device):
    from baroalgi.accounts.models import Login

    Login.objects.using("owner").filter(login="jihun").update(is_active=False)
    assert shown(device)[1] == 422


NOISE = (
    "",
    "\0",
    "no JSON",
    "[]",
    "null",
    "7",
    "{}",
    '{"response": 7}',
    '{"response": {"clientDataJSON": 7}}',
    '{"response": {"clientDataJSON": "%%%"}}',
    '{"response": {"clientDataJSON": "bnVsbA"}}',
    '{"response": {"clientDataJSON": "e30"}}',
    "[" * 15_000,
    "x" * 30_000,
)
PARTS = (
    {"id": ""},
    {"rawId": 7},
    {"response": {}},
    {"response": {"authenticatorData": "AAAA"}},
    {"response": {"signature": "AAAA"}},
    {"response": {"signature": "\ud800"}},
    {"response": {"userHandle": 7}},
    {"response": {"attestationObject": "oA"}},
    {"response": {"attestationObject": "_____w"}},
    {"response": {"attestationObject": None}},
)


def test_noise_is_refused_in_a_sentence(device):
    browser, _status = shown(device)
    for text in NOISE:
        for address in (ANSWER, NEW):
            answer = browser.post(address, {"answer": text})
            assert answer.status_code == 422, text[:40]
            assert answer.json()["message"] in (REFUSED, STALE)
    for part in PARTS:
        for address, options, act in ((ANSWER, OPTIONS, device.show), (NEW, NEW_OPTIONS, Device().make)):
            good = json.loads(act(browser.post(options).json()))
            response = good["response"] | part.get("response", {}) if part.get("response") != {} else {}
            answer = browser.post(address, {"answer": json.dumps(good | part | {"response": response})})
            # A member that this kind of answer does not have is overlooked.
            assert answer.status_code in ((200, 422) if part.get("response") else (422,)), part


def test_without_its_token_nothing_is_taken(device):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(OPTIONS).status_code == 403
    assert browser.post(ANSWER, {"answer": "{}"}).status_code == 403
