"""How requests stand at schools: for the jobs, a school's administrator and the office."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateField, DateTimeField, F, Func, IntegerField, Value
from django.db.models.lookups import GreaterThan

from baroalgi.guardianship.models import ChildLink
from baroalgi.guardianship.queries.columns import HOMEROOM
from baroalgi.guardianship.types import ClassLine, LateSchool, OfficeRequests, OpenRequest
from baroalgi.guardianship.workflow import State
from baroalgi.platform import gate


def open_requests(*, today: date, **which: Any) -> list[OpenRequest]:
    """Return open requests with who leads the class, oldest first; for jobs, which see all. One statement.

    `which`: as Django filters. `today`: the day of which `is_school_day` speaks.
    """
    links = ChildLink.objects.filter(state=State.REQUESTED, **which).order_by("requested_at", "id")
    no_end = Value(None, output_field=DateTimeField())
    waited = Func(
        F("school_id"), F("requested_at"), no_end, function="policy.school_day", output_field=IntegerField()
    )
    one_day = (Value(today - timedelta(days=1)), Value(today))
    lessons = Func(F("school_id"), *one_day, function="policy.school_days", output_field=IntegerField())
    rows = links.values_list(
        "id",
        "school_id",
        "student__school__regional_office_id",
        "student__school_class_id",
        "guardian_id",
        Func(F("requested_at"), function="policy.day_of", output_field=DateField()),
        waited,
        HOMEROOM,
        GreaterThan(lessons, 0),
    )
    return [OpenRequest(*row) for row in rows]


def left_behind() -> list[int]:
    """Return open and approved links whose child has left the school; for jobs. One statement."""
    links = ChildLink.objects.filter(state__in=[State.REQUESTED, State.APPROVED])
    gone = links.exclude(student__school_id=F("school_id"), student__state="enrolled")
    return list(gone.order_by("id").values_list("id", flat=True))


def classes(school_id: int, year: int) -> list[ClassLine]:
    """Return the classes of a school year for the school's administrator, in order. One statement."""
    rows = json.loads(gate.ask("school_classes", school_id, year))
    return [ClassLine(**row | {"oldest": gate.moment(row["oldest"])}) for row in rows]


def office_requests() -> OfficeRequests | None:
    """Return how requests stand at the schools of the acting office administrator. One statement.

    None for everyone else.
    """
    answer = gate.ask("office_requests")
    if answer is None:
        return None
    found = json.loads(answer)
    late = tuple(
        LateSchool(
            **row
            | {
                "oldest": datetime.fromisoformat(row["oldest"]),
                "administrator": row["administrator"] or "",
                "reminded_on": row["reminded_on"] and date.fromisoformat(row["reminded_on"]),
            }
        )
        for row in found.pop("late")
    )
    return OfficeRequests(late=late, **found)
