"""The plan of the demo: the same for the same seed, true to its rules, and streamed."""

import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from baroalgi.certs.resident_number import ResidentNumber
from baroalgi.demo.calendar import holidays, plan_school_year, school_year
from baroalgi.demo.letters import INVENTED, TITLE_ONLY
from baroalgi.demo.meals import recorded
from baroalgi.demo.numbers import CAPACITY, demo_number
from baroalgi.demo.plan import OfficePlan, SchoolPlan, demo_plan, office_plan
from baroalgi.demo.schools import ENTRY_AGE, GRADES, HWANGGAN
from baroalgi.organisation import data

TODAY = date(2026, 11, 24)
# Beginning and end of a year, vacations, a Sunday, the year without shipped holidays.
DAYS = [
    date(2026, 3, 2),
    date(2026, 5, 24),
    date(2026, 8, 3),
    TODAY,
    date(2027, 1, 15),
    date(2027, 2, 28),
    date(2027, 3, 15),
    date(2029, 6, 4),
]

ROWS: dict[str, Callable[[SchoolPlan], Iterator[Any]]] = {
    "classes": SchoolPlan.classes,
    "staff": SchoolPlan.staff,
    "posts": SchoolPlan.posts,
    "students": SchoolPlan.students,
    "guardians": SchoolPlan.guardians,
    "links": SchoolPlan.links,
    "events": SchoolPlan.events,
    "attendance": SchoolPlan.attendance,
    "exams": SchoolPlan.exams,
    "exam_subjects": SchoolPlan.exam_subjects,
    "scores": SchoolPlan.scores,
    "letters": SchoolPlan.letters,
    "meals": SchoolPlan.meals,
}


@pytest.fixture(scope="module")
def plan() -> OfficePlan:
    return demo_plan(TODAY)


@pytest.fixture(scope="module")
def hwanggan(plan: OfficePlan) -> SchoolPlan:
    return next(school for school in plan.schools() if school.code == HWANGGAN)


def everything(plan: OfficePlan) -> list[Any]:
    rows = [*plan.staff(), *plan.posts(), *plan.families(), plan.officer()]
    return rows + [row for school in plan.schools() for rows_of in ROWS.values() for row in rows_of(school)]


def open_links(plan: OfficePlan) -> list[Any]:
    links = [link for family in plan.families() for link in family.links]
    return links + [link for school in plan.schools() for link in school.links()]


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    again, other_seed = demo_plan(TODAY), demo_plan(TODAY, seed=1)

    assert everything(demo_plan(TODAY)) == everything(again)
    assert everything(again) != everything(other_seed)


def test_schools_are_real_and_the_home_of_the_letter_is_the_first(plan):
    real = {fact.code: fact.name for fact in data.schools()}
    schools = list(plan.schools())

    assert schools[0].school.fact.name == "황간초등학교"
    assert all(real[school.code] == school.school.fact.name for school in schools)
    assert Counter(school.school.level for school in schools) == {"elementary": 3, "middle": 2, "high": 2}


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_families_are_there_in_every_state_on_any_day(today):
    plan = demo_plan(today)
    families = list(plan.families())
    states = Counter(family.state for family in families)

    assert states == {"new": 24, "at_counter": 4, "approved": 4, "waiting": 4, "linked": 5}
    for family in families:
        assert (family.application is None) == (family.state == "new")
        assert (
            bool(family.certificate_password) == bool(family.links) == (family.state in ("waiting", "linked"))
        )
        assert {link.state for link in family.links} <= {
            {"waiting": "requested"}.get(family.state, "approved"),
        }
        moments = [link.requested_at for link in family.links]
        if family.application:
            papers = family.application
            way = [
                papers.submitted_at,
                papers.received_at,
                papers.approved_at,
                papers.issued_at,
                *moments[:1],
            ]
            happened = [moment for moment in way if moment]
            assert happened == sorted(happened)
            assert happened[-1].date() < today
            assert (today - papers.submitted_at.date()).days < 200
    for school in plan.schools():
        assert bool(released_scores(school)) == (school.school.level != "elementary")


def released_scores(school: SchoolPlan) -> list[Any]:
    released = [exam.key for exam in school.exams() if exam.state == "released"]
    return [row for row in school.scores() if row.exam in released]


def test_the_first_new_family_and_the_one_in_two_schools(plan):
    families = list(plan.families())
    seoyeon = families[0]
    [two_schools] = [f for f in families if f.state == "linked"][:1]

    assert (seoyeon.guardian.name, seoyeon.children[0].student.name) == ("이서연", "김가람")
    assert seoyeon.children[0].school_name == "황간초등학교"
    levels = {child.school_name[-4:] for child in two_schools.children}
    assert len(two_schools.children) == 2
    assert levels == {"초등학교", "울중학교"}


def test_children_of_families_stand_in_the_class_lists(plan):
    listed = {student.rrn: student for school in plan.schools() for student in school.students()}
    _, officers_family = plan.officer()
    children = [child for family in (*plan.families(), officers_family) for child in family.children]

    assert all(listed[child.student.rrn] == child.student for child in children)
    assert len({child.student.rrn for child in children}) == len(children)
    linked_outside = {link.student_rrn for school in plan.schools() for link in school.links()}
    assert not linked_outside & {child.student.rrn for child in children}


def test_papers_lie_at_schools_at_a_regional_office_and_at_the_provincial_office(plan):
    kinds = Counter(f.application.place.kind for f in plan.families() if f.state == "at_counter")
    logins = {staff.login for staff in plan.staff()} | {s.login for x in plan.schools() for s in x.staff()}
    officers = {f.application.officer for f in plan.families() if f.application}

    assert set(kinds) == {"school", "regional_office", "office"}
    assert officers - {""} <= logins


def test_one_officer_is_a_parent_too(plan):
    staff, family = plan.officer()
    posts = [post for post in plan.posts() if post.login == staff.login]

    assert family.guardian == staff.person
    assert [(post.role, post.place.key) for post in posts] == [
        ("registration_officer", "충청북도영동교육지원청")
    ]
    assert family.children[0].school_name == "황간초등학교"


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_resident_numbers_are_demo_numbers_and_nobody_shares_one(today):
    plan = demo_plan(today)
    people = [staff.person.rrn for staff in plan.staff()]
    people += [family.guardian.rrn for family in plan.families()]
    for school in plan.schools():
        people += [staff.person.rrn for staff in school.staff()]
        people += [row.rrn for row in school.guardians()]
        for student in school.students():
            people.append(student.rrn)
            number = ResidentNumber(student.rrn)
            assert number.birth_date == student.birth_date
            assert (student.rrn[6] in "13") == (student.sex == "male")

    assert len(set(people)) == len(people)
    assert all(ResidentNumber(rrn).is_demo for rrn in people)


def test_a_demo_number_can_be_made_up_to_the_last_ordinal_and_no_further():
    born = date(1990, 1, 1)
    assert demo_number(CAPACITY - 1, born, "male")[:7] == "9001011"
    assert len({demo_number(n, born, "female") for n in range(20_000)}) == 20_000
    with pytest.raises(ValueError, match="900000"):
        demo_number(CAPACITY, born, "male")
    with pytest.raises(ValueError, match="2020-10-01"):
        demo_number(0, date(2020, 10, 1), "female")


def test_ages_fit_grades_and_guardians_are_older(plan):
    born = {}
    for school in plan.schools():
        for student in school.students():
            born[student.rrn] = student.birth_date
            age = ENTRY_AGE[school.school.level] + student.school_class.grade - 1
            assert student.birth_date.year == 2026 - age
    for link in open_links(plan):
        assert born[link.student_rrn].year - ResidentNumber(link.guardian_rrn).birth_date.year >= 22
    _, officers_family = plan.officer()
    for family in (*plan.families(), officers_family):
        for child in family.children:
            guardian = ResidentNumber(family.guardian.rrn).birth_date
            assert child.student.birth_date.year - guardian.year >= 22


def test_when_first_graders_are_born_too_late_they_are_too_old_instead():
    school = next(demo_plan(date(2029, 6, 4)).schools())

    assert max(student.birth_date for student in school.students()) <= date(2020, 9, 30)


def test_numbers_follow_names_and_classes_are_full(plan):
    for school in plan.schools():
        by_class: dict[Any, list[Any]] = {}
        for student in school.students():
            by_class.setdefault(student.school_class, []).append(student)
        assert list(by_class) == list(school.classes())
        assert sum(map(len, by_class.values())) == school.school.pupils
        for students in by_class.values():
            assert [student.number for student in students] == list(range(1, len(students) + 1))
            assert [s.name for s in students] == sorted(s.name for s in students)


def test_every_class_has_one_homeroom_teacher_and_a_deputy(plan):
    for school in plan.schools():
        posts = list(school.posts())
        logins = {staff.login for staff in school.staff()}
        roles = Counter(post.role for post in posts)
        assert {post.login for post in posts} == logins
        for role in ("homeroom_teacher", "deputy"):
            classes = [post.school_class for post in posts if post.role == role]
            assert sorted(classes) == sorted(school.classes())
        assert roles["school_admin"] == roles["registration_officer"] == 1


def test_offices_have_two_registration_officers_each_and_logins_are_unique(plan):
    posts = list(plan.posts())
    places = Counter(post.place for post in posts if post.role == "registration_officer")
    logins = [staff.login for staff in plan.staff()]
    logins += [staff.login for school in plan.schools() for staff in school.staff()]

    assert len(places) == 11
    assert set(places.values()) == {2}
    assert {post.role for post in posts} == {"registration_officer", "office_admin", "operator"}
    assert len(set(logins)) == len(logins)


def test_no_pair_has_two_open_links(plan):
    pairs = Counter((link.guardian_rrn, link.student_rrn) for link in open_links(plan))

    assert max(pairs.values()) == 1


def test_links_wait_or_were_decided_by_the_homeroom_teacher(plan):
    teachers = {
        (post.school_class, post.login)
        for school in plan.schools()
        for post in school.posts()
        if post.role == "homeroom_teacher"
    }
    class_of = {s.rrn: s.school_class for school in plan.schools() for s in school.students()}
    for link in open_links(plan):
        if link.state == "requested":
            assert (link.decided_at, link.decided_by) == (None, "")
        else:
            assert link.requested_at < link.decided_at
            assert link.decided_at.date() < TODAY
            assert (class_of[link.student_rrn], link.decided_by) in teachers


# --- Calendar and attendance -----------------------------------------------------------------


@pytest.mark.parametrize("year", range(2023, 2030))
def test_a_school_year_has_at_least_190_days_none_of_them_closed(plan, year):
    for school in plan.planned_schools:
        planned = plan_school_year(school, year, plan.seed)
        events = list(planned.events())
        off = {event.day for event in events if event.day_type != "school_day"}
        closed = {day for day in off if day.weekday() < 5}
        assert len(set(planned.days)) == len(planned.days) >= 190
        assert all(day.weekday() < 5 and day not in holidays() for day in planned.days)
        assert not closed & set(planned.days)
        # Every weekday of the year is one or the other.
        span = (date(year + 1, 3, 1) - date(year, 3, 1)).days
        weekdays = [date(year, 3, 1) + timedelta(days=n) for n in range(span)]
        assert closed | set(planned.days) == {day for day in weekdays if day.weekday() < 5}
        assert len({(event.day, event.n) for event in events}) == len(events)
        assert all(school_year(event.day) == year for event in events)
        for event in events:
            assert event.day_type != "school_day" or event.day in planned.days
            assert set(event.grades) <= set(range(1, GRADES[school.level] + 1))
            assert ("시연" in event.content) == (event.kind != "public_holiday")


def test_public_holidays_of_the_calendar_are_the_real_ones(hwanggan):
    shown = {event.day: event.name for event in hwanggan.events() if event.kind == "public_holiday"}

    assert shown == {day: name for day, name in holidays().items() if school_year(day) == 2026}
    assert shown[date(2026, 9, 25)] == "추석"


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_attendance_is_one_exception_a_day_on_school_days_until_today(today):
    for school in demo_plan(today).schools():
        days = set(school.school_year().until(today))
        rows = list(school.attendance())
        assert len({(row.student_rrn, row.day) for row in rows}) == len(rows)
        assert all(row.day in days for row in rows)
        assert all(bool(row.periods) == (row.kind != "absence") for row in rows)
        assert all(len(row.reason) <= 100 and row.reason for row in rows)


def test_every_kind_and_cause_occurs_and_nobody_is_absent_too_long(plan):
    rows = [row for school in plan.schools() for row in school.attendance()]
    absences = Counter(row.student_rrn for row in rows if row.kind == "absence")

    assert len({(row.kind, row.cause) for row in rows}) == 16
    assert max(absences.values()) < 190 / 3


# --- Exams -----------------------------------------------------------------------------------


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_means_are_exact_over_those_who_sat(today):
    for school in demo_plan(today).schools():
        scores: dict[tuple[Any, str], list[Any]] = {}
        for row in school.scores():
            scores.setdefault((row.exam, row.subject), []).append(row.score)
        subjects = list(school.exam_subjects())
        assert [(row.exam, row.subject) for row in subjects] == list(scores)
        assert {row.exam for row in subjects} == {exam.key for exam in school.exams()}
        for row in subjects:
            sat = [score for score in scores[row.exam, row.subject] if score is not None]
            assert (len(scores[row.exam, row.subject]), len(sat)) == (row.takers, row.sitters)
            assert all(0 <= score <= row.max_score for score in sat)
            # Half up to one decimal: the mean lies in [shown - 0.05, shown + 0.05).
            distance = sum(map(Fraction, sat)) / len(sat) - Fraction(row.grade_mean)
            assert Fraction(-1, 20) <= distance < Fraction(1, 20)


def test_the_last_released_exam_of_november_is_the_first_of_the_second_term(plan):
    middle = next(school for school in plan.schools() if school.school.level == "middle")
    exams = list(middle.exams())

    assert {exam.state for exam in exams} == {"released"}
    assert exams[-1].name == "2학기 1차 정기시험"
    assert (exams[-1].key.term, exams[-1].key.ordinal) == (2, 1)
    # 자유학기: no exam of the first grade in the first term.
    assert {exam.key.grade for exam in exams if exam.key.term == 1} == {2, 3}


def test_results_are_closed_until_they_are_released():
    # The exam of December is over on the 11th and released on the 28th.
    middle = next(s for s in demo_plan(date(2026, 12, 15)).schools() if s.code == "8071052")
    states = {(exam.key.term, exam.key.ordinal): exam.state for exam in middle.exams()}

    assert states == {(1, 1): "released", (1, 2): "released", (2, 1): "released", (2, 2): "entered"}


# --- Letters and meals -----------------------------------------------------------------------


def test_the_letter_of_2009_lies_between_its_neighbours(hwanggan):
    before, notice, after, *recent = hwanggan.letters()

    assert before.title == "e-충북교육 뉴스레터 서비스 신청을 받습니다."
    assert notice.title == "'내 자녀 바로알기'학부모 서비스 안내-붙임 파일 참조"
    assert (notice.posted_on, notice.views, notice.board) == (date(2009, 4, 24), 212, "home-letters")
    assert after.title == "★★이전홈페이지 게시물 이관 완료★★"
    assert before.body == after.body == TITLE_ONLY
    for phrase in ("[자녀정보조회]", "인증서는 하나로 사용합니다", "740-7723", "5개 영역 147개 사이트"):
        assert phrase in notice.body
    assert all(letter.body.endswith(INVENTED) for letter in recent)
    assert len(recent) >= 10


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_boards_are_in_order_and_never_empty(today):
    for school in demo_plan(today).schools():
        letters = list(school.letters())
        assert {letter.board for letter in letters} == {"home-letters", "notices", "news"}
        for board in ("home-letters", "notices", "news"):
            of_board = [letter for letter in letters if letter.board == board]
            assert [letter.no for letter in of_board] == list(range(1, len(of_board) + 1))
            assert [row.posted_on for row in of_board] == sorted(row.posted_on for row in of_board)
            assert of_board[-1].posted_on <= today
        assert sum(letter.origin == "invented" for letter in letters) >= 5
        assert not any("{" in letter.body + letter.title for letter in letters)


def test_meals_are_recorded_menus_in_their_order_on_school_days(hwanggan):
    meals = list(hwanggan.meals())
    menus = recorded()[HWANGGAN]
    served = [menu.day for menu in menus]

    assert meals[0].day >= TODAY - timedelta(days=60)
    assert meals[-1].day <= TODAY + timedelta(days=30)
    assert [meal.day for meal in meals] == [
        day for day in hwanggan.school_year().days if meals[0].day <= day <= meals[-1].day
    ]
    assert any(meal.day == TODAY for meal in meals)
    for meal, following in pairwise(meals):
        at = served.index(meal.recorded_on)
        assert following.recorded_on == served[(at + 1) % len(served)]
    for meal in meals:
        menu = menus[served.index(meal.recorded_on)]
        assert (meal.dishes, meal.kcal, meal.recorded_at) == (menu.dishes, menu.kcal, HWANGGAN)
        assert "옮겼습니다" in meal.note
        assert not meal.borrowed


def test_the_first_recorded_lunch_is_as_the_school_cooked_it():
    menu = recorded()[HWANGGAN][5]

    assert (menu.day, menu.kcal) == (date(2022, 3, 3), 692)
    assert menu.dishes[:3] == ("친환경가바찹쌀밥", "냉이된장국", "시금치무침")


def test_borrowed_menus_say_whose_they_are(plan):
    high = next(school for school in plan.schools() if school.code == "8000082")
    meal = next(high.meals())

    assert meal.borrowed
    assert meal.note.startswith("시연을 위해 황간초등학교의 2022년")


def test_a_meal_keeps_its_day_when_the_demo_starts_a_week_later(hwanggan):
    later = next(demo_plan(TODAY + timedelta(days=7)).schools())
    now = {meal.day: meal for meal in hwanggan.meals()}
    then = {meal.day: meal for meal in later.meals()}

    assert all(now[day] == then[day] for day in now.keys() & then.keys())


# --- Size ------------------------------------------------------------------------------------


def test_the_demo_is_small(plan):
    counts = Counter({name: sum(len(list(rows(s))) for s in plan.schools()) for name, rows in ROWS.items()})

    assert 700 <= counts["students"] <= 1_000
    assert sum(counts.values()) < 20_000


def test_every_way_of_asking_for_rows_is_a_stream(hwanggan):
    for rows in ROWS.values():
        assert isinstance(rows(hwanggan), Iterator)


def test_a_whole_office_streams_without_growing():
    plan = office_plan(TODAY)
    assert 470 <= len(plan.planned_schools) <= 490
    assert 140_000 <= sum(school.pupils for school in plan.planned_schools) <= 180_000

    def stream(schools: list[SchoolPlan]) -> int:
        rows = (row for school in schools for name in ("students", "guardians") for row in ROWS[name](school))
        return sum(1 for _ in rows)

    schools = list(plan.schools())
    stream(schools[:5])  # fills the caches
    tracemalloc.start()
    few, after_few = stream(schools[5:10]), tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    many, after_many = stream(schools[10:40]), tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert many > 4 * few
    assert after_many[0] - after_few[0] < 200_000
    assert after_many[1] - after_few[0] < 2_000_000


def test_a_plan_needs_real_codes_and_two_levels():
    with pytest.raises(KeyError):
        demo_plan(TODAY, codes=["0000000"])
    with pytest.raises(ValueError, match="two levels"):
        demo_plan(TODAY, codes=[HWANGGAN, "8071022"])
