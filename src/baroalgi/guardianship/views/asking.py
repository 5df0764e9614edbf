"""Pages of guardians: which school, which child, and how the request stands."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from baroalgi.guardianship import access, actions, forms, queries
from baroalgi.organisation import actions as organisation_actions
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import SchoolSearch
from baroalgi.platform import audit, drafts
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act


@needs(Act.CHILD_LINK_APPLY)
@require_safe
def find_school(request: Request) -> HttpResponse:
    """First: which school."""
    form = forms.SchoolSearch(request.GET or None)
    office = settings.ENVIRONMENT.office
    text = form.cleaned_data["q"] if form.is_valid() else ""
    found = organisation.schools_found(SchoolSearch(office, text)) if text else []
    context = {"form": form, "schools": [school for school in found if school.code]}
    return render(request, "guardianship/find_school.html", context, status=form.status)


@needs(Act.CHILD_LINK_APPLY)
@require_http_methods(["GET", "POST"])
def apply(request: Request, code: str) -> HttpResponse:
    """Then: which child."""
    school = access.school(code)
    contact = access.contact(request.actor)
    form = forms.Application(request.POST or None, school=school, initial=drafts.take(request))
    if form.is_valid():
        typed = dict(form.cleaned_data)
        student_id = queries.matching_student(school.id, typed.pop("child_rrn"))
        with form.refusals():
            actions.apply(
                by=request.actor,
                student_id=student_id,
                school=school,
                contact=contact,
                now=request.now,
                **typed,
            )
            return redirect("guardianship:waiting")
    context = {"form": form, "school": school, "contact": contact}
    return render(request, "guardianship/apply.html", context, status=form.status)


@needs(Act.CHILD_LINK_APPLY)
@require_http_methods(["GET", "POST"])
def contact(request: Request, code: str) -> HttpResponse:
    """연락처 고치기, on the way to applying."""
    school = access.school(code)
    now = access.contact(request.actor)
    initial = {name: getattr(now, name) for name in forms.ContactForm.base_fields}
    form = forms.ContactForm(request.POST or None, initial=initial | drafts.take(request))
    if form.is_valid():
        organisation_actions.change_contact(by=request.actor, **form.cleaned_data)
        return redirect("guardianship:apply_at", code=school.code)
    context = {"form": form, "school": school}
    return render(request, "guardianship/contact.html", context, status=form.status)


@needs(Act.CHILD_LINK_APPLY)
@require_safe
def waiting(request: Request) -> HttpResponse:
    """Whose turn it is, since when, what happens next, for each request."""
    requests = queries.own_requests(request.actor.me, now=request.now)
    if not requests:
        return redirect("portal:children")
    schools = organisation.schools_by_id({row.school_id for row in requests})
    progress = queries.progress(requests, today=request.today)
    audit.record(request.actor, Audit.CHILDREN_VIEWED, person_id=request.actor.me)
    context = {"requests": requests, "schools": schools, "progress": progress}
    return render(request, "guardianship/waiting.html", context)


@needs(Act.CHILD_LINK_APPLY)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, public_id: UUID) -> HttpResponse:
    """Take the own request back."""
    if request.method == "GET":  # come back here after a new sign-in
        return redirect("guardianship:waiting")
    row = access.own_request(request.actor, public_id)
    try:
        actions.withdraw(by=request.actor, request=row, now=request.now)
        messages.success(request, _("%(name)s 자녀의 신청을 취소했습니다.") % {"name": row.child_name})
    except actions.Handled as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:children")
