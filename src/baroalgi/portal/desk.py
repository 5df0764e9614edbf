"""Home of staff: what waits for this person; the classes of a school; the late schools of an office."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from baroalgi.assessment import school_year
from baroalgi.guardianship import actions as guardianship_actions
from baroalgi.guardianship import queries as guardianship
from baroalgi.organisation import queries as organisation
from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act, Role
from baroalgi.portal import access
from baroalgi.registration import queries as registration

STARTS = {Role.REGISTRATION_OFFICER: "registration:counter", Role.OFFICE_ADMIN: "portal:office_desk"}
"""Where those go whose only work it is."""


@needs(Act.DESK_READ)
@require_safe
def desk(request: Request) -> HttpResponse:
    """오늘 할 일: what waits for this person, since when. A counter and an office go straight to theirs."""
    actor = request.actor
    roles = {post.role for post in actor.posts}
    if len(roles) == 1 and roles <= STARTS.keys():
        return redirect(STARTS[roles.pop()])
    led, today = actor.homeroom_classes, request.today
    requests = guardianship.desk_summary(actor, today=today)
    request.counts["child_links"] = requests.waiting
    school_id = next(iter(actor.administered_schools), None)
    context = {
        "today": today,
        "requests": requests,
        "counter": registration.waiting_at(actor.counter_places),
        "pupils": organisation.count_pupils(led) if led else 0,
        "linked": guardianship.linked_students(led) if led else 0,
        "classes": guardianship.classes(school_id, school_year(today)) if school_id else [],
    }
    return render(request, "portal/desk.html", context)


@needs(Act.CLASSES_READ)
@require_safe
def classes(request: Request) -> HttpResponse:
    """교직원과 학급: who leads which class, how many are linked, how many wait. No pupil by name."""
    today = request.today
    school = access.administered_school(request.actor)
    rows = guardianship.classes(school.id, school_year(today))
    audit.record(request.actor, Audit.CLASSES_VIEWED, classes=len(rows))
    context = {"school": school, "year": school_year(today), "rows": rows}
    return render(request, "portal/classes.html", context)


@needs(Act.OFFICE_READ)
@require_safe
def office_desk(request: Request) -> HttpResponse:
    """늦어진 학교: schools and numbers only, who applied is not to be seen here."""
    found = access.office_requests(request.actor)
    request.counts["late_schools"] = len(found.late)
    schools = organisation.schools_by_id({row.school_id for row in found.late})
    audit.record(request.actor, Audit.LATE_SCHOOLS_VIEWED, schools=len(found.late))
    today = request.today
    due = [row for row in found.reachable if row.reminded_on != today]
    context = {"found": found, "schools": schools, "due": due, "now": request.now, "today": today}
    return render(request, "portal/office_desk.html", context)


@needs(Act.OFFICE_REMIND)
@require_http_methods(["GET", "POST"])
def remind(request: Request) -> HttpResponse:
    """n곳에 다시 알리기: the administrators of the late schools get a mail, each once a day."""
    if request.method == "POST":
        found = access.office_requests(request.actor)
        try:
            count = guardianship_actions.remind_schools(
                by=request.actor, schools=found.reachable, now=request.now
            )
            messages.success(request, _("학교 %(n)s곳의 관리자에게 다시 알렸습니다.") % {"n": count})
        except guardianship_actions.NobodyToRemind as refusal:
            messages.error(request, str(refusal))
    return redirect("portal:office_desk")
