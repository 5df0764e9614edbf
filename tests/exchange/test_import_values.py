"""Values of NEIS read as ours: worked examples from recorded rows, and what may never happen."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baroalgi.exchange.neis.importer import reading, values
from baroalgi.exchange.neis.importer.reading import NotNeis, NotRead


def dishes(text, year=2026):
    return [(dish["name"], dish["allergens"]) for dish in values.dishes(text, year=year)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("귀리밥 <br/>조랭이떡국 (1.2.5.18)", [("귀리밥", []), ("조랭이떡국", [1, 2, 5, 18])]),
        ("롤케이크  (1.2.5.6.)<br/>포기김치  (9.)", [("롤케이크", [1, 2, 5, 6]), ("포기김치", [9])]),
        ("참치김치찌개*5.9.13.", [("참치김치찌개", [5, 9, 13])]),
        ("쇠고기미역국13.16.", [("쇠고기미역국", [13, 16])]),
        # Numbers stand in order, so 19.13. is the end of a name and 9, 13.
        ("배추김치19.13.", [("배추김치1", [9, 13])]),
        ("배추김치(포기) (9)", [("배추김치(포기)", [9])]),
        ("돈까스(1,2,5)&소스(2,16) (1.2.5.16)", [("돈까스(1,2,5)&소스(2,16)", [1, 2, 5, 16])]),
        ("*찰보리밥 <br/>*무생채 (13)", [("*찰보리밥", []), ("*무생채", [13])]),
        ("닭갈비(5.6.13)c<BR>우유 (2)♥", [("닭갈비", [5, 6, 13]), ("우유", [2])]),
        # Nobody noted allergens: that is not the same as none.
        ("칼슘기장밥 <br/>닭갈비 ", [("칼슘기장밥", None), ("닭갈비", None)]),
        ("현미밥<br/>우유 (200)", [("현미밥", None), ("우유 (200)", None)]),
        ("", []),
    ],
)  # fmt: skip
def test_a_menu_is_read_as_it_is_written_today_and_years_ago(text, read):
    assert dishes(text) == read


def test_a_19_before_2020_is_no_pine_nut():
    assert dishes("잡채19.", 2019) == [("잡채1", [9])]
    assert dishes("잣죽(19)", 2021) == [("잣죽", [19])]


@given(st.text(max_size=80))
def test_no_menu_is_unreadable_and_every_allergen_is_known(text):
    try:
        read = values.dishes(text, year=2026)
    except values.Unreadable:
        return
    assert all(1 <= number <= 19 for dish in read for number in dish["allergens"] or ())
    assert all(dish["name"] for dish in read)


@pytest.mark.parametrize(
    ("name", "day_kind", "kind"),
    [
        ("재량휴업일", "closed", "discretionary_holiday"),
        ("개교기념일", "closed", "discretionary_holiday"),
        ("여름방학식", "school_day", "vacation"),
        ("토요휴업일", "closed", "vacation"),
        ("전국 동시 지방선거", "public_holiday", "public_holiday"),
        ("3·1절", "public_holiday", "public_holiday"),
        ("전국연합학력평가", "school_day", "regular_exam"),
        ("대수능 모의평가", "school_day", "regular_exam"),
        ("1학기 1차 시험", "school_day", "regular_exam"),
        ("입학식", "school_day", "ceremony"),
        ("2학기 개학식", "school_day", "term"),
        ("학부모 공개 수업", "school_day", "guardian_event"),
        ("소방 훈련", "school_day", "health_event"),
        ("현장체험학습", "school_day", "school_event"),
        ("휴업일", "closed", "discretionary_holiday"),
    ],
)
def test_the_name_of_an_event_says_its_kind(name, day_kind, kind):
    assert values.calendar_kind(name, day_kind) == kind


def test_days_numbers_and_fillers():
    assert values.optional_day("20260611") == values.optional_day("2026-06-11") == date(2026, 6, 11)
    assert values.optional_day("20210401002948") == date(2021, 4, 1)
    assert values.optional_day("20210231") is values.optional_day("") is values.optional_day(None) is None
    assert values.calories("1148.8 Kcal") == Decimal("1148.8")
    assert values.calories("-") is None
    assert values.amount("167") == Decimal("167.00")
    assert values.amount("NaN") is values.amount("-3") is values.amount(None) is None
    assert [values.fact(text, 40) for text in ("http://", " . ", "-", "\ufeffa")] == ["", "", "", "a"]
    assert values.nutrients("탄수화물(g) : 167.1<br/>기타") == [
        {"name": "탄수화물", "unit": "g", "amount": "167.1"},
        {"name": "기타", "unit": "", "amount": ""},
    ]
    assert values.origins("콩 가공품 : 콩:수입<br/>비고 : ") == [
        {"name": "콩 가공품", "place": "콩:수입"},
        {"name": "비고", "place": ""},
    ]


HEADINGS = "시도교육청코드,시도교육청명,행정표준코드,학교명,설립일자,도로명우편번호,학교종류명,수정일자"
LINE = "B10,서울특별시교육청,7010057,가락고등학교,1988-12-23,5678,고등학교,20241130"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_a_file_of_the_portal_is_read_in_both_encodings(encoding):
    answer = reading.answer(f"{HEADINGS}\r\n{LINE}\r\n".encode(encoding))
    assert answer.service.root == "schoolInfo"
    assert answer.rows == [
        {
            "ATPT_OFCDC_SC_CODE": "B10",
            "ATPT_OFCDC_SC_NM": "서울특별시교육청",
            "SD_SCHUL_CODE": "7010057",
            "SCHUL_NM": "가락고등학교",
            "FOND_YMD": "19881223",
            "ORG_RDNZC": "05678",
            "SCHUL_KND_SC_NM": "고등학교",
            "LOAD_DTM": "20241130",
        }
    ]


def test_xml_says_numbers_and_nothing_as_json_does():
    answer = reading.answer(
        b"""<?xml version="1.0" encoding="UTF-8"?><mealServiceDietInfo><head>
        <list_total_count>1</list_total_count></head><row><ATPT_OFCDC_SC_CODE><![CDATA[B10]]></ATPT_OFCDC_SC_CODE>
        <MLSV_FGR><![CDATA[941.00]]></MLSV_FGR><NTR_INFO></NTR_INFO></row></mealServiceDietInfo>"""
    )
    assert answer.total == 1
    assert answer.rows == [{"ATPT_OFCDC_SC_CODE": "B10", "MLSV_FGR": Decimal("941.00"), "NTR_INFO": None}]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b'{"schoolInfo":[{"head":[]},{"row":[{"A',
        b"[" * 100_000,
        b'{"schoolInfo": NaN}',
        b"<schoolInfo><row>",
        b'<!DOCTYPE a [<!ENTITY b "c">]><schoolInfo><row>&b;</row></schoolInfo>',
        b'{"RESULT":{"CODE":"ERROR-290","MESSAGE":"x"}}',
    ],
)
def test_a_broken_file_is_said_to_be_broken(content):
    with pytest.raises(NotRead) as reason:
        reading.answer(content)
    assert not isinstance(reason.value, NotNeis)


@pytest.mark.parametrize(
    "content", [b"path,endpoint\r\na,b\r\n", b'{"a":[]}', b"[]", b"<html></html>", b"{}"]
)
def test_a_file_of_something_else_is_passed_over(content):
    with pytest.raises(NotNeis):
        reading.answer(content)


def test_a_name_of_a_file_tells_day_page_and_period():
    from pathlib import Path

    def file(name):
        return reading.File(Path(name), name, 1)

    assert file("all-20241130-p2.json").listed_on == date(2024, 11, 30)
    assert file("all-20241130-p2.json").page == 2
    assert file("all-20241130-p2.json").list_name == file("all-20241130-p1.json").list_name
    assert file("학교기본정보(2024년11월30일기준).csv").listed_on == date(2024, 11, 30)
    assert file("7010118-202606.json").period == (date(2026, 6, 1), date(2026, 6, 30))
    assert file("7150658-2023.json").period == (date(2023, 3, 1), date(2024, 2, 29))
    assert file("7010118-202612.json").period == (date(2026, 12, 1), date(2026, 12, 31))
    assert file("7010118-20261301.json").period is None
