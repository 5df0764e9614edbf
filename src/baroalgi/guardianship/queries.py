"""Reads of this room."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import DateField, F, Func, Q
from django.utils.translation import gettext as _

from baroalgi.guardianship.models import ChildLink, Restriction
from baroalgi.guardianship.types import (
    Comparison,
    DeskSummary,
    OtherGuardian,
    OwnRequest,
    WaitingRequest,
)
from baroalgi.guardianship.workflow import State

RELATIONSHIPS = {
    ChildLink.Relationship.FATHER: "부",
    ChildLink.Relationship.MOTHER: "모",
    ChildLink.Relationship.GRANDFATHER: "조부",
    ChildLink.Relationship.GRANDMOTHER: "조모",
    ChildLink.Relationship.LEGAL_GUARDIAN: "법정대리인",
    ChildLink.Relationship.OTHER: "기타",
}

RESTRICTIONS = {
    Restriction.Kind.NO_VIEW: "열람 불가",
    Restriction.Kind.NO_CONTACT_DATA: "연락처 비공개",
}


def own_requests(guardian_id: int | None) -> list[OwnRequest]:
    """Return the requests of a guardian that are not approved or ended, newest first. One statement."""
    rows = ChildLink.objects.filter(
        guardian_id=guardian_id, state__in=[State.REQUESTED, State.REFUSED]
    ).order_by("-requested_at", "-id")
    return [
        OwnRequest(
            id=row.id,
            public_id=str(row.public_id),
            state=row.state,
            child_name=row.typed_name,
            school_id=row.school_id,
            grade=row.typed_grade,
            class_no=row.typed_class_no,
            reason=row.reason,
            guardian_email=row.guardian_email,
            requested_at=row.requested_at,
            decided_at=row.decided_at,
        )
        for row in rows
    ]


def desk_summary(class_ids: Collection[int]) -> DeskSummary:
    """Return what waits at the desk of these classes. No statement without classes, else three."""
    requests = waiting_in(class_ids, person_id=None) if class_ids else []
    return DeskSummary(
        waiting=len(requests),
        matching=sum(request.matches for request in requests),
        oldest=min((request.requested_at for request in requests), default=None),
    )


def waiting_in(class_ids: Collection[int], *, person_id: int | None) -> list[WaitingRequest]:
    """Return the open requests of these classes, oldest first. Three statements.

    `person_id`: who decides; own requests are marked.
    """
    return _requests(Q(student__school_class_id__in=class_ids), person_id)


def waiting_request(link_id: int, *, person_id: int | None) -> WaitingRequest | None:
    """Return one open request, or None when it is decided, foreign or absent. Three statements at most."""
    return next(iter(_requests(Q(id=link_id), person_id)), None)


def decided_by(link_id: int) -> str:
    """Return who decided a request, empty if nobody did. One statement."""
    return ChildLink.objects.filter(id=link_id).values_list("decided_by_name", flat=True).first() or ""


def _requests(which: Q, person_id: int | None) -> list[WaitingRequest]:
    rows = list(
        ChildLink.objects.filter(which, state=State.REQUESTED)
        .order_by("requested_at", "id")
        .annotate(
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
    students = {row.student_id for row in rows}
    others = _others(students)
    restrictions = _restrictions(students)
    return [
        WaitingRequest(
            id=row.id,
            class_id=row.class_id,
            student_id=row.student_id,
            student_name=row.student_name,
            student_number=row.student_number,
            guardian_id=row.guardian_id,
            guardian_name=row.guardian_name,
            guardian_mobile=row.guardian_mobile,
            guardian_email=row.guardian_email,
            relationship=relationship(row.relationship, row.relationship_text),
            requested_at=row.requested_at,
            comparisons=_comparisons(row),
            others=tuple(other for link_id, other in others[row.student_id] if link_id != row.id),
            restrictions=restrictions[row.student_id, row.guardian_id],
            is_own=row.guardian_id == person_id,
        )
        for row in rows
    ]


def relationship(code: str, text: str = "") -> str:
    """Return the word for a relationship: 「모」, 「기타(고모)」."""
    word = RELATIONSHIPS[ChildLink.Relationship(code)]
    return f"{word}({text})" if text else word


def _comparisons(row: Any) -> tuple[Comparison, ...]:
    """Compare what was typed with what is recorded; what differs comes first."""
    pairs = [
        (_("이름"), "".join(row.typed_name.split()), row.student_name),
        (_("학년"), f"{row.typed_grade}학년", f"{row.grade}학년"),
        (_("반"), f"{row.typed_class_no}반", f"{row.class_no}반"),
        # The school was found by its number and the child by school and resident number: the same by making.
        (_("학교"), row.school_name, row.school_name),
    ]
    fields = [
        Comparison(label, typed, recorded, same=typed == recorded)
        for label, typed, recorded in pairs
        if not (label == _("반") and row.typed_class_no is None)
    ]
    return tuple(sorted(fields, key=lambda field: field.same))


def _others(students: Iterable[int]) -> dict[int, list[tuple[int, OtherGuardian]]]:
    found: dict[int, list[tuple[int, OtherGuardian]]] = defaultdict(list)
    links = ChildLink.objects.filter(
        student_id__in=students, state__in=[State.APPROVED, State.REQUESTED]
    ).order_by("id")
    for link in links:
        word = relationship(link.relationship, link.relationship_text)
        found[link.student_id].append((link.id, OtherGuardian(link.guardian_name, word, link.state)))
    return found


def _restrictions(students: Iterable[int]) -> dict[tuple[int, int], tuple[str, ...]]:
    found: dict[tuple[int, int], tuple[str, ...]] = defaultdict(tuple)
    ended = Q(valid_to__lte=Func(function="policy.today", output_field=DateField()))
    for row in Restriction.objects.filter(student_id__in=students).exclude(ended):
        found[row.student_id, row.guardian_id] += (RESTRICTIONS[Restriction.Kind(row.kind)],)
    return found
