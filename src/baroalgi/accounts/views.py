"""Signing in and out."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baroalgi.accounts import actions, devices, forms, queries
from baroalgi.accounts.types import LoginTry
from baroalgi.accounts.views_account import go_on
from baroalgi.pki import queries as pki
from baroalgi.platform import audit, crypto
from baroalgi.platform.http import Request, enter, needs, outside_transaction, safe_next
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act, Strength

PURPOSE = "signin"


@needs(Act.SIGN_IN)
@outside_transaction
@require_http_methods(["GET", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """The page on which a parent opens the certificate, and what its script sends."""
    if request.method == "POST":
        return _check_signature(request)
    _remember_next(request)
    return render(request, "accounts/sign_in.html", {"ended": "ended" in request.GET})


@needs(Act.SIGN_IN)
@require_POST
def challenge(request: Request) -> HttpResponse:
    """What the browser must sign."""
    content = actions.make_challenge(
        purpose=PURPOSE, session_hash=request.session.challenge_hash(), now=request.now
    )
    return JsonResponse(content)


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
            content = actions.use_challenge(
                by=request.actor,
                nonce=signed.pop("nonce"),
                purpose=PURPOSE,
                session_hash=request.session.challenge_hash(),
                now=request.now,
            )
        with enter(request):
            actions.sign_in_by_certificate(
                by=request.actor,
                session=request.session,
                content=content,
                anchors=anchors,
                device=request.headers.get("User-Agent", ""),
                now=request.now,
                **signed,
            )
    except Refused as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    return JsonResponse({"next": _after(request, reverse("portal:children"))})


@needs(Act.SIGN_IN)
@outside_transaction
@require_http_methods(["GET", "POST"])
def staff_sign_in(request: Request) -> HttpResponse:
    """Login and password of staff. The guess is counted before it is looked at, and stays counted."""
    form = forms.StaffSignIn(request.POST or None)
    _remember_next(request)
    if form.is_valid():
        login, password = form.cleaned_data["login"], form.cleaned_data["password"]
        known = devices.known_as(request, login)
        with enter(request):
            tried = queries.try_login(login, device=known, address=request.line)
        found = actions.checked_password(tried, password)
        with form.refusals(), enter(request):
            return _by_password(request, login, found, known)
    context = {"form": form, "ended": "ended" in request.GET}
    return render(request, "accounts/staff_sign_in.html", context, status=form.status)


def _by_password(request: Request, login: str, found: LoginTry | None, known: str) -> HttpResponse:
    strength = actions.sign_in_by_password(
        by=request.actor,
        session=request.session,
        found=found,
        device=request.headers.get("User-Agent", ""),
        now=request.now,
    )
    request.session["login"] = login
    queries.forget_guesses(device=known, address=request.line)
    if strength is Strength.HALF:
        rotate_token(request)
        return redirect("accounts:second_step")
    return go_on(request, login)


@needs(Act.SIGN_OUT)
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End the session."""
    actions.sign_out(by=request.actor, session=request.session)
    return redirect("portal:home")


@needs(Act.SIGN_IN)
@require_http_methods(["GET", "POST"])
def invitation(request: Request, token: str) -> HttpResponse:
    """An invited member of staff makes the own login."""
    name = queries.invited(crypto.token_hash(token))
    if name is None:
        why = actions.InvitationDead.__name__
        audit.refused_in_passing(request.actor, "accept_invitation", why=why, line=request.line)
        return render(request, "accounts/invitation_dead.html", status=410)
    form = forms.Invitation(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.accept_invitation(by=request.actor, token=token, **form.cleaned_data)
            # Whoever has just chosen the password goes straight on to the second factor.
            login = form.cleaned_data["login"]
            made = queries.try_login(login, device="", address=request.line)
            request.session["next"] = reverse("accounts:set_up")
            messages.success(request, _("로그인을 만들었습니다."))
            return _by_password(request, login, made, "")
    return render(request, "accounts/invitation.html", {"form": form, "name": name}, status=form.status)


def _remember_next(request: Request) -> None:
    if page := safe_next(request, request.GET.get("next", "")):
        request.session["next"] = page


def _after(request: Request, default: str) -> str:
    """Where a sign-in leads: to the page that asked for it, else to the start page."""
    rotate_token(request)
    page: str = request.session.pop("next", default)
    return page
