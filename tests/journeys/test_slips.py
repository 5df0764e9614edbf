"""A teacher writes and asks; parents answer, one answer comes on paper, and the missing are reminded."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, FilePayload, expect
from pypdf import PdfWriter

from baroalgi.operations.journey import book
from baroalgi.operations.journey.way import P12, Way
from tests.journeys.keyboard import Typist, nothing_but_keys
from tests.journeys.main_job import Demo
from tests.journeys.people import SECONDS, Person

SCHOOL = "황간초등학교"
LETTER = "국립공주박물관 현장체험학습 안내"
FORM = "현장체험학습 참가 동의서"
LIST = "준비물 목록 (3학년).xlsx"
# As the keys below write it, and the server keeps it.
WRITTEN = (
    "<p>학부모님, <strong>12월 4일</strong>에 다녀옵니다.</p><h2>준비물</h2>"
    "<ul><li>도시락</li><li>물</li></ul>"
    '<p>박물관 <a href="https://gongju.museum.go.kr" rel="noopener noreferrer">'
    "https://gongju.museum.go.kr</a></p>"
)


@dataclass(frozen=True)
class Family:
    """A parent at a browser, and what the sheet of the demo says of the family."""

    parent: Person
    sheet: dict[str, Any]

    @property
    def child(self) -> dict[str, Any]:
        child: dict[str, Any] = self.sheet["children"][0]
        return child


@dataclass(frozen=True)
class Classroom:
    """A class: its teacher at the desk, a family that reads already, and one that has just come."""

    word: str
    teacher: Typist
    old: Family
    new: Family


@pytest.fixture(scope="module")
def room(demo: Demo, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    families = demo.sheet["families"]
    old = next(one for one in families if one["state"] == "linked" and _place(one)[0] == SCHOOL)
    # From the end: `baroalgi journey` takes them from the beginning.
    new = [one for one in families if one["state"] == "new" and _place(one) == _place(old)][-1]
    _, grade, class_no = _place(old)
    teacher = Typist(chromium, demo.url, "desk")
    phones = [Person(chromium, demo.url, "phone") for _ in range(2)]
    everybody = [teacher.person, *phones]
    member = demo.staff("homeroom_teacher", SCHOOL, f"{grade}-{class_no}")
    teacher.person.open("/sign-in/staff/", "교직원 로그인")
    teacher.person.type(아이디=member["login"], 비밀번호=member["password"])
    teacher.person.press("다음")
    teacher.person.page.wait_for_url(re.compile("/desk/"), timeout=SECONDS * 1000)
    new |= {"certificate": come_in(demo, new, tmp_path_factory.mktemp("new") / P12)}
    for phone, family in zip(phones, (old, new), strict=True):
        sign_in(phone, family)
    yield Classroom(f"{grade}학년 {class_no}반", teacher, Family(phones[0], old), Family(phones[1], new))
    for person in everybody:
        person.close()
    assert [trouble for person in everybody for trouble in person.troubles] == []
    assert [barrier for person in everybody for barrier in person.barriers] == []
    assert [page for person in everybody for page in person.wide] == []
    assert teacher.barriers == []


def _place(family: dict[str, Any]) -> tuple[str, int, int]:
    child = family["children"][0]
    return child["school"], child["grade"], child["class"]


def come_in(demo: Demo, family: dict[str, Any], file: Path) -> dict[str, str]:
    """Go a family's way to the approval, as `baroalgi journey` goes it; return its kept certificate."""
    sheet = book.read(demo.data_dir / "demo.json")
    (one,) = [known for known in sheet.families if known.rrn == family["guardian"]["rrn"]]
    with Way(demo.url, book.Book(sheet.outbox, sheet.staff, (one,))) as way:
        for _step in way.walk():
            if way.at == "teacher approves":
                break
        file.write_bytes(way.files[P12])
        return {"p12": str(file), "password": way.certificate_password}


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


def answers_of(teacher: Person) -> dict[str, tuple[Any, ...]]:
    """Download the answers, and return the rows of the sheet by the child's name."""
    with teacher.page.expect_download() as download:
        teacher.link("XLSX로 받기").click()
    sheet = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active
    assert sheet is not None
    return {str(row[3]): row for row in sheet.iter_rows(values_only=True)}


def pdf() -> bytes:
    content, writer = io.BytesIO(), PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(content)
    return content.getvalue()


def xlsx() -> bytes:
    content, workbook = io.BytesIO(), Workbook()
    workbook.active.append(["도시락", "물"])  # type: ignore[union-attr]
    workbook.save(content)
    return content.getvalue()


def write_by_keys(teacher: Typist, receivers: str) -> None:
    """Write a letter that asks something, without its title, and all of it by keys."""
    teacher.open("/desk/letters/new/", "가정통신문 쓰기")
    teacher.choose("전교", receivers)
    teacher.reach("textbox", "내용")
    teacher.type("학부모님, ")
    teacher.press("Control+B")
    teacher.type("12월 4일")
    teacher.press("Control+B")
    teacher.type("에 다녀옵니다.")
    teacher.press("Enter")
    use_tool(teacher, "제목")
    teacher.type("준비물")
    teacher.press("Enter")
    use_tool(teacher, "목록")
    teacher.type("도시락")
    teacher.press("Enter")
    teacher.type("물")
    teacher.press("Enter")
    teacher.press("Enter")  # an empty item ends the list
    teacher.type("박물관 ")
    teacher.press("Control+K")
    teacher.comes_to("textbox", "누르면 열릴 주소")
    teacher.type("gongju.museum.go.kr")
    teacher.press("Enter")
    teacher.comes_to("textbox", "내용")
    teacher.tick("회신을 받습니다")
    teacher.write("질문 1", "참가에 동의하십니까?")
    teacher.reach("button", "질문 더하기")
    teacher.press("Enter")
    teacher.comes_to("textbox", "질문 2")
    teacher.type("전할 말씀이 있습니까?")
    teacher.reach("combobox", "답하는 방법")
    for _ in range(3):
        teacher.press("ArrowDown")
    teacher.reach("checkbox", "꼭 답하기")
    teacher.press("Space")


def use_tool(teacher: Typist, name: str) -> None:
    """Go from the text to the tools, press one, and be back in the text."""
    teacher.press("Alt+F10")
    for _ in range(7):
        if teacher.focus().is_("button", name):
            break
        teacher.press("ArrowRight")
    teacher.press("Enter")
    teacher.comes_to("textbox", "내용")


def test_a_letter_is_written_read_answered_and_its_missing_reminded(
    demo: Demo, room: Classroom, tmp_path: Path
) -> None:
    teacher, desk = room.teacher.person, room.teacher
    with nothing_but_keys():
        write_by_keys(desk, room.word)
    # A title is forgotten and the time is over: both are told, and nothing that was typed is lost.
    due = teacher.field("마감").input_value()
    teacher.field("마감").fill("2020-01-02T18:00")
    with nothing_but_keys():
        desk.refused(f"{room.word}에 보내기", "제목을 적어 주세요.", "마감이 이미 지났습니다.")
        desk.go_to_error("마감이 이미 지났습니다.")
        desk.reach("link", "제목을 적어 주세요.", keys="Shift+Tab")
        desk.go_to_error("제목을 적어 주세요.")
        desk.type(LETTER)
    assert teacher.page.locator("#id_text").inner_html() == WRITTEN
    expect(teacher.page.get_by_role("radio", name=room.word)).to_be_checked()
    expect(teacher.field("질문 2")).to_have_value("전할 말씀이 있습니까?")
    expect(teacher.page.get_by_label("답하는 방법").nth(1)).to_have_value("text")
    expect(teacher.page.get_by_label("꼭 답하기").nth(1)).not_to_be_checked()
    teacher.field("마감").fill(due)

    # Of three files one is not what its name says, and another is too large: the good ones stay.
    teacher.press("저장하고 파일 붙이기")
    teacher.look("붙임 파일")
    attach(
        desk,
        [
            {"name": "안내.pdf", "mimeType": "application/pdf", "buffer": pdf()},
            {"name": unicodedata.normalize("NFD", LIST), "mimeType": "application/zip", "buffer": xlsx()},
            {"name": "사진.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + bytes(2000)},
        ],
    )
    teacher.sees("파일 2개를 붙였습니다.")
    teacher.sees("「사진」: 파일 종류를 알 수 없습니다.")
    large = tmp_path / "영상.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(21 * 2**20))
    attach(desk, large)
    teacher.sees("「영상」: 파일이 너무 큽니다.")
    expect(teacher.page.locator(".attached li .strong")).to_have_text(["안내.pdf", LIST])
    teacher.follow("글로 돌아가기", "가정통신문 쓰기")
    assert teacher.page.locator("#id_text").inner_html() == WRITTEN
    expect(teacher.field("마감")).to_have_value(due)
    teacher.follow("학부모 화면으로 보기", LETTER)
    teacher.sees("참가에 동의하십니까?")
    teacher.page.get_by_role("link", name="쓰기", exact=True).click()
    teacher.look("가정통신문 쓰기")
    teacher.press(f"{room.word}에 보내기")
    teacher.look("보낸 글 고치기")
    address = teacher.link("누리집에서 보기").get_attribute("href") or ""

    # One parent reads, takes the list along, and answers with a name.
    parent = room.old.parent
    parent.open(address, LETTER)
    with parent.page.expect_download() as kept:
        parent.page.get_by_role("link", name=LIST).click()
    assert kept.value.suggested_filename == LIST
    assert Path(kept.value.path()).read_bytes()[:2] == b"PK"
    parent.press("회신 보내기")
    parent.sees("고쳐 주세요")
    parent.look_closely()
    choose(parent, "예")
    parent.field("전할 말씀이 있습니까?").fill("=1+1")
    parent.press("회신 보내기")
    parent.sees("에 회신하셨습니다")
    parent.look_closely()

    # One comes on paper; who is missing is reminded once.
    teacher.open("/desk/letters/?state=published", "가정통신문")
    teacher.follow(f"회신 보기: {LETTER}", LETTER)
    missing = teacher.page.get_by_role("row").filter(has_text=room.new.child["name"])
    expect(missing).to_contain_text("읽지 않음")
    on_paper = teacher.page.get_by_role("link", name=re.compile("^종이 회신 적기")).filter(
        has_not_text=room.new.child["name"]
    )
    named = (on_paper.first.text_content() or "").removeprefix("종이 회신 적기").strip()
    on_paper.first.click()
    teacher.look("종이 회신 적기")
    choose(teacher, "아니오")
    teacher.press("종이 회신 적기")
    teacher.look(LETTER)
    teacher.page.get_by_role("button", name=re.compile("에게 다시 알리기$")).click()
    teacher.sees("분에 알렸습니다.")
    teacher.look_closely()
    email = room.new.sheet["guardian"]["email"]
    mail = demo.mail(email, f"「{LETTER}」에 아직 회신하지 않으셨습니다.")

    # The mail leads to the slip.
    (link,) = [word for word in mail["text"].split() if word.startswith("http")]
    late = room.new.parent
    late.open(urlsplit(link).path, re.compile("."))
    choose(late, "예")
    late.press("회신 보내기")
    late.sees("에 회신하셨습니다")
    teacher.page.reload()
    teacher.page.get_by_role("link", name=re.compile("^회신함")).click()
    expect(missing).to_contain_text(room.new.sheet["guardian"]["name"])
    teacher.look_closely()
    rows = answers_of(teacher)
    assert [rows[name][-2:] for name in (room.old.child["name"], room.new.child["name"], named)] == [
        ("예", "=1+1"), ("예", None), ("아니오", None)
    ]  # fmt: skip
    assert [one["to"] for one in demo.mails() if link in one["text"]] == [email]


def attach(teacher: Typist, files: Path | list[FilePayload]) -> None:
    """Choose files and send them: by keys, but for the chooser, which is no part of the page."""
    teacher.reach("button", "파일 더하기")
    teacher.person.page.get_by_label("파일 더하기").set_input_files(files)
    teacher.reach("button", "파일 올리기")
    with teacher.person.page.expect_event("load"):
        teacher.press("Enter")
    teacher.person.look("붙임 파일")


def test_a_form_is_signed_with_the_certificate_of_the_browser(demo: Demo, room: Classroom) -> None:
    teacher, parent = room.teacher.person, room.old.parent

    # The questions change places by the keyboard alone.
    teacher.open("/desk/letters/new/", "가정통신문 쓰기")
    teacher.field("제목").fill(FORM)
    choose(teacher, room.word)
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
    password = room.old.sheet["certificate"]["password"]
    for answer in ("예", "아니오"):
        parent.open(address, FORM)
        if answer == "아니오":
            parent.page.get_by_role("link", name="고치기").click()
        choose(parent, answer)
        parent.field("전할 말씀이 있습니까?").fill("늦게 갑니다.")
        parent.press("서명할 내용 보기")
        expect(parent.page.locator(".slip-text")).to_contain_text(f"1. 참가에 동의하십니까?\n{answer}")
        parent.look_closely()
        if answer == "예":
            parent.field("인증서 암호").fill("Wrong-password1")
            parent.press("서명하고 회신 보내기")
            parent.sees("인증서 암호가 맞지 않습니다.")
        else:
            # Another certificate is chosen after reading: what was read still stands to be signed.
            parent.tick(parent.page.get_by_label("다른 인증서 파일 고르기"))
            parent.page.locator("#certificate-file").set_input_files(room.old.sheet["certificate"]["p12"])
            parent.sees("인증서를 찾았습니다.")
        parent.field("인증서 암호").fill(password)
        parent.press("서명하고 회신 보내기")
        parent.sees("인증서로 서명")
        expect(parent.page.locator(".slip-answers")).to_contain_text(answer)

    teacher.follow("회신 보기", FORM)
    row = answers_of(teacher)[room.old.child["name"]]
    assert (row[4], row[6], row[7], row[-2:]) == (
        "회신함",
        room.old.sheet["guardian"]["name"],
        "인증서 서명",
        ("아니오", "늦게 갑니다."),
    )
    # Key and password went nowhere.
    assert not [sent.url for sent in parent.sent if password.encode() in sent.body]
