"""Reads of the organisation."""

from dataclasses import fields

from django.db.models import F, Q, QuerySet

from baroalgi.organisation import initials
from baroalgi.organisation.models import Office, Person, School
from baroalgi.organisation.types import Contact
from baroalgi.organisation.types import Office as OfficeRow
from baroalgi.organisation.types import School as SchoolRow

MOST_FOUND = 50


def offices() -> list[OfficeRow]:
    """Return all education offices in the official order. One statement."""
    columns = [item.name for item in fields(OfficeRow)]
    return [OfficeRow(**row) for row in Office.objects.order_by("position").values(*columns)]


def school(code: str) -> SchoolRow | None:
    """Return the school of this NEIS code, or None. One statement."""
    row = _schools().filter(code=code).exclude(code="").first()
    return _school(row) if row else None


def school_by_id(school_id: int) -> SchoolRow | None:
    """Return one school, or None. One statement."""
    row = _schools().filter(id=school_id).first()
    return _school(row) if row else None


def schools_named(text: str, *, kind: str = "") -> list[SchoolRow]:
    """Return schools whose name contains the text, or whose initial consonants do (ㅎㄱㅊ); 50 at most.

    Schools whose name begins with it come first. One statement.
    """
    sought = initials.plain(text)
    if not sought:
        return []
    by = "initials" if initials.only_initials(sought) else "name"
    found = _schools().filter(Q(**{f"{by}__contains": sought}), **({"kind": kind} if kind else {}))
    rows = [_school(row) for row in found.order_by("name", "address")[: MOST_FOUND * 2]]
    rows.sort(key=lambda row: not (initials.of(row.name) if by == "initials" else row.name).startswith(sought))
    return rows[:MOST_FOUND]


def contact(person_id: int) -> Contact | None:
    """Return how the acting person can be reached; others are not visible. One statement."""
    columns = [item.name for item in fields(Contact)]
    row = Person.objects.filter(id=person_id).values(*columns).first()
    return Contact(**row) if row else None


def _schools() -> QuerySet[School, dict[str, object]]:
    columns = [item.name for item in fields(SchoolRow) if item.name != "regional_office"]
    return School.objects.order_by("id").values(*columns, regional_name=F("regional_office__name"))


def _school(row: dict[str, object]) -> SchoolRow:
    regional = row.pop("regional_name") or ""
    return SchoolRow(**row, regional_office=regional)  # type: ignore[arg-type]
