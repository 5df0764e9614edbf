"""The progress of one's own application: whose turn it is, since when, what comes next."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from baroalgi.accounts import queries as accounts
from baroalgi.platform import audit, crypto
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.policy import Act
from baroalgi.registration import actions, queries, steps
from baroalgi.registration.forms import status as forms

TRIES = 40  # look-ups of one address in ten minutes; a school's computer room is one address
WINDOW = 600  # seconds


@needs(Act.CERTIFICATE_STATUS)
@outside_transaction
def status(request: Request) -> HttpResponse:
    """Show the carried application, or the door to it."""
    if request.method == "POST":
        return _open(request)
    with enter(request):
        row = None if "other" in request.GET else queries.own(request.actor.application_id)
        return (
            _door(request, forms.Status())
            if row is None
            else render(request, "registration/status.html", {"row": row})
        )


@needs(Act.CERTIFICATE_STATUS)
def cancel(request: Request) -> HttpResponse:
    """End the carried application."""
    if request.method == "POST":
        try:
            actions.cancel(by=request.actor, now=request.now)
        except steps.AlreadyDecided as told:
            messages.warning(request, str(told))
        else:
            messages.success(request, _("신청을 취소했습니다. 언제든지 다시 신청하실 수 있습니다."))
        return redirect("registration:status")
    row = queries.own(request.actor.application_id)
    if row is None or not row.is_cancellable:
        return redirect("registration:status")
    return render(request, "registration/cancel.html", {"row": row})


def _open(request: Request) -> HttpResponse:
    form = forms.Status(request.POST)
    if not form.is_valid():
        with enter(request):
            return _door(request, form)
    # The try is committed before anything is verified: nothing that goes wrong later gives it back.
    with enter(request):
        tries = accounts.tries(f"status:{request.origin}", seconds=WINDOW)
    allowed = tries <= TRIES
    number = form.cleaned_data["number"]
    proof = crypto.issue_proof(number, form.cleaned_data["issue_password"]) if allowed else b""
    with enter(request):
        if not allowed:
            audit.refused(request.actor, "open_status", why="TooManyTries")
            form.add_error(None, str(actions.TooManyTries()))
            return _door(request, form)
        request.session.save()
        with form.refusals():
            actions.open_status(by=request.actor, now=request.now, number=number, proof=proof)
            request.session.renew()
            return redirect("registration:status")
        return _door(request, form)


def _door(request: Request, form: forms.Status) -> HttpResponse:
    return render(request, "registration/status_door.html", {"form": form}, status=form.status)
