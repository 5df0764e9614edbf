"""Who decides when the homeroom teacher does not: deputy and administrator, from when, and what they see."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from baroalgi.guardianship import queries
from baroalgi.guardianship.models import ChildLink
from baroalgi.organisation import queries as organisation
from baroalgi.platform import crypto
from baroalgi.platform.unit import unit_of_work
from baroalgi.policy import Act, Actor, Post, Role, Strength, Subject, allows
from tests.guardianship.rows import no_homeroom, office, post, requested, staff, waited
from tests.guardianship.test_decide import DESK, words
from tests.races import at_once
from tests.rows import closed, reopened, unit_of
from tests.statements import assert_statements
from tests.world import SEOUL

DECIDE = "UPDATE guardianship_childlink SET state = %s WHERE id = %s"


@pytest.fixture
def deputy(world):
    return staff(world, "남부담", "deputy", world.class_3_1)


@pytest.fixture
def admin(world):
    return staff(world, "관리자", "school_admin")


def seen(world, person):
    """Return the links, pupils and restrictions that this person's session sees by raw SQL."""
    (row,) = world.sql_as_app(
        "SELECT (SELECT count(*) FROM guardianship_childlink), (SELECT count(*) FROM organisation_student),"
        " (SELECT count(*) FROM guardianship_restriction)",
        person=person,
    )
    return row


@pytest.mark.parametrize(("days", "sees"), [(2, False), (3, True), (4, True)])
def test_from_the_third_school_day_deputy_and_administrator_decide(
    world, as_staff, deputy, admin, days, sees
):
    link = requested(world, world.garam, requested_at=waited(world, days))
    for person in (deputy, admin):
        desk = as_staff(person)
        assert ("김가람" in desk.get(DESK).text) is sees
        assert desk.get(f"{DESK}{link.id}/").status_code == (200 if sees else 404)
        assert desk.post(f"{DESK}{link.id}/refuse/", {"reason": " "}).status_code == (422 if sees else 404)
        assert seen(world, person) == ((1, 1, 0) if sees else (0, 0, 0))
    desk.post(f"{DESK}{link.id}/approve/")
    assert world.state_of(link) == ("approved" if sees else "requested")
    if sees:
        assert world.fresh(link).decided_by_id == admin.id
        assert world.fresh(link).decided_by_name == "관리자"
        assert "학교에서 신청을 승인했습니다." in world.mails()[0].text


@pytest.mark.parametrize(("days", "touched"), [(2, 0), (3, 1)])
def test_before_the_third_day_not_even_sql_decides(world, deputy, admin, days, touched):
    link = requested(world, world.garam, requested_at=waited(world, days))
    for person in (deputy, admin):
        assert world.sql_as_app(DECIDE, ["requested", link.id], person=person) == touched


def test_who_stands_in_elsewhere_sees_nothing_of_it(world, as_staff):
    link = requested(world, world.garam, requested_at=waited(world, 5))
    next_door = staff(world, "옆반부담", "deputy", world.class_3_2)
    elsewhere = staff(world, "먼관리자", "school_admin", place=world.saeneoul_counter)
    for person in (next_door, elsewhere):
        assert seen(world, person) == (0, 0, 0)
        assert as_staff(person).get(f"{DESK}{link.id}/").status_code == 404
        assert world.sql_as_app(DECIDE, ["approved", link.id], person=person) == 0


def test_a_post_that_has_ended_or_not_begun_opens_nothing(world):
    requested(world, world.garam, requested_at=waited(world, 5))
    today = datetime.now(SEOUL).date()
    past, future = staff(world, "지난부담", "subject_teacher"), staff(world, "다음부담님", "subject_teacher")
    post(past, world.hwanggan_counter, "deputy", world.class_3_1, valid_to=today)
    post(future, world.hwanggan_counter, "school_admin", valid_from=today + timedelta(days=1))
    assert [seen(world, person) for person in (past, future)] == [(0, 0, 0)] * 2


def test_a_substitute_sees_what_is_needed_to_decide_and_no_more(world, as_staff, deputy):
    """Who sees the child already; not today's request for the same child, nor attendance, nor classmates."""
    late = requested(world, world.garam, requested_at=waited(world, 3))
    world.link(guardian=world.stranger, child=world.garam, relationship="father")
    requested(world, world.garam, guardian=world.officer)
    page = words(as_staff(deputy).get(f"{DESK}{late.id}/"))
    assert "이미 보는 보호자 오낯선(부)" in page
    assert "정민호" not in page
    assert world.sql_as_app("SELECT name FROM organisation_student", person=deputy) == [("김가람",)]
    assert world.sql_as_app("SELECT policy.visible_students()", person=deputy) == [([],)]


def test_a_class_that_nobody_leads_is_the_administrators_at_once(world, as_staff, as_role, deputy, admin):
    from baroalgi.guardianship import jobs

    no_homeroom(world.class_3_1)
    link = requested(world, world.garam)
    assert seen(world, deputy) == (0, 0, 0)
    assert as_staff(deputy).get(f"{DESK}{link.id}/").status_code == 404
    desk = as_staff(admin)
    assert "대신 정할 학부모서비스 신청" in words(desk.get("/desk/"))
    desk.post(f"{DESK}{link.id}/approve/")
    assert world.state_of(link) == "approved"

    type(link).objects.using("owner").filter(id=link.id).update(state="requested", decided_at=None)
    as_role("worker")
    jobs.tell_homeroom(link_id=link.id)
    jobs.hand_over()  # the same request is told once
    told = [mail for mail in world.mails() if "신청이 왔습니다" in mail.subject]
    assert ["담임선생님이 없는 학급에" in mail.text for mail in told] == [True]


def test_the_homeroom_teachers_own_request_is_the_deputys_at_once(world, as_staff, deputy, admin):
    own = requested(world, world.garam, guardian=world.homeroom_teacher)
    for person in (deputy, admin):
        assert "김가람" in as_staff(person).get(DESK).text
        assert seen(world, person) == (1, 1, 0)
    as_staff(deputy).post(f"{DESK}{own.id}/approve/")
    assert world.state_of(own) == "approved"


def test_a_deputy_who_is_the_parent_does_not_decide(world, as_staff, deputy):
    own = requested(world, world.garam, guardian=deputy, requested_at=waited(world, 5))
    desk = as_staff(deputy)
    assert "내 신청입니다" in words(desk.get(DESK))
    desk.post(f"{DESK}{own.id}/approve/")
    assert world.state_of(own) == "requested"
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(DECIDE, ["approved", own.id], person=deputy)


def test_a_teacher_invited_by_name_does_not_decide_as_the_parent_with_a_certificate(world, as_staff, deputy):
    """Two rows, one person: 박지훈 of the staff list, whose number nobody knows, and 박지훈 the parent."""
    from baroalgi.organisation.models import Person

    people = Person.objects.using("owner")
    people.filter(id=world.homeroom_teacher.id).update(identity_mac=None)
    parent = people.create(identity_mac="v1:other", name="박지훈", created_at=datetime.now(SEOUL))
    link = requested(world, world.garam, guardian=parent)
    desk = as_staff(world.homeroom_teacher)
    assert "내 신청입니다" in desk.get(DESK).text
    desk.post(f"{DESK}{link.id}/approve/")
    desk.post(DESK, {"link": [link.id]})
    assert world.state_of(link) == "requested"
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(DECIDE, ["approved", link.id], person=world.homeroom_teacher)
    as_staff(deputy).post(f"{DESK}{link.id}/approve/")  # at once
    assert world.state_of(link) == "approved"


def test_of_deputy_and_teacher_at_once_one_decides_and_the_other_is_told_who(world, as_staff, deputy):
    link = requested(world, world.garam, requested_at=waited(world, 3))
    browsers = [as_staff(world.homeroom_teacher), as_staff(deputy)]
    approve = f"{DESK}{link.id}/approve/"
    at_once(*(lambda browser=browser: browser.post(approve) for browser in browsers))
    winner = world.fresh(link).decided_by_name
    said = [words(browser.get(DESK)) for browser in browsers]
    assert sum(f"{winner} 선생님이 먼저 정했습니다." in page for page in said) == 1
    assert sum("김가람 학생의 신청을 승인하고" in page for page in said) == 1
    assert len(world.mails()) == 1


def test_who_decided_and_when_is_the_databases_own(world):
    link = requested(world, world.garam)
    forge = (
        "UPDATE guardianship_childlink SET state = 'approved', decided_by_name = '최유진',"
        " decided_at = '2099-01-01' WHERE id = %s"
    )
    world.sql_as_app(forge, [link.id], person=world.homeroom_teacher)
    row = world.fresh(link)
    assert (row.decided_by_name, row.decided_by_id) == ("박지훈", world.homeroom_teacher.id)
    assert row.decided_at <= datetime.now(SEOUL)
    later = "UPDATE guardianship_childlink SET decided_at = now() + interval '1 day' WHERE id = %s"
    world.sql_as_app(later, [link.id], person=world.homeroom_teacher)
    assert world.fresh(link).decided_at == row.decided_at


def test_nobody_has_waited_for_longer_than_since_the_request(world):
    """By SQL too: a request that was older at its birth would be the deputy's at once."""
    me, child = world.seoyeon, world.garam
    key = world.guardian_browser(me).cookies["baroalgi_session"].value
    with unit_of_work(key), connection.cursor() as cursor:
        mac = crypto.identity_mac(world.number_of(child))
        cursor.execute("SELECT policy.match_student(%s, %s)", [child.school_id, mac])
        cursor.execute(
            """INSERT INTO guardianship_childlink (public_id, guardian_id, student_id, school_id, state,
                   relationship, relationship_text, typed_name, typed_grade, guardian_name, guardian_mobile,
                   guardian_email, requested_at, decided_at, decided_by_id, decided_by_name, reason)
               VALUES (gen_random_uuid(), %s, %s, %s, 'requested', 'mother', '', %s, 3, %s, '', '',
                   '2020-03-02', '2020-03-03', %s, '박지훈', 'x')""",
            [me.id, child.id, child.school_id, child.name, me.name, world.homeroom_teacher.id],
        )
    (row,) = ChildLink.objects.using("owner").all()
    assert datetime.now(SEOUL) - row.requested_at < timedelta(minutes=1)
    assert (row.decided_at, row.decided_by_id, row.decided_by_name, row.reason) == (None, None, "", "")


# SQL and Python say the same ---------------------------------------------------------------------

DAYS = some.dates(date(2026, 1, 1), date(2027, 3, 31))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=DAYS, length=some.integers(0, 60), shut=some.sets(some.integers(0, 60), max_size=25))
def test_school_days_are_counted_the_same_in_sql(world, first, length, shut):
    last = first + timedelta(days=length)
    reopened(world.hwanggan)
    closed(world.hwanggan, *(first + timedelta(days=n) for n in shut))
    days = organisation.school_days(world.hwanggan.id, first, last)
    counted = world.sql_as_app("SELECT policy.school_days(%s, %s, %s)", [world.hwanggan.id, first, last])
    assert counted == [(sum(day > first for day in days),)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shut=some.sets(some.integers(0, 60), max_size=40), n=some.integers(1, 6))
def test_school_days_are_counted_back_the_same_in_sql(world, shut, n):
    today = datetime.now(SEOUL).date()
    reopened(world.hwanggan)
    closed(world.hwanggan, *(today - timedelta(days=back) for back in shut))
    days = organisation.school_days(world.hwanggan.id, today - timedelta(days=200), today)
    assert world.sql_as_app("SELECT policy.school_day_back(%s, %s)", [world.hwanggan.id, n]) == [(days[-n],)]


def test_the_rules_and_the_doors_open_to_the_same_people(world, deputy, admin):
    """Every combination of days, homeroom and post: Python allows exactly what SQL shows."""
    for days in (0, 2, 3, 4):
        moment = waited(world, days) if days else datetime.now(SEOUL)
        for leads in ("led", "none", "applicant"):
            guardian = world.homeroom_teacher if leads == "applicant" else world.seoyeon
            link = requested(world, world.garam, guardian=guardian, requested_at=moment)
            if leads == "none":
                no_homeroom(world.class_3_1)
            for person, role in ((deputy, Role.DEPUTY), (admin, Role.SCHOOL_ADMIN)):
                at = (world.hwanggan_counter.id, "", world.hwanggan.id, "", world.class_3_1.id, 3, 1)
                actor = Actor(person.id, "", Strength.PASSWORD, posts=(Post(1, role, *at),))
                on = Subject(
                    class_id=world.class_3_1.id,
                    school_id=world.hwanggan.id,
                    owner_id=guardian.id,
                    school_day=days,
                    homeroom=leads,
                )
                shown = world.sql_as_app("SELECT id FROM guardianship_childlink", person=person)
                assert (shown == [(link.id,)]) is allows(actor, Act.CHILD_LINK_DECIDE, on), (
                    days,
                    leads,
                    role,
                )
            link.delete(using="owner")
            type(link).objects.using("owner").all().delete()
            from baroalgi.organisation.models import StaffPost

            StaffPost.objects.using("owner").filter(school_class=world.class_3_1).update(valid_to=None)
        reopened(world.hwanggan)


def test_pages_of_a_substitute_ask_little_of_the_database(world, as_staff, admin):
    moment = waited(world, 3)
    for child in (world.garam, world.doyun, world.harin):
        requested(world, child, requested_at=moment, typed_class_no=None)
    desk = as_staff(admin)
    # enter, requests, others, restrictions, school days, what can be undone, audit
    with assert_statements(7):
        assert "기록과 모두 같은 신청 3건" in words(desk.get(DESK))
    # enter, the four of requests, the classes with their numbers
    with assert_statements(6):
        desk.get("/desk/")
    # enter, school, classes, audit
    with assert_statements(4):
        desk.get("/desk/school/")


# The office ---------------------------------------------------------------------------------------


@pytest.fixture
def officer_of_the_office(world):
    return staff(world, "청관리자", "office_admin", place=office(world))


def test_the_office_sees_late_schools_in_numbers_only(world, as_staff, admin, officer_of_the_office):
    late = waited(world, 4)
    requested(world, world.garam, requested_at=late)
    requested(world, world.doyun)
    browser = as_staff(officer_of_the_office)
    page = words(browser.get("/desk/", follow=True))
    assert "늦어진 학교 1곳" in page
    assert "황간초등학교 충청북도 영동군 1건 2건" in page
    assert "4일째 관리자 043-742-4088 보내지 않음" in page
    for name in ("김가람", "이도윤", "이서연"):
        assert name not in page
    assert seen(world, officer_of_the_office) == (0, 0, 0)
    # enter, numbers, schools, audit
    with assert_statements(4):
        browser.get("/office/")


def test_late_is_only_more_than_three_school_days(world, as_staff, officer_of_the_office):
    requested(world, world.garam, requested_at=waited(world, 3))
    page = words(as_staff(officer_of_the_office).get("/office/"))
    assert "늦어진 학교가 없습니다." in page
    assert "기다리는 신청 1 건" in page


def test_a_regional_office_sees_its_own_schools_only(world, as_staff):
    requested(world, world.garam, requested_at=waited(world, 4))
    regional = staff(world, "지원청", "office_admin", place=world.regional_counter)
    assert "늦어진 학교 1곳" in words(as_staff(regional).get("/office/"))
    type(world.hwanggan).objects.using("owner").filter(id=world.hwanggan.id).update(regional_office=None)
    assert "늦어진 학교가 없습니다." in words(as_staff(regional).get("/office/"))


def test_the_doors_of_office_and_school_answer_nobody_else(world, deputy, admin):
    requested(world, world.garam, requested_at=waited(world, 4))
    at_school = staff(world, "학교의청", "office_admin")
    for person in (deputy, admin, at_school, world.homeroom_teacher, None):
        assert world.sql_as_app("SELECT policy.office_requests()", person=person) == [(None,)]
    ask = "SELECT policy.school_classes(%s, 2026)"
    for person in (deputy, world.homeroom_teacher, at_school):
        assert world.sql_as_app(ask, [world.hwanggan.id], person=person) == [("[]",)]
    assert world.sql_as_app(ask, [world.saeneoul.id], person=admin) == [("[]",)]
    forge = "INSERT INTO guardianship_schoolreminder (school_id, day) VALUES (%s, '2026-11-24')"
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(forge, [world.hwanggan.id], person=admin)


def test_reminding_late_schools_tells_each_administrator_once_a_day(
    world, as_staff, as_role, admin, officer_of_the_office
):
    from baroalgi.guardianship import jobs

    requested(world, world.garam, requested_at=waited(world, 4))
    browser = as_staff(officer_of_the_office)
    assert "1곳에 다시 알리기" in words(browser.get("/office/"))
    page = words(browser.post("/office/remind/", {"sent": "yes"}, follow=True))
    assert "학교 1곳의 관리자에게 다시 알렸습니다." in page
    assert "다시 알리기" not in page
    again = words(browser.post("/office/remind/", {"sent": "yes"}, follow=True))
    assert "다시 알릴 학교가 없습니다." in again
    assert world.audit_names().count("school.late_reminded") == 1
    as_role("worker")
    for _ in range(2):
        jobs.remind_late_schools(school_ids=[world.hwanggan.id])
    (mail,) = world.mails()
    assert "교육청에서 다시 알려 드립니다." in mail.text
    assert "1건 있습니다" in mail.text


@pytest.mark.usefixtures("noon")
def test_the_page_of_classes_names_staff_and_no_pupil(world, as_staff, admin, deputy):
    requested(world, world.garam, requested_at=waited(world, 3))
    world.link(guardian=world.seoyeon, child=world.doyun)
    page = words(as_staff(admin).get("/desk/school/"))
    assert "3학년 1반 박지훈 남부담 2명 1명 1건" in page
    assert "3학년 2반 최유진 – 1명 0명 –" in page
    no_homeroom(world.class_3_2)
    assert "3학년 2반 담임이 없습니다 – 1명 0명 –" in words(as_staff(admin).get("/desk/school/"))
    assert "김가람" not in page


def test_numbers_of_the_office_with_nothing_at_all(world, officer_of_the_office):
    with unit_of(world, officer_of_the_office, "password"):
        found = queries.office_requests()
    assert (found.late, found.waiting, found.schools, found.median_days) == ((), 0, 0, None)
