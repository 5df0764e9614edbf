"""What lies on a desk: open requests to decide, with what the records say, and approvals to undo."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from baroalgi.guardianship import comparison
from baroalgi.guardianship.models import ChildLink, Restriction
from baroalgi.guardianship.queries.columns import HOMEROOM, OWN
from baroalgi.guardianship.types import Approval, DeskRequest, DeskSummary, Noted, OtherGuardian
from baroalgi.guardianship.words import RESTRICTIONS, relationship
from baroalgi.guardianship.workflow import State
from baroalgi.organisation import queries as organisation
from baroalgi.policy import Act, Actor, allows

UNDO_LIFE = timedelta(minutes=10)


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


def approvals(actor: Actor, *, now: datetime) -> list[Approval]:
    """Return what this person approved in the last ten minutes, act by act, newest first. One statement."""
    mine = ChildLink.objects.filter(decided_by_id=actor.me, decided_at__gt=now - UNDO_LIFE)
    links = mine.filter(state=State.APPROVED).order_by("-decided_at", "id")
    acts: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    columns = ("id", "decided_at", "guardian_id", "guardian_name", "guardian_email")
    for link in links.values(*columns, child_name=F("student__name")):
        # All that is approved in one act bears the one moment of its transaction.
        acts[link["decided_at"]].append(link)
    return [
        Approval(
            links=tuple(link["id"] for link in opened),
            told=len({link["guardian_id"] for link in opened if link["guardian_email"]}),
            untold=len({link["guardian_id"] for link in opened if not link["guardian_email"]}),
            child_name=opened[0]["child_name"],
            guardian_name=opened[0]["guardian_name"],
            approved_at=moment,
            until=moment + UNDO_LIFE,
        )
        for moment, opened in acts.items()
    ]
