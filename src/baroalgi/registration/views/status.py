"""The progress of one's own application: whose turn it is, since when, what comes next, second thoughts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from baroalgi.accounts import queries as accounts
from baroalgi.platform import audit, crypto
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import masked
from baroalgi.policy import Act
from baroalgi.registration import actions, links, lookups, queries, second_thoughts, steps
from baroalgi.registration.forms import application as typed
from baroalgi.registration.forms import status as forms
from baroalgi.registration.types import FiledApplication
from baroalgi.registration.views import ended, searches
from baroalgi.registration.workflow import State

CORRECT_PAGE = "registration/correct.html"
WITH_LINK = (State.APPROVED, State.ISSUED, State.CANCELLED)
DAY = 86400  # seconds


@needs(Act.CERTIFICATE_STATUS)
@outside_transaction
def status(request: Request) -> HttpResponse:
    """Show the carried application, or the door to it."""
    if request.method == "POST":
        return _open(request)
    with enter(request):
        row = None if "other" in request.GET else queries.own(request.actor.application_id)
        if row is None:
            return _door(request, forms.Status())
        link = queries.own_link() if row.state in WITH_LINK else None
        lost = row.state is State.APPROVED and links.is_lost(row)
        context = {"row": row, "link": link, "lost": lost, "now": request.now}
        return render(request, "registration/status.html", context)


@needs(Act.CERTIFICATE_STATUS)
def correct(request: Request) -> HttpResponse:
    """Correct what was typed in an application that was sent back, under the same number."""
    row = queries.own(request.actor.application_id)
    if row is None:
        return ended.closed(request)
    if not row.is_correctable:
        audit.refused(request.actor, "correct", why="AlreadyDecided", application_id=row.id)
        messages.warning(request, str(steps.AlreadyDecided()))
        return redirect("registration:status")
    if request.method != "POST":
        return searches.page(request, typed.Correction(initial=_initial(row)), CORRECT_PAGE, row=row)
    if asked := searches.answer(request, typed.Correction, CORRECT_PAGE, row=row):
        return asked
    form = typed.Correction(request.POST)
    if form.is_valid():
        with form.refusals():
            second_thoughts.correct(by=request.actor, now=request.now, row=row, **form.cleaned_data)
            messages.success(
                request, _("고친 신청서를 다시 냈습니다. 새로 인쇄해 서명하고 다시 방문해 주세요.")
            )
            return redirect("registration:status")
    return searches.page(request, form, CORRECT_PAGE, row=row)


@needs(Act.CERTIFICATE_STATUS)
@outside_transaction
def new_link(request: Request) -> HttpResponse:
    """Have a new one-time address mailed to the address that stands in the application."""
    application_id = request.actor.application_id
    if request.method != "POST":
        return redirect("registration:status")
    if application_id is None:
        with enter(request):
            return ended.closed(request)
    with enter(request):
        asked = accounts.tries(f"link:{application_id}", seconds=DAY)
    try:
        with enter(request) as unit:
            row = queries.own(application_id)
            if row is None:
                return ended.closed(request)
            second_thoughts.ask_for_link(by=unit.actor, now=request.now, row=row, asked=asked)
            sentence = _("%(mail)s로 새 발급 주소를 보냅니다. 전에 받으신 주소는 쓸 수 없게 됩니다.")
            messages.success(request, sentence % {"mail": masked(row.email)})
    except Refused as told:
        messages.warning(request, str(told))
    return redirect("registration:status")


@needs(Act.CERTIFICATE_STATUS)
def cancel(request: Request) -> HttpResponse:
    """End the carried application."""
    row = queries.own(request.actor.application_id)
    if row is None:
        return ended.closed(request)
    if request.method == "POST":
        try:
            actions.cancel(by=request.actor, now=request.now)
        except steps.AlreadyDecided as told:
            messages.warning(request, str(told))
        else:
            messages.success(request, _("신청을 취소했습니다. 언제든지 다시 신청하실 수 있습니다."))
        return redirect("registration:status")
    if not row.is_cancellable:
        return redirect("registration:status")
    return render(request, "registration/cancel.html", {"row": row})


def _open(request: Request) -> HttpResponse:
    form = forms.Status(request.POST)
    if not form.is_valid():
        with enter(request):
            return _door(request, form)
    number = form.cleaned_data["number"]
    # The try is committed before anything is verified: nothing that goes wrong later gives it back.
    with enter(request):
        allowed = lookups.count(request, number)
    proof = crypto.issue_proof(number, form.cleaned_data["issue_password"]) if allowed else b""
    with enter(request):
        if not allowed:
            audit.refused(request.actor, "open_status", why="TooManyLookups")
            form.add_error(None, str(lookups.TooManyLookups()))
            return _door(request, form)
        request.session.save()
        with form.refusals():
            actions.open_status(by=request.actor, now=request.now, number=number, proof=proof)
            request.session.renew()
            return lookups.remember(redirect("registration:status"), number)
        return _door(request, form)


def _door(request: Request, form: forms.Status) -> HttpResponse:
    return render(request, "registration/status_door.html", {"form": form}, status=form.status)


def _initial(row: FiledApplication) -> dict[str, object]:
    values = {name: getattr(row, name) for name in typed.TYPED if hasattr(row, name)}
    return values | {"place": row.place_id, "no_email": not row.email}
