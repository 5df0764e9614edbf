"""한눈에 보기: what a guardian is promised of the hub, and what nobody else gets."""

import uuid
from datetime import timedelta

import pytest

from tests import rows
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def haneul(world):
    """김하늘 of the middle school, whose mother is 이서연."""
    return world.link(guardian=world.seoyeon, child=world.haneul)


@pytest.fixture
def garam(world):
    """김가람 of the elementary school, whose mother is 이서연."""
    return world.link(guardian=world.seoyeon, child=world.garam)


def address(link):
    return f"/children/{link.public_id}/"


def fill(world, child, school, count):
    for n in range(count):
        day = rows.today() - timedelta(days=n)
        rows.entry(child, day, "late")
        rows.meal(school, rows.today() + timedelta(days=n), ("우유", [2]))
        rows.event(school, rows.today() + timedelta(days=n), f"행사 {n}")
        rows.letter(school, n + 1, f"안내 {n}")
        rows.closed(school, rows.today() + timedelta(days=n))
    subjects = [(f"과목 {n}", "88", "74.2") for n in range(count)]
    rows.exam(child, *subjects)


def test_the_cards_answer_at_once_and_lead_to_their_pages(world, haneul, as_guardian):
    rows.event(world.saeneoul, rows.today(), "소방 대피 훈련", content="2교시, 전교생")
    rows.event(world.saeneoul, rows.today() + timedelta(days=3), "학교 축제")
    rows.meal(world.saeneoul, rows.today(), ("소고기감자국", [5, 6, 16]), ("우유", [2]), "사과")
    rows.exam(world.haneul, ("국어", "88", "74.2"), ("수학", "92.5", "68.5"), ("영어", None, "76.1"))
    rows.letter(world.saeneoul, 1, "인플루엔자 예방 수칙 안내")

    page = as_guardian(world.seoyeon).get(address(haneul))

    assert page.status_code == 200
    headings = ["오늘과 다음 일정", "오늘 급식", "올해 출결", "최근 시험", "가정통신문"]
    places = [page.text.index(f"<h2>{heading}</h2>") for heading in headings]
    assert places == sorted(places)
    for text in (
        "소방 대피 훈련",
        "2교시, 전교생",
        "학교 축제",
        "3일 뒤",
        "중식 · 702 kcal",
        "소고기감자국, 우유, 사과",
        "우유, 대두, 밀, 쇠고기",
        "2학기 1차 정기시험 · 10월 13일~15일",
        "학년 평균 74.2",
        '88<span class="unit">점',
        '92.5<span class="unit">점',
        "결시",
        "인플루엔자 예방 수칙 안내",
    ):
        assert text in page.text, text
    code = world.saeneoul.code
    for link in (
        f"/schools/{code}/calendar/",
        f"/schools/{code}/meals/",
        f"{address(haneul)}attendance/",
        f"{address(haneul)}grades/",
        f"/schools/{code}/boards/home-letters/",
        f"/schools/{code}/boards/home-letters/1/",
    ):
        assert f'href="{link}"' in page.text, link


def test_every_empty_card_says_so(world, haneul, as_guardian):
    page = as_guardian(world.seoyeon).get(address(haneul))
    for text in (
        "오늘은 학교 행사가 없습니다.",
        "오늘은 급식이 없습니다.",
        "공개된 시험 성적이 없습니다. 학교가 공개하면 알려 드립니다.",
        "올해 받은 가정통신문이 없습니다.",
        "부터 빠진 날이 없습니다.",
    ):
        assert text in page.text, text


def test_without_a_meal_today_the_next_one_is_named(world, haneul, as_guardian):
    rows.meal(world.saeneoul, rows.today() + timedelta(days=2), "비빔밥")
    page = as_guardian(world.seoyeon).get(address(haneul))
    assert "오늘은 급식이 없습니다. 다음 급식은" in page.text
    assert "비빔밥" not in page.text


def test_a_dish_without_numbers_is_never_said_to_be_safe(world, haneul, as_guardian):
    rows.meal(world.saeneoul, rows.today(), "오렌지")
    page = as_guardian(world.seoyeon).get(address(haneul))
    assert "표시된 번호 없음" in page.text
    assert "표시된 번호에 없어도 알레르기가 있을 수 있습니다. 반드시 영양(교)사에게 확인하세요." in page.text


def test_an_elementary_school_has_no_card_and_no_menu_entry_of_exams(world, garam, as_guardian):
    page = as_guardian(world.seoyeon).get(address(garam))
    assert "최근 시험" not in page.text
    assert "성적" not in page.text


@pytest.mark.parametrize("count", [1, 40])
def test_eight_statements_however_much_there_is(world, haneul, as_guardian, count):
    fill(world, world.haneul, world.saeneoul, count)
    browser = as_guardian(world.seoyeon)
    browser.get(address(haneul))  # the session is marked as seen

    with statements() as counted:
        page = browser.get(address(haneul))

    assert page.status_code == 200
    assert len(counted) == 8, counted


def test_seven_statements_at_an_elementary_school(world, garam, as_guardian):
    fill(world, world.garam, world.hwanggan, 3)
    with statements() as counted:
        as_guardian(world.seoyeon).get(address(garam))
    assert len([sql for sql in counted if "accounts_session" not in sql]) == 7, counted


def test_one_audit_row_names_the_child(world, haneul, as_guardian):
    as_guardian(world.seoyeon).get(address(haneul))
    (row,) = world.audit()
    assert (row.act, row.student_id, row.person_id) == ("child.overview_viewed", world.haneul.id, None)


@pytest.mark.parametrize("page", ["", "attendance/", "grades/"])
def test_a_foreign_child_is_as_absent_as_none(world, haneul, as_guardian, page):
    stranger, mother = as_guardian(world.stranger), as_guardian(world.seoyeon)
    assert mother.get(f"{address(haneul)}{page}").status_code == 200

    foreign = stranger.get(f"{address(haneul)}{page}")
    absent = stranger.get(f"/children/{uuid.uuid4()}/{page}")

    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.content == absent.content
    assert "열람 권한이 없습니다." in foreign.text
    viewed, *refused = world.audit()
    assert viewed.student_id == world.haneul.id
    # Both leave the same row: which page, not whose.
    assert [(row.act, row.student_id) for row in refused] == [("page.open.refused", None)] * 2
    assert refused[0].facts == refused[1].facts


@pytest.mark.parametrize("state", ["requested", "refused", "ended"])
def test_only_an_approved_link_opens_the_child(world, as_guardian, state):
    link = world.link(guardian=world.seoyeon, child=world.haneul, state=state)
    assert as_guardian(world.seoyeon).get(address(link)).status_code == 404


def test_a_visitor_is_asked_to_sign_in_and_a_teachers_session_is_not_enough(world, haneul, visitor, as_staff):
    for browser in (visitor, as_staff(world.homeroom_teacher)):
        answer = browser.get(address(haneul))
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/")


def test_the_children_are_told_apart(world, haneul, garam, as_guardian):
    rows.entry(world.haneul, rows.today(), reason="결석신고서 제출함")
    browser = as_guardian(world.seoyeon)
    assert "결석신고서" in browser.get(f"{address(haneul)}attendance/").text
    assert "결석신고서" not in browser.get(f"{address(garam)}attendance/").text


def test_a_card_that_cannot_be_read_leaves_the_others(world, haneul, as_guardian, server, database):
    rows.letter(world.saeneoul, 1, "인플루엔자 예방 수칙 안내")
    with server.admin(database) as admin:
        admin.execute("REVOKE SELECT ON schoolinfo_meal FROM baroalgi_app")
        try:
            page = as_guardian(world.seoyeon).get(address(haneul))
        finally:
            admin.execute("GRANT SELECT ON schoolinfo_meal TO baroalgi_app")

    assert page.status_code == 200
    assert "급식 정보를 불러오지 못했습니다. 다른 내용은 그대로 보실 수 있습니다." in page.text
    assert "인플루엔자 예방 수칙 안내" in page.text
    assert world.audit_names() == ["child.overview_viewed"]


def test_letters_of_earlier_school_years_are_not_news(world, haneul, as_guardian):
    rows.letter(world.saeneoul, 1, "지난해의 글", posted_on=rows.today() - timedelta(days=370))
    assert "지난해의 글" not in as_guardian(world.seoyeon).get(address(haneul)).text
