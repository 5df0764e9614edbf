"""The second step of staff, and everyone's own account: factors, recovery codes, sessions."""

from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baroalgi.accounts import actions, devices, factors, forms, passkeys, queries, totp
from baroalgi.accounts.types import Factors, OwnTry
from baroalgi.platform import audit
from baroalgi.platform.http import Request, enter, needs, outside_transaction, safe_next
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act, Strength

SHOW, MAKE = "passkey", "passkey_new"  # purposes of challenges


def go_on(request: Request, login: str) -> HttpResponse:
    """Lead on after a complete sign-in of staff, and let this device be known for the login."""
    response = redirect(_where_next(request))
    devices.remember(request, response, login)
    return response


def _where_next(request: Request) -> str:
    """New recovery codes come before anything else; then the page that asked, else the start page."""
    rotate_token(request)
    if "codes" in request.session:
        return reverse("accounts:codes")
    page: str = request.session.pop("next", reverse("portal:desk"))
    return page


def user_agent(request: Request) -> str:
    return request.headers.get("User-Agent", "")


# The second step ------------------------------------------------------------------------------------


@needs(Act.SECOND_STEP)
@outside_transaction
@require_http_methods(["GET", "POST"])
def second_step(request: Request) -> HttpResponse:
    """Six digits of the app, or another way; whoever has none sets one up first."""
    form = forms.Digits(request.POST or None)
    if form.is_valid():
        tried = _count_guess(request)
        with form.refusals(), enter(request):
            factors.finish_by_digits(
                by=request.actor,
                session=request.session,
                tried=tried,
                device=user_agent(request),
                now=request.now,
                **form.cleaned_data,
            )
            return _finished(request)
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
    form = forms.RecoveryCode(request.POST or None)
    if form.is_valid():
        tried = _count_guess(request)
        with form.refusals(), enter(request):
            left = factors.finish_by_code(
                by=request.actor,
                session=request.session,
                tried=tried,
                device=user_agent(request),
                now=request.now,
                **form.cleaned_data,
            )
            messages.warning(request, _few_left(left))
            return _finished(request)
    with enter(request):
        return render(request, "accounts/second_code.html", {"form": form}, status=form.status)


def _few_left(left: int) -> str:
    if left:
        return _("복구 코드를 하나 썼습니다. %(n)s개 남았습니다.") % {"n": left}
    return _("마지막 복구 코드를 썼습니다. 내 정보에서 새로 만들어 주세요.")


def _count_guess(request: Request) -> OwnTry | None:
    """Count a guess in a unit of its own: it stands, whatever comes of it."""
    login = request.session.get("login", "")
    with enter(request):
        return queries.try_own(
            request.session.key_hash(),
            login=login,
            device=devices.known_as(request, login),
            address=request.line,
        )


def _finished(request: Request) -> HttpResponse:
    login = request.session.get("login", "")
    queries.forget_guesses(device=devices.known_as(request, login), address=request.line)
    return go_on(request, login)


# Passkeys -------------------------------------------------------------------------------------------


@needs(Act.SIGN_IN)
@require_POST
def passkey_options(request: Request) -> HttpResponse:
    """What a browser needs to show a passkey: for signing in, or once more."""
    return JsonResponse(passkeys.request_options(nonce=_new_challenge(request, SHOW)))


@needs(Act.SIGN_IN)
@outside_transaction
@require_POST
def passkey(request: Request) -> HttpResponse:
    """Sign in by passkey alone."""
    try:
        answer, nonce = _used_challenge(request, SHOW)
        with enter(request):
            login = factors.sign_in_by_passkey(
                by=request.actor,
                session=request.session,
                answer=answer,
                nonce=nonce,
                device=user_agent(request),
                now=request.now,
            )
            request.session["login"] = login
            queries.forget_guesses(device=devices.known_as(request, login), address="")
            response = JsonResponse({"next": _where_next(request)})
            devices.remember(request, response, login)
            return response
    except Refused as refusal:
        return _no(refusal)


def _new_challenge(request: Request, purpose: str) -> str:
    content = actions.make_challenge(
        purpose=purpose, session_hash=request.session.challenge_hash(), now=request.now
    )
    return str(content["nonce"])


def _used_challenge(request: Request, purpose: str) -> tuple[str, str]:
    """Use the challenge of an answer up before anything of it is checked; returns answer and challenge."""
    form = forms.PasskeyAnswer(request.POST)
    answer: str = form.cleaned_data["answer"] if form.is_valid() else ""
    try:
        nonce = passkeys.nonce_in(answer)
    except passkeys.PasskeyRefused as refusal:
        with enter(request) as unit:
            audit.refused(unit.actor, purpose, why=type(refusal).__name__)
        raise
    with enter(request):
        actions.use_challenge(
            by=request.actor,
            nonce=nonce,
            purpose=purpose,
            session_hash=request.session.challenge_hash(),
            now=request.now,
        )
    return answer, nonce


def _no(refusal: Refused) -> HttpResponse:
    return JsonResponse({"message": str(refusal)}, status=422)


# 내 정보: factors ------------------------------------------------------------------------------------


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
        return _fresh_first(request, "accounts:set_up")
    form = forms.Digits(request.POST or None)
    if form.is_valid():
        with form.refusals():
            factors.set_up_app(
                by=request.actor,
                session=request.session,
                device=user_agent(request),
                now=request.now,
                **form.cleaned_data,
            )
            messages.success(request, _("인증 앱을 등록했습니다."))
            return _set_up_done(request, own)
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


def _fresh_first(request: Request, page: str) -> HttpResponse:
    """Ask for the password once more before factors change, or for the factor there is; then `page` opens."""
    if request.actor.strength is Strength.HALF:
        return redirect("accounts:second_step")
    return _confirm_for(request, page)


def _set_up_done(request: Request, own: Factors) -> HttpResponse:
    if request.actor.strength is Strength.HALF:
        return go_on(request, own.login)
    return redirect("accounts:codes" if "codes" in request.session else "accounts:security")


@needs(Act.FACTORS_SET_UP)
@require_POST
def passkey_new_options(request: Request) -> HttpResponse:
    """What a browser needs to make a passkey."""
    own = queries.own_factors()
    if not own.may_change:
        return JsonResponse({"next": _fresh_first(request, "accounts:security")["Location"]}, status=409)
    return JsonResponse(factors.challenge_for_new(own, nonce=_new_challenge(request, MAKE), by=request.actor))


@needs(Act.FACTORS_SET_UP)
@outside_transaction
@require_POST
def passkey_new(request: Request) -> HttpResponse:
    """Register the passkey that a browser has made."""
    try:
        answer, nonce = _used_challenge(request, MAKE)
        name = forms.PasskeyName(request.POST)
        with enter(request):
            own = queries.own_factors()
            if not own.may_change:
                fresh = _fresh_first(request, "accounts:security")
                return JsonResponse({"next": fresh["Location"]}, status=409)
            factors.add_passkey(
                by=request.actor,
                session=request.session,
                answer=answer,
                nonce=nonce,
                name=(name.is_valid() and name.cleaned_data["name"]) or devices.words(user_agent(request)),
                device=user_agent(request),
                now=request.now,
            )
            messages.success(request, _("지문·얼굴 로그인을 등록했습니다."))
            done = _set_up_done(request, own)
            response = JsonResponse({"next": done["Location"]})
            response.cookies.update(done.cookies)
            return response
    except Refused as refusal:
        return _no(refusal)


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
        return _confirm_for(request, "accounts:security")
    try:
        factors.remove_factor(by=request.actor, passkey_id=passkey_id)
    except factors.LastFactor as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("accounts:security")


def _confirm_for(request: Request, page: str) -> HttpResponse:
    request.session["confirm_next"] = reverse(page)
    return redirect("accounts:confirm")


@needs(Act.FACTORS_MANAGE)
@outside_transaction
@require_http_methods(["GET", "POST"])
def password(request: Request) -> HttpResponse:
    """Another password for the own login; everywhere else the person is signed out."""
    with enter(request):
        own = queries.own_factors()
        if not own.may_change:
            return _fresh_first(request, "accounts:password")
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
        return _confirm_for(request, "accounts:security")
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
        fits = factors.own_password_fits(_count_guess(request), **form.cleaned_data)
        with form.refusals(), enter(request):
            factors.confirm_by_password(by=request.actor, session=request.session, fits=fits, now=request.now)
            _forget_own(request)
            return redirect(_confirmed(request))
    with enter(request):
        own = queries.own_factors()
        return render(request, "accounts/confirm.html", {"form": form, "own": own}, status=form.status)


@needs(Act.FACTORS_MANAGE)
@outside_transaction
@require_POST
def confirm_passkey(request: Request) -> HttpResponse:
    """A passkey once more."""
    try:
        answer, nonce = _used_challenge(request, SHOW)
        with enter(request):
            factors.confirm_by_passkey(
                by=request.actor, session=request.session, answer=answer, nonce=nonce, now=request.now
            )
            return JsonResponse({"next": _confirmed(request)})
    except Refused as refusal:
        return _no(refusal)


def _forget_own(request: Request) -> None:
    login = request.session.get("login", "")
    queries.forget_guesses(device=devices.known_as(request, login), address=request.line)


def _confirmed(request: Request) -> str:
    page: str = request.session.pop("confirm_next", reverse("accounts:security"))
    return safe_next(request, page) or reverse("accounts:security")


# 로그인한 기기 ---------------------------------------------------------------------------------------


@needs(Act.SESSIONS_OWN)
@require_http_methods(["GET"])
def sessions(request: Request) -> HttpResponse:
    """Where the person is signed in."""
    return render(request, "accounts/sessions.html", {"sessions": queries.own_sessions()})


@needs(Act.SESSIONS_OWN)
@require_POST
def end_session(request: Request, session_id: UUID) -> HttpResponse:
    """End one of the own sessions; one that is not there is ended already."""
    factors.end_sessions(by=request.actor, session_id=session_id)
    messages.success(request, _("그 기기에서 로그아웃했습니다."))
    return redirect("accounts:sessions")


@needs(Act.SESSIONS_OWN)
@require_POST
def end_other_sessions(request: Request) -> HttpResponse:
    """End all own sessions but this one."""
    ended = factors.end_sessions(by=request.actor, session_id=None)
    messages.success(request, _("다른 기기 %(n)s곳에서 로그아웃했습니다.") % {"n": ended})
    return redirect("accounts:sessions")
