"""성적: released results only, with the mean of the grade where it is shown."""

from datetime import date

import pytest

from tests import rows
from tests.statements import statements
from tests.world import YEAR

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def link(world):
    return world.link(guardian=world.seoyeon, child=world.haneul)


def grades(world, link, as_guardian):
    return as_guardian(world.seoyeon).get(f"/children/{link.public_id}/grades/")


def test_the_latest_exam_stands_first_and_the_earlier_ones_below(world, link, as_guardian):
    rows.exam(
        world.haneul,
        ("국어", "70", "71.0"),
        name="1학기 2차 정기시험",
        term=1,
        ordinal=2,
        first_day=date(YEAR, 7, 1),
    )
    rows.exam(world.haneul, ("국어", "88", "74.2"), ("수학", "100", "68.5"))

    page = grades(world, link, as_guardian)

    assert page.text.index("2학기 1차 정기시험") < page.text.index("지난 시험")
    assert page.text.index("지난 시험") < page.text.index("2학년 1학기 2차 정기시험")
    for text in (
        "10월 13일~15일 · 11월 23일 공개",
        "학년 평균 74.2",
        '100<span class="unit">점',
        "7월 1일~3일",
    ):
        assert text in page.text, text


def test_a_missed_exam_is_no_zero(world, link, as_guardian):
    rows.exam(world.haneul, ("영어", None, "76.1"))
    page = grades(world, link, as_guardian)
    assert "결시" in page.text
    assert '0<span class="unit">점' not in page.text


def test_a_mean_that_is_not_shown_is_not_there(world, link, as_guardian):
    rows.exam(world.haneul, ("국어", "88", "74.2"), shows_mean=False)
    page = grades(world, link, as_guardian)
    assert '88<span class="unit">점' in page.text
    assert "74.2" not in page.text
    assert "학년 평균" not in page.text


@pytest.mark.parametrize("state", ["entered", "checked", "confirmed"])
def test_what_is_not_released_leaves_no_hint(world, link, as_guardian, state):
    nothing = grades(world, link, as_guardian).text
    rows.exam(world.haneul, ("국어", "88", "74.2"), state=state)

    assert "아직 공개되지 않은 자료입니다. 학교가 공개하면 알려 드립니다." in nothing
    assert without_token(grades(world, link, as_guardian).text) == without_token(nothing)
    for table in ("records_score", "records_release", "records_examsubject"):
        seen = world.sql_as_app(f"SELECT count(*) FROM {table}", person=world.seoyeon, strength="certificate")
        assert seen == [(0,)]


def test_an_unreleased_exam_does_not_push_the_released_one_away(world, link, as_guardian):
    rows.exam(world.haneul, ("국어", "88", "74.2"))
    rows.exam(
        world.haneul,
        ("국어", "31", "50.0"),
        name="2학기 2차 정기시험",
        ordinal=2,
        first_day=date(YEAR, 11, 16),
        state="confirmed",
    )
    page = grades(world, link, as_guardian)
    overview = as_guardian(world.seoyeon).get(f"/children/{link.public_id}/")
    for answer in (page, overview):
        assert '88<span class="unit">점' in answer.text
        assert "2차 정기시험" not in answer.text


@pytest.mark.parametrize("count", [1, 12])
def test_four_statements_and_one_audit_row(world, link, as_guardian, count):
    rows.exam(world.haneul, *((f"과목 {n}", "88", "74.2") for n in range(count)))
    browser = as_guardian(world.seoyeon)

    with statements() as counted:
        page = browser.get(f"/children/{link.public_id}/grades/")

    assert page.status_code == 200
    assert len(counted) == 4, counted
    (row,) = world.audit()
    assert (row.act, row.student_id) == ("child.grades_viewed", world.haneul.id)


def test_another_childs_scores_are_not_there(world, link, as_guardian):
    foreign = world.link(guardian=world.stranger, child=world.harin)
    rows.exam(world.haneul, ("국어", "88", "74.2"))
    stranger = as_guardian(world.stranger)
    assert "74.2" not in stranger.get(f"/children/{foreign.public_id}/grades/").text
    seen = world.sql_as_app(
        "SELECT count(*) FROM records_score", person=world.stranger, strength="certificate"
    )
    assert seen == [(0,)]


def without_token(page):
    """The hidden token of the sign-out form differs at each answer."""
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
