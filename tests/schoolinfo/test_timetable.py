"""시간표: the own class first, and what has changed is said in a word and by a sign."""

from datetime import date

import pytest

from tests import rows
from tests.schoolinfo.rows import bells, lesson, listed
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")

PAGE = "/schools/8071028/timetable/"
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def week(world):
    """A week of 3학년 1반 with every kind of change, in a school of four classes."""
    listed(world.hwanggan, (1, "1"), (3, "1"), (3, "2"), (3, "한라반"))
    bells(world.hwanggan)
    lesson(world.hwanggan, TUESDAY, 1, "[보강]수학", teacher="박보강")
    lesson(world.hwanggan, TUESDAY, 2, "음악", change="swap", instead_of="국어", teacher="정음악")
    lesson(world.hwanggan, TUESDAY, 3, "체육", change="cancelled", instead_of="체육")
    lesson(world.hwanggan, date(2026, 11, 25), 1, "세계사", n=1, classroom="선택교실 1")
    lesson(world.hwanggan, date(2026, 11, 25), 1, "물리학", n=2, classroom="선택교실 2")
    lesson(world.hwanggan, date(2026, 12, 1), 1, "다음 주 수업")
    lesson(world.hwanggan, TUESDAY, 1, "다른 반 수업", of=(3, "2"))
    rows.event(world.hwanggan, date(2026, 11, 27), "재량휴업일", kind="discretionary_holiday", off=True)
    return world


def test_changes_of_a_day_say_what_they_are_and_what_was_planned(week, visitor):
    page = visitor.get(PAGE, {"grade": "3", "class": "1"}).text
    for text in (
        "<h1>3학년 1반 시간표</h1>",
        "이 주에 바뀐 수업이 3시간 있습니다.",
        '<span aria-hidden="true">+</span> 보강',
        '<span aria-hidden="true">↔</span> 교체',
        '<span aria-hidden="true">×</span> 휴업',
        "정음악 · 원래 국어",
        "<s>체육</s>",
        "09:00~09:40",
        "재량휴업일",
    ):
        assert text in page, text
    assert "[보강]" not in page
    assert "다음 주 수업" not in page
    assert "다른 반 수업" not in page


def test_lessons_of_a_choice_stand_in_one_period(week, visitor):
    page = visitor.get(PAGE, {"grade": "3", "class": "1"}).text
    cell = page[page.index("<td>", page.index('class="timetable')) :]
    cell = cell[cell.index("세계사") - 200 : cell.index("세계사") + 400]
    assert "물리학" in cell
    assert "선택교실 2" in cell


def test_the_own_childs_class_comes_first(week, visitor, as_guardian):
    week.link(guardian=week.seoyeon, child=week.garam)  # 3학년 1반
    assert "<h1>1학년 1반 시간표</h1>" in visitor.get(PAGE).text
    own = as_guardian(week.seoyeon).get(PAGE).text
    assert "<h1>3학년 1반 시간표</h1>" in own
    assert "우리 아이 3학년 1반" in own


def test_a_class_with_a_name_has_an_address(week, visitor):
    page = visitor.get(PAGE, {"grade": "3", "class": "한라반"}).text
    assert "<h1>3학년 한라반 시간표</h1>" in page
    assert (
        'rel="canonical" href="http://localhost:8000/schools/8071028/timetable/?grade=3&amp;class=%ED' in page
    )


def test_a_grade_alone_shows_its_first_class(week, visitor):
    assert "<h1>3학년 1반 시간표</h1>" in visitor.get(PAGE, {"grade": "3"}).text


def test_weeks_follow_each_other(week, visitor):
    page = visitor.get(PAGE, {"grade": "3", "class": "1", "week": "2026-12-03"}).text
    assert "다음 주 수업" in page
    assert "?week=2026-11-23&amp;grade=3&amp;class=1" in page
    assert "?week=2026-12-07&amp;grade=3&amp;class=1" in page


def test_classes_without_a_list_are_those_that_have_lessons(world, visitor):
    lesson(world.saeneoul, TUESDAY, 1, "국어", of=(2, "3"))
    assert "<h1>2학년 3반 시간표</h1>" in visitor.get("/schools/8000001/timetable/").text


def test_a_school_without_lessons_says_so(world, visitor):
    assert "아직 시간표를 올리지 않았습니다" in visitor.get(PAGE).text


@pytest.mark.parametrize(
    "asked",
    [
        {"week": "2026-13-01"},
        {"week": "9999-12-31"},
        {"week": "２０２６-１１-２４"},
        {"week": "\x00", "grade": "-1"},
        {"grade": "x", "class": "1"},
        {"grade": "3", "class": "🏫" * 100},
        {"grade": "9" * 400, "class": "\x00"},
        {"grade": "3", "class": "없는반"},
    ],
)
@pytest.mark.parametrize("page", ["timetable/", "weekly-plan/", "curriculum/", "calendar/", "subscribe/"])
def test_what_cannot_be_read_falls_back(week, visitor, asked, page):
    assert visitor.get(f"/schools/8071028/{page}", asked).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_many_lessons_cost_no_more_statements_than_one(week, visitor, count):
    for n in range(count):
        lesson(week.hwanggan, TUESDAY, 4, f"수업 {n}", n=n + 1)
    with statements() as counted:
        visitor.get(PAGE, {"grade": "3", "class": "1"})
    assert len(counted) == 6, counted
