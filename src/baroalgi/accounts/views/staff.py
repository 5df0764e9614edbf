"""Signing in as staff: login and password, then the second step; and the invitation to a first login."""

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baroalgi.accounts import actions, devices, factors, queries
from baroalgi.accounts.forms import factors as factor_forms
from baroalgi.accounts.forms import sign_in as forms
from baroalgi.accounts.types import LoginTry
from baroalgi.accounts.views import steps
from baroalgi.platform import audit, crypto
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.policy import Act, Strength


@needs(Act.SIGN_IN)
@outside_transaction
@require_http_methods(["GET", "POST"])
def staff_sign_in(request: Request) -> HttpResponse:
    """Login and password of staff. The guess is counted before it is looked at, and stays counted."""
    form = forms.StaffSignIn(request.POST or None)
    steps.remember_next(request)
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
        device=steps.user_agent(request),
        now=request.now,
    )
    request.session["login"] = login
    queries.forget_guesses(device=known, address=request.line)
    if strength is Strength.HALF:
        rotate_token(request)
        return redirect("accounts:second_step")
    return steps.go_on(request, login)


@needs(Act.SECOND_STEP)
@outside_transaction
@require_http_methods(["GET", "POST"])
def second_step(request: Request) -> HttpResponse:
    """Six digits of the app, or another way; whoever has none sets one up first."""
    form = factor_forms.Digits(request.POST or None)
    if form.is_valid():
        tried = steps.count_guess(request)
        with form.refusals(), enter(request):
            factors.finish_by_digits(
                by=request.actor,
                session=request.session,
                tried=tried,
                device=steps.user_agent(request),
                now=request.now,
                **form.cleaned_data,
            )
            return steps.go_on(request, steps.forget_guesses(request))
    with enter(request):
        own = queries.own_factors()
        if not own.any:
            return redirect("accounts:set_up")
        return render(request, "accounts/second_step.html", {"form": form, "own": own}, status=form.status)


@needs(Act.SECOND_STEP)
@outside_transaction
@require_http_methods(["GET", "POST"])
def second_code(request: Request) -> HttpResponse:
    """A recovery code instead of the digits."""
    form = factor_forms.RecoveryCode(request.POST or None)
    if form.is_valid():
        tried = steps.count_guess(request)
        with form.refusals(), enter(request):
            left = factors.finish_by_code(
                by=request.actor,
                session=request.session,
                tried=tried,
                device=steps.user_agent(request),
                now=request.now,
                **form.cleaned_data,
            )
            messages.warning(request, _few_left(left))
            return steps.go_on(request, steps.forget_guesses(request))
    with enter(request):
        return render(request, "accounts/second_code.html", {"form": form}, status=form.status)


def _few_left(left: int) -> str:
    if left:
        return _("복구 코드를 하나 썼습니다. %(n)s개 남았습니다.") % {"n": left}
    return _("마지막 복구 코드를 썼습니다. 내 정보에서 새로 만들어 주세요.")


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
