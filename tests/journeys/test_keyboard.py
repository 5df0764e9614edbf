"""The whole main job by keyboard alone, at 200 % zoom, by the names that a screen reader says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from baroalgi.certs import client
from tests.journeys.keyboard import Typist, nothing_but_keys
from tests.journeys.main_job import CERTIFICATE_PASSWORD, ISSUE_PASSWORD, Demo, Walk

SCHOOL_HEADING = "학부모서비스 신청"
# A page as nobody should make it: no name, no ring, a bar over what has the focus.
SPOIL = """
const mark = document.querySelector("a.mark");
mark.removeAttribute("aria-label");
mark.replaceChildren();
document.querySelector("main a").style.outline = "none";
const bar = document.createElement("div");
bar.className = "bar";
bar.style.cssText = "position: fixed; inset: auto 0 0; height: 120px";
document.body.append(bar);
"""


class KeyboardWalk:
    """One family's way, and those of the officer and the teacher beside it."""

    def __init__(self, demo: Demo, browser: Browser) -> None:
        self.demo, self._browser = demo, browser
        families = [family for family in demo.sheet["families"] if family["state"] == "new"]
        self.walk = Walk(families[-3])  # the other walks take the last two
        self.typists: list[Typist] = []
        self.parent = self._typist()

    def run(self) -> None:
        self.apply()
        self.hand_in()
        self.receive()
        self.sign_in_to("자녀정보조회", mistaken=True)
        self.ask_for_the_child()
        self.sign_out()
        self.let_the_teacher_approve()
        self.look_at_the_child()
        self.sign_out()

    def _typist(self) -> Typist:
        self.typists.append(Typist(self._browser, self.demo.url))
        return self.typists[-1]

    def apply(self) -> None:
        parent, guardian, school = self.parent, self.walk.guardian, self.walk.child["school"]
        parent.open("/", "내 자녀 바로알기")
        parent.follow(re.compile("^인증서 신청"), "학부모서비스용 인증서")
        parent.skip()
        parent.follow("신청하기", "온라인 신청")
        parent.refused("동의하고 신청서 쓰기", "필수 동의를 확인해 주세요.")
        parent.go_to_error("필수 동의를 확인해 주세요.")
        parent.press("Space")
        parent.send("동의하고 신청서 쓰기", "신청서 작성")

        parent.skip()
        parent.refused("다음 단계", "이름을 입력해 주세요.", "서류를 낼 곳을 골라 주세요.")
        parent.go_to_error("서류를 낼 곳을 골라 주세요.")
        parent.reach("link", "이름을 입력해 주세요.", keys="Shift+Tab")
        parent.go_to_error("이름을 입력해 주세요.")
        parent.write("학부모 이름", guardian["name"])
        parent.write_number("학부모 주민등록번호", guardian["rrn"])
        parent.write("휴대전화", guardian["phone"].replace("-", " "))
        parent.write("이메일", guardian["email"])
        parent.reach("DisclosureTriangle", "우편번호 찾기")
        parent.press("Enter")
        parent.write("도로 이름, 학교 이름 또는 우편번호", school, role="searchbox")
        parent.press("Enter")
        parent.hears("곳을 찾았습니다.")
        parent.tab()  # the button beside the field
        assert parent.tab().role == "button"
        parent.press("Enter")
        parent.comes_to("textbox", "상세 주소 (선택)")
        parent.write("상세 주소 (선택)", "101동 202호")
        parent.write("다른 학교나 교육지원청 찾기", school, role="searchbox")
        parent.press("Enter")
        parent.hears("위에서 골라 주세요.")
        parent.reach("radio", re.compile("."), keys="Shift+Tab")
        parent.choose(re.compile("."), re.compile(f"^{school}"))
        parent.write("발급용 비밀번호", ISSUE_PASSWORD[:7])
        parent.refused("다음 단계", "영문과 숫자를 섞어 정확히 10자리로 입력해 주세요.")
        parent.write_number("학부모 주민등록번호", guardian["rrn"])
        parent.write("발급용 비밀번호", ISSUE_PASSWORD)
        parent.send("다음 단계", "온라인 신청이 완료되었습니다")
        parent.skip()
        _, paper = parent.keep("파일로 저장")
        assert paper.startswith(b"%PDF")
        self.walk.number = parent.attribute("data-number")
        parent.follow("진행 조회", "인증서 진행 상황")
        parent.skip()

    def hand_in(self) -> None:
        guardian = self.walk.guardian
        field = ("searchbox", "인증번호를 찍거나 적어 주세요")
        officer = self._signed_in("registration_officer", self.walk.child["school"], field[1], at=field)
        officer.scan(self.walk.number, re.compile(guardian["name"]))
        officer.press("1")
        officer.comes_to("checkbox", re.compile("얼굴과 이름"))
        officer.press("Space")
        officer.comes_to("textbox", "신분증의 주민등록번호")
        wrong = guardian["rrn"][:-1] + str((int(guardian["rrn"][-1]) + 1) % 10)
        officer.type(wrong)
        officer.hears("같지 않습니다.")
        number = officer.comes_to("textbox", "신분증의 주민등록번호")
        assert "같지 않습니다." in officer.said_with(number)
        officer.person.look_closely()
        officer.type(guardian["rrn"])
        officer.hears("같습니다")
        officer.comes_to("checkbox", "서명한 신청서 1부")
        officer.press("Space")
        officer.comes_to("checkbox", re.compile("신분증 앞면과 뒷면"))
        officer.press("Space")
        officer.comes_to("button", re.compile("^승인"))
        officer.lead("Control+Enter", field[1], at=field)
        officer.hears(f"{guardian['name']} 님의 신청을 승인했습니다.")
        assert "승인했습니다." in officer.said_with(officer.focus())

    def receive(self) -> None:
        parent, guardian = self.parent, self.walk.guardian
        mail = self.demo.mail(guardian["email"], "/certificate/issue/")
        (link,) = [word for word in mail["text"].split() if "/certificate/issue/" in word]
        parent.open(urlsplit(link).path, "인증서 받기")
        parent.skip()
        parent.refused("인증서 만들기", "인증번호 15자리를 확인해 주세요.", loads=False)
        parent.go_to_error("인증번호 15자리를 확인해 주세요.")
        parent.write("인증번호", f"{self.walk.number[:8]} {self.walk.number[8:]}")
        parent.write("발급용 비밀번호", "Wrong12345")
        parent.write_number("주민등록번호", guardian["rrn"])
        parent.refused("인증서 만들기", "4번 더 틀리면 발급이 중지되고", loads=False)
        parent.write("발급용 비밀번호", ISSUE_PASSWORD)
        parent.write_number("주민등록번호", guardian["rrn"])
        parent.reach("button", "인증서 만들기")
        parent.press("Enter")
        parent.comes_to("heading", "인증서 암호 정하기")
        parent.arrived("인증서 암호 정하기")
        weak = "영문, 숫자, 기호 가운데 두 가지 이상을 섞어 10자 이상으로 정해 주세요."
        parent.write("인증서 암호", "abcdefgh")
        parent.refused("암호 정하기", weak, loads=False)
        parent.go_to_error(weak)
        parent.write("인증서 암호", CERTIFICATE_PASSWORD)
        parent.write("인증서 암호 한 번 더", CERTIFICATE_PASSWORD)
        parent.reach("button", "암호 정하기")
        parent.press("Enter")
        parent.comes_to("heading", "인증서가 발급되었습니다")
        parent.arrived("인증서가 발급되었습니다")
        name, self.walk.p12 = parent.keep("파일로 보관하기")
        assert name == f"{guardian['name']}-학부모서비스.p12"
        parent.hears("파일을 내려받았습니다.")
        parent.follow("로그인하러 가기", "로그인")

    def sign_in_to(self, heading: str, *, mistaken: bool = False) -> None:
        """Sign in with the certificate that this browser keeps."""
        parent, guardian = self.parent, self.walk.guardian
        parent.skip()
        parent.choose(re.compile(guardian["name"]), re.compile(guardian["name"]))
        if mistaken:
            parent.write("이름", guardian["name"])
            parent.write_number("주민등록번호", guardian["rrn"])
            parent.write("인증서 암호", "Wrong-2026!")
            why = "인증서 암호가 맞지 않습니다. 대문자와 소문자를 확인해 주세요."
            parent.refused("로그인", why, loads=False)
        parent.write("이름", guardian["name"])
        parent.write_number("주민등록번호", guardian["rrn"])
        parent.write("인증서 암호", CERTIFICATE_PASSWORD)
        parent.send("로그인", heading)

    def ask_for_the_child(self) -> None:
        parent, guardian, child = self.parent, self.walk.guardian, self.walk.child
        parent.skip()
        parent.follow(SCHOOL_HEADING, SCHOOL_HEADING)
        parent.skip()
        parent.write("학교 이름", "없는학교")
        parent.lead("Enter", SCHOOL_HEADING)
        parent.hears("학교 0곳")
        parent.write("학교 이름", child["school"])
        parent.send("찾기", SCHOOL_HEADING)
        parent.follow(re.compile(f"^{child['school']}"), SCHOOL_HEADING)
        parent.skip()
        parent.refused("신청하기", "자녀 이름을 입력해 주세요.")
        parent.go_to_error("자녀 이름을 입력해 주세요.")
        parent.reach("radio", re.compile("."), keys="Shift+Tab")
        parent.choose(re.compile("."), re.compile(f"^{child['grade']}"))
        parent.write("반 (선택)", str(child["class"]))
        parent.write("자녀 이름", child["name"])
        # The digit after the birth date: odd for men, even for women.
        parent.choose(re.compile("."), "부" if int(guardian["rrn"][6]) % 2 else "모")
        parent.write_number("자녀 주민등록번호", child["rrn"])
        parent.send("신청하기", f"{child['name']} 신청 상황")

    def sign_out(self) -> None:
        self._open_menu()
        self.parent.send("로그아웃", "내 자녀 바로알기")

    def let_the_teacher_approve(self) -> None:
        child = self.walk.child
        place = child["school"], f"{child['grade']}-{child['class']}"
        teacher = self._signed_in("homeroom_teacher", place[0], "오늘 할 일", school_class=place[1])
        teacher.skip()
        teacher.follow("신청 보기", re.compile("학부모서비스 신청"))
        teacher.skip()
        request = re.compile(f"{child['name']} · {self.walk.guardian['name']}")
        teacher.follow(child["name"], request)
        teacher.lead("Escape", re.compile("학부모서비스 신청"))  # one step up
        teacher.follow(child["name"], request)
        teacher.skip()
        teacher.reach("button", "승인")
        # The next request opens, or the list when there is none.
        teacher.lead("Control+Enter", re.compile("."))
        teacher.hears(f"{child['name']} 학생의 신청을 승인하고")
        self.demo.mail(self.walk.guardian["email"], f"{child['name']} 학생의 열람이 승인되었습니다")

    def look_at_the_child(self) -> None:
        parent, child = self.parent, self.walk.child
        parent.open("/", "내 자녀 바로알기")
        parent.skip()
        parent.follow(re.compile("^로그인"), "로그인")
        self.sign_in_to(child["name"])
        for page in ("출결", "급식", "학사일정", "가정통신문"):
            self._open_menu()
            parent.follow(re.compile(f"^{page}"), page)
        parent.skip()

    def _open_menu(self) -> None:
        self.parent.reach("DisclosureTriangle", "메뉴")
        self.parent.press("Enter")

    def _signed_in(
        self,
        role: str,
        school: str,
        heading: str,
        *,
        school_class: str = "",
        at: tuple[str, str] | None = None,
    ) -> Typist:
        member = self.demo.staff(role, school, school_class)
        person = self._typist()
        person.open("/sign-in/staff/", "교직원 로그인")
        person.skip()
        person.write("아이디", member["login"])
        person.write("비밀번호", "wrong-password")
        person.refused("다음", "아이디나 비밀번호가 맞지 않습니다.")
        person.write("비밀번호", member["password"])
        person.send("다음", heading, at=at)
        return person


@pytest.fixture(scope="module")
def walked(demo: Demo, chromium: Browser) -> Iterator[KeyboardWalk]:
    walk = KeyboardWalk(demo, chromium)
    with nothing_but_keys():
        walk.run()
    yield walk
    for typist in walk.typists:
        typist.person.close()


def test_the_main_job_needs_no_mouse(walked: KeyboardWalk) -> None:
    assert [kind for typist in walked.typists for kind in typist.pointers] == []
    assert [trouble for typist in walked.typists for trouble in typist.person.troubles] == []
    client.read_p12(walked.walk.p12, CERTIFICATE_PASSWORD)


def test_whatever_has_the_focus_has_a_name_and_is_seen(walked: KeyboardWalk) -> None:
    assert [barrier for typist in walked.typists for barrier in typist.barriers] == []


def test_no_page_scrolls_sideways_at_200_percent_and_axe_is_content(walked: KeyboardWalk) -> None:
    assert [page for typist in walked.typists for page in typist.person.wide] == []
    assert [barrier for typist in walked.typists for barrier in typist.person.barriers] == []


def test_what_bars_the_way_and_what_is_no_key_is_noticed(demo: Demo, chromium: Browser) -> None:
    typist = Typist(chromium, demo.url)
    typist.open("/certificate/", "학부모서비스용 인증서")
    assert (typist.barriers, typist.pointers) == ([], [])

    typist.person.inspector.send("Runtime.evaluate", {"expression": SPOIL})
    while typist.tab().role != "RootWebArea":
        pass
    found = {barrier.split(": ", 1)[1] for barrier in typist.barriers}
    assert {"no name", "no ring", "covered by div.bar"} <= found

    page = typist.person.page
    with nothing_but_keys(), pytest.raises(AssertionError, match="only the keyboard"):
        page.get_by_role("link", name="신청하기").click()
    assert typist.pointers == []
    page.mouse.move(20, 20)
    page.mouse.down()
    noticed, patience = {"mousemove", "mousedown"}, 100
    while not noticed <= set(typist.pointers) and patience:
        page.wait_for_timeout(50)  # what a page saw comes by itself, a moment later
        patience -= 1
    assert noticed <= set(typist.pointers)
    typist.person.close()
