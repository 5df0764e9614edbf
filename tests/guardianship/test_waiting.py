"""What a guardian reads while waiting: since when, which school day, who decides now, who from when."""

import re
from datetime import datetime, timedelta

import pytest

from tests.guardianship.rows import days_ago, no_homeroom, requested, waited
from tests.guardianship.test_decide import words
from tests.world import SEOUL

WAITING = "/children/waiting/"


@pytest.fixture
def page(world, as_guardian):
    """The waiting page of 이서연 as she reads it."""
    mother = as_guardian(world.seoyeon)
    return lambda: words(mother.get(WAITING))


def test_today_it_is_the_homeroom_teachers_turn_and_the_third_school_day_is_named(world, page):
    requested(world, world.garam)
    day = datetime.now(SEOUL).date()
    school_days = 0
    while school_days < 3:
        day += timedelta(days=1)
        school_days += day.weekday() < 5
    text = page()
    assert "담임선생님이 확인하고 있습니다" in text
    assert "보통 2~3일 걸립니다" in text
    assert "등교일마다 다시 알려 드립니다." in text
    assert re.search(rf"{day.month}월 {day.day}일\(.\)부터 부담임과 학교 관리자도 승인할 수 있습니다\.", text)


@pytest.mark.parametrize(
    ("days", "turn"),
    [
        (1, "담임선생님이 확인하고 있습니다"),
        (3, "담임선생님, 부담임, 학교 관리자가 확인하고 있습니다"),
        (4, "승인이 늦어지고 있습니다"),
    ],
)
def test_the_turn_follows_the_school_days(world, page, days, turn):
    requested(world, world.garam, requested_at=waited(world, days))
    text = page()
    assert turn in text
    assert f"등교일로 {days}일째" in text
    late = "학교 관리자와 교육청에도 알렸습니다." in text and "황간초등학교 043-742-4088" in text
    assert late is (days > 3)


def test_without_a_homeroom_teacher_the_administrator_is_named(world, page):
    no_homeroom(world.class_3_1)
    requested(world, world.garam)
    text = page()
    assert "학교 관리자가 확인하고 있습니다" in text
    assert "지금은 반에 담임선생님이 없어" in text
    assert re.search(r"일\(.\)부터 부담임도 승인할 수 있습니다", text)


def test_a_teacher_who_applies_reads_that_others_decide(world, as_guardian):
    requested(world, world.garam, guardian=world.homeroom_teacher)
    text = words(as_guardian(world.homeroom_teacher).get(WAITING))
    assert "부담임이나 학교 관리자가 확인하고 있습니다" in text
    assert "늦어지면" not in text


def test_after_a_refusal_one_press_leads_to_the_form_again(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam, state="refused", reason="이름을 고쳐 주세요.")
    page = as_guardian(world.seoyeon).get(WAITING).text
    assert re.search(r'href="/children/apply/8071028/"[^>]*>\s*고쳐서 다시 신청하기', page)


def test_what_was_taken_back_by_the_guardian_is_not_shown(world, as_guardian):
    link = requested(world, world.garam, requested_at=days_ago(1))
    mother = as_guardian(world.seoyeon)
    mother.post(f"{WAITING}{link.public_id}/withdraw/")
    assert world.state_of(link) == "ended"
    assert mother.get(WAITING)["Location"] == "/children/"
