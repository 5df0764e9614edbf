"""A teacher at a real browser: app and passkey are registered, and each signs in, under our own rules."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser

from tests.journeys.main_job import Demo
from tests.journeys.people import Person

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def teacher(demo: Demo, chromium: Browser) -> Iterator[Person]:
    """Somebody of the staff at a phone that knows fingerprints."""
    person = Person(chromium, demo.url, "phone")
    # Passkeys exist on https and localhost only: the demo says localhost (stack.md §8).
    person.inspector.send("WebAuthn.enable")
    person.inspector.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield person
    person.close()


def test_app_and_fingerprint_sign_a_teacher_in(demo: Demo, teacher: Person) -> None:
    # The last one of the sheet: nobody else's walk signs in as this one.
    member = [one for one in demo.sheet["staff"] if one["role"] == "homeroom_teacher"][-1]

    def password() -> None:
        teacher.open("/sign-in/staff/", "교직원 로그인")
        teacher.type(아이디=member["login"], 비밀번호=member["password"])
        teacher.press("다음")

    password()
    at_the_desk(teacher)
    teacher.open("/account/security/", "내 정보")
    teacher.sees("아직 비밀번호만으로 로그인하십니다.")

    # The app: by its key, as who cannot photograph the screen does.
    teacher.link("등록").click()
    teacher.look("인증 앱 등록")
    teacher.page.get_by_text("그림을 찍을 수 없나요?").click()
    app = pyotp.TOTP(teacher.page.locator(".key code").inner_text().replace(" ", ""))
    now = int(teacher.page.evaluate("Date.now() / 1000"))
    teacher.page.get_by_label("숫자 6자리").press_sequentially(app.at(now - 30))  # goes on by itself
    teacher.look("복구 코드 10개를 보관해 주세요")
    assert teacher.page.locator(".codes code").count() == 10
    teacher.press("보관했습니다")

    teacher.type(이_기기를_부를_이름="교무실 노트북")
    teacher.press("이 기기의 지문·얼굴 등록")
    teacher.sees("지문·얼굴 로그인을 등록했습니다.")
    teacher.sees("교무실 노트북")
    teacher.look_closely()
    sign_out(teacher)

    # Fingerprint alone.
    teacher.open("/sign-in/staff/", "교직원 로그인")
    teacher.press("지문·얼굴로 로그인")
    at_the_desk(teacher)
    sign_out(teacher)

    # Password and digits; the wrong ones first.
    password()
    teacher.look("한 번 더 확인합니다")
    assert teacher.button("지문·얼굴로 확인하기").is_visible()
    teacher.page.get_by_label("숫자 6자리").press_sequentially("000000")
    teacher.sees("숫자가 맞지 않습니다. 새 숫자가 나오면 다시 적어 주세요.")
    teacher.page.get_by_label("숫자 6자리").fill(app.at(now))
    at_the_desk(teacher)
    teacher.open("/account/sessions/", "로그인한 기기")
    teacher.sees("교직원 화면 · 인증 앱")

    # A device that does not know its owner says so, and the page offers the other ways.
    sign_out(teacher)
    teacher.open("/sign-in/staff/", "교직원 로그인")
    teacher.inspector.send("WebAuthn.disable")
    teacher.inspector.send("WebAuthn.enable")
    teacher.inspector.send(
        "WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR | {"isUserVerified": False}}
    )
    teacher.press("지문·얼굴로 로그인")
    teacher.sees("기기에서 확인이 끝나지 않았습니다.")

    assert teacher.troubles == []  # among them whatever breaks our content security policy
    assert teacher.barriers == []
    assert teacher.wide == []
    # Neither password nor key stands in an address.
    assert not any(member["password"] in sent.url or app.secret in sent.url for sent in teacher.sent)


def at_the_desk(teacher: Person) -> None:
    teacher.page.wait_for_url("**/desk/")


def sign_out(teacher: Person) -> None:
    teacher.page.locator("details.sheet > summary").click()
    teacher.page.locator("details.sheet").get_by_role("button", name="로그아웃").click()
    teacher.page.wait_for_url("**/")
