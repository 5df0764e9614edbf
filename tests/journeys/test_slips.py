"""A teacher asks, parents sign in their browsers, one answer comes on paper, and the missing are reminded."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from tests.journeys.main_job import Demo
from tests.journeys.people import SECONDS, Person

TITLE = "현장체험학습 참가 동의서"
SCHOOL = "황간초등학교"


@pytest.fixture(scope="module")
def people(demo: Demo, chromium: Browser) -> Iterator[Callable[[str], Person]]:
    opened: list[Person] = []

    def make(size: str) -> Person:
        opened.append(Person(chromium, demo.url, size))
        return opened[-1]

    yield make
    for person in opened:
        person.close()
    assert [trouble for person in opened for trouble in person.troubles] == []
    assert [barrier for person in opened for barrier in person.barriers] == []
    assert [page for person in opened for page in person.wide] == []


def sign_in(parent: Person, family: dict[str, Any]) -> None:
    """Sign in with the certificate file, and keep it in this browser."""
    parent.open("/sign-in/", "로그인")
    parent.page.locator("#certificate-file").set_input_files(Path(family["certificate"]["p12"]))
    parent.field("이름").fill(family["guardian"]["name"])
    parent.type_number("주민등록번호", family["guardian"]["rrn"])
    parent.field("인증서 암호").fill(family["certificate"]["password"])
    parent.tick(parent.page.get_by_label("이 기기에 인증서 저장하기"))
    parent.press("로그인")
    parent.page.wait_for_url(re.compile("/children/"), timeout=SECONDS * 1000)


def choose(person: Person, words: str) -> None:
    person.tick(person.page.get_by_role("radio", name=words, exact=True))


def test_from_the_question_to_the_last_answer(demo: Demo, people: Callable[[str], Person]) -> None:
    family = next(
        family
        for family in demo.sheet["families"]
        if family["state"] == "linked" and family["children"][0]["school"] == SCHOOL
    )
    child = family["children"][0]
    member = demo.staff("homeroom_teacher", SCHOOL, f"{child['grade']}-{child['class']}")
    teacher = people("desk")
    teacher.open("/sign-in/staff/", "교직원 로그인")
    teacher.type(아이디=member["login"], 비밀번호=member["password"])
    teacher.press("다음")
    teacher.page.wait_for_url(re.compile("/desk/"), timeout=SECONDS * 1000)

    # The teacher asks; the questions change places by the keyboard alone.
    teacher.open("/desk/letters/new/", "가정통신문 쓰기")
    teacher.field("제목").fill(TITLE)
    choose(teacher, f"{child['grade']}학년 {child['class']}반")
    teacher.page.get_by_role("textbox", name="내용").fill("12월 4일에 함께 다녀옵니다.")
    teacher.tick(teacher.page.get_by_label("회신을 받습니다"))
    teacher.field("질문 1").fill("전할 말씀이 있습니까?")
    teacher.page.get_by_label("답하는 방법").first.select_option("text")
    teacher.page.get_by_label("꼭 답하기").first.uncheck()
    teacher.press("질문 더하기")
    expect(teacher.field("질문 2")).to_be_focused()
    teacher.field("질문 2").fill("참가에 동의하십니까?")
    teacher.field("질문 2").press("Alt+ArrowUp")
    expect(teacher.field("질문 1")).to_have_value("참가에 동의하십니까?")
    expect(teacher.field("질문 1")).to_be_focused()
    choose(teacher, "인증서로 서명")
    teacher.look_closely()
    teacher.page.get_by_role("button", name=re.compile("에 보내기$")).click()
    teacher.look("보낸 글 고치기")
    address = teacher.link("누리집에서 보기").get_attribute("href") or ""

    # A parent reads what would be signed, signs it with what this browser keeps, and changes it once.
    parent = people("phone")
    sign_in(parent, family)
    for answer in ("예", "아니오"):
        parent.open(address, TITLE)
        if answer == "아니오":
            parent.page.get_by_role("link", name="고치기").click()
        choose(parent, answer)
        parent.field("전할 말씀이 있습니까?").fill("=1+1")
        parent.press("서명할 내용 보기")
        expect(parent.page.locator(".slip-text")).to_contain_text(f"1. 참가에 동의하십니까?\n{answer}")
        parent.look_closely()
        if answer == "예":
            parent.field("인증서 암호").fill("Wrong-password1")
            parent.press("서명하고 회신 보내기")
            parent.sees("인증서 암호가 맞지 않습니다.")
        parent.field("인증서 암호").fill(family["certificate"]["password"])
        parent.press("서명하고 회신 보내기")
        parent.sees("인증서로 서명")
        expect(parent.page.locator(".slip-answers")).to_contain_text(answer)

    # One comes on paper; those who are missing are reminded.
    teacher.follow("회신 보기", TITLE)
    teacher.page.get_by_role("link", name=re.compile("^종이 회신 적기")).first.click()
    teacher.look("종이 회신 적기")
    choose(teacher, "예")
    teacher.press("종이 회신 적기")
    teacher.look(TITLE)
    teacher.page.get_by_role("button", name=re.compile("에게 다시 알리기$")).click()
    teacher.sees("다시 알렸습니다.")
    teacher.sees("분에 알렸습니다.")
    teacher.look_closely()
    with teacher.page.expect_download() as download:
        teacher.link("XLSX로 받기").click()
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert sheet is not None
    row = next(row for row in sheet.iter_rows(values_only=True) if row[3] == child["name"])
    assert (row[4], row[6], row[7], row[-2:]) == (
        "회신함",
        family["guardian"]["name"],
        "인증서 서명",
        ("아니오", "=1+1"),
    )
    # Key and password went nowhere.
    secret = family["certificate"]["password"].encode()
    assert not [sent.url for sent in parent.sent if secret in sent.body]
