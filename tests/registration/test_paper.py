"""Step ③: the printed application."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from baroalgi.registration import paper
from baroalgi.registration.letters import is_printable
from tests.registration.parent import NUMBER, PASSWORD, applied


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def test_the_application_is_one_tagged_page_with_the_words_of_the_notice(world, visitor):
    number = applied(visitor, world.hwanggan_counter)
    answer = visitor.get("/certificate/apply/paper/")
    assert answer["Content-Disposition"] == f'inline; filename="baroalgi-{number}.pdf"'
    document = read(answer.content)
    assert len(document.pages) == 1
    assert (round(document.pages[0].mediabox.width), round(document.pages[0].mediabox.height)) == (595, 842)
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert root["/Lang"].startswith("ko")
    text = document.pages[0].extract_text()
    for words in (
        "공인인증서비스 신청서",
        "(학부모서비스용)",
        "[교육부]",
        f"{number[:8]} {number[8:14]} {number[14:]}",
        "**********",
        "이은정",
        "850707-2******",
        "043-742-0000",
        "010-1234-5678",
        "eunjeong@example.kr",
        "(29115) 충청북도 영동군 황간면 남성1길 12 101동 202호",
        "1577-8787",
        "① 공인인증서비스 신청서 1부",
        "② 신분증 앞/뒤 사본 1부",
        "(필수)",
        "(선택)",
        "(서명 또는 인)",
        "등록업무 담당자 확인",
    ):
        assert words in text, words
    warning = (
        "기재하신 인증서 발급용 비밀번호는 인증서 암호와는 별개이며 분실하실 경우 인증서 발급/재발급이 "
        "불가능하오니 반드시 메모하여 보관하시기 바랍니다."
    )
    assert warning.replace(" ", "") in text.replace(" ", "").replace("\n", "")
    for secret in (NUMBER, NUMBER[6:], PASSWORD):
        assert secret not in text
        assert secret.encode() not in answer.content


def test_it_can_be_saved_as_a_file_and_each_print_is_recorded(world, visitor):
    applied(visitor, world.hwanggan_counter)
    assert visitor.get("/certificate/apply/paper/?save")["Content-Disposition"].startswith("attachment")
    visitor.get("/certificate/apply/paper/")
    assert world.audit_names().count("application.printed") == 2


def test_without_a_session_the_way_back_is_told(world, visitor):
    for page in ("/certificate/apply/done/", "/certificate/apply/paper/"):
        answer = visitor.get(page)
        assert answer["Location"] == "/certificate/status/"
        sentence = "인증번호와 발급용 비밀번호로 신청서를 다시 열 수 있습니다."
        assert sentence in visitor.get("/certificate/status/").text


@pytest.fixture
def filed(world, visitor):
    from baroalgi.platform.unit import unit_of_work
    from baroalgi.registration import queries

    applied(visitor, world.hwanggan_counter)
    with unit_of_work(visitor.cookies["baroalgi_session"].value) as unit:
        return queries.own(unit.actor.application_id)


def test_whatever_was_typed_fits_on_the_page(filed):
    longest = replace(
        filed,
        name="Nguyễn Thị Hoàng Ánh Tuyết Mai Phương Anh"[:40],
        email="a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".kr",
        address1="충청북도 청주시 흥덕구 오송읍 " * 11,
        address2="가" * 100,
        place_name="가" * 60,
        place_address="충청북도 증평군 " * 22,
        terms_version="2009-1",
    )
    document = read(paper.answer(longest, as_file=False).content)
    assert len(document.pages) == 1


def test_every_letter_that_a_form_takes_can_be_printed(filed):
    every = "".join(letter for letter in map(chr, range(0x20, 0x10000)) if is_printable(letter))
    assert len(every) > 16_000
    # A letter without a glyph would be an error of the PDF's standard.
    assert paper.answer(replace(filed, address2=every), as_file=False).content.startswith(b"%PDF-")
    for letter in "😀龘隙ŉ\0\n":
        assert not is_printable(letter)
