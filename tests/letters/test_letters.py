"""가정통신문: the board of a school, a letter with its neighbours, readings counted."""

from datetime import date

import pytest

from tests import rows
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")

BOARD = "/schools/8071028/boards/home-letters/"


@pytest.fixture
def notice(world):
    """The letter of 2009-04-24 between its neighbours (domain.md §1.14)."""
    rows.letter(world.hwanggan, 1, "e-충북교육 뉴스레터 서비스 신청을 받습니다.", posted_on=date(2009, 4, 20))
    rows.letter(world.hwanggan, 3, "★★이전홈페이지 게시물 이관 완료★★", posted_on=date(2009, 5, 6))
    return rows.letter(
        world.hwanggan,
        2,
        "'내 자녀 바로알기'학부모 서비스 안내-붙임 파일 참조",
        posted_on=date(2009, 4, 24),
        views=211,
    )


def test_the_list_is_by_month_newest_first(world, visitor, notice):
    rows.letter(world.hwanggan, 4, "오늘의 글")
    page = visitor.get(BOARD).text
    order = ["오늘의 글", "2009년 5월", "이관 완료", "2009년 4월", "학부모 서비스 안내", "뉴스레터"]
    assert [page.index(text) for text in order] == sorted(page.index(text) for text in order)
    assert "교무부" in page
    assert "황간초등학교 교무부" not in page
    assert "09.04.24" in page
    assert "조회 211" in page


def test_a_letter_has_author_day_readings_paragraphs_and_neighbours(world, visitor, notice):
    page = visitor.get(f"{BOARD}2/").text
    for text in (
        "황간초등학교 교무부 · ",
        "09.04.24",
        "조회 212",
        "<p>학부모님 안녕하십니까?</p>",
        "<p>기간 11월<br>장소 강당</p>",
        "<span>이전 글</span> e-충북교육 뉴스레터 서비스 신청을 받습니다.",
        "<span>다음 글</span> ★★이전홈페이지 게시물 이관 완료★★",
        "&#39;내 자녀 바로알기&#39;학부모 서비스 안내-붙임 파일 참조",
    ):
        assert text in page, text


@pytest.mark.parametrize(
    ("number", "there", "absent"), [(1, "다음 글", "이전 글"), (3, "이전 글", "다음 글")]
)
def test_neighbours_are_absent_at_the_ends(world, visitor, notice, number, there, absent):
    page = visitor.get(f"{BOARD}{number}/").text
    assert there in page
    assert absent not in page


def test_a_visitor_is_counted_once_a_day_and_a_look_at_the_head_is_not(world, visitor, notice):
    visitor.get(f"{BOARD}2/")
    visitor.get(f"{BOARD}2/")
    assert "조회 213" in visitor.get(f"{BOARD}2/", headers={"user-agent": "another"}).text
    visitor.head(f"{BOARD}2/", headers={"user-agent": "a third"})
    visitor.get(BOARD, headers={"user-agent": "a fourth"})
    assert world.fresh(notice).views == 213


def test_a_letter_is_read_without_signing_in_and_leaves_no_trail(world, visitor, notice):
    visitor.get(f"{BOARD}2/")
    assert world.audit() == []


def test_the_title_is_text_and_no_markup(world, visitor):
    rows.letter(world.hwanggan, 1, "<script>alert(1)</script>", author="교무부")
    page = visitor.get(f"{BOARD}1/").text
    assert "<script>alert" not in page
    assert "황간초등학교 교무부" in page


def test_older_letters_come_by_twenties(world, visitor):
    for n in range(1, 46):
        rows.letter(world.hwanggan, n, f"글 {n:02}번")
    first = visitor.get(BOARD).text
    assert "글 26번" in first
    assert "글 25번" not in first
    assert 'href="?before=26"' in first
    last = visitor.get(BOARD, {"before": 6}).text
    assert "글 05번" in last
    assert "지난 글 더 보기" not in last
    assert "처음 목록으로" in last


@pytest.mark.parametrize("before", ["0", "-1", "x", "999999999999999999999", "\x00", "２"])
def test_a_place_that_cannot_be_read_is_the_beginning(world, visitor, before):
    rows.letter(world.hwanggan, 1, "하나뿐인 글")
    page = visitor.get(BOARD, {"before": before})
    assert page.status_code == 200
    assert ("하나뿐인 글" in page.text) is True


def test_a_school_that_never_wrote_has_an_empty_board(world, visitor):
    page = visitor.get("/schools/8000002/boards/home-letters/")
    assert page.status_code == 200
    assert "올라온 글이 없습니다." in page.text
    assert visitor.get("/schools/8000002/boards/home-letters/1/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [f"{BOARD}4/", f"{BOARD}99999999999999999999999/", f"{BOARD}0/", "/schools/8071028/boards/secret/"],
)
def test_what_is_not_there_is_a_404(world, visitor, notice, address):
    assert visitor.get(address).status_code == 404


def test_a_letter_of_another_school_is_not_on_this_board(world, visitor):
    rows.letter(world.saeneoul, 7, "다른 학교의 글")
    assert visitor.get(f"{BOARD}7/").status_code == 404


@pytest.mark.parametrize("count", [1, 40])
def test_few_statements(world, visitor, count):
    for n in range(count):
        rows.letter(world.hwanggan, n + 1, f"글 {n}")
    with statements() as counted:
        visitor.get(BOARD)
    assert len(counted) == 4, counted
    with statements() as counted:
        visitor.get(f"{BOARD}1/")
    assert len(counted) == 5, counted
