"""Pages of those who decide: homeroom teachers, and who stands in for them."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from baroalgi.guardianship import access, actions, forms, queries
from baroalgi.guardianship.types import Decided, DeskRequest
from baroalgi.platform import audit, drafts
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act

# What was approved as short a time ago is said on the next page, and moves the focus to what is next.
JUST_NOW = timedelta(seconds=20)


@needs(Act.CHILD_LINK_READ)
@require_http_methods(["GET", "POST"])
def desk(request: Request) -> HttpResponse:
    """The requests to decide; those that match are approved in one act."""
    form = forms.Chosen(request.POST or None)
    if form.is_valid():
        ticked = form.cleaned_data["link"]
        _approve(request, access.chosen(request.actor, ticked, today=request.today))
        return redirect("guardianship:desk")
    return _desk_page(request, form)


def _desk_page(
    request: Request, form: forms.Chosen, undo_id: int | None = None, undo_form: forms.Undo | None = None
) -> HttpResponse:
    """`undo_id`: the approval whose undo is opened, or was refused."""
    rows = _waiting(request)
    approvals = queries.approvals(request.actor, now=request.now)
    audit.record(request.actor, Audit.CHILD_LINKS_VIEWED, requests=len(rows))
    context = {
        "form": form,
        "matching": [row for row in rows if row.matches],
        "others": [row for row in rows if not row.matches],
        "shows_class": len({row.class_id for row in rows} | request.actor.homeroom_classes) > 1,
        "stands_in": not request.actor.homeroom_classes,
        "approvals": approvals,
        "just_now": _just_now(request),
        "undo_id": next((act.id for act in approvals if undo_id in act.links), None),
        "undo_form": undo_form or forms.Undo(),
    }
    status = undo_form.status if undo_form else form.status
    return render(request, "guardianship/desk.html", context, status=status)


@needs(Act.CHILD_LINK_READ)
@require_safe
def request_page(request: Request, link_id: int) -> HttpResponse:
    """One request with everything needed to decide."""
    row = access.request(request.actor, link_id, today=request.today)
    return _request_page(request, row, None)


@needs(Act.CHILD_LINK_DECIDE)
@require_http_methods(["GET", "POST"])
def approve(request: Request, link_id: int) -> HttpResponse:
    """Approve one request; then the next one of its list opens."""
    row = access.request(request.actor, link_id, today=request.today)
    if request.method == "GET":  # come back here after a new sign-in
        return redirect("guardianship:request", link_id=row.id)
    _approve(request, [row])
    return _next(request, row)


@needs(Act.CHILD_LINK_DECIDE)
@require_http_methods(["GET", "POST"])
def refuse(request: Request, link_id: int) -> HttpResponse:
    """Refuse one request with a reason."""
    row = access.request(request.actor, link_id, today=request.today)
    form = forms.Refusal(request.POST or None, initial=drafts.take(request))
    if form.is_valid():
        with form.refusals():
            actions.refuse(by=request.actor, request=row, now=request.now, **form.cleaned_data)
            said = _("승인하지 않고 %(name)s 님에게 알렸습니다.") % {"name": row.guardian_name}
            messages.success(request, said)
            return _next(request, row)
    return _request_page(request, row, form)


@needs(Act.CHILD_LINK_DECIDE)
@require_http_methods(["GET", "POST"])
def undo(request: Request, link_id: int) -> HttpResponse:
    """Take an approval back, with all that was approved in the same act."""
    row = access.request(request.actor, link_id, today=request.today)
    form = forms.Undo(request.POST or None, initial=drafts.take(request))
    if form.is_valid():
        reason, shown = form.cleaned_data["reason"], form.cleaned_data["shown"]
        with form.refusals():
            undone = actions.undo(by=request.actor, request=row, reason=reason, now=request.now)
            messages.success(request, _("%(n)s건을 되돌렸습니다.") % {"n": len(undone)})
            if shown and shown > len(undone):
                ended = _("%(n)s건은 그사이 끝나 되돌리지 않았습니다.") % {"n": shown - len(undone)}
                messages.warning(request, ended)
            return redirect("guardianship:desk")
    return _desk_page(request, forms.Chosen(), link_id, form)


def _request_page(request: Request, row: DeskRequest, form: forms.Refusal | None) -> HttpResponse:
    """`form`: refusing, opened below the facts."""
    audit.record(request.actor, Audit.CHILD_LINK_VIEWED, student_id=row.student_id, person_id=row.guardian_id)
    neighbours = [other for other in _waiting(request) if other.matches == row.matches]
    fresh = [
        act
        for act in queries.approvals(request.actor, now=request.now)
        if act.approved_at > _just_now(request)
    ]
    context = {"row": row, "form": form, "neighbours": neighbours, "just_approved": fresh[:1]}
    return render(request, "guardianship/request.html", context, status=form.status if form else 200)


def _next(request: Request, row: DeskRequest) -> HttpResponse:
    """After one is decided the next one of its list opens, the list itself when none is left."""
    left = [other for other in _waiting(request) if other.matches == row.matches and not other.is_own]
    later = [other for other in left if (other.requested_at, other.id) > (row.requested_at, row.id)]
    for other in later or left:
        return redirect("guardianship:request", link_id=other.id)
    return redirect("guardianship:desk")


def _approve(request: Request, rows: list[DeskRequest]) -> None:
    """What was approved is said by the page that follows, with its undo; here only what was not."""
    try:
        outcome = actions.approve(by=request.actor, requests=rows, now=request.now)
        if outcome.missed:
            messages.warning(request, _said(outcome))
    except Refused as refusal:
        messages.error(request, str(refusal))


def _said(outcome: Decided) -> str:
    n, missed = len(outcome.approved), outcome.missed
    if outcome.by_others:
        return _(
            "%(all)s건 가운데 %(n)s건을 승인했습니다. %(missed)s건은 %(names)s 선생님이 먼저 정했습니다."
        ) % {"all": n + missed, "n": n, "missed": missed, "names": ", ".join(outcome.by_others)}
    return _("%(all)s건 가운데 %(n)s건을 승인했습니다. 나머지는 목록에서 다시 확인해 주세요.") % {
        "all": n + missed,
        "n": n,
    }


def _waiting(request: Request) -> list[DeskRequest]:
    rows = queries.waiting_for(request.actor, today=request.today)
    request.counts["child_links"] = len(rows)
    return rows


def _just_now(request: Request) -> datetime:
    return request.now - JUST_NOW
