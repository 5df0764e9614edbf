"""What came in goes out again as it was: `neis_row(import(row)) == row`, whatever schools type."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baroalgi.exchange.neis.importer import reading, values
from baroalgi.exchange.neis.importer.typed import Reader
from baroalgi.exchange.neis.rows import neis_row
from baroalgi.exchange.neis.services import Kind
from baroalgi.organisation.types import KnownSchool

DATA = Path(__file__).with_name("data")
FILES = sorted(DATA.rglob("*.json"))
OFFICES = {"B10": "서울특별시교육청", "F10": "광주광역시교육청"}


def longest(_service):
    return dict.fromkeys(
        (
            "code", "name", "english_name", "kind", "foundation", "province", "postcode", "address",
            "address_detail", "phone", "fax", "coeducation", "high_school_kind", "day_night", "content",
            "homepage", "course",
            "regional_office_name", "special_classes", "track_kind", "special_purpose", "admission_period",
            "track", "department", "class_name", "classroom", "zone", "number", "realm",
        ),
        60,
    )  # fmt: skip


def there_and_back(service, row):
    """Return the row as the hub would serve it. Raises Unreadable."""
    reader = Reader(service, longest(service), OFFICES)
    kind = "특수학교" if "맹학교" in str(row.get("SCHUL_NM")) else "고등학교"
    code = str(row.get("SD_SCHUL_CODE") or "").strip()
    school = KnownSchool(1, str(row["ATPT_OFCDC_SC_CODE"]), code, "그 학교", kind, "주간")
    if service.table == "school":
        typed = reader.school(row, listed_on=date(2026, 1, 1))
        typed = {**typed, "school_code": typed["code"], "school_name": typed["name"], "changed_at": None}
    elif service.table == "academy":
        typed = reader.academy(row)
    else:
        typed = {
            **reader.of_school(row, school),
            "office_code": school.office_code,
            "office_name": OFFICES.get(
                school.office_code, str(row.get("ATPT_OFCDC_SC_NM") or school.office_code)
            ),
            "school_code": school.code,
            "school_name": school.name,
            "school_kind": school.kind,
            "school_day_night": school.day_night,
            "changed_at": None,
        }
    if "verbatim" in typed:
        typed["verbatim"] = json.loads(json.dumps(typed["verbatim"]), parse_float=Decimal)
    return neis_row(service, typed)


def only_told(row, told):
    return {name: value for name, value in row.items() if name in told}


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-3:]))
def test_every_recorded_row_comes_back_as_it_was(path):
    answer = reading.answer(path.read_bytes())
    assert answer.rows
    for row in answer.rows:
        assert only_told(there_and_back(answer.service, row), row) == dict(row)


def test_what_people_read_is_clean_where_the_original_is_not():
    meal = json.loads((DATA / "mealServiceDietInfo/B10/7010578-20220502.json").read_text())
    row = meal["mealServiceDietInfo"][1]["row"][0]
    service = reading.answer(json.dumps(meal).encode()).service
    school = KnownSchool(1, "B10", "7010578", "한빛맹학교", "특수학교", "주간")
    typed = Reader(service, longest(service), OFFICES).of_school(row, school)
    assert typed["dishes"][:3] == [
        {"name": "찹쌀밥", "allergens": []},
        {"name": "롤케이크", "allergens": [1, 2, 5, 6]},
        {"name": "쇠고기미역국", "allergens": [5, 6, 16]},
    ]
    assert (typed["diners"], typed["calories"]) == (Decimal("167.00"), Decimal("1167.4"))
    assert typed["verbatim"].keys() == {"MLSV_FGR", "DDISH_NM"}


TYPED = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "  ", "-", ".", "0", "http://", "Y", "*", "-수학", "[보강]수학", "주간", "20260231"]
    ),
    st.text(max_size=30),
)


# On a busy machine the tables of letters alone take longer than the health check allows.
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_whatever_schools_type_comes_back_or_is_said_to_be_unreadable(data):
    path = data.draw(st.sampled_from(FILES))
    answer = reading.answer(path.read_bytes())
    row = dict(data.draw(st.sampled_from(list(answer.rows))))
    numbers = {one.name for one in answer.service.fields if one.kind is Kind.NUMBER}
    changeable = sorted(set(row) - {"ATPT_OFCDC_SC_CODE"} - numbers)
    for name in data.draw(st.lists(st.sampled_from(changeable), max_size=4)):
        row[name] = data.draw(TYPED)
    try:
        back = there_and_back(answer.service, row)
    except values.Unreadable:
        return
    assert only_told(back, row) == row
