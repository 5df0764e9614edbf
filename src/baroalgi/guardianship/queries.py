"""Reads of this room. Row policies limit what each of them finds."""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.certs import ResidentNumber
from baroalgi.guardianship import comparison
from baroalgi.guardianship.models import ChildLink, Restriction
from baroalgi.guardianship.types import (
    Approval,
    ClassLine,
    DeskRequest,
    DeskSummary,
    LateSchool,
    Noted,
    OfficeRequests,
    OpenRequest,
    OtherGuardian,
    OwnRequest,
    Progress,
)
from baroalgi.guardianship.workflow import State
from baroalgi.organisation import queries as organisation
from baroalgi.platform import crypto, gate
from baroalgi.policy import Act, Actor, allows
from baroalgi.policy.rules import SUBSTITUTES_FROM

RELATIONSHIPS = {
    ChildLink.Relationship.FATHER: _("부"),
    ChildLink.Relationship.MOTHER: _("모"),
    ChildLink.Relationship.GRANDFATHER: _("조부"),
    ChildLink.Relationship.GRANDMOTHER: _("조모"),
    ChildLink.Relationship.LEGAL_GUARDIAN: _("법정대리인"),
    ChildLink.Relationship.OTHER: _("기타"),
}

RESTRICTIONS = {
    Restriction.Kind.NO_VIEW: _("열람 불가"),
    Restriction.Kind.NO_CONTACT_DATA: _("연락처 비공개"),
}

# A refusal is shown until the guardian asks again, but not for ever.
REFUSAL_SHOWN = timedelta(days=30)

UNDO_LIFE = timedelta(minutes=10)

# School days of the next months are known; a request waits through a long vacation at most.
HORIZON = timedelta(days=120)

OWN = Func(F("guardian_id"), function="policy.is_own_guardian", output_field=BooleanField())
HOMEROOM = Func(F("id"), function="policy.homeroom", output_field=CharField())


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


def desk_summary(actor: Actor, *, today: date) -> DeskSummary:
    """Return what waits at this person's desk. Four statements at most."""
    rows = waiting_for(actor, today=today)
    return DeskSummary(
        waiting=len(rows),
        matching=sum(row.matches for row in rows),
        oldest=next(iter(rows), None),
        substituted=sum(row.is_substituted for row in rows),
        unled=sum(row.homeroom == "none" for row in rows),
    )


def linked_students(class_ids: Collection[int]) -> int:
    """Return how many pupils of these classes are seen by a guardian. One statement."""
    links = ChildLink.objects.filter(student__school_class_id__in=class_ids, state=State.APPROVED)
    return links.values("student_id").distinct().count()


def waiting_for(actor: Actor, *, today: date) -> list[DeskRequest]:
    """Return the open requests that are this person's to decide, oldest first; own ones are marked.

    Of the classes led, and late ones of the classes and schools stood in for. Four statements at most.
    """
    classes = actor.homeroom_classes | actor.deputy_classes
    here = Q(student__school_class_id__in=classes) | Q(school_id__in=actor.administered_schools)
    rows = _requests(here & Q(state=State.REQUESTED), actor.me, today)
    return [row for row in rows if allows(actor, Act.CHILD_LINK_READ, row.subject)]


def approvals(actor: Actor, *, now: datetime) -> list[Approval]:
    """Return what this person approved in the last ten minutes, act by act, newest first. One statement."""
    return _approvals(Q(decided_by_id=actor.me, decided_at__gt=now - UNDO_LIFE))


def approval_of(row: DeskRequest) -> Approval:
    """Return the act that approved this request, with all that is still approved of it. One statement."""
    (approval,) = _approvals(Q(decided_by_id=row.decided_by_id, decided_at=row.decided_at))
    return approval


def _approvals(which: Q) -> list[Approval]:
    links = ChildLink.objects.filter(which, state=State.APPROVED).order_by("-decided_at", "id")
    acts: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    columns = ("id", "decided_at", "guardian_id", "guardian_name")
    for link in links.values(*columns, child_name=F("student__name")):
        # All that is approved in one act bears the one moment of its transaction.
        acts[link["decided_at"]].append(link)
    return [
        Approval(
            links=tuple(link["id"] for link in opened),
            guardians=len({link["guardian_id"] for link in opened}),
            child_name=opened[0]["child_name"],
            guardian_name=opened[0]["guardian_name"],
            approved_at=moment,
            until=moment + UNDO_LIFE,
        )
        for moment, opened in acts.items()
    ]


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
    return [ClassLine(**row | {"oldest": _moment(row["oldest"])}) for row in rows]


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


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def request(link_id: int, *, me: int, today: date) -> DeskRequest | None:
    """Return one request, decided or not; None when it is foreign or absent. Four statements at most."""
    return next(iter(requests([link_id], me=me, today=today)), None)


def requests(link_ids: Collection[int], *, me: int, today: date) -> list[DeskRequest]:
    """Return these requests, decided or not; foreign and absent ones are missing. Four statements at most."""
    return _requests(Q(id__in=link_ids), me, today)


def deciders(link_ids: Collection[int]) -> list[str]:
    """Return the names of those who decided these requests, each once. One statement."""
    names = ChildLink.objects.filter(id__in=link_ids).exclude(decided_by_name="")
    return list(names.order_by("decided_by_name").values_list("decided_by_name", flat=True).distinct())


def relationship(code: str, text: str = "") -> str:
    """Return the word for a relationship: 「모」, 「기타(고모)」."""
    word = str(RELATIONSHIPS[ChildLink.Relationship(code)])
    return f"{word}({text})" if text else word


def _requests(which: Q, me: int, today: date) -> list[DeskRequest]:
    rows = list(
        ChildLink.objects.filter(which)
        .order_by("requested_at", "id")
        .values(
            *("id", "state", "school_id", "student_id", "typed_name", "typed_grade", "typed_class_no"),
            *("guardian_id", "guardian_name", "guardian_mobile", "guardian_email"),
            *("relationship", "relationship_text", "requested_at"),
            *("decided_at", "decided_by_id", "decided_by_name", "reason"),
            class_id=F("student__school_class_id"),
            student_name=F("student__name"),
            student_number=F("student__number"),
            grade=F("student__school_class__grade"),
            class_no=F("student__school_class__class_no"),
            school_name=F("student__school__name"),
            homeroom=HOMEROOM,
            is_own=OWN,
        )
    )
    if not rows:
        return []
    students = {row["student_id"] for row in rows}
    others, restrictions = _others(students), _restrictions(students, today)
    first = min(timezone.localdate(row["requested_at"]) for row in rows)
    days = organisation.school_days_at({row["school_id"] for row in rows}, first, today)
    return [
        _request(row, others[row["student_id"]], restrictions, days[row["school_id"]], me) for row in rows
    ]


def _request(
    row: dict[str, Any],
    links: dict[int, OtherGuardian],
    restrictions: dict[tuple[int, int], list[Noted]],
    days: list[date],
    me: int,
) -> DeskRequest:
    comparisons = comparison.compared(
        typed_name=row.pop("typed_name"),
        recorded_name=row["student_name"],
        typed_grade=row.pop("typed_grade"),
        recorded_grade=row["grade"],
        typed_class_no=row.pop("typed_class_no"),
        recorded_class_no=row["class_no"],
        school_name=row.pop("school_name"),
    )
    words = relationship(row.pop("relationship"), row.pop("relationship_text"))
    return DeskRequest(
        **row | {"state": State(row["state"])},
        relationship=words,
        comparisons=comparisons,
        others=tuple(other for link_id, other in links.items() if link_id != row["id"]),
        restrictions=tuple(restrictions[row["student_id"], row["guardian_id"]]),
        owner_id=me if row["is_own"] else row["guardian_id"],
        school_day=_school_day(row, days),
    )


def _school_day(row: dict[str, Any], days: list[date]) -> int:
    decided = row["decided_at"] and timezone.localdate(row["decided_at"])
    until = [day for day in days if decided is None or day <= decided]
    return comparison.school_day(timezone.localdate(row["requested_at"]), until)


def _others(students: Collection[int]) -> dict[int, dict[int, OtherGuardian]]:
    """Return who sees or asks for each of these pupils, by pupil and link."""
    found: dict[int, dict[int, OtherGuardian]] = defaultdict(dict)
    open_links = ChildLink.objects.filter(
        student_id__in=students, state__in=[State.APPROVED, State.REQUESTED]
    ).order_by("id")
    for link in open_links:
        words = relationship(link.relationship, link.relationship_text)
        found[link.student_id][link.id] = OtherGuardian(link.guardian_name, words, State(link.state))
    return found


def _restrictions(students: Collection[int], today: date) -> dict[tuple[int, int], list[Noted]]:
    """Return what the school noted and what has not ended, by pupil and guardian."""
    found: dict[tuple[int, int], list[Noted]] = defaultdict(list)
    lasting = Restriction.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), student_id__in=students)
    for row in lasting.order_by("valid_from", "id"):
        words = str(RESTRICTIONS[Restriction.Kind(row.kind)])
        found[row.student_id, row.guardian_id].append(Noted(row.kind, words, row.valid_from))
    return found
