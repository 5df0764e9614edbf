"""Reads of the organisation."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date
from typing import Any

from django.db.models import DateField, F, Func, Q, QuerySet

from baroalgi.organisation import initials
from baroalgi.organisation.models import ClosedDay, Office, Person, School, StaffPost, Student
from baroalgi.organisation.types import Contact
from baroalgi.organisation.types import Office as OfficeRow
from baroalgi.organisation.types import School as SchoolRow
from baroalgi.policy import Role

MOST_FOUND = 50


def offices() -> list[OfficeRow]:
    """Return all education offices in the official order. One statement."""
    columns = [item.name for item in fields(OfficeRow)]
    return [OfficeRow(**row) for row in Office.objects.order_by("position").values(*columns)]


def school(code: str) -> SchoolRow | None:
    """Return the school of this NEIS code, or None. One statement."""
    row = _schools().filter(code=code).exclude(code="").first()
    return _school(row) if row else None


def schools_by_id(ids: Collection[int]) -> dict[int, SchoolRow]:
    """Return schools by their numbers. One statement."""
    return {row["id"]: _school(row) for row in _schools().filter(id__in=ids)}


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
    rows.sort(
        key=lambda row: not (initials.of(row.name) if by == "initials" else row.name).startswith(sought)
    )
    return rows[:MOST_FOUND]


def contact(person_id: int) -> Contact | None:
    """Return how the acting person can be reached; others are not visible. One statement."""
    columns = [item.name for item in fields(Contact)]
    row = Person.objects.filter(id=person_id).values(*columns).first()
    return Contact(**row) if row else None


def homeroom_teachers_of(student_id: int) -> list[int]:
    """Return the persons who lead the pupil's class today; for jobs, which see all. One statement."""
    today = Func(function="policy.today", output_field=DateField())
    return list(
        StaffPost.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=today),
            role=Role.HOMEROOM_TEACHER,
            valid_from__lte=today,
            school_class__in=Student.objects.filter(id=student_id).values("school_class"),
        )
        .order_by("id")
        .values_list("person_id", flat=True)
    )


def count_pupils(class_ids: Collection[int]) -> int:
    """Return how many pupils these classes have; only those of the own class are visible. One statement."""
    return Student.objects.filter(school_class_id__in=class_ids, state=Student.State.ENROLLED).count()


def closed_days(school_ids: Collection[int], first: date, last: date) -> dict[int, set[date]]:
    """Return the weekdays without lessons from `first` to `last`, by school. One statement."""
    closed: dict[int, set[date]] = {school_id: set() for school_id in school_ids}
    rows = ClosedDay.objects.filter(school_id__in=school_ids, day__range=(first, last))
    for school_id, day in rows.values_list("school_id", "day"):
        closed[school_id].add(day)
    return closed


def _schools() -> QuerySet[School, dict[str, Any]]:
    columns = [item.name for item in fields(SchoolRow) if item.name != "regional_office"]
    rows: QuerySet[School, dict[str, Any]] = School.objects.order_by("id").values(
        *columns, regional_name=F("regional_office__name")
    )
    return rows


def _school(row: dict[str, Any]) -> SchoolRow:
    regional = row.pop("regional_name") or ""
    return SchoolRow(**row, regional_office=regional)
