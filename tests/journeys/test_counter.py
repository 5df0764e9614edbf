"""An officer with a queue, a scanner and no mouse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Locator, expect
from pypdf import PdfReader

from baroalgi.operations.journey.visitor import Visitor
from baroalgi.registration.number import groups
from tests.journeys.main_job import ISSUE_PASSWORD, Demo
from tests.journeys.people import SECONDS, Person

SCHOOL, SCHOOL_CODE = "황간초등학교", "8071028"
FIELD = "인증번호를 찍거나 적어 주세요"
CARDS = ("주민등록증", "운전면허증", "여권", "외국인등록증")
NAMES = (
    "송기철", "오수진", "백은아", "오정훈", "류상우", "김나래", "한소영", "정혜진", "최미란", "박순례",
    "남궁민", "제갈솔", "선우진",
)  # fmt: skip
# Tells of whatever a mouse or a finger does on any page of this browser.
WATCH = """
for (const kind of ["pointerdown", "pointermove", "mousedown", "mousemove", "wheel", "touchstart"])
  addEventListener(kind, (event) => event.isTrusted && window.noteMouse(kind), true);
"""


@dataclass
class Applicant:
    """Somebody who applied and now stands in the queue."""

    name: str
    rrn: str
    browser: Visitor = field(repr=False)
    number: str = ""

    def apply(self) -> None:
        # By the page of the school, which proposes its own counter.
        self.browser.open(f"/certificate/apply/?school={SCHOOL_CODE}")
        agreed = self.browser.page.form(field="agree").tick("agree")
        self.browser.send(agreed.press("동의하고 신청서 쓰기"), "신청서 작성")
        form = self.browser.page.form(field="issue_password").fill(
            name=self.name,
            mobile="010-1234-5678",
            email=f"queue-{self.rrn}@example.kr",
            postcode="29115",
            address1="충청북도 영동군 황간면 남성1길 12",
            rrn_0=self.rrn[:6],
            rrn_1=self.rrn[6:],
            issue_password=ISSUE_PASSWORD,
        )
        page = self.browser.send(form.press("다음 단계"), "온라인 신청이 완료되었습니다")
        self.number = page.marked("data-number").get("data-number")

    @property
    def whose_turn(self) -> str:
        """What the applicant's own status page says."""
        return self.browser.open("/certificate/status/").text


class Officer(Person):
    """An officer whose hands stay on keyboard and scanner. `mouse`: what a mouse did nevertheless."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        super().__init__(browser, demo.url, "desk")
        self.mouse: list[str] = []
        self.page.expose_function("noteMouse", lambda kind: self.mouse.append(kind))
        self.page.add_init_script(WATCH)
        member = demo.staff("registration_officer", SCHOOL)
        self.open("/sign-in/staff/", "교직원 로그인")
        self.type(아이디=member["login"], 비밀번호=member["password"])
        self.keys("Enter")
        self.at_the_field()

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def scan(self, number: str, *, enter: bool = True) -> None:
        """Type as a scanner does: all digits in one go."""
        self.page.keyboard.type(number)
        if enter:
            self.keys("Enter")

    @property
    def heading(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def number_of_card(self) -> Locator:
        return self.page.get_by_label("신분증의 주민등록번호")

    def at_the_field(self) -> None:
        expect(self.heading).to_have_text(FIELD)
        expect(self.page.get_by_role("searchbox", name=FIELD)).to_be_focused()

    def at(self, applicant: Applicant) -> None:
        expect(self.heading).to_contain_text(applicant.name)


@pytest.fixture(scope="module")
def everyone(demo: Demo) -> Iterator[list[Applicant]]:
    """All who have applied at one school today."""
    people = [
        Applicant(name, f"{78 + n}0{n % 9 + 1}1{n % 10}2{n:02}4567", Visitor(demo.url))
        for n, name in enumerate(NAMES)
    ]
    for one in people:
        one.apply()
    yield people
    for one in people:
        one.browser.__exit__()


@pytest.fixture(scope="module")
def ten(everyone: list[Applicant]) -> list[Applicant]:
    return everyone[:10]


@pytest.fixture(scope="module")
def others(everyone: list[Applicant]) -> list[Applicant]:
    return everyone[10:]


@pytest.fixture(scope="module")
def officer(demo: Demo, chromium: Browser) -> Iterator[Officer]:
    expect.set_options(timeout=SECONDS * 1000)
    officer = Officer(chromium, demo)
    yield officer
    officer.close()


@pytest.fixture(scope="module")
def served(officer: Officer, ten: list[Applicant]) -> list[Applicant]:
    """Ten people in a row, by scanner and keys."""
    officer.open("/desk/certificates/", FIELD)
    for place, one in enumerate(ten):
        officer.scan(one.number, enter=place % 2 == 0)
        officer.at(one)
        officer.keys(str(place % len(CARDS) + 1), "Space")
        officer.page.keyboard.type(one.rrn)
        # Equal: the focus goes on to the papers by itself.
        expect(officer.page.get_by_role("checkbox", name="서명한 신청서 1부")).to_be_focused()
        officer.keys("Space", "Space", "Control+Enter")
        officer.at_the_field()
        # Said aloud, since the focus is in the field again.
        expect(officer.page.locator("[data-said]")).to_have_text(
            f"{one.name} 님의 신청을 승인했습니다. 발급 주소를 이메일로 보냈습니다."
        )
    officer.look_closely()
    return ten


def test_ten_people_in_a_row_without_the_mouse(
    officer: Officer, served: list[Applicant], others: list[Applicant]
) -> None:
    assert (officer.mouse, officer.troubles, officer.barriers) == ([], [], [])
    turns = [one.whose_turn for one in served]
    assert [turn for turn in turns if "학부모님이 인증서를 받으실 차례입니다" not in turn] == []
    assert "학부모님이 서류를 내실 차례입니다" in others[0].whose_turn
    officer.open("/desk/certificates/totals/", "오늘 합계")
    rows = officer.page.get_by_role("row")
    for place, one in enumerate(served):
        expect(rows.filter(has_text=groups(one.number))).to_contain_text(CARDS[place % len(CARDS)])


def test_the_totals_fill_landscape_sheets(officer: Officer, served: list[Applicant]) -> None:
    officer.open("/desk/certificates/totals/", "오늘 합계")
    sheets = PdfReader(BytesIO(officer.page.pdf(prefer_css_page_size=True))).pages
    assert {(round(sheet.mediabox.width), round(sheet.mediabox.height)) for sheet in sheets} == {(842, 595)}
    # The letters come from several parts of a font, and the reader sees blanks between these.
    text = "".join("".join(sheet.extract_text() for sheet in sheets).split())
    assert all(one.name in text for one in served)
    assert "이목록에는주민등록번호와비밀번호가없습니다." in text
    assert not any(one.rrn[6:] in text for one in served)
    assert "로그아웃" not in text


def test_a_scan_finds_its_way_from_anywhere_and_costs_no_try(
    officer: Officer, others: list[Applicant]
) -> None:
    first, second, third = others
    officer.open("/desk/certificates/", FIELD)
    # Not in the field: it opens all the same.
    officer.keys("Tab", "Tab")
    officer.scan(first.number)
    officer.at(first)
    # Nothing begun here: the next one opens, even from the field of the other number.
    officer.number_of_card.focus()
    officer.scan(second.number, enter=False)
    officer.at(second)
    # Something begun: it asks first, and leaves nothing behind.
    officer.keys("2")
    expect(officer.page.get_by_role("checkbox", name=re.compile("얼굴과 이름"))).to_be_focused()
    officer.number_of_card.focus()
    officer.scan(third.number)
    officer.sees(f"{second.name} 님의 신청이 아직 열려 있습니다.")
    expect(officer.number_of_card).to_have_value("")
    expect(officer.button("그대로 두고 새로 열기")).to_be_focused()
    expect(officer.page.get_by_role("radio", name=CARDS[1])).to_be_checked()
    officer.look_closely()
    # The Enter of a slow scanner may still come for a moment; a person reads the question first.
    officer.page.wait_for_timeout(500)
    officer.keys("Enter")
    officer.at(third)
    # A wrong code is told at the field.
    officer.scan("202611240000000")
    officer.at_the_field()
    officer.sees("이 인증번호의 신청이 없습니다. 숫자 15자리를 확인해 주세요.")
    # No scan was counted as a try: the first wrong number leaves two.
    officer.scan(second.number)
    officer.at(second)
    officer.number_of_card.focus()
    officer.page.keyboard.type(first.rrn)
    officer.sees("두 번 남았습니다.")
    expect(officer.number_of_card).to_have_value("")
    assert (officer.mouse, officer.troubles, officer.barriers) == ([], [], [])
