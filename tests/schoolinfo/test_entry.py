"""What a school enters: the drafted week, what parents see of it, the calendar, meals, weekly plans."""

import threading
from datetime import date

import pytest
from django.db import DatabaseError

from baroalgi.schoolinfo.models import (
    BaseLesson,
    BellTime,
    CalendarDay,
    CurriculumItem,
    Lesson,
    Meal,
    Teaching,
    WeekPlan,
)
from baroalgi.schoolinfo.types import term_of
from tests.guardianship.rows import days_ago, requested, staff
from tests.rows import meal
from tests.statements import assert_statements

WEEK = "/desk/school/timetable/3/1/"
JSON = {"accept": "application/json"}


@pytest.fixture
def admin(world):
    return world.staff_browser(staff(world, "오현주", "school_admin"))


def rows(model, **where):
    return model.objects.using("owner").filter(**where)


def cells(**places):
    """Return what is sent of a week: c01="국어 박서연" is Monday's first lesson, w01 what stood there."""
    sent = {}
    for key, text in places.items():
        subject, _blank, teacher = text.partition(" ")
        box = f"{key[1]}-{key[2]}"
        sent |= (
            {f"was-{box}": f"{subject}\t{teacher}"}
            if key[0] == "w"
            else {f"s-{box}": subject, f"t-{box}": teacher}
        )
    return sent


def base(world, weekday, period, subject, teacher="", grade=3, name="1", semester=2, **facts):
    return BaseLesson.objects.using("owner").create(
        school=world.hwanggan,
        school_year=2026,
        semester=semester,
        grade=grade,
        class_name=name,
        weekday=weekday,
        period=period,
        subject=subject,
        teacher=teacher,
        **facts,
    )


def drafted():
    return {
        (row.weekday, row.period): f"{row.subject} {row.teacher}".strip()
        for row in rows(BaseLesson, class_name="1")
    }


# The week ------------------------------------------------------------------------------------


def test_a_week_is_drafted_as_a_form_and_cell_by_cell(world, admin):
    assert admin.get("/desk/school/timetable/").headers["Location"] == WEEK
    sent = admin.post(WEEK, cells(c01="국어 박서연", c12="체육 문정호"))
    assert sent.status_code == 302
    assert drafted() == {(0, 1): "국어 박서연", (1, 2): "체육 문정호"}

    answer = admin.post(
        WEEK,
        cells(c01="국악 박서연", w01="국어 박서연", c12="", w12="체육 문정호", c33="미술"),
        headers=JSON,
    )
    assert answer.status_code == 200
    assert answer.json()["say"] == "아직 학부모에게 보이지 않습니다."
    assert drafted() == {(0, 1): "국악 박서연", (3, 3): "미술"}
    assert world.audit_names()[-2:] == ["timetable.drafted"] * 2
    assert not rows(Lesson).exists()


def test_a_lesson_is_held_in_a_room(world, admin):
    science = cells(c01="과학 이하윤") | {"r-0-1": "과학실"}
    assert admin.post(WEEK, science).status_code == 302
    assert rows(BaseLesson).get().classroom == "과학실"
    assert 'value="과학\t이하윤\t과학실"' in admin.get(WEEK).text.replace("&#9;", "\t")
    # Another teacher in the same room; what was sent without rooms leaves them.
    seen = {"was-0-1": "과학\t이하윤\t과학실"}
    assert admin.post(WEEK, cells(c01="과학 서영") | seen).status_code == 302
    assert (rows(BaseLesson).get().teacher, rows(BaseLesson).get().classroom) == ("서영", "과학실")
    alone = admin.post(WEEK, {"r-0-2": "과학실"})
    assert alone.status_code == 422
    assert "과목을 적어 주세요." in alone.text
    admin.post(WEEK + "publish/", {"first": "2026-11-30"})
    lesson = rows(Lesson).earliest("day")
    assert (lesson.classroom, lesson.own) == ("과학실", True)
    # Taken out of the week and put back: the same row, taken back and told again.
    for sent, cancelled, sequence in (
        ({"was-0-1": "과학\t서영\t과학실", "s-0-1": "", "s-0-2": "국어"}, True, 1),
        (cells(c01="과학 서영") | {"r-0-1": "과학실"}, False, 2),
    ):
        admin.post(WEEK, sent)
        admin.post(WEEK + "publish/", {"first": "2026-11-30"})
        lesson.refresh_from_db(using="owner")
        assert (lesson.cancelled, lesson.sequence) == (cancelled, sequence)


def test_a_teacher_in_two_classes_is_told_and_holds_the_publishing_back(world, admin):
    base(world, 1, 3, "체육", "문정호", name="2")
    base(world, 2, 1, "합창", "문정호", name="2", classroom="강당")
    base(world, 2, 1, "합창", "문정호", classroom="강당")  # both classes in one hall: no clash
    answer = admin.post(WEEK, cells(c13="체육 문정호"), headers=JSON).json()
    assert [clash["sentence"] for clash in answer["clashes"]] == ["문정호 선생님이 3학년 2반에도 계십니다."]
    assert answer["clashes"][0]["title"] == "화요일 3교시 · 체육"
    assert not answer["ready"]
    page = admin.get(WEEK).text
    assert "고칠 것 1개" in page
    refused = admin.post(WEEK + "publish/", {"first": "2026-11-24"})
    assert refused.status_code == 422
    assert "한 선생님이 두 학급에 계신 시간이 있습니다." in refused.text


def test_hours_stand_beside_what_the_curriculum_asks(world, admin):
    for subject, units, semester in (("국어", 68, None), ("수학", 17, 2), ("미술", 34, 1)):
        CurriculumItem.objects.using("owner").create(
            school=world.hwanggan,
            entrance_year=2024,
            plan="2024학년도 입학생 교육과정",
            position=1,
            subject_group=subject,
            subject=subject,
            grade=3,
            semester=semester,
            units=units,
            unit_kind="시간",
        )
    for period, subject in ((1, "국어"), (2, "수학"), (3, "창체")):
        base(world, 0, period, subject)
    page = admin.get(WEEK).text
    assert "1 / 2시간, 1시간 모자람" in page  # 68 hours in 34 weeks
    assert "1 / 1시간" in page  # 17 hours in the 17 weeks of a semester
    assert "미술" not in page  # of the other semester


def test_of_two_who_write_the_same_cell_the_second_sees_both_values(world, admin):
    colleague = world.staff_browser(staff(world, "김대리", "school_admin"))
    admin.post(WEEK, cells(c01="국어 박서연"))
    assert colleague.post(WEEK, cells(c01="수학 이하윤", w01="국어 박서연")).status_code == 302
    late = admin.post(WEEK, cells(c01="음악 유나경", w01="국어 박서연", c02="영어"), headers=JSON)
    assert late.status_code == 422
    assert late.json()["taken"] == {"0-1": {"subject": "수학", "teacher": "이하윤", "classroom": ""}}
    assert drafted() == {(0, 1): "수학 이하윤"}  # nothing of the second one, the other cell neither
    page = admin.post(WEEK, cells(c01="음악 유나경", w01="국어 박서연"))
    assert page.status_code == 422
    assert "지금은 「수학 이하윤」, 적으신 것은 「음악 유나경」입니다." in page.text
    assert 'value="수학\t이하윤"' in page.text.replace("&#9;", "\t")  # once more means: mine
    assert admin.post(WEEK, cells(c01="음악 유나경", w01="수학 이하윤")).status_code == 302


def test_two_at_the_same_moment_and_one_is_told(world, admin):
    colleague = world.staff_browser(staff(world, "김대리", "school_admin"))
    barrier, statuses = threading.Barrier(2), []

    def write(browser, subject):
        from django.db import connections

        barrier.wait()
        statuses.append(browser.post(WEEK, cells(c01=subject)).status_code)
        connections.close_all()

    threads = [
        threading.Thread(target=write, args=args) for args in ((admin, "국어 가"), (colleague, "수학 나"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [302, 422]
    assert len(drafted()) == 1


def test_publishing_writes_the_days_left_and_keeps_what_was_changed_by_hand(world, admin):
    # Monday the 30th of November is off; 3-1 has 국어 on Mondays, 체육 on Tuesdays.
    CalendarDay.objects.using("owner").create(
        school=world.hwanggan,
        day="2026-11-30",
        name="재량휴업일",
        kind="discretionary_holiday",
        day_kind="closed",
        grades=[],
    )
    base(world, 0, 1, "국어", "박서연")
    base(world, 1, 2, "체육", "문정호")
    assert admin.post(WEEK + "publish/", {"first": "2026-11-24"}).status_code == 302
    lessons = rows(Lesson, class_name="1")
    assert min(lessons.values_list("day", flat=True)) == date(2026, 11, 24)
    assert not lessons.filter(day="2026-11-30").exists()
    tuesday = lessons.get(day="2026-12-01")
    assert (tuesday.content, tuesday.teacher, tuesday.sequence) == ("체육", "문정호", 0)
    assert "학부모가 보는 시간표와 같습니다." in admin.get(WEEK).text

    # One Tuesday another teacher.
    day = f"{WEEK}day/?on=2026-12-01"
    fields = {
        f"change-{tuesday.id}": "substitute",
        f"teacher-{tuesday.id}": "유나경",
        f"sequence-{tuesday.id}": 0,
    }
    assert admin.post(day, fields).status_code == 302
    tuesday.refresh_from_db(using="owner")
    assert (tuesday.content, tuesday.teacher, tuesday.change) == ("체육", "유나경", "substitute")
    assert (tuesday.instead_of, tuesday.sequence) == ("체육 문정호", 1)
    late = admin.post(day, fields | {f"teacher-{tuesday.id}": "서영"})
    assert late.status_code == 422
    assert "2교시는 그사이 「체육 유나경」으로 바뀌었습니다. 적으신 것은 「체육 서영」입니다." in late.text

    # The week changes: what says the same is not touched, what was changed by hand stays.
    monday = lessons.filter(day__week_day=2).earliest("day")
    rows(BaseLesson, weekday=1).update(subject="무용")
    assert "고치신 것은 아직 학부모에게 보이지 않습니다." in admin.get(WEEK).text
    admin.post(WEEK + "publish/", {"first": "2026-11-24"})
    monday.refresh_from_db(using="owner")
    assert monday.sequence == 0
    assert lessons.get(day="2026-12-01").content == "체육"
    other = lessons.get(day="2026-12-08")
    assert (other.content, other.sequence) == ("무용", 1)
    # Back to the timetable of the week.
    admin.post(day, {f"change-{tuesday.id}": "base", f"sequence-{tuesday.id}": 1})
    tuesday.refresh_from_db(using="owner")
    assert (tuesday.content, tuesday.change, tuesday.instead_of) == ("무용", "", "")


def test_a_lesson_is_swapped_or_falls_out(world, admin):
    base(world, 1, 2, "체육", "문정호")
    admin.post(WEEK + "publish/", {"first": "2026-12-01"})
    one = rows(Lesson).get(day="2026-12-01")
    day = f"{WEEK}day/?on=2026-12-01"
    empty = admin.post(day, {f"change-{one.id}": "swap", f"sequence-{one.id}": 0})
    assert empty.status_code == 422
    assert "바꿀 과목을 적어 주세요." in empty.text
    admin.post(day, {f"change-{one.id}": "swap", f"subject-{one.id}": "음악", f"sequence-{one.id}": 0})
    one.refresh_from_db(using="owner")
    assert (one.content, one.change, one.instead_of) == ("음악", "swap", "체육")
    admin.post(day, {f"change-{one.id}": "cancelled", f"sequence-{one.id}": 1})
    one.refresh_from_db(using="owner")
    assert (one.content, one.change, one.instead_of, one.sequence) == ("체육", "cancelled", "체육", 2)
    assert admin.get(f"{WEEK}day/?on=2026-12-02").status_code == 200
    assert admin.post(day, {}).status_code == 422


# Calendar ------------------------------------------------------------------------------------

EXAM = {
    "first": "2026-12-03",
    "last": "2026-12-07",
    "name": "정기시험",
    "kind": "regular_exam",
    "day_kind": "school_day",
    "grades": ["3", "4"],
    "content": "",
}


def seen(**where):
    return ",".join(
        f"{row.uid}:{row.sequence}" for row in rows(CalendarDay, cancelled=False, **where).order_by("day")
    )


def test_a_line_of_the_calendar_keeps_its_name_counts_up_and_is_cancelled(world, admin):
    assert admin.post("/desk/school/calendar/", EXAM).status_code == 302
    days = {str(row.day): row for row in rows(CalendarDay)}
    assert set(days) == {"2026-12-03", "2026-12-04", "2026-12-07"}  # not on the weekend
    assert "정기시험" in admin.get("/desk/school/calendar/?month=2026-12").text
    twice = admin.post("/desk/school/calendar/", EXAM | {"last": ""})
    assert twice.status_code == 422
    assert "12월 3일에 같은 이름의 일정이 이미 있습니다." in twice.text

    address = f"/desk/school/calendar/{days['2026-12-04'].uid}/"
    assert admin.get(address).status_code == 200
    opened = seen()
    moved = EXAM | {"first": "2026-12-04", "last": "2026-12-08", "content": "영어 듣기", "seen": opened}
    assert admin.post(address, moved).status_code == 302
    now = {str(row.day): row for row in rows(CalendarDay)}
    assert now["2026-12-04"].uid == days["2026-12-04"].uid
    assert (now["2026-12-04"].sequence, now["2026-12-04"].content) == (1, "영어 듣기")
    assert (now["2026-12-03"].cancelled, now["2026-12-03"].sequence) == (True, 1)
    assert not now["2026-12-08"].cancelled

    late = admin.post(address, EXAM | {"name": "기말시험", "seen": opened})
    assert late.status_code == 422
    assert "그사이 다른 분이 이 일정을 고쳤습니다." in late.text
    assert 'value="기말시험"' in late.text  # what was typed stays, beside what stands now
    assert "12월 4일(금) ~ 12월 8일(화) · 정기시험" in late.text

    assert admin.post(address + "cancel/", {"seen": opened}).status_code == 302
    assert rows(CalendarDay, cancelled=False).count() == 3
    assert admin.post(address + "cancel/", {"seen": seen()}).status_code == 302
    assert rows(CalendarDay, cancelled=False).count() == 0
    assert admin.get(address).status_code == 404
    assert world.audit_names().count("calendar.changed") == 3


# Meals and plans -----------------------------------------------------------------------------


def test_a_month_of_meals(world, admin):
    page = "/desk/school/meals/?month=2026-12"
    assert admin.get(page).status_code == 200
    typed = {"d-2026-12-01": "현미밥\r\n소고기국 (5.16)", "c-2026-12-01": "702.5", "d-2026-12-02": "빵 (21)"}
    wrong = admin.post(page, typed)
    assert wrong.status_code == 422
    assert "21은 없는 알레르기 번호입니다." in wrong.text
    assert "소고기국 (5.16)" in wrong.text
    assert not rows(Meal).exists()
    assert admin.post(page, typed | {"d-2026-12-02": "빵 (1.2)"}).status_code == 302
    meal = rows(Meal).get(day="2026-12-01")
    assert meal.dishes[1] == {"name": "소고기국", "allergens": [5, 16]}
    assert (str(meal.calories), meal.sequence) == ("702.5", 0)
    rest = {"d-2026-12-02": "빵 (1.2)", "n-2026-12-02": "0"}
    changed = rest | {"d-2026-12-01": "잡곡밥", "n-2026-12-01": "0"}
    assert admin.post(page, changed).status_code == 302
    late = admin.post(page, rest | {"d-2026-12-01": "김밥", "n-2026-12-01": "0"})
    assert late.status_code == 422
    assert "지금 적힌 것: 잡곡밥" in late.text
    assert "김밥" in late.text
    assert admin.post(page, rest | {"d-2026-12-01": "", "n-2026-12-01": "1"}).status_code == 302
    meal.refresh_from_db(using="owner")
    assert (meal.cancelled, meal.sequence) == (True, 2)


def test_a_meal_that_nobody_touches_stays_as_it_was_imported(world, admin):
    arranged = [("우유(20)", None), ("국", [13, 5])], [("보리밥", None)]
    for day, dishes in enumerate(arranged, 1):
        meal(world.hwanggan, date(2026, 12, day), *dishes, kcal="650.0")
    before = [(one.dishes, one.own) for one in rows(Meal).order_by("day")]
    page = "/desk/school/meals/?month=2026-12"
    shown = {"d-2026-12-01": "우유(20)\r\n국 (13.5)", "c-2026-12-01": "650", "n-2026-12-01": "0"}
    shown |= {"d-2026-12-02": "보리밥", "c-2026-12-02": "650", "n-2026-12-02": "0"}
    assert admin.post(page, shown).status_code == 302
    assert [(one.dishes, one.own) for one in rows(Meal).order_by("day")] == before

    assert admin.post(page, shown | {"c-2026-12-02": "610"}).status_code == 302
    now = rows(Meal).get(day="2026-12-02")
    assert (now.dishes, str(now.calories), now.own) == (before[1][0], "610.0", True)
    assert admin.post(page, shown | {"d-2026-12-02": "잡곡밥", "n-2026-12-02": "1"}).status_code == 302
    now.refresh_from_db(using="owner")
    assert now.dishes == [{"name": "잡곡밥", "allergens": None}]  # nobody says that it has none


def test_nutrients_and_origins_stand_beside_a_meal(world, admin, visitor):
    page = "/desk/school/meals/?month=2026-12"
    typed = {
        "d-2026-12-01": "현미밥",
        "u-2026-12-01": "탄수화물(g) : 109.0\r\n비타민A(R.E)\t199.3",
        "o-2026-12-01": "쌀 : 국내산\r\n배추 해남",
    }
    wrong = admin.post(page, typed | {"u-2026-12-01": "탄수화물(g) : 109\n많음", "o-2026-12-01": "쌀"})
    assert wrong.status_code == 422
    assert "영양 성분 2번째 줄" in wrong.text
    assert "원산지 1번째 줄" in wrong.text
    assert "탄수화물(g) : 109\n많음" in wrong.text.replace("\r\n", "\n")
    assert not rows(Meal).exists()
    assert admin.post(page, typed).status_code == 302
    meal = rows(Meal).get()
    assert meal.nutrients == [
        {"name": "탄수화물", "unit": "g", "amount": "109.0"},
        {"name": "비타민A", "unit": "R.E", "amount": "199.3"},
    ]
    assert meal.origins == [{"name": "쌀", "place": "국내산"}, {"name": "배추", "place": "해남"}]
    # Who changes the dishes alone leaves them.
    assert admin.post(page, {"d-2026-12-01": "잡곡밥", "n-2026-12-01": "0"}).status_code == 302
    meal.refresh_from_db(using="owner")
    assert (meal.dishes[0]["name"], len(meal.nutrients), meal.sequence) == ("잡곡밥", 2, 1)
    # What came from elsewhere in another form holds nobody up who does not touch it.
    rows(Meal).update(nutrients=[{"name": "열량", "unit": "", "amount": "많음"}])
    told = {"d-2026-12-01": "보리밥", "u-2026-12-01": "열량() : 많음", "n-2026-12-01": "1"}
    assert admin.post(page, told).status_code == 302
    meal.refresh_from_db(using="owner")
    assert (meal.dishes[0]["name"], meal.nutrients[0]["amount"]) == ("보리밥", "많음")
    shown = visitor.get("/schools/8071028/meals/day/?day=2026-12-01").text
    assert "국내산" in shown


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("1교시 9시", "1번째 줄: 「1교시 09:00~09:40」처럼 적어 주세요."),
        ("1교시 25:00~26:00", "1번째 줄: 「1교시 09:00~09:40」처럼 적어 주세요."),
        ("1교시 09:00~09:40\n2교시 09:30~10:10", "2번째 줄: 시작과 끝, 앞 교시와의 순서를 확인해 주세요."),
        ("1교시 09:00~08:40", "1번째 줄: 시작과 끝, 앞 교시와의 순서를 확인해 주세요."),
        ("1 09:00 09:40\n\n1 10:00 10:40", "3번째 줄: 같은 교시가 두 번 있습니다."),
        ("가" * 3000, "한 줄에 한 교시씩 적어 주세요."),
    ],
)
def test_a_wrong_line_of_bell_times_is_named(world, admin, lines, sentence):
    wrong = admin.post("/desk/school/bells/", {"times": lines, "seen": ""})
    assert wrong.status_code == 422
    assert sentence in wrong.text
    assert not rows(BellTime).exists()


def test_bell_times_are_lines(world, admin):
    page, pasted = "/desk/school/bells/", "1\t09:00\t09:40\n2교시 ０９:５０ ~ 10:30"
    assert admin.post(page, {"times": pasted, "seen": ""}).status_code == 302
    stands = "1교시 09:00~09:40\n2교시 09:50~10:30"
    assert f">\n{stands}</textarea>" in admin.get(page).text
    late = admin.post(page, {"times": "1교시 08:50~09:30", "seen": ""})
    assert late.status_code == 422
    assert "그사이 다른 분이 교시 시각을 고쳤습니다." in late.text
    assert "1교시 08:50~09:30" in late.text
    # As browsers send what stands in several lines.
    stands = stands.replace("\n", "\r\n")
    assert admin.post(page, {"times": "2교시 10:00~10:40", "seen": stands}).status_code == 302
    assert [(one.period, str(one.begins)) for one in rows(BellTime)] == [(2, "10:00:00")]
    assert world.audit_names().count("bell_times.changed") == 2


def test_a_homeroom_teacher_writes_the_plan_of_the_own_class(world, admin, as_staff):
    teacher = as_staff(world.homeroom_teacher)
    base(world, 0, 1, "국어")
    page = "/desk/week-plan/?week=2026-12-02"
    first = teacher.get(page)
    assert "과목은 시간표에서 가져왔습니다." in first.text
    assert 'value="국어"' in first.text
    typed = {
        "notice": "목요일은 체험학습입니다.",
        "subject-0-1": "국어",
        "unit-0-1": "7단원",
        "materials-0-1": "책",
    }
    assert teacher.post(page, typed).status_code == 302
    plan = rows(WeekPlan).get()
    assert (str(plan.monday), plan.class_name) == ("2026-11-30", "1")
    assert plan.lessons == [
        {"weekday": 0, "period": 1, "subject": "국어", "unit": "7단원", "pages": "", "materials": "책"}
    ]
    late = admin.post("/desk/week-plan/?grade=3&class=1&week=2026-12-02", {"subject-0-1": "수학"})
    assert late.status_code == 422
    assert "지금 적힌 것: 국어 · 7단원 · 책" in late.text
    mine = {"subject-0-1": "수학", "seen": plan.changed_at.isoformat()}
    assert admin.post("/desk/week-plan/?grade=3&class=1&week=2026-12-02", mine).status_code == 302
    assert teacher.get("/desk/week-plan/?grade=3&class=2").status_code == 404
    assert teacher.post("/desk/week-plan/?grade=3&class=2", typed).status_code == 404


# Walls, statements, bad input ----------------------------------------------------------------


def test_the_administrator_of_another_school_touches_nothing(world, admin):
    far = world.staff_browser(staff(world, "먼관리", "school_admin", place=world.saeneoul_counter))
    admin.post("/desk/school/calendar/", EXAM)
    uid = rows(CalendarDay).earliest("day").uid
    for path in (
        WEEK,
        WEEK + "publish/",
        WEEK + "day/",
        f"/desk/school/calendar/{uid}/",
        f"/desk/school/calendar/{uid}/cancel/",
    ):
        assert far.post(path, EXAM | cells(c01="국어")).status_code == 404
    person = staff(world, "더먼관리", "school_admin", place=world.saeneoul_counter)
    for table in ("schoolinfo_baselesson", "schoolinfo_calendarday"):
        statement = f"UPDATE {table} SET school_id = school_id WHERE school_id = %s"
        assert world.sql_as_app(statement, [world.hwanggan.id], person=person) == 0


def test_a_request_is_not_late_over_days_off_entered_a_minute_ago(world, admin, as_staff):
    teacher = as_staff(world.homeroom_teacher)
    requested(world, world.garam, requested_at=days_ago(9))
    desk = "/desk/child-links/"
    assert "늦음" in teacher.get(desk).text
    off = EXAM | {
        "first": f"{days_ago(9):%Y-%m-%d}",
        "last": f"{days_ago(0):%Y-%m-%d}",
        "name": "재량휴업일",
        "kind": "discretionary_holiday",
        "day_kind": "",
        "grades": [1, 2, 3, 4, 5, 6],
    }
    wrong = admin.post("/desk/school/calendar/", off | {"day_kind": "school_day"})
    assert "재량휴업일은 수업하는 날이 아닙니다." in wrong.text
    admin.post("/desk/school/calendar/", off)
    assert "늦음" not in teacher.get(desk).text

    def line():
        stands = rows(CalendarDay, cancelled=False).order_by("day")
        seen = ",".join(f"{row.uid}:{row.sequence}" for row in stands)
        return f"/desk/school/calendar/{stands[0].uid}/", {"seen": seen}

    # A day off of the third grade alone closes no school; renamed and for all it does.
    path, seen = line()
    admin.post(path, off | seen | {"grades": [3]})
    assert "늦음" in teacher.get(desk).text
    path, seen = line()
    admin.post(path, off | seen | {"name": "학교장 재량휴업"})
    assert "늦음" not in teacher.get(desk).text
    path, seen = line()
    admin.post(f"{path}cancel/", seen)
    assert "늦음" in teacher.get(desk).text


@pytest.mark.parametrize(
    ("day", "opening", "semester"),
    [
        (date(2026, 8, 15), None, 1),
        (date(2026, 8, 16), None, 2),
        (date(2026, 8, 18), date(2026, 8, 19), 1),
        (date(2026, 8, 19), date(2026, 8, 19), 2),
        (date(2027, 2, 3), date(2027, 2, 2), 2),  # back from the winter: the same semester
        (date(2027, 3, 1), None, 1),
    ],
)
def test_the_second_semester_begins_when_school_does(day, opening, semester):
    assert term_of(day, [opening] if opening else []).semester == semester


def test_nobody_else_of_the_staff_writes_a_class_its_weekly_plan(world):
    write = (
        "INSERT INTO schoolinfo_weekplan (school_id, monday, grade, class_name, notice, lessons)"
        " VALUES (%s, '2026-11-30', 3, %s, '', '[]')"
    )
    for person, name in (
        (world.next_door_teacher, "1"),
        (world.homeroom_teacher, "2"),
        (staff(world, "먼관리", "school_admin", place=world.saeneoul_counter), "1"),
    ):
        with pytest.raises(DatabaseError, match="row-level security"):
            world.sql_as_app(write, [world.hwanggan.id, name], person=person)
    assert world.sql_as_app(write, [world.hwanggan.id, "1"], person=world.homeroom_teacher) == 1
    administrator = staff(world, "오현주", "school_admin")
    assert world.sql_as_app(write, [world.hwanggan.id, "2"], person=administrator) == 1
    for statement in ("UPDATE schoolinfo_weekplan SET notice = 'x'", "DELETE FROM schoolinfo_weekplan"):
        assert world.sql_as_app(statement, person=staff(world, "한교사", "deputy")) == 0


def test_pages_ask_little_however_much_there_is(world, admin):
    for weekday in range(5):
        for period in range(1, 7):
            for name in ("1", "2"):
                base(world, weekday, period, f"과목{period}", f"교사{weekday}{name}", name=name)
            Teaching.objects.using("owner").create(
                school=world.hwanggan,
                school_year=2026,
                semester=2,
                grade=3,
                class_name="1",
                subject=f"과목{period}",
                teacher=f"교사{weekday}",
            )
    for page, most in (
        (WEEK, 9),
        (f"{WEEK}day/?on=2026-12-01", 8),
        ("/desk/school/calendar/", 3),
        ("/desk/school/meals/", 3),
        ("/desk/school/bells/", 3),
        ("/desk/week-plan/", 7),
    ):
        with assert_statements(most):
            assert admin.get(page).status_code == 200
    admin.post(WEEK + "publish/", {"first": "2026-11-24"})
    assert rows(Lesson).count() > 100


def test_bad_input_never_breaks_a_page(world, admin):
    admin.post("/desk/school/calendar/", EXAM)
    uid = rows(CalendarDay).earliest("day").uid
    base(world, 1, 2, "체육")
    admin.post(WEEK + "publish/", {"first": "2026-12-01"})
    one = rows(Lesson).earliest("day")
    for bad in ("가" * 3000, "\x00", "😀２０２６<script>", "9" * 40):
        for path, fields in (
            (WEEK, {"s-0-1": bad, "t-0-1": bad, "was-0-1": bad, "t-0-2": bad}),
            (WEEK + "publish/", {"first": bad}),
            (f"{WEEK}day/?on=2026-12-01", {f"change-{one.id}": bad, f"sequence-{one.id}": bad}),
            (f"{WEEK}day/?on=2026-12-01", {f"change-{one.id}": "swap", f"subject-{one.id}": bad}),
            ("/desk/school/calendar/", dict.fromkeys(EXAM, bad)),
            (f"/desk/school/calendar/{uid}/", EXAM | {"seen": bad, "last": bad}),
            (f"/desk/school/calendar/{uid}/cancel/", {"seen": f"{uid}:{bad},{bad}"}),
            (
                "/desk/school/meals/?month=2026-12",
                {f"{part}-2026-12-01": bad for part in "dcuon"},
            ),
            ("/desk/school/bells/", {"times": bad, "seen": bad}),
            ("/desk/week-plan/", {"notice": bad, "seen": bad, "unit-0-1": bad}),
        ):
            assert admin.post(path, fields).status_code in (302, 422), (path, bad)
        for path in (
            f"/desk/school/calendar/?month={bad}",
            f"/desk/school/meals/?month={bad}&kind={bad}",
            f"{WEEK}day/?on={bad}",
            f"/desk/week-plan/?week={bad}&grade={bad}&class={bad}",
        ):
            assert admin.get(path.replace("\x00", "%00")).status_code in (200, 404), path
    assert admin.get("/desk/school/timetable/99999999999999999999/1/").status_code == 404


def test_the_menu_of_a_school_has_its_pages(world, admin, as_staff):
    page = admin.get("/desk/school/meals/").text
    assert 'href="/desk/school/timetable/" aria-current="page"' in page
    assert "가져오기" in page
    assert "/desk/week-plan/" in as_staff(world.homeroom_teacher).get("/desk/").text
