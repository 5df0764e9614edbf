"""The shipped facts read completely and are normalised as their README says."""

import re
from collections import Counter

from baroalgi.organisation import data
from baroalgi.schoolinfo.data import allergens


def test_counts_are_those_of_the_readme():
    assert len(list(data.education_offices())) == 17
    assert len(list(data.regional_offices())) == 176
    assert len(list(data.schools())) == 509
    assert len(list(data.public_holidays())) == 84
    assert len(list(data.support_contacts())) == 13
    assert [row.number for row in allergens()] == list(range(1, 20))


def test_hwanggan_elementary_school_is_as_neis_published_it():
    [school] = [row for row in data.schools() if row.code == "8071028"]

    assert (school.name, school.kind, school.managed_by) == (
        "황간초등학교",
        "초등학교",
        "충청북도영동교육지원청",
    )
    assert (school.postcode, school.address) == ("29115", "충청북도 영동군 황간면 남성1길 25")
    assert (school.phone, school.founded_on.isoformat()) == ("043-742-4088", "1906-04-01")


def test_schools_are_normalised():
    schools = list(data.schools())

    assert max(Counter((row.name, row.kind) for row in schools).values()) == 1
    assert sum(not row.code for row in schools) == 4
    for row in schools:
        assert re.fullmatch(r"(\d{7})?", row.code)
        assert re.fullmatch(r"\d{5}", row.postcode)
        assert row.coeducation in {"남녀공학", "남", "여"}
        assert re.fullmatch(r"(0\d\d-\d{3,4}-\d{4}(/\d{4})?)?", row.phone), row
        assert re.fullmatch(r"(0\d\d-\d{3,4}-\d{4})?", row.fax), row
        assert re.fullmatch(r"(https?://[!-~]{4,})?", row.homepage), row
        assert row.address == " ".join(row.address.split()) != ""


def test_the_own_office_and_its_ten_regional_offices_are_there():
    [office] = [row for row in data.education_offices() if row.code == "M10"]
    regional = {row.name for row in data.regional_offices() if row.office_code == "M10"}

    assert (office.name, office.phone) == ("충청북도교육청", "043-290-2000")
    assert len(regional) == 10
    assert {row.managed_by for row in data.schools()} == regional | {"충청북도교육청", "교육부"}
