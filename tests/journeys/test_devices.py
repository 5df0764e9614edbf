"""A certificate comes from files, a folder or a drop; goes to a phone; and stays on no shared computer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from asn1crypto.pkcs12 import Pfx, SafeContents
from playwright.sync_api import Browser, expect

from tests.journeys.main_job import CERTIFICATE_PASSWORD, Demo
from tests.journeys.people import SECONDS, Person

MOVE = "휴대전화로 옮기기"
KEEP = "이 기기에 인증서 저장하기"
SHARED = "여러 사람이 쓰는 기기예요"
WRONG_PASSWORD = (
    "인증서 암호가 맞지 않습니다. 대문자와 소문자를 확인해 주세요. 암호는 이 기기 안에서만 확인합니다."
)
DAMAGED = "인증서 파일을 읽을 수 없습니다. 파일이 손상되었거나 지원하지 않는 형식입니다."

_KEPT_HERE = """
async () => [
  ...(await indexedDB.databases()).map(({name}) => name),
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
]
"""


@dataclass
class Owner:
    """A parent of the demo who has a certificate, and its files."""

    name: str
    rrn: str
    password: str
    p12: bytes

    @property
    def pair(self) -> dict[str, bytes]:
        """The same as an NPKI pair: certificate, and key as it is locked in the .p12."""
        bags = {bag["bag_id"].native: bag["bag_value"] for bag in reversed(_bags(self.p12))}
        certificate, key = bags["cert_bag"]["cert_value"].parsed, bags["pkcs8_shrouded_key_bag"]
        return {"signCert.der": certificate.dump(), "signPri.key": key.untag().dump()}


def _bags(p12: bytes) -> list[Any]:
    safes = [SafeContents.load(info["content"].native) for info in Pfx.load(p12).authenticated_safe]
    return [bag for safe in safes for bag in safe]


@pytest.fixture(scope="module")
def owner(demo: Demo) -> Owner:
    families = [family for family in demo.sheet["families"] if family["state"] == "linked"]
    family = families[-1]  # `baroalgi journey` and the other walks take the new ones
    kept = family["certificate"]
    p12 = Path(kept["p12"]).read_bytes()
    return Owner(family["guardian"]["name"], family["guardian"]["rrn"], kept["password"], p12)


@pytest.fixture
def people(demo: Demo, chromium: Browser) -> Iterator[Callable[..., Person]]:
    """Browsers of their own; whatever was opened is closed, and no script complained."""
    opened: list[Person] = []

    def make(size: str = "desk") -> Person:
        opened.append(Person(chromium, demo.url, size))
        return opened[-1]

    yield make
    for person in opened:
        person.close()
    assert [trouble for person in opened for trouble in person.troubles] == []
    assert [barrier for person in opened for barrier in person.barriers] == []
    assert [page for person in opened for page in person.wide] == []


def file(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def prove(person: Person, owner: Owner, password: str | None = None) -> None:
    person.field("이름").fill(owner.name)
    person.type_number("주민등록번호", owner.rrn)
    person.field("인증서 암호").fill(password or owner.password)
    person.press("로그인")


def at_home(person: Person) -> None:
    person.page.wait_for_url(re.compile("/children/"), timeout=SECONDS * 1000)


def kept_here(person: Person) -> list[str]:
    found: list[str] = person.page.evaluate(_KEPT_HERE)
    return found


def laid(folder: Path, owner: Owner) -> Path:
    """Lay the pair as NPKI does, beside a key-exchange pair and things of no concern."""
    user = folder / "NPKI" / "yessign" / "USER" / f"cn={owner.name}()0020041200806232804005,ou=personal4IB"
    user.mkdir(parents=True)
    for name, content in owner.pair.items():
        (user / name).write_bytes(content)
    (user / "CaPubs").write_bytes(b"0")
    (folder / "NPKI" / "사진.jpg").write_bytes(b"\xff\xd8" * 400)
    return folder / "NPKI"


# Choosing -------------------------------------------------------------------------------------------


def test_a_pair_signs_in_and_each_mistake_has_its_sentence(
    people: Callable[..., Person], owner: Owner
) -> None:
    parent = people()
    parent.open("/sign-in/", "로그인")
    picker = parent.page.locator("#certificate-file")
    picker.set_input_files([file("인증서.p12", owner.p12[:700])])
    parent.sees(DAMAGED)
    picker.set_input_files([file("signCert.der", owner.pair["signCert.der"])])
    parent.sees("열쇠 파일(signPri.key)이 없습니다.")
    picker.set_input_files([file("메모.txt", b"nothing")])
    parent.sees("고르신 것에서 인증서를 찾지 못했습니다.")
    parent.look_closely()

    picker.set_input_files([file(name, content) for name, content in owner.pair.items()])
    card = parent.page.get_by_role("radio", name=owner.name)
    expect(card).to_be_checked()
    parent.sees("학부모서비스용")
    prove(parent, owner, "Wrong-2026!")
    parent.sees(WRONG_PASSWORD)
    # The certificate stays chosen, the name stays, what is secret has gone.
    expect(card).to_be_checked()
    expect(parent.field("이름")).to_have_value(owner.name)
    expect(parent.field("인증서 암호")).to_have_value("")
    parent.look_closely()
    prove(parent, owner)
    at_home(parent)
    # The server was told what was refused here, in one word each.
    told = [dict(parse_qsl(sent.body.decode())) for sent in parent.sent if "/refused/" in sent.url]
    codes = ("damaged", "key_missing", "wrong_password")
    assert told == [{"place": "sign_in", "code": code} for code in codes]


def test_a_folder_with_several_certificates_asks_for_one(
    people: Callable[..., Person], owner: Owner, tmp_path: Path
) -> None:
    parent = people()
    parent.open("/sign-in/", "로그인")
    folder = laid(tmp_path, owner)
    (folder / "보관.p12").write_bytes(owner.p12)
    parent.page.locator("#certificate-folder").set_input_files(folder)
    parent.sees("인증서 2개를 찾았습니다. 하나를 골라 주세요.")
    prove(parent, owner)
    parent.sees("여러 인증서 가운데 하나를 골라 주세요.")
    parent.tick(parent.page.get_by_role("radio", name=owner.name).last)
    prove(parent, owner)
    at_home(parent)


def test_a_dropped_folder_is_walked(people: Callable[..., Person], owner: Owner, tmp_path: Path) -> None:
    parent = people()
    parent.open("/sign-in/", "로그인")
    parent.drop(laid(tmp_path, owner), parent.page.locator("[data-chooser]"))
    expect(parent.page.get_by_role("radio", name=owner.name)).to_be_checked()
    prove(parent, owner)
    at_home(parent)


# A shared computer ----------------------------------------------------------------------------------


def test_on_a_shared_computer_a_certificate_is_received_and_used_and_nothing_stays(
    people: Callable[..., Person], demo: Demo
) -> None:
    family = [family for family in demo.sheet["families"] if family["state"] == "approved"][-1]
    guardian, application = family["guardian"], family["application"]
    parent = people()
    parent.open(urlsplit(application["link"]).path, "인증서 받기")
    parent.field("인증번호").fill(application["number"])
    parent.field("발급용 비밀번호").fill(application["issue_password"])
    parent.type_number("주민등록번호", guardian["rrn"])
    parent.press("인증서 만들기")
    parent.look("인증서 암호 정하기")
    parent.field("인증서 암호").fill(CERTIFICATE_PASSWORD)
    parent.field("인증서 암호 한 번 더").fill(CERTIFICATE_PASSWORD)
    parent.tick(parent.page.get_by_role("checkbox", name=SHARED))
    parent.press("암호 정하기")
    parent.look("인증서가 발급되었습니다")
    parent.sees("이 기기에는 아무것도 남기지 않았습니다.")
    # Only the file has it now: it comes before going on.
    expect(parent.link("로그인하러 가기")).to_be_hidden()
    with parent.page.expect_download() as kept:
        parent.link("파일로 보관하기").click()
    owner = Owner(
        guardian["name"], guardian["rrn"], CERTIFICATE_PASSWORD, Path(kept.value.path()).read_bytes()
    )
    assert kept_here(parent) == []

    parent.follow("로그인하러 가기", "로그인")
    parent.page.locator("#certificate-file").set_input_files([file("인증서.p12", owner.p12)])
    expect(parent.page.get_by_role("checkbox", name=KEEP)).to_be_visible()
    parent.tick(parent.page.get_by_role("checkbox", name=SHARED))
    expect(parent.page.get_by_role("checkbox", name=KEEP)).to_be_hidden()
    prove(parent, owner)
    at_home(parent)
    parent.open("/account/certificates/", "인증서 관리")
    parent.sees("이 브라우저에 저장된 인증서가 없습니다.")
    parent.page.locator("summary").filter(has_text=f"{owner.name} 님").click()
    parent.button("로그아웃").click()
    parent.look("내 자녀 바로알기")
    assert kept_here(parent) == []


# To a phone -----------------------------------------------------------------------------------------


def test_a_certificate_goes_to_a_phone_and_is_taken_off_the_computer(
    people: Callable[..., Person], owner: Owner
) -> None:
    computer = people()
    computer.open("/sign-in/", "로그인")
    computer.page.locator("#certificate-file").set_input_files([file("인증서.p12", owner.p12)])
    computer.tick(computer.page.get_by_role("checkbox", name=KEEP))
    prove(computer, owner)
    at_home(computer)
    computer.open("/account/certificates/", "인증서 관리")
    computer.sees("사용 중")
    computer.follow(MOVE, MOVE)
    computer.field("인증서 암호").fill("Wrong-2026!")
    computer.press("네모 그림 만들기")
    computer.sees(WRONG_PASSWORD)
    address, digits = shown(computer, owner)
    computer.look_closely()

    phone = people("phone")
    phone.open(address, "이 기기로 인증서 받기")
    phone.field("숫자 8자리").fill("1234")
    phone.press("인증서 받기")
    phone.sees("숫자 8자리를 입력해 주세요.")
    phone.field("숫자 8자리").fill(other(digits))
    phone.press("인증서 받기")
    phone.sees("숫자가 맞지 않습니다.")
    phone.look_closely()
    phone.field("숫자 8자리").fill(f"{digits[:4]} {digits[4:]}")
    phone.press("인증서 받기")
    phone.look("인증서 암호 확인")
    assert "#" not in phone.page.url
    phone.field("인증서 암호").fill("Wrong-2026!")
    phone.press("이 기기에 저장하기")
    phone.sees(WRONG_PASSWORD)
    phone.field("인증서 암호").fill(owner.password)
    phone.press("이 기기에 저장하기")
    phone.look("인증서를 저장했습니다")
    phone.follow("로그인하러 가기", "로그인")
    expect(phone.page.get_by_role("radio", name=owner.name)).to_be_checked()
    prove(phone, owner)
    at_home(phone)

    # Neither the secret nor the digits were ever sent, by either of them.
    secret = address.partition("#")[2]
    for sent in (*computer.sent, *phone.sent):
        assert secret not in sent.url
        assert secret.encode() not in sent.body
        assert digits.encode() not in sent.body

    computer.open("/account/certificates/", "인증서 관리")
    computer.page.get_by_text("파일로 보관하기", exact=True).click()
    computer.field("인증서 암호").fill(owner.password)
    with computer.page.expect_download() as kept:
        computer.press("파일 내려받기")
    assert kept.value.suggested_filename == f"{owner.name}-학부모서비스.p12"
    computer.page.get_by_text("이 기기에서 지우기", exact=True).click()
    computer.sees("지우면 되돌릴 수 없습니다.")
    computer.press("지우기")
    computer.sees("이 브라우저에서 인증서를 지웠습니다.")
    assert kept_here(computer) == []


def shown(computer: Person, owner: Owner) -> tuple[str, str]:
    """Make the QR code; returns the address in it and the digits beside it."""
    computer.field("인증서 암호").fill(owner.password)
    computer.press("네모 그림 만들기")
    computer.look("휴대전화로 찍어 주세요")
    digits = re.sub(r"\D", "", computer.page.locator("[data-digits]").inner_text())
    assert len(digits) == 8
    return computer.code(), digits


def other(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**8:08}"
