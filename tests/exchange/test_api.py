"""The own read API tells programs what the pages tell people, the same to everybody."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from baroalgi.exchange.api.operations import OPERATIONS
from tests import rows as arrange
from tests.exchange.arranging import lesson, school
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")

SCHOOL = "/api/schools/8071028"
DAY = date(2026, 11, 24)


def read(browser, path, status=200):
    response = browser.get(path)
    assert response.status_code == status, path
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return json.loads(response.content)


def test_schools_are_found_and_told_with_their_past(world, visitor):
    from baroalgi.organisation.models import SchoolPast

    school("7000001", "고등학교", name="서울황간고등학교", office_id="B10", initials="ㅅㅇㅎㄱㄱㄷㅎㄱ")
    school("8000200", "초등학교", name="문닫은초등학교", closed_on=date(2025, 3, 1))
    SchoolPast.objects.using("owner").create(
        school_id=world.hwanggan.id,
        office_id="M10",
        valid_to=date(1996, 2, 29),
        name="황간국민학교",
        kind="국민학교",
    )

    def names(query):
        return [one["name"] for one in read(visitor, f"/api/schools?{query}")["schools"]]

    assert sorted(names("q=황간")) == ["서울황간고등학교", "황간초등학교"]
    assert names("q=ㅎㄱ&office=M10&level=elementary")[0] == "황간초등학교"
    assert names("q=문닫은") == []
    assert names("q=문닫은&closed=1") == ["문닫은초등학교"]
    page = read(visitor, "/api/schools?size=1&page=2")
    assert (page["total"], page["page"], len(page["schools"])) == (4, 2, 1)

    told = read(visitor, SCHOOL)
    assert (told["name"], told["grades"]) == ("황간초등학교", [1, 2, 3, 4, 5, 6])
    assert told["past"] == [{"name": "황간국민학교", "kind": "국민학교", "valid_to": "1996-02-29"}]


def test_calendar_and_meals_are_told_by_day(world, visitor):
    arrange.event(world.hwanggan, date(2026, 12, 31), "겨울방학", kind="vacation", off=True)
    arrange.event(world.hwanggan, date(2027, 1, 1), "겨울방학", kind="vacation", off=True)
    arrange.event(world.hwanggan, DAY, "학예회", grades=[1, 2])
    arrange.meal(world.hwanggan, DAY, ("현미밥", []), ("배추김치", [9, 13]), kcal="702.5")

    found = read(visitor, f"{SCHOOL}/calendar?since=2026-11-24&until=2026-12-31")["events"]
    assert [(one["first"], one["last"], one["name"], one["kind"]) for one in found] == [
        ("2026-11-24", "2026-11-24", "학예회", "event"),
        ("2026-12-25", "2026-12-25", "기독탄신일(성탄절)", "holiday"),
        ("2026-12-31", "2027-01-01", "겨울방학", "vacation"),
    ]
    # Without days: from today on; a grade sees what is for it.
    assert [one["name"] for one in read(visitor, f"{SCHOOL}/calendar")["events"]] == ["학예회"]
    assert read(visitor, f"{SCHOOL}/calendar?grade=3")["events"] == []

    (meal,) = read(visitor, f"{SCHOOL}/meals")["meals"]
    assert (meal["day"], meal["kind"], meal["kcal"]) == ("2026-11-24", 2, 702.5)
    assert [dish["name"] for dish in meal["dishes"]] == ["현미밥", "배추김치"]
    assert meal["dishes"][1]["allergens"][0] == {"number": 9, "name": "새우"}


def test_a_timetable_is_told_without_who_teaches(world, visitor):
    lesson(world.hwanggan, DAY, 2, "수학", teacher="서석진", change="substitute", instead_of="국어")
    asked = f"{SCHOOL}/timetable?grade=1&class=1&day=2026-11-26"
    (tuesday,) = (day for day in read(visitor, asked)["days"] if day["lessons"])
    assert tuesday["day"] == "2026-11-24"
    (told,) = tuesday["lessons"]
    assert (told["period"], told["subject"], told["change"], told["instead_of"]) == (
        2,
        "수학",
        "substitute",
        "국어",
    )
    assert "서석진" not in visitor.get(asked).text
    assert read(visitor, f"{SCHOOL}/classes")["classes"] == [{"grade": 1, "name": "1"}]
    read(visitor, f"{SCHOOL}/timetable?grade=1&class=9", status=404)


def test_letters_to_everyone_are_told_and_those_for_some_to_nobody(world, visitor, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam)
    arrange.letter(world.hwanggan, 1, "학예회 안내", posted_on=DAY, pinned=True)
    arrange.letter(world.hwanggan, 2, "3학년 체험학습", audience="grade", grade=3, school_year=2026)
    withdrawn = {"state": "withdrawn", "withdrawn_at": datetime(2026, 11, 23, tzinfo=UTC)}
    arrange.letter(world.hwanggan, 3, "거둔 글", withdrawal_reason="잘못 보냄", **withdrawn)
    arrange.letter(world.hwanggan, 4, "급식 안내", posted_on=DAY)
    letter = arrange.letter(world.hwanggan, 5, "방학 안내", posted_on=DAY)
    arrange.attachment(letter, "안내.hwp")
    board = f"{SCHOOL}/boards/home-letters"
    assert read(visitor, f"{SCHOOL}/boards")["boards"][0]["name"] == "가정통신문"
    for reader in (visitor, as_guardian(world.seoyeon)):
        first = read(reader, f"{board}?size=2")
        assert [one["number"] for one in first["letters"]] == [5, 4]
        rest = read(reader, f"{board}?size=2&before={first['before']}")
        assert ([one["title"] for one in rest["letters"]], rest["before"]) == (["학예회 안내"], None)
        for number in (2, 3, 6, 999_999_999_999):
            read(reader, f"{board}/{number}", status=404)
    told = read(visitor, f"{board}/5")
    assert told["text"].startswith("학부모님 안녕하십니까?")
    (file,) = told["files"]
    assert (file["name"], visitor.get(file["url"]).status_code) == ("안내.hwp", 200)


WRONG = [
    ("/api/schools?page=0", "page"),
    ("/api/schools?page=x&size=101", "page"),
    ("/api/schools?level=college", "level"),
    ("/api/schools?q=" + "가" * 61, "q"),
    ("/api/schools?q=%00", "q"),
    (f"{SCHOOL}/calendar?grade=7", "grade"),
    (f"{SCHOOL}/meals?since=20261124", "since"),
    (f"{SCHOOL}/meals?since=9999-12-31", "since"),
    (f"{SCHOOL}/meals?since=0001-01-01", "since"),
    (f"{SCHOOL}/meals?since=2026-01-01&until=2027-12-31", "until"),
    (f"{SCHOOL}/meals?since=2026-02-01&until=2026-01-01", "until"),
    (f"{SCHOOL}/timetable?class=1", "grade"),
    (f"{SCHOOL}/timetable?grade=1", "class"),
    (f"{SCHOOL}/boards/home-letters?before=" + "9" * 5000, "before"),
]
NOWHERE = [
    "/api/",
    "/api/schools/0/",
    "/api/schools/%ED%99%A9%EA%B0%84/",
    f"{SCHOOL}/boards/x/",
    "/api/a/b/c/",
]


def test_what_cannot_be_answered_is_told_in_json(world, visitor):
    for path, name in WRONG:
        assert name in read(visitor, path, status=422)["errors"], path
    for path in NOWHERE:
        assert read(visitor, path, status=404)["message"] == "찾는 것이 없습니다. 주소를 다시 확인해 주세요."
    program = Client(enforce_csrf_checks=True)
    assert program.post(SCHOOL).headers["Allow"] == program.generic("QUERY", SCHOOL).headers["Allow"]


def test_an_answer_may_be_kept_and_costs_few_statements(world, visitor):
    arrange.letter(world.hwanggan, 1, "학예회 안내")
    lesson(world.hwanggan, DAY, 1, "국어")
    arrange.meal(world.hwanggan, DAY, "비빔밥", kcal=Decimal(700))
    for one in OPERATIONS:
        query = "?grade=1&class=1" if one.name == "timetable" else ""
        path = one.address.format(code="8071028", board="home-letters", number=1) + query
        with statements() as counted:
            first = visitor.get(path)
        assert (first.status_code, len(counted) <= 7) == (200, True), (path, counted)
        assert first.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        again = visitor.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["Access-Control-Allow-Origin"] == "*"
