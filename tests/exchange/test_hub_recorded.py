"""What the Open API was recorded to answer comes out of the hub as it was: every field, in order.

The files of `data/` are answers of 2020-2026 that stand in public repositories and documents.
"""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from baroalgi.exchange.neis.rows import built
from baroalgi.exchange.neis.services import SERVICES, Kind
from tests.exchange.arranging import school
from tests.exchange.hub import key, names

DATA = Path(__file__).with_name("data")
MODELS = {
    "school": "organisation.School",
    "meal": "schoolinfo.Meal",
    "calendar_day": "schoolinfo.CalendarDay",
    "class_listing": "schoolinfo.ClassListing",
    "major": "schoolinfo.Major",
    "lesson": "schoolinfo.Lesson",
    "academy": "schoolinfo.Academy",
}
DAY_KINDS = {"해당없음": "school_day", "휴업일": "closed", "공휴일": "public_holiday"}


def day(text):
    return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text else None


def typed(service, row, n):
    """Read just enough of a row for our columns; what they cannot give back is kept beside them."""
    values = {
        "dishes": [],
        "origins": [],
        "nutrients": [],
        "grades": [grade for grade, flag in enumerate(flags(row), 1) if flag == "Y"],
    }
    for item in service.fields:
        text = row.get(item.name)
        match item.kind:
            case Kind.INTEGER:
                values[item.column] = int(text)
            case Kind.DATE | Kind.LOADED:
                values[item.column] = day(text)
            case Kind.NUMBER:
                values[item.column] = Decimal(text) if text else None
            case Kind.CALORIES:
                values[item.column] = Decimal(text.split()[0]) if text else None
            case Kind.DAY_KIND:
                values[item.column] = DAY_KINDS[text]
            case (
                Kind.TEXT
                | Kind.COEDUCATION
                | Kind.POSTCODE
                | Kind.COURSE
                | Kind.DAY_NIGHT
                | Kind.CONTENT
                | Kind.CLASS_NAME
            ):
                values[item.column] = (text or "").strip()
    values |= {"n": n, "kind": values.get("kind", "school_event")}
    return values


def flags(row):
    return [row.get(f"{name}_GRADE_EVENT_YN") for name in ("ONE", "TW", "THREE", "FR", "FIV", "SIX")]


def put(service, rows):
    """Arrange the rows of one file."""
    from django.apps import apps

    from baroalgi.organisation.models import Office

    model = apps.get_model(MODELS[service.table])
    columns = {field.attname for field in model._meta.get_fields() if hasattr(field, "attname")} - {"id"}
    head = rows[0]
    offices = Office.objects.using("owner")
    offices.update_or_create(
        code=head["ATPT_OFCDC_SC_CODE"],
        defaults={"name": head["ATPT_OFCDC_SC_NM"], "short_name": "시험", "position": 99},
    )
    if service.table == "academy":
        model.objects.using("owner").create(
            office_id=head["ATPT_OFCDC_SC_CODE"],
            **{name: head[field] for name, field in (("zone", "ADMST_ZONE_NM"), ("number", "ACA_ASNUM"))},
            name=head["ACA_NM"],
            row=head,
        )
        return
    for n, row in enumerate(rows, 1):
        values = typed(service, row, n)
        if service.table == "school":
            values |= {"office_id": row["ATPT_OFCDC_SC_CODE"], "code": row["SD_SCHUL_CODE"]}
            values |= {"name": row["SCHUL_NM"], "initials": ""}
            of = None
        else:
            kinds = {"his": "고등학교", "mis": "중학교"}
            of = model_of_school(row, kinds.get(service.path[:3], row.get("SCHUL_CRSE_SC_NM") or "고등학교"))
            values["school_id"] = of.id
        ours = {
            **values,
            "office_code": row["ATPT_OFCDC_SC_CODE"],
            "office_name": row["ATPT_OFCDC_SC_NM"],
            "school_code": row["SD_SCHUL_CODE"],
            "school_name": row["SCHUL_NM"],
            "school_kind": of.kind if of else "",
            "school_day_night": "",
        }
        made = built(service, ours)
        whole = {name: row.get(name) for name in names(service.fields)}
        verbatim = {name: value for name, value in whole.items() if made[name] != value}
        # As jsonb, so that numbers keep their decimals.
        model.objects.using("owner").create(
            **{name: value for name, value in values.items() if name in columns}, verbatim=verbatim
        )


def model_of_school(row, kind):
    from baroalgi.organisation.models import School

    found = School.objects.using("owner").filter(code=row["SD_SCHUL_CODE"]).first()
    return found or school(
        row["SD_SCHUL_CODE"], kind, office_id=row["ATPT_OFCDC_SC_CODE"], name=row["SCHUL_NM"]
    )


def test_recorded_answers_come_out_as_they_were(world, visitor):
    mine = key(world)
    # Schools first: the others hang on them.
    files = sorted(DATA.rglob("*.json"), key=lambda file: (file.parts[-3] != "schoolInfo", file))
    assert len(files) == 20
    identical = 0
    for file in files:
        content = file.read_text()
        endpoint = file.relative_to(DATA).parts[0]
        service = SERVICES[endpoint]
        rows = json.loads(content)[endpoint][1]["row"]
        put(service, rows)
        asked = {"KEY": mine, "Type": "json", "ATPT_OFCDC_SC_CODE": rows[0]["ATPT_OFCDC_SC_CODE"]}
        if service.required[1:] or endpoint in ("schoolMajorinfo",):
            asked["SD_SCHUL_CODE"] = rows[0]["SD_SCHUL_CODE"]
        if endpoint == "schoolInfo":
            asked["SCHUL_KND_SC_NM"] = "고등학교"
        for name in ("MLSV_YMD", "AA_YMD", "ALL_TI_YMD"):
            days = {row[name] for row in rows if name in row}
            if len(days) == 1:
                asked[name] = days.pop()
        said = visitor.get(f"/hub/{endpoint}", asked).content.decode()
        found = json.loads(said)[endpoint][1]["row"]
        assert {tuple(row) for row in found} == {names(service.fields)}, file
        whole = [{name: row.get(name) for name in names(service.fields)} for row in rows]
        if endpoint in ("schoolInfo", "hisTimetable"):
            # Other rows of the cast or of another file stand between, and the order is ours.
            assert [row for row in found if row in whole] == sorted(whole, key=found.index), file
        else:
            assert found == whole, file
        # To the byte, where a file is written without blanks and nothing else fits.
        identical += said.endswith(content[content.index('"row":[') :].strip())
    assert identical == 16
