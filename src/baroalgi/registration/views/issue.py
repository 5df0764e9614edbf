"""Step ⑤ 발급: one address with four screens; what the browser's script sends and asks.

All views open their units themselves: a counted try and a used challenge stand whatever follows.
"""

from base64 import b64encode
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.accounts import actions as accounts
from baroalgi.pki import queries as pki
from baroalgi.platform import audit
from baroalgi.platform.forms import Form
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act
from baroalgi.registration import enrolment, slip
from baroalgi.registration.forms import issue as forms

TYPED = ("number", "issue_password")


@needs(Act.CERTIFICATE_ISSUE)
def code(request: Request) -> HttpResponse:
    """For whoever typed only the first line of the slip's address: the place for the second one."""
    form = forms.SlipCode(request.POST or None)
    if form.is_valid():
        return redirect("registration:issue", token=form.cleaned_data["code"])
    return render(request, "registration/issue_code.html", {"form": form}, status=form.status)


@needs(Act.CERTIFICATE_ISSUE)
@require_safe
def issue(request: Request, token: str) -> HttpResponse:
    """The page; a dead link is told at once. A code that was typed from paper may look otherwise."""
    if (printed := slip.as_printed(token)) != token:
        return redirect("registration:issue", token=printed)
    authorities = pki.authorities() if enrolment.link_is_open(token) else []
    if not authorities:
        why = enrolment.LinkDead.__name__
        audit.refused_in_passing(request.actor, "certificate.open_link", why=why, line=request.line)
        return render(request, "registration/issue_closed.html", status=410)
    sealing_key = b64encode(authorities[0].sealing_key).decode()
    return render(request, "registration/issue.html", {"token": token, "sealing_key": sealing_key})


@needs(Act.CERTIFICATE_ISSUE)
@outside_transaction
@require_http_methods(["GET", "POST"])
def order(request: Request, token: str) -> HttpResponse:
    """Order a certificate (POST), or ask how the order stands (GET)."""
    return _place(request, token) if request.method == "POST" else _standing(request, token)


def _place(request: Request, token: str) -> HttpResponse:
    form = forms.Order(request.POST)
    if not form.is_valid():
        return _wrong(request, form)
    sent = form.cleaned_data
    proof = enrolment.proof_of(sent["number"], sent["issue_password"])
    try:
        with enter(request) as unit:
            if request.session.session_key is None:
                request.session.save()  # it must be there to carry the application
            enrolment.count_try(by=unit.actor, token=token, number=sent["number"], proof=proof)
            request.session.renew()
        with enter(request) as unit:
            made = enrolment.order(by=unit.actor, csr=sent["csr"], sealed=sent["sealed"], now=request.now)
    except Refused as refusal:
        return _refused(refusal)
    request.session["issuance"] = made
    return JsonResponse({"order": str(made)}, status=202)


def _standing(request: Request, token: str) -> HttpResponse:
    try:
        with enter(request) as unit:
            newest = enrolment.round_of(unit.actor, token)
            if newest.issuance_id != request.session.get("issuance"):
                return _rejected("given_up")
            if newest.state != "valid":
                return _state("ordered") if newest.state == "ordered" else _rejected(newest.reason)
            challenge = enrolment.new_challenge(request.session.challenge_hash(), request.now)
    except Refused as refusal:
        return _refused(refusal)
    return _state(
        "valid",
        certificate=b64encode(newest.certificate or b"").decode(),
        chain=[b64encode(each).decode() for each in newest.chain],
        challenge=challenge,
    )


@needs(Act.CERTIFICATE_ISSUE)
@outside_transaction
@require_POST
def confirm(request: Request, token: str) -> HttpResponse:
    """Check the first signature. The challenge is used up before anything else is looked at."""
    form = forms.FirstSignature(request.POST)
    if not form.is_valid():
        return _wrong(request, form)
    sent = form.cleaned_data
    try:
        with enter(request) as unit:
            challenge = accounts.use_challenge(
                by=unit.actor,
                nonce=sent["nonce"],
                purpose=enrolment.PURPOSE,
                session_hash=request.session.challenge_hash(),
                now=request.now,
            )
        with enter(request) as unit:
            issued = enrolment.confirm(
                by=unit.actor,
                token=token,
                cms=sent["cms"],
                h1=sent["h1"],
                challenge=challenge,
                now=request.now,
            )
    except Refused as refusal:
        return _refused(refusal)
    return JsonResponse({"name": issued.name, "kind": issued.kind, "not_after": issued.not_after.isoformat()})


def _wrong(request: Request, form: Form) -> JsonResponse:
    """Answer at the fields. What no person typed was made up or damaged: that leaves a row."""
    if damaged := [name for name in form.errors if name not in TYPED]:
        with enter(request) as unit:
            audit.refused(unit.actor, "certificate.issuing", why="Unreadable", fields=damaged)
    return JsonResponse({"errors": {name: said[0] for name, said in form.errors.items()}}, status=422)


def _refused(refusal: Refused) -> JsonResponse:
    if refusal.field:
        return JsonResponse({"errors": {refusal.field: str(refusal)}}, status=422)
    dead = isinstance(refusal, enrolment.LinkDead | enrolment.Blocked)
    return JsonResponse({"message": str(refusal)}, status=410 if dead else 422)


def _rejected(code: str) -> JsonResponse:
    return _state("rejected", message=enrolment.sentence_of(code))


def _state(state: str, **more: Any) -> JsonResponse:
    return JsonResponse({"state": state, **more})
