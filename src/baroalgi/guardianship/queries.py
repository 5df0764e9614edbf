"""Reads of this room. Row policies limit what each of them finds."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.certs import ResidentNumber
from baroalgi.guardianship import comparison
from baroalgi.guardianship.models import ChildLink, Restriction
from baroalgi.guardianship.types import DeskRequest, DeskSummary, Noted, OtherGuardian, OwnRequest
from baroalgi.guardianship.workflow import State
from baroalgi.organisation import queries as organisation
from baroalgi.platform import crypto, gate

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


def matching_student(school_id: int, number: ResidentNumber) -> int | None:
    """Return the pupil of this school with this number, or None. Counted: 30 tries an hour. One statement.

    Call it outside of any action: a refusal must not give the try back.
    """
    student_id: int | None = gate.ask("match_student", school_id, crypto.identity_mac(number.digits))
    return student_id


def own_requests(guardian_id: int, *, now: datetime) -> list[OwnRequest]:
    """Return what a guardian waits for or was refused lately, newest first. One statement.

    Of several requests for the same child only the last one counts.
    """
    names = [field.name for field in fields(OwnRequest)]
    columns = {"child_name": F("typed_name"), "grade": F("typed_grade"), "class_no": F("typed_class_no")}
    latest = (
        ChildLink.objects.filter(guardian_id=guardian_id)
        .order_by("student_id", "-requested_at", "-id")
        .distinct("student_id")
        .values(*(name for name in names if name not in columns), **columns)
    )
    rows = [
        OwnRequest(**row | {"public_id": str(row["public_id"]), "state": State(row["state"])})
        for row in latest
    ]
    shown = [
        row
        for row in rows
        if row.state == State.REQUESTED
        or (row.state == State.REFUSED and row.decided_at and now - row.decided_at < REFUSAL_SHOWN)
    ]
    return sorted(shown, key=lambda row: row.requested_at, reverse=True)


def desk_summary(class_ids: Collection[int], *, me: int, today: date) -> DeskSummary:
    """Return what waits at the desk of these classes. Four statements at most."""
    rows = waiting_in(class_ids, me=me, today=today)
    return DeskSummary(len(rows), sum(row.matches for row in rows), next(iter(rows), None))


def linked_students(class_ids: Collection[int]) -> int:
    """Return how many pupils of these classes are seen by a guardian. One statement."""
    links = ChildLink.objects.filter(student__school_class_id__in=class_ids, state=State.APPROVED)
    return links.values("student_id").distinct().count()


def waiting_in(class_ids: Collection[int], *, me: int, today: date) -> list[DeskRequest]:
    """Return the open requests of these classes, oldest first. Four statements at most.

    `me`: who decides; own requests are marked.
    """
    return _requests(Q(student__school_class_id__in=class_ids, state=State.REQUESTED), me, today)


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
            *("relationship", "relationship_text", "requested_at", "decided_at", "decided_by_name"),
            class_id=F("student__school_class_id"),
            student_name=F("student__name"),
            student_number=F("student__number"),
            grade=F("student__school_class__grade"),
            class_no=F("student__school_class__class_no"),
            school_name=F("student__school__name"),
        )
    )
    if not rows:
        return []
    students = {row["student_id"] for row in rows}
    others, restrictions = _others(students), _restrictions(students, today)
    first = min(timezone.localdate(row["requested_at"]) for row in rows)
    # A teacher leads classes of one school; whoever has two pays a statement more.
    days = {
        school: organisation.school_days(school, first, today) for school in {r["school_id"] for r in rows}
    }
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
        is_own=row["guardian_id"] == me,
        school_day=comparison.school_day(timezone.localdate(row["requested_at"]), days),
    )


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
