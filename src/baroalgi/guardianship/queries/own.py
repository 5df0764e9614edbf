"""What a guardian asks for, and how far it has come."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from baroalgi.certs import ResidentNumber
from baroalgi.guardianship.models import ChildLink
from baroalgi.guardianship.queries.columns import HOMEROOM
from baroalgi.guardianship.types import OwnRequest, Progress
from baroalgi.guardianship.workflow import State
from baroalgi.organisation import queries as organisation
from baroalgi.platform import crypto, gate
from baroalgi.policy.rules import SUBSTITUTES_FROM

# A refusal is shown until the guardian asks again, but not for ever.
REFUSAL_SHOWN = timedelta(days=30)

# School days of the next months are known; a request waits through a long vacation at most.
HORIZON = timedelta(days=120)


def matching_student(school_id: int, number: ResidentNumber) -> int | None:
    """Return the pupil of this school with this number, or None. Counted: 30 tries an hour. One statement.

    Call it outside of any action: a refusal must not give the try back.
    """
    student_id: int | None = gate.ask("match_student", school_id, crypto.identity_mac(number.digits))
    return student_id


def own_requests(guardian_id: int, *, now: datetime) -> list[OwnRequest]:
    """Return what a guardian waits for, was refused or lost lately, newest first. One statement.

    Lost: the school said why, such as a transfer. Of several requests for the same child only the last
    one counts.
    """
    latest = ChildLink.objects.filter(guardian_id=guardian_id)
    rows = _own(latest.order_by("student_id", "-requested_at", "-id").distinct("student_id"))
    shown = [
        row
        for row in rows
        if row.state == State.REQUESTED
        or (row.state in (State.REFUSED, State.ENDED) and row.reason and _lately(row, now))
    ]
    return sorted(shown, key=lambda row: row.requested_at, reverse=True)


def own_request(guardian_id: int, public_id: UUID) -> OwnRequest | None:
    """Return one request of this guardian, however it stands, or None. One statement."""
    return next(iter(_own(ChildLink.objects.filter(guardian_id=guardian_id, public_id=public_id))), None)


def _own(links: QuerySet[ChildLink]) -> list[OwnRequest]:
    names = [field.name for field in fields(OwnRequest)]
    columns = {"child_name": F("typed_name"), "grade": F("typed_grade"), "class_no": F("typed_class_no")}
    rows = links.annotate(homeroom=HOMEROOM).values(*(n for n in names if n not in columns), **columns)
    return [
        OwnRequest(**row | {"public_id": str(row["public_id"]), "state": State(row["state"])}) for row in rows
    ]


def _lately(row: OwnRequest, now: datetime) -> bool:
    return row.decided_at is not None and now - row.decided_at < REFUSAL_SHOWN


def progress(requests: Collection[OwnRequest], *, today: date) -> dict[int, Progress]:
    """Return how far the open ones of these requests have come, by number. One statement."""
    waiting = [row for row in requests if row.state == State.REQUESTED]
    if not waiting:
        return {}
    first = min(timezone.localdate(row.requested_at) for row in waiting)
    days = organisation.school_days_at({row.school_id for row in waiting}, first, today + HORIZON)
    return {row.id: _progress(row, days[row.school_id], today) for row in waiting}


def _progress(row: OwnRequest, days: list[date], today: date) -> Progress:
    after = [day for day in days if day > timezone.localdate(row.requested_at)]
    substitutes_on = after[SUBSTITUTES_FROM - 1] if len(after) >= SUBSTITUTES_FROM else None
    return Progress(sum(day <= today for day in after), substitutes_on)
