"""Signing in by certificate, and signing out."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from baroalgi.accounts import actions
from baroalgi.accounts.forms import sign_in as forms
from baroalgi.accounts.views import steps
from baroalgi.pki import queries as pki
from baroalgi.platform import audit
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act

PURPOSE = "signin"


@needs(Act.SIGN_IN)
@outside_transaction
@require_http_methods(["GET", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """The page on which a parent opens the certificate, and what its script sends."""
    if request.method == "POST":
        return _check_signature(request)
    steps.remember_next(request)
    return render(request, "accounts/sign_in.html", {"ended": "ended" in request.GET})


@needs(Act.SIGN_IN)
@require_POST
def challenge(request: Request) -> HttpResponse:
    """What the browser must sign."""
    return JsonResponse(steps.new_challenge(request, PURPOSE))


def _check_signature(request: Request) -> HttpResponse:
    """Check what the browser signed. The challenge is used up before anything else is looked at."""
    form = forms.CertificateSignIn(request.POST)
    try:
        if not form.is_valid():
            with enter(request) as unit:
                audit.refused(unit.actor, "sign_in_by_certificate", why=actions.Unreadable.__name__)
                raise actions.Unreadable
        signed = form.cleaned_data
        with enter(request):
            anchors = pki.anchors()
            content = steps.use_challenge(request, PURPOSE, signed.pop("nonce"))
        with enter(request):
            actions.sign_in_by_certificate(
                by=request.actor,
                session=request.session,
                content=content,
                anchors=anchors,
                device=steps.user_agent(request),
                now=request.now,
                **signed,
            )
    except Refused as refusal:
        return steps.no(refusal)
    return JsonResponse({"next": steps.after_sign_in(request, reverse("portal:children"))})


@needs(Act.SIGN_OUT)
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session."""
    actions.sign_out(by=request.actor, session=request.session)
    return redirect("portal:home")
