"""내 정보: the own factors, password and recovery codes, and the page that confirms a change of them."""

from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baroalgi.accounts import factors, queries, totp
from baroalgi.accounts.forms import factors as forms
from baroalgi.accounts.views import steps
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.policy import Act, Strength


@needs(Act.FACTORS_MANAGE)
@require_http_methods(["GET"])
def security(request: Request) -> HttpResponse:
    """The own factors, and what can be done with them."""
    return render(request, "accounts/security.html", {"own": queries.own_factors()})


@needs(Act.FACTORS_SET_UP)
@require_http_methods(["GET", "POST"])
def set_up(request: Request) -> HttpResponse:
    """Set the app up: QR code, key as text, first digits. The first time before anything else."""
    own = queries.own_factors()
    if not own.may_change:
        return steps.confirm_first(request, then=request.path)
    form = forms.Digits(request.POST or None)
    if form.is_valid():
        with form.refusals():
            factors.set_up_app(
                by=request.actor,
                session=request.session,
                device=steps.user_agent(request),
                now=request.now,
                **form.cleaned_data,
            )
            messages.success(request, _("인증 앱을 등록했습니다."))
            return steps.set_up_done(request, own)
    secret = factors.candidate(request.session, request.actor.me)
    address = totp.address(secret, login=own.login, office=settings.ENVIRONMENT.office_name)
    context = {
        "form": form,
        "own": own,
        "first": request.actor.strength is Strength.HALF,
        "key": totp.in_groups(secret),
        # Made here from our own text: segno escapes it into squares.
        "qr": mark_safe(segno.make(address, micro=False, error="m").svg_inline(scale=4, light="#fff")),  # noqa: S308
    }
    return render(request, "accounts/set_up.html", context, status=form.status)


@needs(Act.FACTORS_MANAGE)
@require_POST
def remove_app(request: Request) -> HttpResponse:
    """Take the app away."""
    return _remove(request, None, _("인증 앱을 지웠습니다."))


@needs(Act.FACTORS_MANAGE)
@require_POST
def remove_passkey(request: Request, passkey_id: UUID) -> HttpResponse:
    """Take a passkey away."""
    return _remove(request, passkey_id, _("지문·얼굴 로그인을 지웠습니다."))


def _remove(request: Request, passkey_id: UUID | None, done: str) -> HttpResponse:
    if not queries.own_factors().may_change:
        return steps.confirm_first(request, then=reverse("accounts:security"))
    try:
        factors.remove_factor(by=request.actor, passkey_id=passkey_id)
    except factors.LastFactor as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("accounts:security")


@needs(Act.FACTORS_MANAGE)
@outside_transaction
@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """Another password for the own login; everywhere else the person is signed out."""
    with enter(request):
        own = queries.own_factors()
        if not own.may_change:
            return steps.confirm_first(request, then=request.path)
    form = forms.NewPassword(request.POST or None)
    login = request.session.get("login") or own.login
    if form.is_valid():
        hashed = make_password(form.cleaned_data["password"])
        with enter(request):
            factors.change_password(
                by=request.actor, session=request.session, login=login, hashed=hashed, now=request.now
            )
            messages.success(request, _("비밀번호를 바꾸었습니다. 다른 기기에서는 다시 로그인해 주세요."))
            return redirect("accounts:security")
    return render(request, "accounts/password.html", {"form": form}, status=form.status)


@needs(Act.FACTORS_MANAGE)
@require_http_methods(["GET", "POST"])
def codes(request: Request) -> HttpResponse:
    """New recovery codes to print or note; gone once that is said."""
    if request.method == "POST":
        request.session.pop("codes", None)
        return redirect(request.session.pop("next", reverse("accounts:security")))
    noted = factors.codes_to_note(request.session, request.actor.me)
    if not noted:
        return redirect("accounts:security")
    context = {"codes": noted, "own": queries.own_factors(), "today": request.now}
    return render(request, "accounts/codes.html", context)


@needs(Act.FACTORS_MANAGE)
@require_POST
def new_codes(request: Request) -> HttpResponse:
    """Make recovery codes anew; those of before are dead."""
    own = queries.own_factors()
    if not own.may_change:
        return steps.confirm_first(request, then=reverse("accounts:security"))
    if own.any:
        factors.make_codes(by=request.actor, session=request.session)
    return redirect("accounts:codes")


@needs(Act.FACTORS_MANAGE)
@outside_transaction
@require_http_methods(["GET", "POST"])
def confirm(request: Request) -> HttpResponse:
    """The password, or a passkey, once more before factors change."""
    form = forms.OwnPassword(request.POST or None)
    if form.is_valid():
        fits = factors.own_password_fits(steps.count_guess(request), **form.cleaned_data)
        with form.refusals(), enter(request):
            factors.confirm_by_password(by=request.actor, session=request.session, fits=fits, now=request.now)
            steps.forget_guesses(request)
            return redirect(steps.confirmed(request))
    with enter(request):
        own = queries.own_factors()
        return render(request, "accounts/confirm.html", {"form": form, "own": own}, status=form.status)
