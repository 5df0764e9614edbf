"""한눈에 보기: the hub of a child, made of what the rooms below know (pages.md §3.1)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from baroalgi.assessment import Level, school_year, school_year_bounds
from baroalgi.letters import queries as letters
from baroalgi.letters.types import LetterLine
from baroalgi.platform import access, audit, waiting
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.platform.waiting import NOTHING
from baroalgi.policy import Act, Child
from baroalgi.records import queries as records
from baroalgi.records.types import AttendanceYear, ExamResult
from baroalgi.schoolinfo import queries as schoolinfo
from baroalgi.schoolinfo.types import Meal, Schedule

log = logging.getLogger("baroalgi.portal")
T = TypeVar("T")

NEXT_EVENTS = 2
NEWEST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Card(Generic[T]):
    """What a card shows, or that it could not be read: the others stay (pages.md §3.1)."""

    content: T | None
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The cards in reading order. `exam` is None at schools without regular exams."""

    schedule: Card[Schedule]
    meals: Card[list[Meal]]
    attendance: Card[AttendanceYear]
    exam: Card[ExamResult | None] | None
    letters: Card[list[LetterLine]]


@needs(Act.CHILD_OVERVIEW_READ)
@require_safe
def overview(request: Request, public_id: UUID) -> HttpResponse:
    """What is next, what is today, how the year goes."""
    child = access.child(request.actor, public_id, Act.CHILD_OVERVIEW_READ)
    today = request.today
    page = _overview(request, child)
    audit.record(request.actor, Audit.CHILD_OVERVIEW_VIEWED, student_id=child.student_id)
    context = {
        "child": child,
        "today": today,
        "now": request.now,
        "page": page,
        "waiting": waiting.of(request).get(child.public_id, NOTHING),
    }
    return render(request, "portal/overview.html", context)


def _overview(request: Request, child: Child) -> Overview:
    """Read all cards, and with the letters what waits: six statements, seven with exams' scores."""
    today = request.today
    first_day, _last = school_year_bounds(school_year(today))

    def newest() -> list[LetterLine]:
        found, request.waiting = letters.newest_of_child(
            child.student_id, limit=NEWEST_LETTERS, since=first_day
        )
        return found

    has_exams = Level.of(child.school_kind).has_exams
    return Overview(
        schedule=_card(
            "schedule", lambda: schoolinfo.schedule(child.school_id, (child.grade,), today, limit=NEXT_EVENTS)
        ),
        meals=_card("meals", lambda: schoolinfo.next_meals(child.school_id, today)),
        attendance=_card("attendance", lambda: records.attendance(child.student_id, child.school_id, today)),
        exam=_card("exam", lambda: records.latest_exam(child.student_id)) if has_exams else None,
        letters=_card("letters", newest),
    )


def _card(name: str, read: Callable[[], T]) -> Card[T]:
    """Read a card in a savepoint of its own, so that one failing statement does not take the page away."""
    try:
        with transaction.atomic():
            return Card(read())
    except DatabaseError as trouble:
        if connection.connection is None or connection.connection.closed:
            raise  # The database is away: nothing of the page can be right.
        # PostgreSQL names the values in its message: they stay out of the log.
        log.error("card not read: %s %s", name, type(trouble).__name__)
        return Card(None, failed=True)
