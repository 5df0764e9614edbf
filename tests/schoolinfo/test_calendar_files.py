"""The calendars that phones subscribe to, as other programs read them (RFC 5545)."""

import itertools
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from tests import rows
from tests.guardianship.rows import staff
from tests.schoolinfo.rows import bells, lesson, listed
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")

CALENDAR = "/schools/8071028/calendar.ics"
TUESDAY = date(2026, 11, 24)


def read(browser, address, **asked):
    answer = browser.get(address, asked)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))  # octets (RFC 5545 §3.1)
    return icalendar.Calendar.from_ical(answer.content)


def events(calendar):
    return {str(event["SUMMARY"]): event for event in calendar.walk("VEVENT")}


def vacation(world, *days):
    for day in days:
        rows.event(world.hwanggan, date(2026, 12, day), "겨울방학", kind="vacation", off=True)


def cancel(**narrowed):
    from baroalgi.schoolinfo.models import CalendarDay

    CalendarDay.objects.using("owner").filter(**narrowed).update(
        cancelled=True, sequence=1, changed_at=datetime(2026, 11, 24, 2, tzinfo=UTC)
    )


def test_days_that_follow_one_another_are_one_event_that_ends_the_day_after(world, visitor):
    vacation(world, 3, 4, 7)  # Thursday, Friday, Monday
    (event,) = read(visitor, CALENDAR).walk("VEVENT")
    assert event["DTSTART"].dt == date(2026, 12, 3)
    assert event["DTEND"].dt == date(2026, 12, 8)
    assert event["STATUS"] == "CONFIRMED"
    assert event["DTSTART"].params["VALUE"] == "DATE"


def test_a_line_keeps_its_name_and_says_that_it_changed(world, visitor):
    vacation(world, 3, 4)
    (before,) = read(visitor, CALENDAR).walk("VEVENT")
    cancel(day=date(2026, 12, 4))

    after = {event["STATUS"]: event for event in read(visitor, CALENDAR).walk("VEVENT")}

    assert after["CONFIRMED"]["UID"] == before["UID"]
    assert after["CONFIRMED"]["DTEND"].dt == date(2026, 12, 4)
    assert int(after["CONFIRMED"]["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["CANCELLED"]["DTSTART"].dt == date(2026, 12, 4)


def sheet(world, by, *entries):
    """Write lines of the calendar as an uploaded sheet does."""
    from django.utils import timezone

    from baroalgi.schoolinfo import sheets
    from baroalgi.schoolinfo.types import Entry, Sheet

    values = [
        Entry((date(2026, 12, day), name), ("vacation", "closed", said, [])) for day, name, said in entries
    ]
    with rows.unit_of(world, by, "password"):
        sheets.put(Sheet.CALENDAR, world.hwanggan.id, values, timezone.now())


def test_a_sequence_never_falls_whatever_becomes_of_the_days(world, visitor):
    days = (8, 9, 10, 11, 14)
    admin = staff(world, "오현주", "school_admin")
    sheet(world, admin, *((day, "겨울방학", "") for day in days))
    told = []
    for change in (
        [(10, "겨울방학", "돌봄")],  # the middle one says something else: three lines of one
        [(10, "겨울방학", "")],  # and again the same
        [(7, "겨울방학", "")],  # a day before it
        [(10, "방학 중 등교", "")],  # one more line in the middle
        [(9, "겨울방학", "돌봄"), (11, "겨울방학", "돌봄")],
    ):
        told.append({str(one["UID"]): one for one in read(visitor, CALENDAR).walk("VEVENT")})
        sheet(world, admin, *change)
    told.append({str(one["UID"]): one for one in read(visitor, CALENDAR).walk("VEVENT")})
    for before, after in itertools.combinations(told, 2):
        for uid in before.keys() & after.keys():
            old, new = before[uid], after[uid]
            assert int(new["SEQUENCE"]) >= int(old["SEQUENCE"])
            if any(new[part] != old[part] for part in ("DTSTART", "DTEND", "SUMMARY")):
                assert int(new["SEQUENCE"]) > int(old["SEQUENCE"])
    # The line kept its name when a day came before it.
    (name,) = [uid for uid, one in told[0].items() if one["DTSTART"].dt == date(2026, 12, 8)]
    assert told[3][name]["DTSTART"].dt == date(2026, 12, 7)


def test_events_exams_and_meals_happen_on_their_days_and_are_cancelled_by_name(world, visitor):
    from baroalgi.schoolinfo.models import Meal

    vacation(world, 3, 4, 7)
    rows.event(world.hwanggan, date(2026, 12, 9), "정기시험", kind="regular_exam")
    rows.meal(world.hwanggan, date(2026, 12, 9), "밥")
    for file, day, name in (
        ("calendar", date(2026, 12, 7), "겨울방학"),
        ("calendar", date(2026, 12, 9), "정기시험"),
        ("exams", date(2026, 12, 9), "정기시험"),
        ("meals", date(2026, 12, 9), "중식: 밥"),
    ):
        address = f"/schools/8071028/{file}.ics"
        (found,) = recurring_ical_events.of(read(visitor, address)).at(day)
        assert (str(found["SUMMARY"]), found["STATUS"]) == (name, "CONFIRMED")
        assert recurring_ical_events.of(read(visitor, address)).at(date(2026, 12, 10)) == []
    cancel(day=date(2026, 12, 9))
    Meal.objects.using("owner").update(cancelled=True, sequence=1)
    for file in ("calendar", "exams", "meals"):
        calendar = read(visitor, f"/schools/8071028/{file}.ics")
        (found,) = recurring_ical_events.of(calendar).at(date(2026, 12, 9))
        assert (found["STATUS"], int(found["SEQUENCE"])) == ("CANCELLED", 1)


def test_what_was_taken_back_is_said_to_be_cancelled(world, visitor):
    rows.event(world.hwanggan, date(2026, 12, 8), "학예회")
    name = events(read(visitor, CALENDAR))["학예회"]["UID"]
    cancel(name="학예회")
    event = events(read(visitor, CALENDAR))["학예회"]
    assert (event["UID"], event["STATUS"], int(event["SEQUENCE"])) == (name, "CANCELLED", 1)
    assert "학예회" not in visitor.get("/schools/8071028/calendar/", {"month": "2026-12"}).text


def test_a_calendar_is_for_a_grade_or_for_exams_alone(world, visitor):
    rows.event(world.hwanggan, date(2026, 12, 8), "수학여행", grades=[6])
    rows.event(world.hwanggan, date(2026, 12, 9), "정기시험", kind="regular_exam")
    assert set(events(read(visitor, CALENDAR))) == {"수학여행 (6학년)", "정기시험"}
    assert set(events(read(visitor, CALENDAR, grade="3"))) == {"정기시험"}
    assert set(events(read(visitor, "/schools/8071028/exams.ics"))) == {"정기시험"}


def test_lessons_stand_at_their_hour_in_seoul(world, visitor):
    listed(world.hwanggan, (3, "1"))
    bells(world.hwanggan)
    lesson(world.hwanggan, TUESDAY, 1, "국어", teacher="김국어", classroom="3-1")
    lesson(world.hwanggan, TUESDAY, 2, "음악", change="swap", instead_of="수학", sequence=2)
    lesson(world.hwanggan, TUESDAY, 3, "", change="cancelled", instead_of="체육")
    calendar = read(visitor, "/schools/8071028/timetable.ics", grade="3", **{"class": "1"})

    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Seoul"]
    found = recurring_ical_events.of(calendar, keep_recurrence_attributes=True).at(TUESDAY)
    at = {str(event["SUMMARY"]): event for event in found}
    assert at["국어"]["DTSTART"].dt.astimezone(UTC) == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert at["국어"]["DTSTART"].params["TZID"] == "Asia/Seoul"
    assert "교체, 원래 수학" in at["음악"]["DESCRIPTION"]
    assert int(at["음악"]["SEQUENCE"]) == 2
    assert at["체육"]["STATUS"] == "CANCELLED"


def test_a_lesson_that_is_told_no_more_is_cancelled_and_each_place_keeps_its_name(world, visitor):
    listed(world.hwanggan, (3, "1"))
    bells(world.hwanggan)
    first = lesson(world.hwanggan, TUESDAY, 1, "과학")
    second = lesson(world.hwanggan, TUESDAY, 2, "국어")
    asked = {"grade": "3", "class": "1"}
    before = events(read(visitor, "/schools/8071028/timetable.ics", **asked))

    # As an import does that tells another room, and of the second nothing any more.
    for row in (first, second):
        type(row).objects.using("owner").filter(id=row.id).update(cancelled=True, sequence=1)
    lesson(world.hwanggan, TUESDAY, 1, "과학", classroom="과학실")

    calendar = read(visitor, "/schools/8071028/timetable.ics", **asked)
    after = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    science, korean = (after[str(before[name]["UID"])] for name in ("과학", "국어"))
    assert (science["STATUS"], str(science["LOCATION"])) == ("CONFIRMED", "과학실")
    assert int(science["SEQUENCE"]) > int(before["과학"]["SEQUENCE"])
    assert (korean["STATUS"], int(korean["SEQUENCE"])) == ("CANCELLED", 1)
    page = visitor.get("/schools/8071028/timetable/", asked | {"week": str(TUESDAY)}).text
    assert "과학실" in page
    assert "국어" not in page


def test_without_times_the_lessons_are_one_line_of_the_day(world, visitor):
    listed(world.hwanggan, (3, "1"))
    for period, subject in enumerate(("국어", "수학"), 1):
        lesson(world.hwanggan, TUESDAY, period, subject)
    (event,) = read(visitor, "/schools/8071028/timetable.ics", grade="3", **{"class": "1"}).walk("VEVENT")
    assert (str(event["SUMMARY"]), event["DTSTART"].dt) == ("국어 수학", TUESDAY)


def test_meals_name_their_allergens_and_never_promise(world, visitor):
    rows.meal(world.hwanggan, TUESDAY, ("두부조림; 간장, 양념", [5, 6]), "밥", kind=2)
    rows.meal(world.hwanggan, TUESDAY, "죽", kind=1)
    calendar = read(visitor, "/schools/8071028/meals.ics")
    meal = events(calendar)["중식: 두부조림; 간장, 양념, 밥"]
    assert "두부조림; 간장, 양념 (5 대두, 6 밀)" in meal["DESCRIPTION"]
    assert "표시된 번호에 없어도 알레르기가 있을 수 있습니다." in meal["DESCRIPTION"]
    assert len(calendar.walk("VEVENT")) == 2


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/schools/0000000/calendar.ics", {}),
        ("/schools/8071028/timetable.ics", {}),
        ("/schools/8071028/timetable.ics", {"grade": "3", "class": "없는반"}),
        ("/schools/8071028/timetable.ics", {"grade": "\x00", "class": "\x00"}),
    ],
)
def test_what_is_not_there_is_a_404(world, visitor, address, asked):
    assert visitor.get(address, asked).status_code == 404


@pytest.mark.parametrize("grade", ["", "x", "-1", "9" * 300, "\x00", "３"])
def test_a_grade_that_cannot_be_read_is_all_grades(world, visitor, grade):
    rows.event(world.hwanggan, date(2026, 12, 8), "학예회")
    assert "학예회" in events(read(visitor, CALENDAR, grade=grade))


def test_who_has_it_already_is_told_so_with_two_statements(world, visitor, as_guardian):
    rows.event(world.hwanggan, date(2026, 12, 8), "학예회")
    first = visitor.get(CALENDAR)
    assert first["Cache-Control"].startswith("public")
    again = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    with statements() as counted:
        assert visitor.get(CALENDAR, **again).status_code == 304
    assert len(counted) == 2, counted
    assert visitor.get(CALENDAR, HTTP_IF_MODIFIED_SINCE=first["Last-Modified"]).status_code == 304
    assert as_guardian(world.seoyeon).get(CALENDAR, **again).status_code == 304

    cancel(name="학예회")
    assert visitor.get(CALENDAR, **again).status_code == 200


def test_pages_are_kept_by_visitors_only(world, visitor, as_guardian):
    page = visitor.get("/schools/8071028/calendar/")
    assert page["Cache-Control"].startswith("public")
    assert visitor.get("/schools/8071028/calendar/", HTTP_IF_NONE_MATCH=page["ETag"]).status_code == 304
    assert as_guardian(world.seoyeon).get("/schools/8071028/calendar/")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("count", [1, 200])
def test_four_statements_however_many_days(world, visitor, count):
    for n in range(count):
        rows.event(world.hwanggan, date(2026, 3, 2) + timedelta(days=n), f"행사 {n}")
    with statements() as counted:
        read(visitor, CALENDAR)
    # who asks, the version, the school, the days
    assert len(counted) == 4, counted
