"""The main job step by step, for one family: parent, officer and teacher in turn.

Each step says in one line what was seen; the first one that meets something else stops the way.
"""

import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from baroalgi.operations.journey import keys
from baroalgi.operations.journey.book import Book, Family, Staff
from baroalgi.operations.journey.html import Page
from baroalgi.operations.journey.keys import Issued
from baroalgi.operations.journey.trouble import Taken, Unexpected
from baroalgi.operations.journey.visitor import Visitor

MAIL_SECONDS = 15.0
P12, NPKI_CERTIFICATE, NPKI_KEY = "parent.p12", "signCert.der", "signPri.key"
CERTIFICATE_KIND, CRL_KIND = "application/pkix-cert", "application/pkix-crl"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was done. `seen`: one line about it."""

    name: str
    seconds: float
    seen: str


class Way:
    """One walk. What it gathers on the way (papers, keys, pages) stays in its attributes.

    `npki`: the parent chooses the files of old, an RSA key as a pair, and signs in with it in the end.
    `files`: the certificate as it is kept, by name.
    """

    at = ""
    family: Family
    number: str
    paper: bytes
    link: str
    answer: dict[str, Any]
    issued: Issued
    files: dict[str, bytes]
    child_page: Page

    def __init__(
        self, url: str, book: Book, visitor: Callable[[str], Visitor] = Visitor, *, npki: bool = False
    ) -> None:
        """`visitor` makes a browser at an address, for each person one."""
        self.url, self.book, self._visitor, self.npki = url.rstrip("/"), book, visitor, npki
        self.issue_password = keys.issue_password()
        self.certificate_password = keys.certificate_password()
        self.pair = keys.make_pair(npki=npki)
        self._visitors = ExitStack()
        self.parent = self._somebody()

    def __enter__(self) -> "Way":
        return self

    def __exit__(self, *_error: object) -> None:
        self._visitors.close()

    @property
    def names(self) -> list[str]:
        """Return the names of the steps, in their order."""
        return [name for name, _act in self._steps()]

    def walk(self) -> Iterator[Step]:
        """Do every step and yield it; `at` names the one under way. Raises Unexpected."""
        for name, act in self._steps():
            self.at = name
            begun = time.monotonic()
            seen = act()
            yield Step(name, time.monotonic() - begun, seen)

    def _steps(self) -> tuple[tuple[str, Callable[[], str]], ...]:
        return (
            ("entrance", self._entrance),
            ("certificate page", self._certificate_page),
            ("terms", self._terms),
            ("form", self._form),
            ("done page", self._done),
            ("paper", self._paper),
            ("status", self._status),
            ("officer signs in", self._officer_signs_in),
            ("officer finds the application", self._find_application),
            ("officer types the number", self._compare_number),
            ("officer approves", self._approve_application),
            ("mail with the link", self._mail_with_link),
            ("issuing page", self._issuing_page),
            ("order", self._order),
            ("certificate checked", self._check_certificate),
            ("first signature", self._confirm),
            ("revocation list", self._revocation_list),
            ("sign-in", self._sign_in),
            ("no child yet", self._no_child_yet),
            ("school search", self._find_school),
            ("application for the child", self._apply_for_child),
            ("teacher signs in", self._teacher_signs_in),
            ("teacher sees the request", self._see_request),
            ("teacher approves", self._approve_request),
            ("mail of the approval", self._mail_of_approval),
            ("sign-in from the kept file", self._sign_in_from_file),
            ("child overview", self._overview),
            ("attendance", lambda: self._page_of_child("출결")),
            ("grades", self._grades),
            ("meals", lambda: self._page_of_child("급식")),
            ("calendar", lambda: self._page_of_child("학사일정")),
            ("letters board", self._board),
            ("letter", self._letter),
            ("sign-out", self._sign_out),
        )

    def _somebody(self) -> Visitor:
        return self._visitors.enter_context(self._visitor(self.url))

    # The application

    def _entrance(self) -> str:
        page = self.parent.open("/", "내 자녀 바로알기")
        return f"「{page.heading}」"

    def _certificate_page(self) -> str:
        page = self.parent.follow("인증서 신청", "학부모서비스용 인증서")
        return f"「{page.heading}」"

    def _terms(self) -> str:
        self.parent.follow("신청하기", "온라인 신청")
        form = self.parent.page.form(field="agree").tick("agree")
        page = self.parent.send(form.press("동의하고 신청서 쓰기"), "신청서 작성")
        return f"agreed; 「{page.heading}」"

    def _form(self) -> str:
        """Fill the form for the first family that can begin."""
        for family in self._candidates():
            self.family = family
            try:
                return self._fill_form()
            except Taken:
                # The page can't be used for somebody else: what was typed belongs to that person.
                self.parent = self._somebody()
                self.parent.open("/certificate/")
                self._terms()
        raise Unexpected("a new family that can apply", "all of them have been used; begin a demo anew")

    def _candidates(self) -> list[Family]:
        """Return the new families, those first whom nobody has written to yet."""
        written = {str(mail["to"]) for mail in self._mails()}
        return sorted(self.book.families, key=lambda family: family.email in written)

    def _fill_form(self) -> str:
        family, parent = self.family, self.parent
        form = parent.page.form(field="address_query").fill(
            name=family.name, mobile=family.phone, email=family.email, address_query=family.child.school
        )
        form = parent.send(form.press(name="find_address")).form(field="address_query")
        form = parent.send(form.press(name="pick_address")).form(field="place_query")
        form.fill(address2="1층", place_query=family.child.school)
        form = parent.send(form.press(name="find_place")).form(field="place_query")
        form.choose("place", family.child.school)
        form.fill(rrn_0=family.rrn[:6], rrn_1=family.rrn[6:], issue_password=self.issue_password)
        page = parent.send(form.press("다음 단계"))
        if page.status == 422 and any("이미 진행 중인 신청" in sentence for sentence in page.problems):
            raise Taken
        if page.heading != "온라인 신청이 완료되었습니다":
            raise Unexpected("the done page", f"{page.name} came that says: {' '.join(page.problems) or '-'}")
        return f"filled for {family.name}, papers go to {family.child.school}"

    def _done(self) -> str:
        self.number = self.parent.page.marked("data-number").get("data-number")
        if not (len(self.number) == 15 and self.number.isdigit()):
            raise Unexpected("a number of 15 digits", "another text stands there")
        return f"「{self.parent.page.heading}」, number {self.number}"

    def _paper(self) -> str:
        self.paper = self.parent.fetch(self.parent.page.link("신청서 출력"), "application/pdf")
        if not self.paper.startswith(b"%PDF"):
            raise Unexpected("a PDF", "the bytes are something else")
        return f"PDF of {len(self.paper) // 1024} KB"

    def _status(self) -> str:
        """Look at the status from another device, by number and password."""
        elsewhere = self._somebody()
        elsewhere.open("/")
        elsewhere.follow("신청한 인증서, 어디까지 됐나요?", "인증서 진행 조회")
        form = elsewhere.page.form(field="issue_password")
        form.fill(number=self.number, issue_password=self.issue_password)
        page = elsewhere.send(form.press("조회하기"), "인증서 진행 상황")
        return _says(page, "학부모님이 서류를 내실 차례입니다")

    # The counter

    def _officer_signs_in(self) -> str:
        self.officer = self._staff(self.book.officer(self.family), "인증번호를 찍거나 적어 주세요")
        return f"「{self.officer.page.heading}」"

    def _find_application(self) -> str:
        form = self.officer.page.form(field="q").fill(q=self.number)
        page = self.officer.send(form.press("찾기"), self.family.name)
        if self.family.rrn[6:] in page.html:
            raise Unexpected("an application without its number", "the resident number stands on the page")
        return f"「{page.heading}」"

    def _compare_number(self) -> str:
        form = self.officer.page.form(button="같은지 보기").fill(rrn=self.family.rrn)
        page = self.officer.send(form.press("같은지 보기"), self.family.name)
        return _says(page, "같습니다")

    def _approve_application(self) -> str:
        form = self.officer.page.form(button="승인").choose("id_card", "주민등록증")
        form.tick("face_seen", "form_paper", "id_copy")
        page = self.officer.send(form.press("승인"), "인증번호를 찍거나 적어 주세요")
        return _says(page, f"{self.family.name} 님의 신청을 승인했습니다.")

    # The certificate

    def _mail_with_link(self) -> str:
        mail = self._mail("/certificate/issue/")
        (self.link,) = [word for word in mail["text"].split() if "/certificate/issue/" in word]
        return f"「{mail['subject']}」 to {mail['to']}"

    def _issuing_page(self) -> str:
        # A browser of its own: the link alone must do.
        self.parent = self._somebody()
        page = self.parent.open(self._here(self.link), "인증서 받기")
        return f"「{page.heading}」"

    def _order(self) -> str:
        self.answer = keys.order(
            self.parent,
            self.pair,
            number=self.number,
            issue_password=self.issue_password,
            rrn=self.family.rrn,
        )
        return "key made, request sent, certificate came"

    def _check_certificate(self) -> str:
        certificate = b64decode(self.answer["certificate"])
        issuing = self.parent.fetch(self._here(keys.issuer_address(certificate)), CERTIFICATE_KIND)
        root = self.parent.fetch(self._here(keys.issuer_address(issuing)), CERTIFICATE_KIND)
        self.signed = self.pair.sign(self.answer["challenge"], self.family.rrn, certificate)
        self.issued = keys.check(self.answer, self.signed, self.pair, self.family.rrn, [issuing, root])
        self.files = {P12: self.issued.to_p12(self.family.name, self.certificate_password)}
        if self.npki:
            self.files[NPKI_CERTIFICATE] = certificate
            self.files[NPKI_KEY] = self.issued.to_npki(self.certificate_password)
        return f"key, VID and chain fit; serial {self.issued.serial:x}"

    def _confirm(self) -> str:
        shown = keys.confirm(self.parent, self.signed)
        return f"{shown['name']}, {shown['kind']}, until {str(shown['not_after'])[:10]}"

    def _revocation_list(self) -> str:
        crl = self.parent.fetch(self._here(keys.list_address(self.issued.certificate)), CRL_KIND)
        return f"signed by the authority; {keys.check_list(crl, self.issued)} on it, this one not"

    def _sign_in(self) -> str:
        return self._sign_in_with(self.pair, self.issued.certificate)

    def _sign_in_with(self, pair: keys.KeyPair, certificate: bytes) -> str:
        self.parent.open("/sign-in/", "로그인")
        family = self.family
        onward = keys.sign_in(self.parent, pair, certificate, name=family.name, rrn=family.rrn)
        page = self.parent.open(onward)
        return f"challenge signed; {page.name}"

    # The child

    def _no_child_yet(self) -> str:
        page = self.parent.open("/children/")
        return _says(page, "아직 볼 수 있는 자녀가 없습니다.")

    def _find_school(self) -> str:
        child = self.family.child
        self.parent.follow("학부모서비스 신청", "학부모서비스 신청")
        form = self.parent.page.form(field="q").fill(q=child.school)
        page = self.parent.send(form.press("찾기"), "학부모서비스 신청")
        for href in page.links(child.school):
            if child.school_code in href:
                self.parent.open(href, "학부모서비스 신청")
                return f"{child.school} found and chosen"
        raise Unexpected(f"{child.school} among the schools found", "it is not there")

    def _apply_for_child(self) -> str:
        child = self.family.child
        form = self.parent.page.form(field="child_name").fill(
            child_name=child.name,
            class_no=str(child.class_no),
            child_rrn_0=child.rrn[:6],
            child_rrn_1=child.rrn[6:],
        )
        # The digit after the birth date tells women and men apart: even, odd (domain.md §1.15).
        form.choose("grade", str(child.grade)).choose(
            "relationship", "부" if _is_odd(self.family.rrn[6]) else "모"
        )
        page = self.parent.send(form.press("신청하기"), f"{child.name} 신청 상황")
        return _says(page, "담임선생님이 확인하고 있습니다")

    def _teacher_signs_in(self) -> str:
        self.teacher = self._staff(self.book.homeroom_teacher(self.family), "오늘 할 일")
        return f"「{self.teacher.page.heading}」"

    def _see_request(self) -> str:
        child = self.family.child
        self.teacher.follow("학부모서비스 신청", "학부모서비스 신청")
        page = self.teacher.follow(child.name, f"{child.name} · {self.family.name}")
        return f"「{page.heading}」"

    def _approve_request(self) -> str:
        page = self.teacher.send(self.teacher.page.form(button="승인").press("승인"))
        return _says(page, f"{self.family.child.name} 학생의 신청을 승인하고")

    def _mail_of_approval(self) -> str:
        mail = self._mail(f"{self.family.child.name} 학생의 열람이 승인되었습니다")
        return f"「{mail['subject']}」 to {mail['to']}"

    def _sign_in_from_file(self) -> str:
        self.parent = self._somebody()
        files, password = self.files, self.certificate_password
        if self.npki:
            return self._sign_in_with(*keys.open_npki(files[NPKI_KEY], files[NPKI_CERTIFICATE], password))
        return self._sign_in_with(*keys.open_p12(files[P12], password))

    def _overview(self) -> str:
        page = self.parent.open("/children/", self.family.child.name)
        self.child_page = page
        for card in ("오늘과 다음 일정", "오늘 급식", "올해 출결", "가정통신문"):
            _says(page, card)
        return f"「{page.heading}」 with plans, meal, attendance and letters"

    def _page_of_child(self, words: str) -> str:
        self.parent.page = self.child_page
        page = self.parent.follow(words, words)
        return f"「{page.heading}」: {page.first_part}"

    def _grades(self) -> str:
        if not self.child_page.links("성적"):
            return "not in the menu"
        return self._page_of_child("성적")

    def _board(self) -> str:
        self.parent.page = self.child_page
        page = self.parent.follow("가정통신문 모두 보기")
        return f"「{page.heading}」"

    def _letter(self) -> str:
        boards = urlsplit(self.parent.page.address).path
        for href in self.parent.page.links(""):
            if re.fullmatch(rf"{boards}\d+/", urlsplit(href).path):
                return f"「{self.parent.open(href).heading}」"
        raise Unexpected("a letter on the board", "there is none")

    def _sign_out(self) -> str:
        form = self.parent.page.form(button="로그아웃")
        self.parent.send(form.press("로그아웃"), "내 자녀 바로알기")
        page = self.parent.open(self.child_page.address)
        if self.family.child.name in page.text:
            raise Unexpected("the child's page to be closed after signing out", "it came")
        return f"the child's page leads to 「{page.heading}」"

    # Others

    def _staff(self, member: Staff, heading: str) -> Visitor:
        """Sign a member of staff in on another browser; `heading`: of the page that follows."""
        browser = self._somebody()
        browser.open("/sign-in/staff/", "교직원 로그인")
        form = browser.page.form(field="login").fill(login=member.login, password=member.password)
        browser.send(form.press("다음"), heading)
        return browser

    def _mail(self, words: str) -> dict[str, Any]:
        """Wait for the newest mail to the parent with these words in it."""
        deadline = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < deadline:
            for mail in self._mails():
                if mail["to"] == self.family.email and words in f"{mail['subject']}\n{mail['text']}":
                    return mail
            time.sleep(0.25)
        raise Unexpected(f"a mail about 「{words}」 within {MAIL_SECONDS:.0f} s", "none came")

    def _mails(self) -> list[dict[str, Any]]:
        _status, content = self._reader().ask(f"{self._here(self.book.outbox)}?format=json")
        mails: list[dict[str, Any]] = content
        return mails

    def _reader(self) -> Visitor:
        if not hasattr(self, "_postbox"):
            self._postbox = self._somebody()
        return self._postbox

    def _here(self, address: str) -> str:
        """Return an address of the demo under the URL that was asked for."""
        return self.url + urlsplit(address).path


def _says(page: Page, words: str) -> str:
    """Return the words in quotes if a reader of the page sees them. Raises Unexpected."""
    if words not in page.text:
        said = f" that says: {page.problems[0]}" if page.problems else ""
        raise Unexpected(f"「{words}」 on the page", f"{page.name} came{said}")
    return f"「{words}」"


def _is_odd(digit: str) -> bool:
    return int(digit) % 2 == 1
