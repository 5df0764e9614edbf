"""출결: numbers worked out by hand, and the ways nobody else takes."""

from datetime import date, timedelta

import pytest

from baroalgi.records import queries
from tests import rows
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def link(world):
    return world.link(guardian=world.seoyeon, child=world.haneul)


def year_of(world, until=None):
    with rows.unit_of(world, world.seoyeon):
        return queries.attendance(world.haneul.id, world.saeneoul.id, until or rows.today())


def test_days_attended_are_school_days_without_absences(world, link):
    # 2026-03-01 is a Sunday. Until Friday 13 March there are 10 weekdays; the 3rd is closed: 9 school days.
    rows.closed(world.saeneoul, date(2026, 3, 3))
    rows.entry(world.haneul, date(2026, 3, 5), "absence", "illness")
    rows.entry(world.haneul, date(2026, 3, 6), "absence", "recognised")
    rows.entry(world.haneul, date(2026, 3, 9), "late", "unexcused")
    rows.entry(world.haneul, date(2026, 3, 10), "late", "illness")
    rows.entry(world.haneul, date(2026, 3, 10), "early_leave", "illness")

    year = year_of(world, date(2026, 3, 13))

    # One absence counts; the recognised one is attended: 9 - 1 = 8.
    assert (year.first_day, year.school_days, year.attended) == (date(2026, 3, 2), 9, 8)
    assert [(f.label, f.value, f.cause) for f in year.figures] == [
        ("결석", 1, "질병 1"),
        ("지각", 1, "미인정 1"),
        ("조퇴", 1, "질병 1"),
        ("결과", 0, ""),
    ]
    assert year.table == (
        ("결석", "1", "0", "0", "1"),
        ("지각", "0", "1", "0", "0"),
        ("조퇴", "1", "0", "0", "0"),
        ("결과", "0", "0", "0", "0"),
    )
    assert year.totals.recognised == 1
    assert [entry.words for entry in year.entries] == [
        "지각(질병)",
        "조퇴(질병)",
        "지각(미인정)",
        "결석(출석인정)",
        "결석(질병)",
    ]


def test_entries_of_the_year_before_do_not_count(world, link):
    rows.entry(world.haneul, date(2026, 2, 27))
    assert year_of(world).entries == ()


def test_in_february_the_year_before_still_runs(world, link):
    rows.entry(world.haneul, date(2026, 11, 20))
    year = year_of(world, date(2027, 2, 5))
    assert (year.year, len(year.entries)) == (2026, 1)


def test_the_grid_says_of_each_day_what_it_was(world, link):
    rows.closed(world.saeneoul, date(2026, 3, 3))
    rows.entry(world.haneul, date(2026, 3, 4), "absence")
    rows.entry(world.haneul, date(2026, 3, 5), "late")
    march = year_of(world).grid[0]
    assert march.days[:7] == ("off", "present", "off", "absent", "late", "present", "off")
    april, november, february = (year_of(world).grid[n].days for n in (1, 8, 11))
    assert (april[30], november[23], november[24], february[28]) == ("", "present", "ahead", "")


def test_near_a_third_of_the_year_the_days_are_named_calmly(world, link, as_guardian):
    # No closed days: 52 weeks of 5 weekdays and a Sunday are 260; 260 / 3 × 0.8 = 69.33.
    day = date(2026, 3, 2)
    for n in range(14):
        for weekday in range(5):
            rows.entry(world.haneul, date.fromordinal(day.toordinal() + 7 * n + weekday))
    year = year_of(world)

    assert (year.totals.absences, year.of_year, year.is_near_limit) == (70, 260, True)


def test_the_page_says_figures_list_table_and_the_three_sentences(world, link, as_guardian):
    rows.entry(world.haneul, rows.today(), "late", "illness", "9시 25분 등교 · 진료확인서 제출")
    rows.entry(world.haneul, rows.today() - timedelta(days=1), "absence", "recognised", "교외체험학습")

    page = as_guardian(world.seoyeon).get(f"/children/{link.public_id}/attendance/")

    for text in (
        "<h1>출결</h1>",
        "출석으로 인정된 날 1일",
        "날짜별 기록 2건",
        "지각(질병)",
        "9시 25분 등교 · 진료확인서 제출",
        "종류와 사유",
        "결과는 수업의 일부나 전부에 빠진 것입니다. 출석인정은 출석으로 셉니다. "
        "지각·조퇴·결과가 여러 번이어도 결석으로 바뀌지 않습니다.",
    ):
        assert text in page.text, text
    assert '<section aria-hidden="true">' in page.text


@pytest.mark.parametrize("count", [0, 1, 60])
def test_five_statements_and_one_audit_row(world, link, as_guardian, count):
    for n in range(count):
        rows.entry(world.haneul, date.fromordinal(rows.today().toordinal() - n), "late")
    browser = as_guardian(world.seoyeon)

    with statements() as counted:
        page = browser.get(f"/children/{link.public_id}/attendance/")

    assert page.status_code == 200
    assert len(counted) == 5, counted
    (row,) = world.audit()
    assert (row.act, row.student_id) == ("child.attendance_viewed", world.haneul.id)


def test_raw_sql_shows_a_stranger_nothing(world, link):
    rows.entry(world.haneul, rows.today())
    count = "SELECT count(*) FROM records_attendanceday"
    assert world.sql_as_app(count, person=world.seoyeon, strength="certificate") == [(1,)]
    assert world.sql_as_app(count, person=world.stranger, strength="certificate") == [(0,)]
    assert world.sql_as_app(count) == [(0,)]
