"""학사일정: the list is the truth, spans are said once, and only for the child's grade."""

from datetime import date

import pytest

from baroalgi.schoolinfo import calendars, queries
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.types import Event
from tests import rows
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")

PAGE = "/schools/8071028/calendar/"


def lines(*days, name="정기시험", kind="regular_exam", day_kind="school_day", grades=(), content=""):
    return [Event(day, name, kind, day_kind, content, grades) for day in days]


def test_days_that_follow_one_another_are_one_span():
    (span,) = calendars.spans(lines(date(2026, 12, 8), date(2026, 12, 9), date(2026, 12, 10)))
    assert (span.first, span.last, span.mark) == (date(2026, 12, 8), date(2026, 12, 10), "exam")


def test_a_weekend_does_not_part_a_span_but_a_school_day_does():
    # Friday 11 and Monday 14 December; then Wednesday 16
    spans = calendars.spans(lines(date(2026, 12, 11), date(2026, 12, 14), date(2026, 12, 16)))
    assert [(span.first.day, span.last.day) for span in spans] == [(11, 14), (16, 16)]


def test_a_vacation_is_said_in_full_in_each_of_its_months(world):
    for day in range(date(2026, 12, 31).toordinal(), date(2027, 2, 1).toordinal()):
        rows.event(world.hwanggan, date.fromordinal(day), "겨울방학", kind="vacation", off=True)
    for month in (Month(2026, 12), Month(2027, 1)):
        spans = queries.calendar_month(world.hwanggan.id, month, ()).spans
        (span,) = (one for one in spans if one.mark == "vacation")
        assert (span.first, span.last) == (date(2026, 12, 31), date(2027, 1, 31))
    february = queries.calendar_month(world.hwanggan.id, Month(2027, 2), ()).spans
    assert {one.mark for one in february} == {"holiday"}  # 설날


def test_the_small_month_begins_on_sunday_and_marks_by_shape(world):
    rows.event(world.hwanggan, date(2026, 12, 8), "학예회")
    rows.event(world.hwanggan, date(2026, 12, 24), "재량휴업일", kind="discretionary_holiday", off=True)
    rows.event(world.hwanggan, date(2026, 12, 31), "겨울방학", kind="vacation", off=True)
    page = queries.calendar_month(world.hwanggan.id, Month(2026, 12), ())
    assert [day.day.day for day in page.weeks[0]] == [29, 30, 1, 2, 3, 4, 5]
    assert [day.inside for day in page.weeks[0]][:3] == [False, False, True]
    marks = {day.day.day: span.mark for week in page.weeks for day in week for span in day.spans}
    # Christmas stands there though the school does not list it.
    assert marks == {8: "event", 24: "own", 25: "holiday", 31: "vacation"}


def test_visitors_see_all_grades_and_guardians_those_of_their_child(world, visitor, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam)  # grade 3
    rows.event(world.hwanggan, date(2026, 12, 14), "교과 평가", grades=[3, 4, 5, 6])
    rows.event(world.hwanggan, date(2026, 12, 15), "입학 설명회", grades=[6])
    asked = {"month": "2026-12"}
    mother = as_guardian(world.seoyeon)

    assert "입학 설명회" in visitor.get(PAGE, asked).text
    own = mother.get(PAGE, asked).text
    assert "교과 평가" in own
    assert "3~6학년" in own
    assert "입학 설명회" not in own
    assert "다른 학년도 보기" in own
    assert "입학 설명회" in mother.get(PAGE, asked | {"all": ""}).text


@pytest.mark.parametrize(
    ("grades", "words"),
    [
        ((), ""),
        ((1, 2, 3, 4, 5, 6), ""),
        ((3, 4, 5, 6), "3~6학년"),
        ((1,), "1학년"),
        ((1, 4), "1, 4학년"),
        ((5, 6), "5, 6학년"),
    ],
)
def test_grades_in_words(grades, words):
    (span,) = calendars.spans(lines(date(2026, 12, 8), grades=grades))
    assert span.grade_words(range(1, 7)) == words


def test_a_remark_is_said_once_and_what_adds_to_a_name_stays_with_it(world, visitor):
    remark = "시연용으로 만든 일정입니다."
    for day in (7, 8, 9):
        rows.event(world.hwanggan, date(2026, 12, day), f"행사 {day}", content=remark)
    rows.event(world.hwanggan, date(2026, 12, 10), "학예회", content="강당 10시")
    page = visitor.get(PAGE, {"month": "2026-12"}).text
    assert page.count(remark) == 1
    assert "강당 10시" in page


def test_days_off_say_so_in_words(world, visitor):
    rows.event(world.hwanggan, date(2026, 12, 24), "재량휴업일", off=True)
    page = visitor.get(PAGE, {"month": "2026-12"}).text
    assert '<span class="badge off">쉬는 날</span>' in page


def test_each_kind_of_day_has_its_word_and_its_shape(world, visitor):
    rows.event(world.hwanggan, date(2026, 12, 8), "2학기 2차", kind="regular_exam")
    rows.event(world.hwanggan, date(2026, 12, 24), "개교기념일", kind="discretionary_holiday", off=True)
    rows.event(world.hwanggan, date(2026, 12, 30), "학년 준비", kind="vacation", off=True)
    page = visitor.get(PAGE, {"month": "2026-12"}).text
    for mark, word in (
        ("exam", "평가"),
        ("own", "재량휴업일"),
        ("holiday", "공휴일"),
        ("vacation", "방학"),
    ):
        assert f'<i class="dot {mark}" aria-hidden="true"></i>' in page
        assert f'<span class="badge off">{word}</span>' in page


def test_a_holiday_that_is_not_certain_says_so(world, visitor):
    # The substitute holiday of 광복절 2027; no official calendar of that year was seen.
    assert "확정 전" in visitor.get(PAGE, {"month": "2027-08"}).text


def test_a_year_says_a_vacation_once_in_the_month_it_begins(world, visitor):
    for day in range(date(2026, 12, 31).toordinal(), date(2027, 2, 1).toordinal()):
        rows.event(world.hwanggan, date.fromordinal(day), "겨울방학", kind="vacation", off=True)
    rows.event(world.hwanggan, date(2027, 2, 10), "졸업식", grades=[6])
    page = queries.calendar_year(world.hwanggan.id, 2026, ())
    said = {month.page.month: [span.name for span in month.begins] for month in page.months}
    assert "겨울방학" in said[Month(2026, 12)]
    assert "겨울방학" not in said[Month(2027, 1)]
    shown = visitor.get(f"{PAGE}year/", {"year": "2026", "grade": "3"}).text
    assert "2026학년도 학사일정" in shown
    assert "졸업식" not in shown
    assert "졸업식" in visitor.get(f"{PAGE}year/").text


@pytest.mark.parametrize("year", ["", "0", "9999", "２０２６", "\x00", "-2026", "20261"])
def test_a_year_that_cannot_be_read_is_this_one(world, visitor, year):
    assert "2026학년도 학사일정" in visitor.get(f"{PAGE}year/", {"year": year}).text


def test_an_empty_month_says_so(world, visitor):
    assert "이달에는 일정이 없습니다." in visitor.get(PAGE, {"month": "2031-05"}).text


@pytest.mark.parametrize("month", ["2026-13", "x" * 3000, "\x00", "2026-12&all=1"])
def test_a_month_that_cannot_be_read_is_this_month(world, visitor, month):
    page = visitor.get(PAGE, {"month": month})
    assert page.status_code == 200
    assert f"{rows.today().year}년 {rows.today().month}월" in page.text


@pytest.mark.parametrize("count", [1, 60])
def test_a_full_month_costs_no_more_statements_than_one_line(world, visitor, count):
    for n in range(count):
        rows.event(world.hwanggan, rows.today().replace(day=n % 28 + 1), f"행사 {n}")
    with statements() as counted:
        visitor.get(PAGE)
    assert len(counted) == 3, counted
    with statements() as counted:
        visitor.get(f"{PAGE}year/")
    assert len(counted) == 3, counted
