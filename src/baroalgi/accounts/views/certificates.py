"""The own certificates: which there are, moving one to a phone, and what browsers refused by themselves."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from baroalgi.accounts import moves, queries
from baroalgi.accounts.forms import certificates as forms
from baroalgi.accounts.views import steps
from baroalgi.pki import queries as pki
from baroalgi.platform import audit
from baroalgi.platform.http import Request, needs
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act

HOUR = 3600
MOST_SEEN = 120  # refusals told by one address in an hour; a school's computer room is one address


@needs(Act.CERTIFICATES_READ)
@require_safe
def certificates(request: Request) -> HttpResponse:
    """Which certificates this account knows; its script adds which of them this browser keeps."""
    rows = pki.certificates_of(request.actor.person_id or 0)
    return render(request, "accounts/certificates.html", {"rows": rows, "now": request.now})


@needs(Act.CERTIFICATE_OFFER)
@require_safe
def move(request: Request) -> HttpResponse:
    """Both ways to bring a certificate to a phone."""
    return render(request, "accounts/move.html")


@needs(Act.CERTIFICATE_OFFER)
@require_POST
def offer(request: Request) -> HttpResponse:
    """Keep what this browser sealed, for the phone that has the other half of the secret."""
    form = forms.Offer(request.POST)
    if not form.is_valid():
        return JsonResponse({}, status=422)
    offers = queries.tries(f"move:{request.actor.person_id}", seconds=HOUR)
    try:
        offered = moves.offer(by=request.actor, offers=offers, **form.cleaned_data)
    except Refused as refusal:
        return steps.no(refusal)
    address = reverse("accounts:receive", kwargs={"token": offered.token})
    return JsonResponse({"address": address, "until": offered.expires_at.isoformat()})


@needs(Act.CERTIFICATE_RECEIVE)
@require_safe
def receive(request: Request, token: str) -> HttpResponse:
    """The page that a phone opens from the QR code. Nothing is looked up: all addresses look alike."""
    return render(request, "accounts/receive.html")


@needs(Act.CERTIFICATE_RECEIVE)
@require_POST
def fetch(request: Request, token: str) -> HttpResponse:
    """Hand the sealed bytes out, once."""
    form = forms.Proof(request.POST)
    proof = form.cleaned_data["proof"] if form.is_valid() else ""
    asked = moves.ask(token, proof)
    try:
        return JsonResponse({"sealed": moves.receive(by=request.actor, asked=asked)})
    except moves.WrongDigits as refusal:
        return JsonResponse({"errors": {"digits": str(refusal)}}, status=422)
    except Refused as refusal:
        return JsonResponse({"message": str(refusal)}, status=410)


@needs(Act.SIGN_IN)
@require_POST
def seen_refusal(request: Request) -> HttpResponse:
    """Write down what a browser refused by itself. No answer but that it was heard."""
    form = forms.SeenRefusal(request.POST)
    if form.is_valid() and queries.tries(f"seen:{request.line}", seconds=HOUR) <= MOST_SEEN:
        told = form.cleaned_data
        audit.refused(
            request.actor, forms.PLACES[told["place"]], why=forms.SEEN[told["code"]], seen_by="browser"
        )
    return HttpResponse(status=204)
