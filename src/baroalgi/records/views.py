"""A child's attendance and results, for the guardian."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from baroalgi.platform import access, audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.records import queries


@needs(Act.CHILD_ATTENDANCE_READ)
@require_safe
def attendance(request: Request, public_id: UUID) -> HttpResponse:
    """출결 of this school year."""
    child = access.child(request.actor, public_id, Act.CHILD_ATTENDANCE_READ)
    today = request.today
    year = queries.attendance(child.student_id, child.school_id, today)
    audit.record(request.actor, Audit.CHILD_ATTENDANCE_VIEWED, student_id=child.student_id)
    return render(request, "records/attendance.html", {"child": child, "year": year})


@needs(Act.CHILD_GRADES_READ)
@require_safe
def grades(request: Request, public_id: UUID) -> HttpResponse:
    """성적: the latest released exam, then the earlier ones."""
    child = access.child(request.actor, public_id, Act.CHILD_GRADES_READ)
    exams = queries.released_exams(child.student_id)
    audit.record(request.actor, Audit.CHILD_GRADES_VIEWED, student_id=child.student_id)
    return render(request, "records/grades.html", {"child": child, "exams": exams})
