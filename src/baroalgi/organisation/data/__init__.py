"""The facts the product ships: offices, schools of 충청북도, public holidays, help contacts.

Reads the CSV files beside it into frozen rows and knows nothing else: no Django, no clock.
README.md names the source and the date of every file and what was normalised.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class OfficeFact:
    """A metropolitan or provincial education office (시도교육청). Empty text: not known."""

    code: str
    name: str
    english_name: str
    short_name: str
    name_neis_2026: str
    region: str
    address: str
    phone: str
    phone_certain: bool
    homepage: str
    latitude: str
    longitude: str


@dataclass(frozen=True, slots=True)
class RegionalOfficeFact:
    """A 교육지원청. `school_code_prefix`: the first four digits of its schools' codes."""

    office_code: str
    name: str
    short_name: str
    school_code_prefix: str


@dataclass(frozen=True, slots=True)
class SchoolFact:
    """A school of 충청북도 (office M10) as NEIS published it on 2024-11-30 (domain.md §6.1).

    `code` is empty for schools that had none yet; name and kind together tell those apart.
    `managed_by` (관할조직명) is a 교육지원청, the provincial office, or 교육부. Empty text: not known.
    """

    code: str
    name: str
    english_name: str
    kind: str
    foundation: str
    managed_by: str
    postcode: str
    address: str
    address_detail: str
    phone: str
    fax: str
    homepage: str
    coeducation: str
    high_school_kind: str
    track_kind: str
    special_purpose: str
    admission_period: str
    day_night: str
    founded_on: date
    anniversary: date
    updated_on: date


@dataclass(frozen=True, slots=True)
class HolidayFact:
    """A public holiday. `kind`: holiday, substitute, election, temporary."""

    day: date
    name: str
    english_name: str
    kind: str
    uncertain: bool


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A help contact as printed on `as_of`; nobody checked whether it answers today."""

    region: str
    office: str
    unit: str
    phone: str
    as_of: date
    note: str


def education_offices() -> Iterator[OfficeFact]:
    """Yield the 17 offices in the order of their codes."""
    for row in _rows("education_offices.csv"):
        yield OfficeFact(**{**row, "phone_certain": row["phone_certain"] == "y"})  # type: ignore[arg-type]


def regional_offices() -> Iterator[RegionalOfficeFact]:
    """Yield the 176 교육지원청 of all offices."""
    for row in _rows("regional_offices.csv"):
        yield RegionalOfficeFact(**row)


def schools() -> Iterator[SchoolFact]:
    """Yield the 509 schools of 충청북도 in the order of their names."""
    for row in _rows("schools_m10.csv"):
        days = {name: date.fromisoformat(row[name]) for name in ("founded_on", "anniversary", "updated_on")}
        yield SchoolFact(**{**row, **days})  # type: ignore[arg-type]


def public_holidays() -> Iterator[HolidayFact]:
    """Yield the public holidays of 2024 to 2027, earliest first. Other years are not covered."""
    for row in _rows("public_holidays.csv"):
        yield HolidayFact(
            day=date.fromisoformat(row["date"]),
            name=row["name"],
            english_name=row["english_name"],
            kind=row["kind"],
            uncertain=row["uncertain"] == "y",
        )


def support_contacts() -> Iterator[ContactFact]:
    """Yield the help contacts of the letter of 2009-04-24, nationwide first."""
    for row in _rows("support_contacts.csv"):
        yield ContactFact(**{**row, "as_of": date.fromisoformat(row["as_of"])})  # type: ignore[arg-type]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files(__name__).joinpath(name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)
