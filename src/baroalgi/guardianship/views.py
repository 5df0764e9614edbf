"""Pages of applying and waiting for guardians, of deciding for homeroom teachers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.guardianship import access, actions, forms, queries
from baroalgi.guardianship.types import Decided
from baroalgi.organisation import actions as organisation_actions
from baroalgi.organisation import queries as organisation
from baroalgi.platform import audit, drafts
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act

# Guardians --------------------------------------------------------------------------------------


@needs(Act.CHILD_LINK_APPLY)
@require_safe
def find_school(request: Request) -> HttpResponse:
    """First: which school."""
    text = request.GET.get("q", "")[:60]
    context = {"q": text, "schools": organisation.schools_named(text)}
    return render(request, "guardianship/find_school.html", context)


@needs(Act.CHILD_LINK_APPLY)
@require_http_methods(["GET", "POST"])
def apply(request: Request, code: str) -> HttpResponse:
    """Then: which child."""
    school = access.school(code)
    contact = organisation.contact(request.actor.person_id or 0)
    form = forms.Application(request.POST or None, school=school, initial=drafts.take(request))
    if form.is_valid():
        with form.refusals():
            typed = dict(form.cleaned_data)
            actions.apply(
                by=request.actor,
                school=school,
                contact=contact,
                child_number=typed.pop("child_rrn"),
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
    now = organisation.contact(request.actor.person_id or 0)
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
    requests = queries.own_requests(request.actor.person_id)
    if not requests:
        return redirect("portal:children")
    schools = organisation.schools_by_id({row.school_id for row in requests})
    audit.record(request.actor, Audit.CHILDREN_VIEWED, person_id=request.actor.person_id)
    return render(request, "guardianship/waiting.html", {"requests": requests, "schools": schools})


@needs(Act.CHILD_LINK_APPLY)
@require_POST
def withdraw(request: Request, public_id: str) -> HttpResponse:
    """Take the own request back."""
    row = access.own_request(request.actor, public_id)
    try:
        actions.withdraw(by=request.actor, link_id=row.id, now=request.now)
        messages.success(request, _("%(name)s 자녀의 신청을 거두었습니다.") % {"name": row.child_name})
    except actions.Handled as refusal:
        messages.error(request, str(refusal))
    return redirect("portal:children")


# Homeroom teachers -----------------------------------------------------------------------------


@needs(Act.CHILD_LINK_READ)
@require_http_methods(["GET", "POST"])
def desk(request: Request) -> HttpResponse:
    """The requests of the own class; those that match are approved in one act."""
    rows = queries.waiting_in(request.actor.homeroom_classes, person_id=request.actor.person_id)
    matching = [row for row in rows if row.matches]
    form = forms.Chosen(request.POST or None, ids=[row.id for row in matching])
    if request.method == "POST":
        chosen = set(map(int, filter(str.isascii, filter(str.isdigit, request.POST.getlist("link")))))
        if chosen:
            outcome = actions.approve_all(
                by=request.actor, requests=[row for row in matching if row.id in chosen], now=request.now
            )
            _say(request, outcome, gone=len(chosen - {row.id for row in matching}))
            return redirect("guardianship:desk")
        form.is_valid()
    audit.record(request.actor, Audit.CHILD_LINKS_VIEWED, requests=len(rows))
    context = {"form": form, "matching": matching, "others": [row for row in rows if not row.matches]}
    return render(request, "guardianship/desk.html", context, status=form.status)


@needs(Act.CHILD_LINK_READ)
@require_safe
def request_page(request: Request, link_id: int) -> HttpResponse:
    """One request with everything needed to decide."""
    row = access.waiting_request(request.actor, link_id)
    audit.record(request.actor, Audit.CHILD_LINK_VIEWED, student_id=row.student_id, person_id=row.guardian_id)
    return _request_page(request, row, forms.Refusal())


@needs(Act.CHILD_LINK_DECIDE)
@require_POST
def approve(request: Request, link_id: int) -> HttpResponse:
    """Approve one request; then the list with what is left."""
    row = access.waiting_request(request.actor, link_id)
    try:
        actions.approve(by=request.actor, request=row, now=request.now)
        messages.success(
            request,
            _("%(child)s 학생의 신청을 승인했습니다. %(guardian)s 님에게 메일로 알렸습니다.")
            % {"child": row.student_name, "guardian": row.guardian_name},
        )
    except (actions.AlreadyDecided, actions.Handled, actions.OwnRequestRefused) as refusal:
        messages.error(request, str(refusal))
    return redirect("guardianship:desk")


@needs(Act.CHILD_LINK_DECIDE)
@require_POST
def refuse(request: Request, link_id: int) -> HttpResponse:
    """Refuse one request with a reason."""
    row = access.waiting_request(request.actor, link_id)
    form = forms.Refusal(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.refuse(by=request.actor, request=row, now=request.now, **form.cleaned_data)
            messages.success(
                request, _("승인하지 않고 %(name)s 님에게 알렸습니다.") % {"name": row.guardian_name}
            )
            return redirect("guardianship:desk")
    return _request_page(request, row, form)


def _request_page(request: Request, row: object, form: forms.Refusal) -> HttpResponse:
    return render(request, "guardianship/request.html", {"row": row, "form": form}, status=form.status)


def _say(request: Request, outcome: Decided, *, gone: int) -> None:
    missed = outcome.missed + gone
    if outcome.approved and not missed:
        text = _("%(n)s건을 승인했습니다. 보호자 %(n)s명에게 메일로 알렸습니다.") % {"n": outcome.approved}
    elif outcome.by_others:
        text = _(
            "%(all)s건 가운데 %(n)s건을 승인했습니다. %(missed)s건은 %(names)s 선생님이 먼저 정했습니다."
        ) % {
            "all": outcome.approved + missed,
            "n": outcome.approved,
            "missed": missed,
            "names": ", ".join(outcome.by_others),
        }
    else:
        text = _("%(all)s건 가운데 %(n)s건을 승인했습니다. %(missed)s건은 이미 처리되었습니다.") % {
            "all": outcome.approved + missed,
            "n": outcome.approved,
            "missed": missed,
        }
    (messages.warning if missed else messages.success)(request, text)
