"""The main job by real browsers, with the mistakes that people make on the way."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, expect

from tests.journeys.people import Person

ISSUE_PASSWORD = "Hanul20260"
CERTIFICATE_PASSWORD = "Baro-algi 2026!"


@dataclass(frozen=True)
class Demo:
    """A running demo."""

    url: str
    data_dir: Path

    @property
    def sheet(self) -> dict[str, Any]:
        sheet: dict[str, Any] = json.loads((self.data_dir / "demo.json").read_text())
        return sheet

    def staff(self, role: str, school: str, school_class: str = "") -> dict[str, str]:
        """Return a member of staff of the sheet."""
        return next(
            member
            for member in self.sheet["staff"]
            if (member["role"], member["school"]) == (role, school)
            and (not school_class or member["class"] == school_class)
        )

    def mails(self) -> list[dict[str, str]]:
        answer = httpx.get(f"{self.url}/demo/outbox/?format=json", timeout=20, trust_env=False)
        mails: list[dict[str, str]] = answer.raise_for_status().json()
        return mails

    def mail(self, to: str, words: str) -> dict[str, str]:
        """Wait for a mail."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for mail in self.mails():
                if mail["to"] == to and words in mail["subject"] + mail["text"]:
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"no mail with {words!r}")


@dataclass
class Walk:
    """A walked way: whose, what was kept, and every browser on it."""

    family: dict[str, Any]
    number: str = ""
    p12: bytes = field(default=b"", repr=False)
    pair: dict[str, bytes] = field(default_factory=dict, repr=False)
    people: list[Person] = field(default_factory=list)
    parents: list[Person] = field(default_factory=list)

    @property
    def guardian(self) -> dict[str, str]:
        guardian: dict[str, str] = self.family["guardian"]
        return guardian

    @property
    def child(self) -> dict[str, Any]:
        child: dict[str, Any] = self.family["children"][0]
        return child


class MainJob:
    """One family's way, at one size of screen."""

    def __init__(self, demo: Demo, browser: Browser, family: dict[str, Any], size: str) -> None:
        self.demo, self._browser, self._size = demo, browser, size
        # Who sits at a desk takes the files of NPKI too, and with them a key of the other kind.
        self.wants_npki = size == "desk"
        self.walk = Walk(family)
        self.parent = self._parent()

    def run(self) -> Walk:
        self.apply()
        self.hand_in()
        self.receive()
        self.ask_for_the_child()
        self.let_the_teacher_approve()
        self.look_at_the_child()
        return self.walk

    def _person(self) -> Person:
        person = Person(self._browser, self.demo.url, self._size)
        self.walk.people.append(person)
        return person

    def _parent(self) -> Person:
        person = self._person()
        self.walk.parents.append(person)
        return person

    # ①-③

    def apply(self) -> None:
        parent, guardian, school = self.parent, self.walk.guardian, self.walk.child["school"]
        parent.open("/", "내 자녀 바로알기")
        parent.follow("인증서 신청", "학부모서비스용 인증서")
        parent.follow("신청하기", "온라인 신청")
        parent.press("동의하고 신청서 쓰기")
        parent.sees("필수 동의를 확인해 주세요.")
        parent.tick(parent.page.get_by_role("checkbox", name=re.compile("동의합니다")).first)
        parent.press("동의하고 신청서 쓰기")
        parent.look("신청서 작성")

        parent.press("다음 단계")
        expect(parent.page.get_by_role("alert")).to_be_focused()
        parent.sees("이름을 입력해 주세요.")
        parent.look_closely()
        parent.field("학부모 이름").fill(guardian["name"])
        parent.type_number("학부모 주민등록번호", guardian["rrn"])
        parent.field("휴대전화").fill(guardian["phone"].replace("-", " "))
        parent.field("이메일").fill(guardian["email"])
        parent.page.get_by_text("우편번호 찾기", exact=True).click()
        parent.page.get_by_label("도로 이름, 학교 이름 또는 우편번호").fill(school)
        parent.page.get_by_role("button", name="찾기", exact=True).nth(0).click()
        parent.page.locator("[data-lookup] [data-results]").get_by_role("button").first.click()
        parent.field("상세 주소").fill("101동 202호")
        parent.page.get_by_label("다른 학교나 교육지원청 찾기").fill(school)
        parent.page.get_by_role("button", name="찾기", exact=True).last.click()
        parent.tick(parent.page.get_by_role("radio", name=re.compile(f"^{school}")))
        parent.field("발급용 비밀번호").fill(ISSUE_PASSWORD[:7])
        parent.press("다음 단계")
        parent.sees("영문과 숫자를 섞어 정확히 10자리로 입력해 주세요.")
        # What is secret has gone, the rest stands as it was typed.
        expect(parent.field("학부모 이름")).to_have_value(guardian["name"])
        parent.type_number("학부모 주민등록번호", guardian["rrn"])
        parent.field("발급용 비밀번호").fill(ISSUE_PASSWORD)
        parent.press("다음 단계")
        parent.look("온라인 신청이 완료되었습니다")
        self.walk.number = parent.page.locator("[data-number]").get_attribute("data-number") or ""
        paper = parent.page.request.get(self.demo.url + "/certificate/apply/paper/")
        assert paper.body().startswith(b"%PDF")
        parent.follow("진행 조회", "인증서 진행 상황")
        parent.sees("학부모님이 서류를 내실 차례입니다")

    # ④

    def hand_in(self) -> None:
        guardian = self.walk.guardian
        officer = self._signed_in("registration_officer", self.walk.child["school"])
        officer.look("인증번호를 찍거나 적어 주세요")
        # A whole number opens its application at once, as from a scanner.
        officer.page.get_by_role("searchbox", name="인증번호를 찍거나 적어 주세요").fill(self.walk.number)
        officer.look(re.compile(guardian["name"]))
        officer.tick(officer.page.get_by_role("radio", name="주민등록증"))
        officer.tick(officer.page.get_by_role("checkbox", name=re.compile("얼굴과 이름")))
        # It is compared by itself at the 13th digit.
        number = officer.page.get_by_label("신분증의 주민등록번호")
        number.fill(guardian["rrn"][:-1] + str((int(guardian["rrn"][-1]) + 1) % 10))
        officer.sees("같지 않습니다.")
        officer.look_closely()
        number.fill(guardian["rrn"])
        officer.sees("같습니다")
        officer.tick(officer.page.get_by_role("checkbox", name="서명한 신청서 1부"))
        officer.tick(officer.page.get_by_role("checkbox", name=re.compile("신분증 앞면과 뒷면")))
        officer.page.get_by_role("button", name=re.compile("^승인")).click()
        officer.look("인증번호를 찍거나 적어 주세요")
        officer.sees(f"{guardian['name']} 님의 신청을 승인했습니다.")

    # ⑤

    def receive(self) -> None:
        parent, guardian = self.parent, self.walk.guardian
        mail = self.demo.mail(guardian["email"], "/certificate/issue/")
        (link,) = [word for word in mail["text"].split() if "/certificate/issue/" in word]
        parent.open(urlsplit(link).path, "인증서 받기")
        parent.field("인증번호").fill(f"{self.walk.number[:8]} {self.walk.number[8:]}")
        parent.field("발급용 비밀번호").fill("Wrong12345")
        parent.type_number("주민등록번호", guardian["rrn"])
        parent.press("인증서 만들기")
        parent.sees("4번 더 틀리면 발급이 중지되고")
        parent.look_closely()
        parent.field("발급용 비밀번호").fill(ISSUE_PASSWORD)
        parent.type_number("주민등록번호", guardian["rrn"])
        if self.wants_npki:
            parent.page.get_by_text("예전 방식 파일(NPKI)도 필요하신가요?").click()
            parent.tick(parent.page.get_by_label("예전 방식 파일도 함께 받기"))
            parent.look_closely()
        parent.press("인증서 만들기")
        parent.look("인증서 암호 정하기")
        parent.field("인증서 암호").fill("abcdefgh")
        parent.field("인증서 암호 한 번 더").fill("abcdefgh")
        parent.press("암호 정하기")
        parent.sees("영문, 숫자, 기호 가운데 두 가지 이상을 섞어 10자 이상으로 정해 주세요.")
        parent.field("인증서 암호").fill(CERTIFICATE_PASSWORD)
        parent.field("인증서 암호 한 번 더").fill(CERTIFICATE_PASSWORD + "?")
        parent.press("암호 정하기")
        parent.sees("두 암호가 서로 다릅니다. 다시 입력해 주세요.")
        parent.field("인증서 암호").fill(CERTIFICATE_PASSWORD)
        parent.field("인증서 암호 한 번 더").fill(CERTIFICATE_PASSWORD)
        parent.press("암호 정하기")
        parent.look("인증서가 발급되었습니다")
        name, self.walk.p12 = self._downloaded("파일로 보관하기")
        assert name == f"{guardian['name']}-학부모서비스.p12"
        if self.wants_npki:
            self.walk.pair = dict(map(self._downloaded, ("인증서 signCert.der", "열쇠 signPri.key")))

    def _downloaded(self, link: str) -> tuple[str, bytes]:
        with self.parent.page.expect_download() as kept:
            self.parent.link(link).click()
        return kept.value.suggested_filename, Path(kept.value.path()).read_bytes()

    # The child

    def ask_for_the_child(self) -> None:
        parent, guardian, child = self.parent, self.walk.guardian, self.walk.child
        parent.follow("로그인하러 가기", "로그인")
        parent.field("이름").fill(guardian["name"])
        parent.type_number("주민등록번호", guardian["rrn"])
        parent.field("인증서 암호").fill("Wrong-2026!")
        parent.press("로그인")
        parent.sees("인증서 암호가 맞지 않습니다.")
        parent.look_closely()
        self._prove(parent)
        parent.look("자녀정보조회")
        parent.follow("학부모서비스 신청", "학부모서비스 신청")
        parent.field("학교 이름").or_(parent.page.get_by_role("searchbox")).first.fill(child["school"])
        parent.press("찾기")
        parent.look("학부모서비스 신청")
        parent.page.locator(f"a[href*='{child['school_code']}']").first.click()
        parent.look("학부모서비스 신청")
        parent.press("신청하기")
        parent.sees("자녀 이름을 입력해 주세요.")
        parent.look_closely()
        parent.tick(parent.page.get_by_role("radio", name=re.compile(f"^{child['grade']}")))
        parent.field("반").fill(str(child["class"]))
        parent.field("자녀 이름").fill(child["name"])
        # The digit after the birth date: odd for men, even for women.
        relationship = "부" if int(guardian["rrn"][6]) % 2 else "모"
        parent.tick(parent.page.get_by_role("radio", name=relationship, exact=True))
        parent.type_number("자녀 주민등록번호", child["rrn"])
        parent.press("신청하기")
        parent.look(f"{child['name']} 신청 상황")
        parent.sees("담임선생님이 확인하고 있습니다")

    def let_the_teacher_approve(self) -> None:
        child = self.walk.child
        teacher = self._signed_in("homeroom_teacher", child["school"], f"{child['grade']}-{child['class']}")
        teacher.look("오늘 할 일")
        teacher.follow("신청 보기", re.compile("학부모서비스 신청"))
        teacher.follow(child["name"], re.compile(f"{child['name']} · {self.walk.guardian['name']}"))
        teacher.page.get_by_role("button", name=re.compile("^승인( |$)")).click()
        # The next request opens, or the list when there is none.
        teacher.sees(f"{child['name']} 학생의 신청을 승인하고")
        teacher.look_closely()
        self.demo.mail(self.walk.guardian["email"], f"{child['name']} 학생의 열람이 승인되었습니다")

    def look_at_the_child(self) -> None:
        """Sign in on another device, from the kept file, and look at every page."""
        child = self.walk.child
        parent = self._parent()
        parent.open("/sign-in/", "로그인")
        parent.page.locator("#certificate-file").set_input_files(
            {"name": "인증서.p12", "mimeType": "application/x-pkcs12", "buffer": self.walk.p12}
        )
        self._prove(parent)
        parent.look(child["name"])
        hub = parent.page.url
        parent.follow("날짜별로 보기", "출결")
        parent.open(hub, child["name"])
        if parent.page.get_by_role("link", name="성적 모두 보기").count():
            parent.follow("성적 모두 보기", "성적")
            parent.open(hub, child["name"])
        parent.follow("식단 보기", "급식")
        parent.open(hub, child["name"])
        parent.follow("학사일정 보기", "학사일정")
        parent.open(hub, child["name"])
        parent.follow("가정통신문 모두 보기", "가정통신문")
        parent.page.get_by_role("main").locator("a.list-row").first.click()
        parent.look(re.compile("."))
        if self._size == "phone":
            parent.page.locator("summary").filter(has_text="메뉴").first.click()
        else:
            parent.page.locator("summary").filter(has_text=f"{self.walk.guardian['name']} 님").click()
        parent.button("로그아웃").click()
        parent.look("내 자녀 바로알기")
        parent.open(hub, "로그인")

    def _prove(self, parent: Person) -> None:
        """Type what belongs to the certificate, and sign in."""
        parent.field("이름").fill(self.walk.guardian["name"])
        parent.type_number("주민등록번호", self.walk.guardian["rrn"])
        parent.field("인증서 암호").fill(CERTIFICATE_PASSWORD)
        parent.press("로그인")

    def _signed_in(self, role: str, school: str, school_class: str = "") -> Person:
        member = self.demo.staff(role, school, school_class)
        person = self._person()
        person.open("/sign-in/staff/", "교직원 로그인")
        person.field("아이디").fill(member["login"])
        person.field("비밀번호").fill("wrong-password")
        person.press("다음")
        person.sees("아이디나 비밀번호가 맞지 않습니다.")
        person.look_closely()
        person.field("비밀번호").fill(member["password"])
        person.press("다음")
        return person
