"""Sheets: a school fills them, a dry run says what is wrong, nothing is half-imported."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from baroalgi.schoolinfo.models import BaseLesson, CalendarDay, CurriculumItem, Meal, Teaching, WeekPlan
from tests import papers, rows
from tests.guardianship.rows import staff
from tests.letters.test_attachments import Unread
from tests.statements import assert_statements

MODELS = {
    "timetable": BaseLesson,
    "calendar": CalendarDay,
    "meals": Meal,
    "curriculum": CurriculumItem,
    "teaching": Teaching,
    "week-plan": WeekPlan,
}
HEADS = ("학년도", "학기", "학년", "반", "요일", "교시", "과목", "선생님", "강의실")


@pytest.fixture
def admin(world):
    """The administrator of 황간초등학교 (3-1 and 3-2 this year)."""
    return world.staff_browser(staff(world, "오현주", "school_admin"))


def sheet(*lines, heads=HEADS, title="시간표"):
    book = openpyxl.Workbook()
    book.active.title = title
    for line in (heads, *lines):
        book.active.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(browser, kind, content, name="시간표.xlsx"):
    return browser.post(f"/desk/import/{kind}/", {"file": SimpleUploadedFile(name, content)})


def hidden(page):
    return dict(re.findall(r'name="(held|seen)" value="([^"]*)"', page.content.decode()))


def lesson(weekday="월", period=1, subject="국어", teacher="박서연", grade=3, name="1"):
    return (2026, 2, grade, name, weekday, period, subject, teacher, None)


def count(model):
    return model.objects.using("owner").count()


def test_a_filled_sheet_is_shown_saved_and_once_more_changes_nothing(world, admin):
    content = sheet(lesson(), lesson("화", 3, "체육", "문정호"), lesson(name="2"))
    shown = send(admin, "timetable", content)
    assert shown.status_code == 200
    assert "3줄 저장" in shown.content.decode()
    assert count(BaseLesson) == 0  # nothing until it is saved

    saved = admin.post("/desk/import/timetable/save/", hidden(shown), follow=True)
    assert "새로 넣은 것 3줄, 바뀐 것 0줄, 그대로인 것 0줄" in saved.content.decode()
    assert set(
        BaseLesson.objects.using("owner").values_list("class_name", "weekday", "period", "subject")
    ) == {
        ("1", 0, 1, "국어"),
        ("1", 1, 3, "체육"),
        ("2", 0, 1, "국어"),
    }
    assert "sheet.saved" in world.audit_names()

    again = send(admin, "timetable", content)
    assert "모두 이미 들어 있습니다." in again.content.decode()
    changed = send(admin, "timetable", sheet(lesson(subject="국악"), lesson(name="2")))
    admin.post("/desk/import/timetable/save/", hidden(changed))
    assert count(BaseLesson) == 3  # what the sheet does not mention stays
    assert BaseLesson.objects.using("owner").get(class_name="1", weekday=0).subject == "국악"


def test_one_wrong_line_and_nothing_is_stored(world, admin):
    content = sheet(
        lesson(),
        lesson("일", 2),
        lesson(period="열"),
        lesson(grade=3, name="9"),
        lesson("화", 1, subject=None),
        lesson(),
        lesson("수", 1, subject="=1+1"),
    )
    page = send(admin, "timetable", content)
    text = page.content.decode()
    assert page.status_code == 422
    for words in (
        "6줄을 고쳐 주세요",
        "E 요일",
        "요일은 월, 화, 수, 목, 금, 토 가운데 하나입니다.",
        "F 교시",
        "교시는 0부터 12까지의 숫자입니다.",
        "3학년의 반은 1부터 2까지의 숫자입니다.",
        "(빈칸)",
        "과목을 적어 주세요.",
        "2줄과 같은 것입니다.",
        "수식은 받지 않습니다.",
    ):
        assert words in text
    held = hidden(page)["held"]
    # Whoever sends it all the same is shown the same faults.
    assert admin.post("/desk/import/timetable/save/", {"held": held, "seen": "1-0-0"}).status_code == 422
    assert count(BaseLesson) == 0

    marked = admin.post("/desk/import/timetable/marked/", {"held": held})
    cells = openpyxl.load_workbook(io.BytesIO(marked.content)).active
    assert cells.cell(3, 10).value.startswith("요일: 요일은 월")
    assert cells.cell(3, 5).fill.fgColor.rgb == "00FDEFEC"
    assert cells.cell(8, 7).value == "=1+1"
    assert cells.cell(8, 7).data_type == "s" or cells.cell(8, 7).quotePrefix is not None


def test_more_than_a_hundred_faults_show_the_first_hundred(admin):
    page = send(admin, "timetable", sheet(*[lesson("일", n % 12) for n in range(130)]))
    text = page.content.decode()
    assert text.count('class="wrong-value"') == 100
    assert "처음 100가지만 보여 드립니다. 모두 130가지" in text


def test_what_changed_since_it_was_shown_is_shown_again(world, admin):
    content = sheet(lesson())
    first, second = send(admin, "timetable", content), send(admin, "timetable", content)
    admin.post("/desk/import/timetable/save/", hidden(first))
    late = admin.post("/desk/import/timetable/save/", hidden(second))
    assert late.status_code == 422
    assert "그사이 다른 분이 학교정보를 고쳤습니다." in late.content.decode()


def test_what_waits_is_only_for_who_was_shown_it(world, admin):
    held = hidden(send(admin, "timetable", sheet(lesson())))
    colleague = world.staff_browser(staff(world, "김대리", "school_admin"))
    far = world.staff_browser(staff(world, "먼관리", "school_admin", place=world.saeneoul_counter))
    for browser, fields in (
        (colleague, held),
        (far, held),
        (admin, {**held, "held": held["held"][:-8] + "AAAAAAA="}),
        (admin, {"held": "\x00한글"}),
        (admin, {}),
    ):
        answer = browser.post("/desk/import/timetable/save/", fields)
        assert answer.status_code == 422
        assert "파일을 다시 올려 주세요." in answer.content.decode()
    assert count(BaseLesson) == 0


def folder(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/") + ".xml", content)
    return buffer.getvalue()


def with_part(content, name, part):
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, part)
    return buffer.getvalue()


ENTITY = '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'


BAD = [
    (b"", "빈 파일입니다."),
    (b"MZ\x90\x00" + b"\x00" * 60, "이 파일에서 표를 찾지 못했습니다."),
    ("학년도,학기\n2026,2\n".encode(), "이 파일에서 표를 찾지 못했습니다."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "옛 형식이거나 암호를 건 파일입니다."),
    (folder(word__document="<x/>"), "이 파일에서 표를 찾지 못했습니다."),
    (folder(xl__workbook="<x>" + " " * 30_000_000 + "</x>"), "펼치면 너무 커지는 파일입니다."),
    (with_part(sheet(), "xl/styles2.xml", ENTITY), "파일 안에 받지 않는 선언이 있습니다."),
    (with_part(sheet(), "xl/styles2.xml", "<broken"), "이 파일에서 표를 찾지 못했습니다."),
    (
        with_part(sheet(), "xl/styles2.xml", "<?xml version='1.0' encoding='x-none'?><x/>"),
        "이 파일에서 표를 찾지 못했습니다.",
    ),
    (papers.xlsx({f"xl/media/{n}.bin": b"" for n in range(501)}), "펼치면 너무 커지는 파일입니다."),
    (papers.overlapping(), "펼치면 너무 커지는 파일입니다."),
    (papers.locked_archive(), "옛 형식이거나 암호를 건 파일입니다."),
    (papers.hwpx(), "이 파일에서 표를 찾지 못했습니다."),
    (folder(xl__workbook="<x/>"), "이 파일에서 표를 찾지 못했습니다."),
    (with_part(sheet(), "xl/vbaProject.bin", b"x"), "매크로가 든 파일은 받지 않습니다."),
    (sheet(heads=("이름", "나이")), "이 파일에서 표를 찾지 못했습니다."),
    (sheet(heads=HEADS[:5] + HEADS[6:]), "첫 줄에 「교시」 칸이 없습니다."),
    (sheet(lesson())[:700], "이 파일에서 표를 찾지 못했습니다."),
]


def test_a_file_that_is_no_sheet_gets_its_sentence(admin):
    for content, sentence in BAD:
        page = send(admin, "timetable", content, name="../../시간표\n" + "가" * 300 + ".xlsx")
        assert page.status_code == 422, sentence
        assert sentence in page.content.decode()
    # The columns alone: nothing is wrong, nothing to save.
    assert send(admin, "timetable", sheet()).status_code == 200


def test_a_large_file_is_refused_before_it_is_read(admin):
    answer = admin.post("/desk/import/timetable/", {"file": SimpleUploadedFile("a.xlsx", b"PK" * 3_200_000)})
    assert answer.status_code == 413
    assert "파일이 너무 큽니다. 5MB까지" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "save/", "marked/"])
def test_nothing_is_read_of_somebody_who_may_not_come_in(world, page):
    for browser, status in ((Client(), 302), (world.staff_browser(world.officer), 404)):
        browser.handler.enforce_csrf_checks = True
        body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(3 * 2**20)}
        form = "multipart/form-data; boundary=x"
        answer = browser.generic("POST", f"/desk/import/timetable/{page}", b"x", content_type=form, **body)
        assert answer.status_code == status


def test_more_lines_than_a_sheet_may_have(admin):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>x</t></is></c></row>' for n in range(1, 6000)
    )
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    content = sheet()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>".encode()
            new.writestr(name, part)
    page = send(admin, "timetable", buffer.getvalue())
    assert page.status_code == 422
    assert "한 번에 5,000줄까지 올릴 수 있습니다." in page.content.decode()


def test_every_empty_sheet_uploaded_as_it_is_can_be_saved_and_comes_back_filled(world, admin):
    for kind, model in MODELS.items():
        there_and_back(admin, kind, model)


def there_and_back(admin, kind, model):
    # The example says class 2-1 and a middle school's words; here 2 has no class.
    empty = admin.get(f"/desk/import/{kind}/empty.xlsx")
    assert empty["Content-Disposition"].startswith("attachment; ")
    book = openpyxl.load_workbook(io.BytesIO(empty.content))
    example = book.worksheets[0]
    heads = [cell.value for cell in example[1]]
    if "학년" in heads:
        example.cell(2, heads.index("학년") + 1).value = 3
    buffer = io.BytesIO()
    book.save(buffer)
    shown = send(admin, kind, buffer.getvalue())
    assert shown.status_code == 200, shown.content.decode()
    assert admin.post(f"/desk/import/{kind}/save/", hidden(shown)).status_code == 302
    before = count(model)
    assert before >= 1

    filled = admin.get(f"/desk/import/{kind}/filled.xlsx")
    again = send(admin, kind, filled.content)
    assert again.status_code == 200
    assert 'name="seen"' not in again.content.decode()  # all of it is there already
    assert count(model) == before


TUESDAY = date(2026, 11, 24)
NOT_RECORDED = [{"name": "현미밥", "allergens": None}, {"name": "배추  김치 （국산）", "allergens": None}]
NONE_AT_ALL = [{"name": "보리밥", "allergens": []}]
ONE_CLASS = {"school_year": 2026, "semester": 2, "grade": 3, "class_name": "1"}


def as_imported(school):
    """Arrange lines of each sheet as NEIS and the demo leave them, and no page of ours would write them."""
    owner = {kind: model.objects.using("owner") for kind, model in MODELS.items()}
    rows.meal(school, TUESDAY, "현미밥", "배추  김치 （국산）", kcal="702.5")
    rows.meal(school, date(2026, 11, 25), ("보리밥", []), kcal=None)
    rows.meal(school, date(2026, 11, 26), ("국", [13, 5]), ("밥", []), kind=3)
    rows.event(school, TUESDAY, "학예회  （1부）", content="강당\n  2층", grades=[])
    rows.event(school, date(2026, 11, 28), "토요 체험", grades=[3])
    rows.event(school, date(2026, 12, 1), "개교기념일", kind="discretionary_holiday", grades=[])
    lesson = {**ONE_CLASS, "weekday": 0, "period": 1}
    owner["timetable"].create(school_id=school.id, **lesson, subject="국어  （문학）", teacher="")
    owner["teaching"].create(school_id=school.id, **ONE_CLASS, subject="국어", teacher="박  서연")
    owner["curriculum"].create(
        school_id=school.id,
        entrance_year=2024,
        plan="2024학년도  입학생 교육과정",
        position=1,
        subject_group="국어",
        subject="국어",
        grade=3,
        semester=None,
        units="408.0",
        unit_kind="시간",
    )
    lesson = {"weekday": 0, "period": 1, "subject": "국어", "unit": "7.  글을\n읽고"}
    week = {"monday": date(2026, 11, 23), "grade": 3, "class_name": "1"}
    owner["week-plan"].create(school_id=school.id, **week, lessons=[lesson])


@pytest.mark.usefixtures("noon")
def test_a_filled_sheet_sent_back_changes_nothing_of_what_was_imported(world, admin):
    as_imported(world.hwanggan)
    for kind in MODELS:
        filled = admin.get(f"/desk/import/{kind}/filled.xlsx")
        again = send(admin, kind, filled.content)
        assert "모두 이미 들어 있습니다." in again.text, again.text


@pytest.mark.usefixtures("noon")
def test_who_changes_a_part_of_a_line_leaves_the_others_as_they_are_kept(world, admin):
    as_imported(world.hwanggan)
    meals = ("날짜", "식사", "식단", "열량")
    changed = sheet(
        (TUESDAY, "중식", "현미밥\n배추 김치 (국산)", 650),
        (date(2026, 11, 25), "중식", "보리밥", 610),
        (date(2026, 11, 26), "석식", "잡곡밥", None),
        heads=meals,
    )
    admin.post("/desk/import/meals/save/", hidden(send(admin, "meals", changed)))
    kept = Meal.objects.using("owner").order_by("day").values_list("dishes", "calories")
    assert [(dishes, calories and str(calories)) for dishes, calories in kept] == [
        (NOT_RECORDED, "650.0"),
        (NONE_AT_ALL, "610.0"),
        ([{"name": "잡곡밥", "allergens": None}], None),  # nobody says that it has none
    ]
    events = ("시작 날짜", "행사 이름", "종류", "수업", "학년", "내용")
    changed = sheet((TUESDAY, "학예회 (1부)", "행사", "수업", None, "강당 3층"), heads=events)
    admin.post("/desk/import/calendar/save/", hidden(send(admin, "calendar", changed)))
    line = CalendarDay.objects.using("owner").get(day=TUESDAY)
    assert (line.name, line.content, line.grades) == ("학예회  （1부）", "강당 3층", [])


def test_a_line_of_the_calendar_is_a_day_each_and_a_meal_has_its_numbers(world, admin):
    heads = ("시작 날짜", "끝 날짜", "행사 이름", "종류", "수업", "학년", "내용")
    lines = [
        (date(2026, 12, 3), date(2026, 12, 8), "정기시험", "정기고사", "수업", "3~4", None),
        ("2026.2.30", None, "없는 날", "행사", "수업", None, None),
    ]
    wrong = send(admin, "calendar", sheet(*lines, heads=heads))
    assert "2월 30일은 없는 날입니다." in wrong.content.decode()
    shown = send(admin, "calendar", sheet(lines[0], heads=heads))
    admin.post("/desk/import/calendar/save/", hidden(shown))
    days = CalendarDay.objects.using("owner").order_by("day").values_list("day", "grades", "n")
    # Thursday, Friday, Monday, Tuesday: the weekend is free.
    assert [(str(day), grades, n) for day, grades, n in days] == [
        (f"2026-12-{day:02}", [3, 4], 1) for day in (3, 4, 7, 8)
    ]

    heads = ("날짜", "식사", "식단", "열량")
    bad = send(admin, "meals", sheet(("2026-12-01", "중식", "밥 (21)", "많음"), heads=heads)).content.decode()
    assert "21은 없는 알레르기 번호입니다." in bad
    assert "0부터 99999까지의 숫자로 적어 주세요." in bad
    good = ("2026-12-01", "중식", "현미밥\n쇠고기미역국13.16.\n우유 200ml (2)", "702.5 Kcal")
    admin.post("/desk/import/meals/save/", hidden(send(admin, "meals", sheet(good, heads=heads))))
    assert Meal.objects.using("owner").get().dishes == [
        {"name": "현미밥", "allergens": []},
        {"name": "쇠고기미역국", "allergens": [13, 16]},
        {"name": "우유 200ml", "allergens": [2]},
    ]


def test_sheets_of_yesterday_keep_their_words(world, admin):
    heads = ("시작 날짜", "행사 이름", "종류", "수업")
    words = ("평가", "정기고사", "학부모 행사", "학부모")
    lines = [(date(2026, 12, n), f"{n}번째", word, "수업") for n, word in enumerate(words, 1)]
    admin.post("/desk/import/calendar/save/", hidden(send(admin, "calendar", sheet(*lines, heads=heads))))
    kept = CalendarDay.objects.using("owner").order_by("day").values_list("kind", flat=True)
    assert list(kept) == ["regular_exam", "regular_exam", "guardian_event", "guardian_event"]
    wrong = send(admin, "calendar", sheet((date(2026, 12, 9), "무엇", "시험", "수업"), heads=heads)).text
    assert "행사, 평가, 방학, 재량휴업일, 공휴일, 의식, 학부모 행사, 건강·안전, 학기 가운데 하나를" in wrong


def test_statements_do_not_grow_with_the_lines(world, admin):
    lines = [lesson(weekday, period) for weekday in "월화수목금" for period in range(1, 8)]
    with assert_statements(8):
        shown = send(admin, "timetable", sheet(*lines))
    # The dry run once more, the same lines read again, one statement of writing, one of the trail.
    with assert_statements(14):
        assert admin.post("/desk/import/timetable/save/", hidden(shown)).status_code == 302


def test_the_database_lets_no_other_school_write(world):
    far = staff(world, "먼관리", "school_admin", place=world.saeneoul_counter)
    insert = """INSERT INTO schoolinfo_teaching
        (school_id, school_year, semester, grade, class_name, subject, teacher)
        VALUES (%s, 2026, 2, 3, '1', '국어', '아무개')"""
    assert world.sql_as_app(insert, [world.saeneoul.id], person=far) == 1
    with pytest.raises(Exception, match="row-level security"):
        world.sql_as_app(insert, [world.hwanggan.id], person=far)
