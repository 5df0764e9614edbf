"""Reminders: each school day from the second, one mail per person and day, to whoever must decide."""

from datetime import datetime, timedelta

import pytest

from baroalgi.guardianship import jobs
from tests.guardianship.rows import (
    days_ago,
    no_homeroom,
    office,
    post,
    requested,
    restriction,
    staff,
    waited,
)
from tests.world import SEOUL


@pytest.fixture(autouse=True)
def school_morning(monkeypatch):
    """Let the jobs run on a weekday, whenever the tests do: on the last one. Returns the day."""
    from django.utils import timezone

    now = timezone.now()
    while now.astimezone(SEOUL).weekday() > 4:
        now -= timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now.astimezone(SEOUL).date()


def told(world):
    """Return who was told what, by the keys of the outbox."""
    from baroalgi.organisation.models import Person
    from baroalgi.platform.models import Outbox

    names = dict(Person.objects.using("owner").values_list("id", "name"))
    rows = Outbox.objects.using("owner").order_by("id")
    return sorted((names[row.person_id], row.key.split(":")[1]) for row in rows)


def deliveries(world):
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%deliver'")
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("days", "whom"),
    [
        (1, []),
        (2, ["박지훈"]),
        (3, ["관리자", "남부담", "박지훈"]),
    ],
)
def test_whoever_must_decide_is_reminded_from_the_second_school_day(world, as_role, days, whom):
    staff(world, "남부담", "deputy", world.class_3_1)
    staff(world, "관리자", "school_admin")
    staff(world, "먼관리자", "school_admin", place=world.saeneoul_counter)
    moment = waited(world, days)
    for child in (world.garam, world.doyun):
        requested(world, child, requested_at=moment)
    as_role("worker")
    jobs.remind()
    assert told(world) == [(name, "remind") for name in whom]
    for mail in world.mails():
        assert mail.subject == "[바로알기] 기다리는 학부모서비스 신청 2건"
        assert f"오늘이 {days}일째입니다." in mail.text
        assert "김가람" not in mail.subject + mail.text


def test_twice_in_a_row_sends_nothing_twice(world, as_role):
    requested(world, world.garam, requested_at=waited(world, 2))
    as_role("worker")
    jobs.remind()
    before = world.mails()
    requested(world, world.doyun, requested_at=days_ago(29))
    jobs.remind()
    assert world.mails() == before
    assert len(before) == 1
    assert deliveries(world) == 1


def test_on_a_day_without_lessons_nobody_is_reminded(world, as_role, school_morning):
    from tests.rows import closed

    requested(world, world.garam, requested_at=waited(world, 3))
    closed(world.hwanggan, school_morning)
    as_role("worker")
    jobs.remind()
    assert world.mails() == []


def test_what_is_decided_is_no_more_reminded_of(world, as_role):
    moment = waited(world, 3)
    world.link(guardian=world.seoyeon, child=world.garam, requested_at=moment)
    world.link(guardian=world.seoyeon, child=world.doyun, state="refused", requested_at=moment)
    as_role("worker")
    jobs.remind()
    assert world.mails() == []


def test_the_applicant_is_not_reminded_of_the_own_request(world, as_role):
    deputy = staff(world, "남부담", "deputy", world.class_3_1)
    requested(world, world.garam, guardian=world.homeroom_teacher, requested_at=waited(world, 2))
    as_role("worker")
    jobs.remind()
    assert told(world) == [(deputy.name, "remind")]


def test_a_restriction_changes_nothing_about_reminding(world, as_role):
    requested(world, world.garam, requested_at=waited(world, 2))
    restriction(world.garam, world.seoyeon)
    as_role("worker")
    jobs.remind()
    assert told(world) == [("박지훈", "remind")]


def test_the_office_is_told_once_a_day_that_schools_are_late(world, as_role):
    staff(world, "청관리자", "office_admin", place=office(world))
    regional = staff(world, "지원청", "office_admin", place=world.regional_counter)
    requested(world, world.garam, requested_at=waited(world, 4))
    as_role("worker")
    jobs.remind()
    jobs.remind()
    offices = [mail for mail in world.mails() if "늦어진 학교" in mail.subject]
    assert len(offices) == 2
    assert all("학교가 1곳 있습니다" in mail.text and "/office/" in mail.text for mail in offices)
    assert regional.email


def test_when_the_teacher_leaves_the_administrator_is_told(world, as_role):
    """Asked while the class was led, today; then the teacher left."""
    staff(world, "관리자", "school_admin")
    staff(world, "남부담", "deputy", world.class_3_1)
    link = requested(world, world.garam)
    as_role("worker")
    jobs.tell_homeroom(link_id=link.id)
    no_homeroom(world.class_3_1)
    for _ in range(2):
        jobs.hand_over()
    assert told(world) == [("관리자", str(link.id)), ("박지훈", str(link.id))]


def test_a_new_teacher_of_the_class_is_told_once_what_came_with_it(world, as_role):
    today = datetime.now(SEOUL).date()
    no_homeroom(world.class_3_1)
    post(
        world.next_door_teacher, world.hwanggan_counter, "homeroom_teacher", world.class_3_1, valid_from=today
    )
    for child in (world.garam, world.doyun):
        requested(world, child, requested_at=days_ago(1))
    requested(world, world.garam, guardian=world.stranger)  # came today: told by itself
    as_role("worker")
    for _ in range(2):
        jobs.hand_over()
    (mail,) = world.mails()
    assert mail.subject == "[바로알기] 넘겨받으신 반에 학부모서비스 신청 2건이 있습니다"
    assert told(world) == [("최유진", "handed")]


def test_a_morning_job_asks_the_same_for_one_request_and_many(world, as_role):
    from tests.guardianship.rows import families
    from tests.statements import assert_statements

    moment = waited(world, 2)
    links = families(world, 20)
    type(links[0]).objects.using("owner").update(requested_at=moment)
    as_role("worker")
    # requests, staff, what was told, mails, their jobs
    with assert_statements(5):
        jobs.remind()
    (mail,) = world.mails()
    assert "20건" in mail.subject


def test_the_mornings_are_those_of_seoul():
    """The queue reads the line as UTC: from 22:30 of the day before, 7:30 in Seoul, each hour to 16:30."""
    from croniter import croniter

    midnight = datetime(2026, 11, 24, tzinfo=SEOUL)
    times = croniter(jobs.MORNINGS, midnight.timestamp())
    moments = [datetime.fromtimestamp(times.get_next(float), SEOUL) for _ in range(11)]
    assert [f"{moment:%d %H:%M}" for moment in moments] == [
        *(f"24 {hour:02d}:30" for hour in range(7, 17)),
        "25 07:30",
    ]
