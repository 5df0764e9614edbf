"""The hub answers as the Open API of NEIS does: fields, envelopes, codes, pages (domain.md §7)."""

import json
import xml.etree.ElementTree as Xml
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from baroalgi.exchange.neis import said
from baroalgi.exchange.neis.services import SERVICES
from tests import rows as arrange
from tests.exchange.arranging import LOADED, lesson, one_of_each, school
from tests.exchange.hub import ask, code, key, names, rows
from tests.statements import statements

HWANGGAN = {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": "8071028"}
DAY = date(2026, 11, 24)


def contents(said):
    return [row["ITRT_CNTNT"] for row in rows(said)]


# What is served ------------------------------------------------------------------------------


def test_a_meal_is_served_as_neis_writes_it(world, visitor):
    arrange.meal(
        world.hwanggan,
        DAY,
        ("현미밥", []),
        ("배추김치", [9, 13]),
        "누룽지",
        kcal="702.0",
        loaded_on=LOADED,
        diners=Decimal(123),
        nutrients=[
            {"name": "탄수화물", "unit": "g", "amount": "109.0"},
            {"name": "단백질", "unit": "g", "amount": "34.7"},
        ],
        origins=[{"name": "쌀", "place": "국내산"}, {"name": "비고", "place": ""}],
    )
    response = visitor.get("/hub/mealServiceDietInfo", {"Type": "json", **HWANGGAN})
    assert response.content.decode() == (
        '{"mealServiceDietInfo":[{"head":[{"list_total_count":1},{"RESULT":{"CODE":"INFO-000",'
        '"MESSAGE":"정상 처리되었습니다."}}]},{"row":[{"ATPT_OFCDC_SC_CODE":"M10",'
        '"ATPT_OFCDC_SC_NM":"충청북도교육청","SD_SCHUL_CODE":"8071028","SCHUL_NM":"황간초등학교",'
        '"MMEAL_SC_CODE":"2","MMEAL_SC_NM":"중식","MLSV_YMD":"20261124","MLSV_FGR":123.00,'
        '"DDISH_NM":"현미밥 <br/>배추김치 (9.13)<br/>누룽지","ORPLC_INFO":"쌀 : 국내산<br/>비고 : ",'
        '"CAL_INFO":"702.0 Kcal","NTR_INFO":"탄수화물(g) : 109.0<br/>단백질(g) : 34.7",'
        '"MLSV_FROM_YMD":"20261124","MLSV_TO_YMD":"20261124","LOAD_DTM":"20261120"}]}]}'
    )


def test_every_service_answers_with_exactly_its_fields_in_one_or_two_statements(world, visitor):
    schools = one_of_each(world)
    for service in SERVICES.values():
        of = schools.get(service.path[:3], schools["high"])
        if service.path in ("mealServiceDietInfo", "SchoolSchedule"):
            of = world.hwanggan
        asked = {"ATPT_OFCDC_SC_CODE": "M10"}
        if service.path != "acaInsTiInfo":
            asked["SD_SCHUL_CODE"] = of.code
        with statements() as counted:
            answer = ask(visitor, service.path, **asked)
        assert len(counted) <= 2, (service.path, counted)
        assert list(answer) == [service.root]
        (row,) = rows(answer)
        assert tuple(row) == names(service.fields), service.path
        texts = {name: value for name, value in row.items() if isinstance(value, int | float)}
        assert set(texts) <= {"MLSV_FGR", "TOFOR_SMTOT", "DTM_RCPTN_ABLTY_NMPR_SMTOT"}
        assert row["LOAD_DTM"] == "20261120" or of in (world.hwanggan, world.saeneoul)


def test_what_is_asked_again_costs_one_statement_and_is_never_stale(world, visitor):
    from baroalgi.organisation.models import School
    from baroalgi.schoolinfo.models import Meal

    def dishes():
        return rows(ask(visitor, "mealServiceDietInfo", **HWANGGAN))[0]

    arrange.meal(world.hwanggan, DAY, "비빔밥")
    assert dishes()["DDISH_NM"] == "비빔밥"
    with statements() as counted:
        assert dishes()["DDISH_NM"] == "비빔밥"
    assert len(counted) == 1, counted
    meals = Meal.objects.using("owner").filter(school_id=world.hwanggan.id)
    meals.update(dishes=[{"name": "잔치국수", "allergens": [6]}])
    assert dishes()["DDISH_NM"] == "잔치국수 (6)"
    School.objects.using("owner").filter(id=world.hwanggan.id).update(name="새황간초등학교")
    assert dishes()["SCHUL_NM"] == "새황간초등학교"
    meals.update(cancelled=True)
    assert code(ask(visitor, "mealServiceDietInfo", **HWANGGAN)) == "INFO-200"


def test_an_imported_row_comes_out_as_it_came(world, visitor):
    arrange.meal(
        world.hwanggan,
        DAY,
        "비빔밥",
        verbatim={"MLSV_FGR": "167", "DDISH_NM": "비빔밥  (5.6.)", "LOAD_DTM": None},
    )
    (row,) = rows(ask(visitor, "mealServiceDietInfo", **HWANGGAN))
    assert (row["MLSV_FGR"], row["DDISH_NM"], row["LOAD_DTM"]) == ("167", "비빔밥  (5.6.)", None)


def test_a_calendar_says_which_grades_a_school_does_not_have(world, visitor):
    arrange.event(world.hwanggan, DAY, "학예회", grades=[1, 6])
    arrange.event(world.saeneoul, DAY, "개교기념일", off=True)
    flags = ("ONE", "TW", "THREE", "FR", "FIV", "SIX")

    def row(of):
        (found,) = rows(
            ask(visitor, "SchoolSchedule", ATPT_OFCDC_SC_CODE="M10", SD_SCHUL_CODE=of.code, AY="없는 인자")
        )
        return "".join(found[f"{name}_GRADE_EVENT_YN"] for name in flags), found

    assert row(world.hwanggan)[0] == "YNNNNY"
    of_middle, found = row(world.saeneoul)
    assert of_middle == "YYY***"
    assert (found["SBTR_DD_SC_NM"], found["SCHUL_CRSE_SC_NM"], found["AY"]) == ("휴업일", "중학교", "2026")
    assert found["LOAD_DTM"].isdigit()


def test_what_was_entered_by_hand_has_a_day_of_change(world, visitor):
    from baroalgi.schoolinfo.models import ClassListing, Classroom, Major

    of_year = {"school_id": world.hwanggan.id, "school_year": 2026, "grade": 1}
    ClassListing.objects.using("owner").create(**of_year, name="한라반")
    Classroom.objects.using("owner").create(**of_year, semester=2, name="과학실")
    for department in ("일반학과", None):
        Major.objects.using("owner").create(
            school_id=world.hwanggan.id, track="일반계", department=department
        )
    for service in ("classInfo", "tiClrminfo", "schoolMajorinfo", "schulAflcoinfo"):
        (row,) = rows(ask(visitor, service, ATPT_OFCDC_SC_CODE="M10", SD_SCHUL_CODE="8071028"))
        assert len(row["LOAD_DTM"]) == 8
        assert row["LOAD_DTM"].isdigit()


def test_timetables_are_those_of_the_schools_kind_and_of_their_years(world, visitor):
    schools = one_of_each(world)
    for letters, of in schools.items():
        if len(letters) != 3:
            continue
        asked = {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": of.code}
        assert contents(ask(visitor, f"{letters}Timetable", **asked)) == ["국어"]
        past = rows(ask(visitor, f"{letters}Timetablebgs", **asked))
        assert [(row["ITRT_CNTNT"], row["CLASS_NM"]) for row in past] == [("옛 국어", "01")]
        others = {"els", "mis", "his", "sps"} - {letters}
        assert {code(ask(visitor, f"{other}Timetable", **asked)) for other in others} == {"INFO-200"}


def test_between_the_years_both_timetables_know_a_lesson(world, visitor):
    lesson(world.hwanggan, date(2023, 3, 6), 1, "봄")
    lesson(world.hwanggan, date(2022, 12, 6), 1, "겨울")
    lesson(world.hwanggan, date(2023, 8, 25), 1, "가을")
    assert contents(ask(visitor, "elsTimetable", **HWANGGAN)) == ["봄", "가을"]
    assert contents(ask(visitor, "elsTimetablebgs", **HWANGGAN)) == ["겨울", "봄"]


def test_another_teachers_lesson_is_marked_and_one_that_falls_out_is_left_out(world, visitor):
    lesson(world.hwanggan, DAY, 1, "국어", change="substitute")
    lesson(world.hwanggan, DAY, 2, "", change="cancelled", instead_of="수학")
    lesson(world.hwanggan, DAY, 3, "재량휴업일", change="cancelled", instead_of="영어")
    assert contents(ask(visitor, "elsTimetable", **HWANGGAN)) == ["[보강]국어", "재량휴업일"]


def test_closed_schools_are_not_listed(world, visitor):
    school("8000200", "초등학교", name="문닫은초등학교", closed_on=date(2025, 3, 1))
    assert code(ask(visitor, "schoolInfo", SCHUL_NM="문닫은")) == "INFO-200"


def test_coeducation_is_spelt_as_neis_does(world, visitor):
    school("8000210", "고등학교", name="한샘고등학교", coeducation="남녀공학")
    (row,) = rows(ask(visitor, "schoolInfo", SCHUL_NM="한샘"))
    assert row["COEDU_SC_NM"] == "남여공학"


def test_the_telephone_of_an_academy_comes_only_when_it_is_asked_for(world, visitor):
    one_of_each(world)
    (plain,) = rows(ask(visitor, "acaInsTiInfo", ATPT_OFCDC_SC_CODE="M10", ACA_NM="수학"))
    (extended,) = rows(ask(visitor, "acaInsTiInfo", ATPT_OFCDC_SC_CODE="M10", fields="extended"))
    assert "FA_TELNO" not in plain
    assert plain["TOFOR_SMTOT"] == 30
    assert list(extended)[-2:] == ["FA_TELNO", "LOAD_DTM"]


# Envelopes -----------------------------------------------------------------------------------


def test_xml_is_the_default_and_carries_what_json_does(world, visitor):
    arrange.meal(world.hwanggan, DAY, "밥]]>과 <국> & \x0b떡", loaded_on=LOADED)
    response = visitor.get("/hub/mealServiceDietInfo", HWANGGAN)
    assert response.headers["Content-Type"] == "application/xml;charset=UTF-8"
    assert response.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<mealServiceDietInfo><head>')
    root = Xml.fromstring(response.content)  # noqa: S314 - our own
    assert root.findtext("head/list_total_count") == "1"
    assert root.findtext("head/RESULT/CODE") == "INFO-000"
    (row,) = root.findall("row")
    assert [element.tag for element in row] == list(names(SERVICES["mealServiceDietInfo"].fields))
    assert row.findtext("DDISH_NM") == "밥]]>과 <국> & 떡"


def test_errors_are_a_result_alone(world, visitor):
    assert visitor.get("/hub/schoolinfo").content.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<RESULT><CODE>ERROR-310</CODE>'
        "<MESSAGE>해당하는 서비스를 찾을 수 없습니다. 요청인자 중 SERVICE를 확인하십시오.</MESSAGE></RESULT>"
    )
    assert ask(visitor, "schoolinfo") == {
        "RESULT": {"CODE": said.NO_SERVICE.code, "MESSAGE": said.NO_SERVICE.message}
    }


def test_names_and_type_are_read_without_case_and_empty_values_are_none(world, visitor):
    address = "/hub/schoolInfo?tYpE=JSON&sd_schul_code=8071028&SCHUL_NM=&pindex=&PSIZE=%20&KEY="
    (row,) = rows(json.loads(visitor.get(address).content))
    assert row["SCHUL_NM"] == "황간초등학교"


def test_head_is_answered_and_other_methods_get_a_clear_answer(world, visitor):
    assert visitor.head("/hub/schoolInfo").status_code == 200
    for method in ("post", "put", "delete", "patch", "options"):
        response = getattr(visitor, method)("/hub/schoolInfo")
        assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")


def test_an_answer_with_rows_may_be_kept_and_asked_for_again(world, visitor):
    first = visitor.get("/hub/schoolInfo?SD_SCHUL_CODE=8071028")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = visitor.get("/hub/schoolInfo?SD_SCHUL_CODE=8071028", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert visitor.get("/hub/schoolInfo?SD_SCHUL_CODE=0").headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in first.headers


# Pages ---------------------------------------------------------------------------------------


def test_without_a_key_there_are_five_rows_of_page_one_and_the_whole_count(world, visitor):
    for n in range(12):
        arrange.meal(world.hwanggan, date(2026, 3, n + 1), f"밥 {n}")
    without = ask(visitor, "mealServiceDietInfo", pIndex=3, pSize=2, **HWANGGAN)
    assert [row["DDISH_NM"] for row in rows(without)] == [f"밥 {n}" for n in range(5)]
    assert without["mealServiceDietInfo"][0]["head"][0] == {"list_total_count": 12}
    mine = key(world)
    second = ask(visitor, "mealServiceDietInfo", KEY=mine, pIndex=2, pSize=5, **HWANGGAN)
    assert [row["DDISH_NM"] for row in rows(second)] == [f"밥 {n}" for n in range(5, 10)]
    assert second["mealServiceDietInfo"][0]["head"][0] == {"list_total_count": 12}
    assert len(rows(ask(visitor, "mealServiceDietInfo", KEY=mine, **HWANGGAN))) == 12
    assert code(ask(visitor, "mealServiceDietInfo", KEY=mine, pIndex=4, pSize=5, **HWANGGAN)) == "INFO-200"


WRONG = [
    ({"pIndex": "0"}, "ERROR-333"),
    ({"pIndex": "-1"}, "ERROR-333"),
    ({"pIndex": "1.5"}, "ERROR-333"),
    ({"pIndex": "하나"}, "ERROR-333"),
    ({"pIndex": "１"}, "ERROR-333"),
    ({"pIndex": "1\x00"}, "ERROR-333"),
    ({"pSize": "0"}, "ERROR-333"),
    ({"pSize": "1001"}, "ERROR-336"),
    ({"pSize": "9" * 5000}, "ERROR-336"),
    ({"pIndex": "x", "pSize": "1001"}, "ERROR-333"),
    ({"pIndex": "9" * 5000, "KEY": "mine"}, "INFO-200"),
    ({"pSize": "1001", "SD_SCHUL_CODE": ""}, "ERROR-336"),
    ({"SD_SCHUL_CODE": ""}, "ERROR-300"),
    ({"ATPT_OFCDC_SC_CODE": " "}, "ERROR-300"),
    ({"MLSV_YMD": "2026-11-24"}, "INFO-200"),
    ({"MLSV_YMD": "２０２６"}, "INFO-200"),
    ({"MLSV_YMD": "20261399"}, "INFO-200"),
    ({"MLSV_YMD": "00000000"}, "INFO-200"),
    ({"MLSV_YMD": "99999999"}, "INFO-200"),
    ({"MLSV_FROM_YMD": "9" * 400}, "INFO-200"),
    ({"MLSV_FROM_YMD": "20261201", "MLSV_TO_YMD": "20261101"}, "INFO-200"),
    ({"MMEAL_SC_CODE": "-2"}, "INFO-200"),
    ({"MMEAL_SC_CODE": "9" * 400}, "INFO-200"),
    ({"SD_SCHUL_CODE": "8071028\x00"}, "INFO-200"),
    ({"SD_SCHUL_CODE": "\u0000"}, "INFO-200"),
    ({"SD_SCHUL_CODE": "학교" * 3000}, "INFO-200"),
    ({"ATPT_OFCDC_SC_CODE": "M10' OR '1'='1"}, "INFO-200"),
    ({"ATPT_OFCDC_SC_CODE": "%s"}, "INFO-200"),
    ({"KEY": "0" * 32}, "ERROR-290"),
    ({"KEY": "\x00", "pSize": "x"}, "ERROR-290"),
    ({"KEY": "키" * 2000}, "ERROR-290"),
]


def test_what_cannot_be_answered_gets_its_code(world, visitor):
    arrange.meal(world.hwanggan, DAY, "비빔밥")
    mine = key(world)
    for asked, expected in WRONG:
        told = {**HWANGGAN, **asked}
        if told.get("KEY") == "mine":
            told["KEY"] = mine
        assert code(ask(visitor, "mealServiceDietInfo", **told)) == expected, asked


def test_bytes_that_are_no_utf_8_find_nothing(world, visitor):
    in_euc_kr = quote("황간".encode("euc-kr"))
    address = f"/hub/schoolInfo?Type=json&SCHUL_NM={in_euc_kr}"
    assert code(json.loads(visitor.get(address).content)) == "INFO-200"
    raw = visitor.get(
        "/hub/schoolInfo", QUERY_STRING=b"Type=json&SCHUL_NM=\xc8\xb2\xb0\xa3".decode("latin-1")
    )
    assert code(json.loads(raw.content)) == "INFO-200"


def test_of_a_name_that_comes_twice_the_first_counts(world, visitor):
    twice = "/hub/schoolInfo?Type=json&SD_SCHUL_CODE=8071028&sd_schul_code=0&Type=xml"
    assert len(rows(json.loads(visitor.get(twice).content))) == 1
    many = "/hub/schoolInfo?Type=json&" + "&".join(f"X{n}=1" for n in range(2000))
    assert visitor.get(many).status_code == 200


def test_paths_are_sensitive_to_case_and_have_nothing_behind_them(world, visitor):
    for path in ("SchoolInfo", "schoolSchedule", "schoolInfo/", "schoolInfo/x", "%00", "학교", "a" * 3000):
        assert code(ask(visitor, path)) == "ERROR-310", path


# What fits -----------------------------------------------------------------------------------


def test_days_are_asked_for_by_their_beginning_or_from_and_to(world, visitor):
    for day in (date(2022, 2, 28), date(2022, 3, 1), date(2022, 3, 31), date(2022, 4, 1), date(2023, 3, 1)):
        arrange.meal(world.hwanggan, day, f"{day:%Y%m%d}")

    def found(**asked):
        answer = ask(visitor, "mealServiceDietInfo", **HWANGGAN, **asked)
        return [row["MLSV_YMD"] for row in rows(answer)]

    assert found(MLSV_YMD="202203") == ["20220301", "20220331"]
    assert found(MLSV_YMD="2023") == ["20230301"]
    assert found(MLSV_YMD="2022033") == ["20220331"]
    assert found(MLSV_YMD="20220401") == found(MLSV_YMD="220401") == ["20220401"]
    assert found(MLSV_FROM_YMD="20220331") == ["20220331", "20220401", "20230301"]
    assert found(MLSV_TO_YMD="20220301") == ["20220228", "20220301"]
    assert found(MLSV_FROM_YMD="20220301", MLSV_TO_YMD="20220331") == ["20220301", "20220331"]
    assert found(MLSV_FROM_YMD="20220229", MLSV_TO_YMD="202203") == ["20220301", "20220331"]


def test_names_contain_and_codes_equal(world, visitor):
    school("8000301", "고등학교", name="황간고등학교", foundation="사립", province="충청북도")
    school("7000001", "고등학교", name="서울황간고등학교", office_id="B10")

    def found(**asked):
        answer = ask(visitor, "schoolInfo", **asked)
        return sorted(row["SCHUL_NM"] for row in rows(answer)) if "schoolInfo" in answer else []

    assert found(SCHUL_NM="황간") == ["서울황간고등학교", "황간고등학교", "황간초등학교"]
    assert found(SCHUL_NM="황간", SCHUL_KND_SC_NM="고등학교") == ["서울황간고등학교", "황간고등학교"]
    assert found(ATPT_OFCDC_SC_CODE="B10") == ["서울황간고등학교"]
    assert found(SCHUL_NM="황간", FOND_SC_NM="사립", LCTN_SC_NM="충청북도") == ["황간고등학교"]
    assert found(SCHUL_KND_SC_NM="고등") == []
    assert found(SCHUL_NM="%") == []


def test_classes_are_asked_for_with_and_without_a_zero(world, visitor):
    lesson(world.hwanggan, DAY, 1, "국어", class_name="1")
    lesson(world.hwanggan, DAY, 1, "수학", class_name="12")
    lesson(world.hwanggan, DAY, 1, "음악", class_name="한라반")

    def found(**asked):
        answer = ask(visitor, "elsTimetable", **HWANGGAN, **asked)
        return contents(answer) if "elsTimetable" in answer else []

    assert found(CLASS_NM="1") == found(CLASS_NM="01") == ["국어"]
    assert found(CLASS_NM="한라반", PERIO="1", GRADE="1", SEM="2", AY="2026") == ["음악"]
    assert found(CLASS_NM="12", TI_FROM_YMD="20261124", TI_TO_YMD="20261124") == ["수학"]
    assert found(PERIO="일") == found(AY="20260") == []
    # The order of classes is that of numbers.
    assert found() == ["국어", "수학", "음악"]


def test_a_course_that_a_row_does_not_name_is_that_of_its_school(world, visitor):
    arrange.event(world.hwanggan, DAY, "학예회")
    arrange.event(world.hwanggan, DAY, "유치원 소풍", course="유치원", day_night="야간")
    arrange.event(
        world.hwanggan, DAY, "옛 행사", verbatim={"SCHUL_CRSE_SC_NM": None, "DGHT_CRSE_SC_NM": None}
    )

    def found(**asked):
        return [row["EVENT_NM"] for row in rows(ask(visitor, "SchoolSchedule", **HWANGGAN, **asked))]

    assert found(SCHUL_CRSE_SC_NM="초등학교") == ["학예회"]
    assert found(SCHUL_CRSE_SC_NM="유치원") == found(DGHT_CRSE_SC_NM="야간") == ["유치원 소풍"]
    assert found(DGHT_CRSE_SC_NM="주간", AA_YMD="202611") == ["학예회"]


def test_a_database_that_is_away_is_a_code_too(world, visitor, monkeypatch):
    from django.db import connection

    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert code(ask(visitor, "schoolInfo")) == "ERROR-600"


def test_a_connection_that_died_meanwhile_is_opened_again(world, visitor):
    from django.db import connection

    assert rows(ask(visitor, "schoolInfo", SCHUL_NM="황간"))
    connection.connection.close()
    assert rows(ask(visitor, "schoolInfo", SCHUL_NM="황간"))
