"""The counter (pages.md §5.5): find, compare, approve or send back, today's totals."""

from enum import StrEnum
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.forms import Form
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.policy import Act
from baroalgi.registration import access, actions, queries
from baroalgi.registration.forms import counter as forms
from baroalgi.registration.types import FiledApplication, IdentityVerdict
from baroalgi.registration.workflow import State

DONE = "counter_done"  # in the session: what the green line of the first screen says, once
TICKS = ("id_card", "face_seen", "form_paper", "id_copy")


class Done(StrEnum):
    """What was just done with an application and can be followed by another act."""

    APPROVED = "approved"
    READDRESSED = "readdressed"


@needs(Act.APPLICATION_READ)
def counter(request: Request) -> HttpResponse:
    """The field, the queue and today's figures; a number opens its application at once."""
    form = forms.Search(request.POST or None)
    matches = None
    if form.is_valid():
        asked = form.cleaned_data["q"]
        if asked.isdigit():
            if queries.at_counter(asked, request.actor.counter_places):
                return redirect("registration:application", number=asked)
            audit.record(request.actor, Audit.APPLICATION_SEARCHED, sought="number", found=0)
            form.add_error("q", _("이 인증번호의 신청이 없습니다. 숫자 15자리를 확인해 주세요."))
        else:
            matches = queries.named(asked, request.actor.counter_places)
            audit.record(request.actor, Audit.APPLICATION_SEARCHED, sought="name", found=len(matches))
    waiting = queries.waiting_at(request.actor.counter_places)
    audit.record(request.actor, Audit.APPLICATIONS_VIEWED, applications=len(waiting))
    context = {
        "form": form,
        "done": _done(request),
        "matches": matches,
        "waiting": waiting,
        "totals": queries.totals(request.actor.counter_places, now=request.now),
    }
    return render(request, "registration/counter.html", context, status=form.status)


@needs(Act.APPLICATION_READ)
def totals(request: Request) -> HttpResponse:
    """Today's list, to print."""
    places = request.actor.counter_places
    handled = queries.handled_today(places, now=request.now)
    audit.record(request.actor, Audit.APPLICATIONS_VIEWED, applications=len(handled))
    context = {
        "now": request.now,
        "totals": queries.totals(places, now=request.now),
        "handled": handled,
        "id_cards": dict(forms.ID_CARDS),
    }
    return render(request, "registration/totals.html", context)


@needs(Act.APPLICATION_READ)
def application(request: Request, number: str) -> HttpResponse:
    """What was typed beside the four steps of the hands."""
    row = access.application(request.actor, number)
    return page(request, row)


@needs(Act.APPLICATION_DECIDE)
@outside_transaction
def identity(request: Request, number: str) -> HttpResponse:
    """Compare the number of the ID card: JSON for the script, the page again for everyone else."""
    form = forms.Identity(request.POST)
    verdict = _checked(request, number, form)
    if request.headers.get("Accept", "").startswith("application/json"):
        if verdict is None:
            return JsonResponse({"errors": _sentences(form)}, status=422)
        return JsonResponse({"equal": verdict.equal, "left": verdict.left, "message": _sentence(verdict)})
    with enter(request):
        row = access.application(request.actor, number)
        ticked = {name: request.POST.get(name, "") for name in TICKS}
        approval = forms.Approval(initial=ticked, identity_seen=_is_seen(request, row))
        return page(request, row, approval=approval, compared=form)


@needs(Act.APPLICATION_DECIDE)
@outside_transaction
def approve(request: Request, number: str) -> HttpResponse:
    """Approve; a number typed in the same form is compared and counted first, for good."""
    compared = forms.Identity(request.POST)
    typed = bool(request.POST.get("rrn", "").strip())
    verdict = _checked(request, number, compared) if typed else None
    with enter(request):
        row = access.application(request.actor, number)
        form = _approval(request, row, data=request.POST)
        if form.is_valid() and "rrn" in compared.errors and typed:
            form.add_error("rrn", compared.errors["rrn"])
        if form.is_valid():
            with form.refusals():
                actions.approve(
                    by=request.actor,
                    now=request.now,
                    row=row,
                    id_card=form.cleaned_data["id_card"],
                    compared=verdict,
                    seen=form.cleaned_data["seen"],
                )
                remember(request, row, Done.APPROVED)
                return redirect("registration:counter")
        return page(request, row, approval=form)


@needs(Act.APPLICATION_DECIDE)
def send_back(request: Request, number: str) -> HttpResponse:
    """Send the application back with reasons that the parent reads."""
    row = access.application(request.actor, number)
    form = forms.SendBack(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.send_back(
                by=request.actor,
                now=request.now,
                row=row,
                reason=form.reason(),
                seen=form.cleaned_data["seen"],
            )
            sentence = (
                _("%(name)s 님의 신청을 돌려보내고 알렸습니다.")
                if row.email
                else _("%(name)s 님의 신청을 돌려보냈습니다. 이메일이 없어 사유는 진행 조회에서 보십니다.")
            )
            messages.success(request, sentence % {"name": row.name})
            return redirect("registration:counter")
    return page(request, row, returning=form)


def remember(request: Request, row: FiledApplication, deed: Done) -> None:
    """Let the first screen say what was done, and offer what may come next."""
    request.session[DONE] = {"number": row.number, "deed": deed.value}


def _done(request: Request) -> dict[str, Any] | None:
    """Return the deed and its application as it stands now, once. One statement if there is one."""
    if DONE not in request.session:
        return None
    kept = request.session.pop(DONE)
    row = queries.at_counter(kept["number"], request.actor.counter_places)
    return {"deed": kept["deed"], "row": row} if row else None


def _checked(request: Request, number: str, form: forms.Identity) -> IdentityVerdict | None:
    """Compare in a unit of its own, so that the try stays counted; None when there is nothing to compare."""
    if not form.is_valid():
        return None
    with enter(request):
        row = access.application(request.actor, number)
        with form.refusals():
            verdict = actions.check_identity(
                by=request.actor, now=request.now, row=row, rrn=form.cleaned_data["rrn"]
            )
            if not verdict.equal:
                form.add_error("rrn", _sentence(verdict))
            return verdict
    return None


def _sentence(verdict: IdentityVerdict) -> str:
    if verdict.equal:
        return _("같습니다")
    if verdict.left == 0:
        return _("같지 않습니다. 세 번 모두 달랐습니다. 이 신청은 돌려보내 주세요.")
    if verdict.left == 1:
        return _(
            "같지 않습니다. 한 번 더 천천히 눌러 주세요. 한 번 남았습니다. "
            "세 번 모두 다르면 이 신청은 돌려보내야 합니다."
        )
    return _(
        "같지 않습니다. 한 번 더 천천히 눌러 주세요. 두 번 남았습니다. "
        "세 번 모두 다르면 이 신청은 돌려보내야 합니다."
    )


def _sentences(form: forms.Identity) -> dict[str, str]:
    return {name if name != "__all__" else "": str(errors[0]) for name, errors in form.errors.items()}


def _approval(request: Request, row: FiledApplication, data: Any = None) -> forms.Approval:
    return forms.Approval(data, identity_seen=_is_seen(request, row))


def _is_seen(request: Request, row: FiledApplication) -> bool:
    return actions.identity_seen(row, by=request.actor, now=request.now)


def page(
    request: Request,
    row: FiledApplication,
    *,
    approval: forms.Approval | None = None,
    returning: forms.SendBack | None = None,
    compared: forms.Identity | None = None,
    refused: Form | None = None,
) -> HttpResponse:
    """Show an application: undecided with the four steps, approved with the ways of its address.

    `refused`: the form of a button of this page that was pressed in vain.
    """
    audit.record(request.actor, Audit.APPLICATION_VIEWED, application_id=row.id)
    approval = approval or _approval(request, row)
    returning = returning or forms.SendBack()
    form: Form = returning if returning.is_bound else approval
    if compared is not None and not approval.is_bound:
        form = compared
    link = queries.newest_link(row.id) if row.state is State.APPROVED and not row.is_own else None
    context = {
        "row": row,
        "form": refused or form,
        "approval": approval,
        "link": link,
        "now": request.now,
        "returning": returning,
        "rrn_errors": approval.errors.get("rrn", []) or (compared.errors.get("rrn", []) if compared else []),
        "identity_seen": _is_seen(request, row),
    }
    return render(request, "registration/application.html", context, status=(refused or form).status)
