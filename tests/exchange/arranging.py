"""Rows for every service of the hub, arranged as the owner."""

from datetime import date
from typing import Any

LOADED = date(2026, 11, 20)


def school(code: str, kind: str, **facts: Any) -> Any:
    """Arrange a school."""
    from baroalgi.organisation.models import Office, School

    office = facts.pop("office_id", "M10")
    names = {"name": f"{code}학교", "initials": "ㅎㄱ", "kind": kind, "loaded_on": LOADED} | facts
    Office.objects.using("owner").get_or_create(
        code=office, defaults={"name": office, "short_name": office, "position": 99}
    )
    return School.objects.using("owner").create(office_id=office, code=code, **names)


def lesson(school: Any, day: date, period: int, content: str, **facts: Any) -> Any:
    """Arrange a lesson of class 1-1."""
    from baroalgi.schoolinfo.models import Lesson

    year = day.year if day.month >= 3 else day.year - 1
    return Lesson.objects.using("owner").create(
        **{
            "school_id": school.id,
            "school_year": year,
            "semester": 1 if 3 <= day.month <= 8 else 2,
            "day": day,
            "grade": 1,
            "class_name": "1",
            "period": period,
            "content": content,
            "loaded_on": LOADED,
        }
        | facts
    )


def one_of_each(world: Any) -> dict[str, Any]:
    """Arrange something for every service; returns which school each service is asked about."""
    from baroalgi.schoolinfo.models import Academy, ClassListing, Classroom, Major
    from tests import rows

    day = date(2026, 11, 24)
    schools = {
        "els": world.hwanggan,
        "mis": world.saeneoul,
        "his": school("8000101", "고등학교", day_night="주간"),
        "sps": school("8000102", "특수학교"),
    }
    for one in schools.values():
        lesson(one, day, 1, "국어", track="일반계", department="일반학과", classroom="1")
        lesson(one, date(2021, 3, 4), 1, "옛 국어")
    high = schools["his"]
    rows.meal(world.hwanggan, day, ("현미밥", []), ("배추김치", [9]), loaded_on=LOADED)
    rows.event(world.hwanggan, day, "학예회", grades=[1, 2], loaded_on=LOADED)
    hung = {"school_id": high.id, "track": "일반계", "loaded_on": LOADED}
    of_year = {**hung, "school_year": 2026, "grade": 1, "department": "일반학과"}
    ClassListing.objects.using("owner").create(**of_year, name="한라반")
    Classroom.objects.using("owner").create(**of_year, semester=2, name="과학실")
    Major.objects.using("owner").create(**hung, department="일반학과")
    Major.objects.using("owner").create(**hung)
    Academy.objects.using("owner").create(
        office_id="M10",
        zone="영동군",
        number="1234",
        name="바로수학학원",
        realm="입시.검정 및 보습",
        row={
            "ATPT_OFCDC_SC_CODE": "M10",
            "ATPT_OFCDC_SC_NM": "충청북도교육청",
            "ADMST_ZONE_NM": "영동군",
            "ACA_ASNUM": "1234",
            "ACA_NM": "바로수학학원",
            "TOFOR_SMTOT": 30,
            "FA_TELNO": "043-740-0000",
            "LOAD_DTM": "20261120",
        },
    )
    return schools | {"high": high, "elementary": world.hwanggan}
