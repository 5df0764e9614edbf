"""`baroalgi import neis`: what is taken in, again and again, and what happens to schools through time."""

import json
import shutil
from importlib import import_module
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.exchange.hub import ask, key, rows
from tests.guardianship.rows import staff

DATA = Path(__file__).with_name("data")
LISTS = Path(__file__).with_name("lists")
SERVICES = (
    "mealServiceDietInfo",
    "SchoolSchedule",
    "classInfo",
    "schoolMajorinfo",
    "hisTimetable",
    "misTimetable",
)


@pytest.fixture
def neis(world, as_role, capsys):
    """Import from a place, in the role of the worker; returns what was said."""
    command = import_module("baroalgi.operations.commands.import")

    def run(place, *more, office="all"):
        as_role("worker")
        try:
            run.status = command.main(["neis", "--office", office, "--from", str(place), *more])
        finally:
            as_role("app")
        said = capsys.readouterr()
        run.unread = said.err.splitlines()
        return said.out

    return run


@pytest.fixture
def folder(tmp_path):
    """A folder of files; `put` writes one and returns it."""

    def put(name, service, found, total=None):
        head = [
            {"list_total_count": len(found) if total is None else total},
            {"RESULT": {"CODE": "INFO-000"}},
        ]
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(json.dumps({service: [{"head": head}, {"row": found}]}, ensure_ascii=False))
        return path

    return put


def rows_of(path):
    ((_service, (_head, body)),) = json.loads(path.read_text()).items()
    return body["row"]


def recorded(path):
    return rows_of(DATA / path)


def listed(office, day):
    return rows_of(LISTS / f"{office}/all-{day}-p1.json")


def schools(**where):
    from baroalgi.organisation.models import School

    return School.objects.using("owner").filter(**where)


def school(code):
    return schools(code=code).get()


def events(code):
    from baroalgi.schoolinfo.models import CalendarDay

    found = CalendarDay.objects.using("owner").filter(school__code=code).order_by("day", "n")
    return {event.name: event for event in found}


# Rows -----------------------------------------------------------------------------------------


def test_what_was_recorded_is_served_as_it_was_and_again_changes_nothing(neis, world, visitor):
    for service in (*SERVICES, "acaInsTiInfo"):
        said = neis(DATA / service)
        assert neis.status == 0
        assert " 0 new" not in said
    assert [line for line in neis(DATA / "mealServiceDietInfo").splitlines() if "as before" in line] == [
        "mealServiceDietInfo: 0 new, 0 changed, 9 as before, 0 gone"
    ]
    own = key(world)
    files = [path for service in SERVICES for path in sorted((DATA / service).rglob("*.json"))]
    for path in files:
        told = recorded(path.relative_to(DATA))
        asked = {name: told[0][name] for name in ("ATPT_OFCDC_SC_CODE", "SD_SCHUL_CODE")}
        service = path.relative_to(DATA).parts[0]
        served = rows(ask(visitor, service, KEY=own, pSize="1000", **asked))
        for row in told:
            assert row in [{name: value for name, value in one.items() if name in row} for one in served]
    academy = recorded("acaInsTiInfo/D10/3500016815-20260919.json")
    assert rows(ask(visitor, "acaInsTiInfo", ATPT_OFCDC_SC_CODE="D10")) == academy


def test_a_list_is_served_as_it_was(neis, world, visitor):
    neis(DATA / "schoolInfo")
    for path in sorted((DATA / "schoolInfo").rglob("*.json")):
        for row in recorded(path.relative_to(DATA)):
            found = ask(visitor, "schoolInfo", SD_SCHUL_CODE=row["SD_SCHUL_CODE"])
            assert rows(found) == [row]


def test_a_row_or_a_file_that_cannot_be_read_loses_nobody_else(neis, folder, tmp_path):
    good, *_rest = recorded("mealServiceDietInfo/B10/7010118-20260611.json")
    folder(
        "meals.json",
        "mealServiceDietInfo",
        [
            good,
            good | {"MLSV_YMD": "20261399"},
            good | {"MMEAL_SC_CODE": "4"},
            good | {"DDISH_NM": ["a"]},
            good | {"CAL_INFO": "a\x00"},
            good | {"ATPT_OFCDC_SC_CODE": "충북"},
            good | {"SD_SCHUL_CODE": "       "},
            "no row",
            good | {"MLSV_YMD": "20260612", "CAL_INFO": "?", "MLSV_FGR": -1, "MLSV_FROM_YMD": "x"},
        ],
    )
    (tmp_path / "broken.json").write_text('{"mealServiceDietInfo":[{"head"')
    (tmp_path / "empty.xml").write_bytes(b"")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    said = neis(tmp_path)
    assert neis.status == 0
    assert "mealServiceDietInfo: 2 new" in said
    assert "9 rows or files could not be read" in said
    assert "Passed over, since no rows of NEIS are in it: other.csv." in said
    assert sorted(neis.unread) == sorted(
        [
            "broken.json: it is no whole JSON at letter 31",
            "empty.xml: it is empty",
            "meals.json, row 2: MLSV_YMD: '20261399' is no day",
            "meals.json, row 3: MMEAL_SC_CODE is none of 1, 2, 3",
            "meals.json, row 4: a list stands where a text should be",
            "meals.json, row 5: CAL_INFO: it holds a character that no database stores",
            "meals.json, row 6: ATPT_OFCDC_SC_CODE is no code of an office",
            "meals.json, row 7: SD_SCHUL_CODE is empty: a school without a code has no rows of its own",
            "meals.json, row 8: it is no row",
        ]
    )


def test_nothing_readable_is_no_success(neis, tmp_path):
    (tmp_path / "a.json").write_text("{")
    neis(tmp_path)
    assert neis.status == 1


def test_only_the_chosen_office_and_school_are_taken(neis, world):
    said = neis(DATA / "mealServiceDietInfo", office="J10")
    assert "mealServiceDietInfo: 1 new" in said
    assert "8 rows of other offices or schools" in said
    said = neis(DATA / "mealServiceDietInfo", "--school", "7010118", office="B10")
    assert "mealServiceDietInfo: 2 new" in said


def test_an_event_keeps_its_name_and_counts_its_changes(neis, folder):
    told = recorded("SchoolSchedule/B10/7010118-202606.json")
    name = "B10/7010118-202606.json"
    neis(folder(name, "SchoolSchedule", told))
    first = events("7010118")
    assert {event.sequence for event in first.values()} == {0}

    # Loaded anew, one more in front, one for other grades, one gone.
    again = [row | {"LOAD_DTM": "20260620"} for row in told]
    gone = again.pop()
    again[0] = again[0] | {"THREE_GRADE_EVENT_YN": "N"}
    again.insert(0, again[0] | {"EVENT_NM": "개교기념일"})
    said = neis(folder(name, "SchoolSchedule", again))
    assert "SchoolSchedule: 1 new, 1 changed, 3 as before, 1 gone" in said
    second = events("7010118")
    assert {name: event.uid for name, event in second.items() if name in first} == {
        name: event.uid for name, event in first.items()
    }
    changed = second[again[1]["EVENT_NM"]]
    assert (changed.sequence, changed.cancelled) == (1, False)
    assert changed.changed_at > first[changed.name].changed_at
    assert (second[gone["EVENT_NM"]].sequence, second[gone["EVENT_NM"]].cancelled) == (1, True)
    same = second[again[2]["EVENT_NM"]]
    assert (same.sequence, same.changed_at) == (0, first[same.name].changed_at)
    assert str(same.loaded_on) == "2026-06-20"

    # An older answer changes nothing; the event that was gone comes back with the next one.
    assert "4 older" in neis(folder(name, "SchoolSchedule", told[:4]))
    neis(folder(name, "SchoolSchedule", [*again, gone]))
    back = events("7010118")[gone["EVENT_NM"]]
    # The third change of this school's calendar: 개교기념일 was not among the older ones.
    assert (back.sequence, back.cancelled, back.uid) == (3, False, first[gone["EVENT_NM"]].uid)


def test_an_answer_that_was_cut_off_takes_nothing_back(neis, folder):
    told = recorded("SchoolSchedule/B10/7010118-202606.json")
    neis(folder("7010118-202606.json", "SchoolSchedule", told))
    said = neis(folder("7010118-202606.json", "SchoolSchedule", told[:2], total=5))
    assert "2 as before, 0 gone" in said


def test_what_a_school_wrote_itself_is_not_taken_back(neis, folder, world):
    from datetime import date

    from tests import rows as arrange

    told = [
        row | {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": "8071028"}
        for row in recorded("SchoolSchedule/B10/7010118-202606.json")
    ]
    arrange.event(world.hwanggan, date(2026, 6, 10), "가족 캠프")
    assert "0 gone" in neis(folder("8071028-202606.json", "SchoolSchedule", told))
    assert not events("8071028")["가족 캠프"].cancelled


def test_what_a_school_corrected_stays_as_the_school_entered_it(neis, folder, world, visitor):
    """A line renamed, one taken back, a meal and a lesson's room corrected; then NEIS says the old again."""
    from baroalgi.schoolinfo.models import Lesson, Meal

    school = {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": "8071028"}
    told = {
        "SchoolSchedule": "B10/7010118-202606.json",
        "mealServiceDietInfo": "B10/7010118-202606.json",
        "elsTimetable": "B10/7010118-20260611.json",
    }
    lines = [row | school for row in recorded("SchoolSchedule/" + told["SchoolSchedule"])]
    day, first, second = lines[0]["AA_YMD"], lines[0]["EVENT_NM"], lines[1]["EVENT_NM"]
    meal = school | {"SCHUL_NM": "황간초등학교", "MMEAL_SC_CODE": "2", "MLSV_YMD": day, "DDISH_NM": "현미밥"}
    lesson = school | {"AY": "2026", "SEM": "1", "ALL_TI_YMD": day, "GRADE": "3", "CLASS_NM": "1"}
    lesson |= {"PERIO": "1", "ITRT_CNTNT": "과학"}

    def import_all(loaded):
        said = neis(folder("a.json", "SchoolSchedule", [one | {"LOAD_DTM": loaded} for one in lines]))
        said += neis(folder("b.json", "mealServiceDietInfo", [meal | {"LOAD_DTM": loaded}]))
        return said + neis(folder("c.json", "elsTimetable", [lesson | {"LOAD_DTM": loaded}]))

    import_all("20260601")
    desk = world.staff_browser(staff(world, "오현주", "school_admin"))
    kept = events("8071028")
    for name, path, fields in (
        (first, "", {"name": "학교장 재량휴업", "kind": "discretionary_holiday", "day_kind": "closed"}),
        (second, "cancel/", {}),
    ):
        row = kept[name]
        line = {"first": str(row.day), "last": "", "seen": f"{row.uid}:{row.sequence}", **fields}
        assert desk.post(f"/desk/school/calendar/{row.uid}/{path}", line).status_code == 302
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    corrected = {f"d-{date}": "잡곡밥", f"n-{date}": "0"}
    assert desk.post(f"/desk/school/meals/?month={date[:7]}", corrected).status_code == 302
    lessons = Lesson.objects.using("owner").filter(school=world.hwanggan)
    lessons.update(content="과학 실험", classroom="과학실", own=True)

    said = import_all("20260701")

    assert "SchoolSchedule: 0 new, 0 changed, 3 as before, 0 gone, 2 kept as the school entered it" in said
    for service in ("mealServiceDietInfo", "elsTimetable"):
        assert f"{service}: 0 new, 0 changed, 0 as before, 0 gone, 1 kept as the school entered it" in said
    after = events("8071028")
    assert first not in after
    assert (after["학교장 재량휴업"].uid, after[second].cancelled) == (kept[first].uid, True)
    assert Meal.objects.using("owner").get().dishes == [{"name": "잡곡밥", "allergens": None}]
    assert [(one.content, one.classroom) for one in lessons] == [("과학 실험", "과학실")]
    served = rows(ask(visitor, "SchoolSchedule", **school, AA_YMD=day))[0]
    assert served["EVENT_NM"] == "학교장 재량휴업"
    assert served["LOAD_DTM"] > "20260701"  # the day of the correction


def test_parallel_lessons_stay_apart_and_a_changed_one_stays_itself(neis, folder):
    from baroalgi.schoolinfo.models import Lesson

    lesson = recorded("hisTimetable/B10/7010118-20260611.json")[0]
    told = [lesson, lesson, lesson | {"ITRT_CNTNT": "[보강]음악"}, lesson | {"PERIO": "2", "ITRT_CNTNT": "-"}]
    neis(folder("7010118-20260611.json", "hisTimetable", told))
    found = Lesson.objects.using("owner").filter(school__code="7010118").order_by("period", "n")
    assert [(one.n, one.content, one.change) for one in found] == [
        (1, "체육1", ""),
        (2, "체육1", ""),
        (3, "음악", "substitute"),
        (1, "", ""),
    ]
    told[2] = lesson | {"ITRT_CNTNT": "미술"}
    assert "0 new, 1 changed, 2 as before, 1 gone" in neis(
        folder("7010118-20260611.json", "hisTimetable", told[:3])
    )
    assert [(one.n, one.content, one.sequence) for one in found.filter(cancelled=False)] == [
        (1, "체육1", 0),
        (2, "체육1", 0),
        (3, "미술", 1),
    ]


# Schools through time -------------------------------------------------------------------------


def test_a_school_that_is_listed_no_more_is_closed_and_keeps_its_page(neis, visitor):
    from baroalgi.organisation import queries
    from baroalgi.organisation.types import SchoolSearch

    neis(LISTS / "D10", office="D10")
    closed = school("7271015")
    assert str(closed.closed_on) == "2024-11-30"
    assert visitor.get("/schools/7271015/").status_code == 200
    assert queries.schools_found(SchoolSearch("D10", "감삼")) == []
    assert [one.name for one in queries.schools_found(SchoolSearch("D10", "감삼", closed=True))] == [
        "감삼중학교"
    ]
    assert schools(office_id="D10", closed_on=None).count() == 17
    assert school("7271015").id == closed.id
    # Each list again, in whatever order.
    for name in ("all-20241130-p1.json", "all-20210131-p1.json", "all-20241130-p1.json"):
        said = neis(LISTS / "D10" / name, office="D10")
        assert "schoolInfo: 0 new, 0 changed, " in said
        assert said.endswith("0 closed\n")


def test_what_changed_since_the_older_list_is_changed_and_the_past_is_kept(neis):
    from baroalgi.organisation.models import SchoolPast

    neis(LISTS / "D10" / "all-20210131-p1.json", office="D10")
    assert school("7281014").homepage == "http://www.gachang.ms.kr"
    neis(LISTS / "D10" / "all-20241130-p1.json", office="D10")
    assert school("7281014").homepage == "gachang.dge.ms.kr"
    past = SchoolPast.objects.using("owner").filter(school__code="7240298").get()
    assert (past.kind, past.name, str(past.valid_to)) == ("외국인학교", "한국대구화교초등학교", "2024-11-30")
    assert school("7240298").kind == "각종학교(외국인학교)"


def test_lists_in_the_other_order_end_in_the_same(neis):
    from baroalgi.organisation.models import SchoolPast

    def state():
        names = ("office_id", "code", "name", "kind", "homepage", "closed_on")
        past = SchoolPast.objects.using("owner").filter(school__office_id="D10")
        return (
            sorted(schools(office_id="D10").values_list(*names), key=str),
            sorted(past.values_list("school__code", "kind", "valid_to"), key=str),
        )

    neis(LISTS / "D10" / "all-20241130-p1.json", office="D10")
    neis(LISTS / "D10" / "all-20210131-p1.json", office="D10")
    backwards = state()
    from baroalgi.letters.models import Board

    SchoolPast.objects.using("owner").all().delete()
    Board.objects.using("owner").filter(school__office_id="D10").delete()
    schools(office_id="D10").delete()
    neis(LISTS / "D10", office="D10")
    assert state() == backwards


def test_schools_without_a_code_or_with_a_shared_one_are_told_apart(neis):
    neis(LISTS / "B10" / "all-20210131-p1.json", office="B10")
    assert schools(code="7010278").count() == 2
    workshop = schools(office_id="B10", code="").get()
    assert workshop.name == "경기기계공업고등학교부설공동실습소"
    neis(LISTS / "B10" / "all-20241130-p1.json", office="B10")
    # The workshop was closed; the school with which it shared the code is still itself.
    assert {one.name: one.closed_on is None for one in schools(code="7010278")} == {
        "서울공업고등학교": True,
        "서울공업고등학교부설기계공동실습소": False,
    }
    # Another one without a code got a new name at the same address.
    assert schools(id=workshop.id).get().name == "경기기계공업고등학교부설미래기술교육센터"
    neis(LISTS / "V10", office="V10")
    assert schools(office_id="V10", code="").count() == 6
    assert "0 new, 0 changed, 6 as before" in neis(LISTS / "V10", office="V10")
    neis(LISTS / "J10", office="J10")
    assert schools(code="7531360").count() == 2


def test_a_school_gets_its_code_another_name_or_another_office_and_stays_itself(neis, folder):
    from baroalgi.organisation.models import Office, SchoolPast

    planned, *others = listed("B10", 20241130)
    neis(folder("all-20250101-p1.json", "schoolInfo", [planned, *others]), office="B10")
    before = schools(office_id="B10", name=planned["SCHUL_NM"]).get()
    renamed, moved = others[0], others[1]
    told = [
        planned | {"SD_SCHUL_CODE": "7019999"},
        renamed | {"SCHUL_NM": "새가락고등학교"},
        *others[2:],
    ]
    ids = {row["SD_SCHUL_CODE"]: school(row["SD_SCHUL_CODE"]).id for row in (renamed, moved)}
    neis(folder("all-20260101-p1.json", "schoolInfo", told), office="B10")
    assert school("7019999").id == before.id
    assert school(renamed["SD_SCHUL_CODE"]).id == ids[renamed["SD_SCHUL_CODE"]]
    assert str(school(moved["SD_SCHUL_CODE"]).closed_on) == "2026-01-01"

    # Listed by an office that nobody knew, known by its code, whatever it is called.
    arrived = moved | {"ATPT_OFCDC_SC_CODE": "X10", "ATPT_OFCDC_SC_NM": "서울특별시교육청"}
    neis(folder("all-20260201-p1.json", "schoolInfo", [arrived]), office="X10")
    there = school(moved["SD_SCHUL_CODE"])
    assert (there.id, there.office_id, there.closed_on) == (ids[there.code], "X10", None)
    assert Office.objects.using("owner").get(code="B10").name == "서울특별시교육청"
    past = SchoolPast.objects.using("owner").values_list("valid_to", "office_id", "code", "name")
    assert sorted((str(until), *was) for until, *was in past) == [
        ("2026-01-01", "B10", "", planned["SCHUL_NM"]),
        ("2026-01-01", "B10", renamed["SD_SCHUL_CODE"], "가락고등학교"),
        ("2026-02-01", "B10", moved["SD_SCHUL_CODE"], moved["SCHUL_NM"]),
    ]


def test_a_part_of_a_list_closes_nobody(neis, folder):
    told = listed("D10", 20241130)
    neis(folder("all-20241130-p1.json", "schoolInfo", told), office="D10")
    # Half of its pages, a search, one school, and a row that cannot be read.
    neis(folder("all-20250101-p1.json", "schoolInfo", told[:9], total=17), office="D10")
    neis(folder("search-20250102.json", "schoolInfo", told[:2]), office="D10")
    neis(folder("7281014-20250103.json", "schoolInfo", told[:1]), office="D10")
    broken = [*told[:-1], told[-1] | {"SCHUL_NM": ""}]
    neis(folder("all-20250104-p1.json", "schoolInfo", broken), office="D10")
    assert neis.unread == ["all-20250104-p1.json, row 17: SCHUL_NM is empty"]
    # So many do not close at once.
    said = neis(folder("all-20250105-p1.json", "schoolInfo", told[:3]), office="D10")
    assert "14 schools are not in all-20250105-p1.json" in said
    assert schools(office_id="D10", closed_on=None).count() == 17


def test_schools_of_the_own_office_are_places_and_those_of_others_are_none(neis, folder, world):
    from baroalgi.organisation.models import Place

    row = listed("D10", 20241130)[0]
    own = row | {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": "8000099", "SCHUL_NM": "새학교"}
    hwanggan = own | {"SD_SCHUL_CODE": "8071028", "SCHUL_NM": "황간초등학교", "SCHUL_KND_SC_NM": "초등학교"}
    neis(folder("schools.json", "schoolInfo", [row, own, hwanggan]))
    places = Place.objects.using("owner")
    assert places.get(school__code="8000099").name == "새학교"
    assert places.get(school__code="8071028").id == world.hwanggan_counter.id
    assert not places.filter(school__code=row["SD_SCHUL_CODE"]).exists()


def test_parents_apply_at_schools_of_their_own_office_only(neis, world, as_guardian):
    neis(LISTS / "D10", office="D10")
    browser = as_guardian(world.seoyeon)
    assert "가창중학교" not in browser.get("/children/apply/?q=" + "가창").content.decode()
    assert "황간초등학교" in browser.get("/children/apply/?q=" + "황간").content.decode()
    assert browser.get("/children/apply/7281014/").status_code == 404
    assert browser.get("/children/apply/8071028/").status_code == 200


def test_persons_do_not_depend_on_the_chosen_office(neis, world):
    from baroalgi.organisation.models import StaffPost, Student

    def persons():
        pupils = Student.objects.using("owner").order_by("id").values_list("id", "school__code", "state")
        posts = (
            StaffPost.objects.using("owner")
            .order_by("id")
            .values_list("id", "place__school__code", "valid_to")
        )
        return list(pupils), list(posts)

    before = persons()
    neis(LISTS, office="D10")
    assert persons() == before


# The directory --------------------------------------------------------------------------------


def test_the_directory_shows_the_own_office_first_and_the_others_on_demand(neis, visitor):
    neis(LISTS / "D10", office="D10")

    def found(**asked):
        return visitor.get("/schools/?" + urlencode(asked)).content.decode()

    assert "가창중학교" not in found(q="가창")
    assert "가창중학교" in found(q="가창", office="D10")
    assert "가창중학교" in found(q="가창", office="all")
    assert "황간초등학교" in found(q="ㅎㄱㅊ", office="all")
    assert "황간초등학교" in found(q="황간", office="없는곳")
    assert "감삼중학교" not in found(q="감삼", office="D10")
    assert "감삼중학교" in found(q="감삼", office="D10", closed="1")


def test_a_search_over_a_nation_goes_through_an_index(world):
    from django.db import connections

    from baroalgi.organisation import queries
    from baroalgi.organisation.types import SchoolSearch

    def plan(**sought):
        sql, values = queries.statement_of(SchoolSearch(**{"office": "", **sought}))
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(line for (line,) in cursor.fetchall())

    with connections["owner"].cursor() as cursor:
        cursor.execute(NATION)
        cursor.execute("ANALYZE organisation_school")
        assert "school_name_grams" in plan(text="황간")
        assert "school_name_grams" in plan(text="간초등")
        assert "school_initials_grams" in plan(text="ㅎㄱㅊ")
        assert "school_region" in plan(office="M10", region="영동군")
    assert [one.name for one in queries.schools_found(SchoolSearch("", "황간초"))] == ["황간초등학교"]


NATION = """
    INSERT INTO organisation_school
        (office_id, code, name, initials, english_name, kind, foundation, province, postcode, address,
         address_detail, phone, fax, homepage, coeducation, high_school_kind, day_night)
    SELECT 'M10', 'N' || lpad(n::text, 6, '0'),
           chr(44032 + 28 * (n % 389)) || chr(44032 + 28 * (n % 397)) || '초등학교',
           substr('ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ', 1 + n % 13, 2) || 'ㅊㄷㅎㄱ', '', '초등학교', '', '', '',
           '어느도 ' || n % 200 || '군 ' || n, '', '', '', '', '', '', ''
    FROM generate_series(1, 12000) AS n"""


def test_files_copied_from_elsewhere_need_no_name(neis, tmp_path):
    shutil.copy(DATA / "mealServiceDietInfo/J10/7531103-20230911.json", tmp_path / "x.txt")
    assert "mealServiceDietInfo: 1 new" in neis(tmp_path)
