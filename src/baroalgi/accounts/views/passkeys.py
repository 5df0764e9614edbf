"""What the scripts of the pages ask about passkeys: showing one, and making one."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from baroalgi.accounts import devices, factors, passkeys, queries
from baroalgi.accounts.forms import factors as forms
from baroalgi.accounts.views import steps
from baroalgi.platform import audit
from baroalgi.platform.http import Request, enter, needs, outside_transaction
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act

SHOW, MAKE = "passkey", "passkey_new"  # purposes of challenges


@needs(Act.SIGN_IN)
@require_POST
def passkey_options(request: Request) -> HttpResponse:
    """What a browser needs to show a passkey: for signing in, or once more."""
    return JsonResponse(passkeys.request_options(nonce=_new_nonce(request, SHOW)))


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
                device=steps.user_agent(request),
                now=request.now,
            )
            request.session["login"] = login
            queries.forget_guesses(device=devices.known_as(request, login), address="")
            return steps.as_json(steps.go_on(request, login))
    except Refused as refusal:
        return steps.no(refusal)


@needs(Act.FACTORS_SET_UP)
@require_POST
def passkey_new_options(request: Request) -> HttpResponse:
    """What a browser needs to make a passkey."""
    own = queries.own_factors()
    if not own.may_change:
        return _confirm_first(request)
    return JsonResponse(factors.challenge_for_new(own, nonce=_new_nonce(request, MAKE), by=request.actor))


@needs(Act.FACTORS_SET_UP)
@outside_transaction
@require_POST
def passkey_new(request: Request) -> HttpResponse:
    """Register the passkey that a browser has made."""
    try:
        answer, nonce = _used_challenge(request, MAKE)
        named = forms.PasskeyName(request.POST)
        device = steps.user_agent(request)
        with enter(request):
            own = queries.own_factors()
            if not own.may_change:
                return _confirm_first(request)
            factors.add_passkey(
                by=request.actor,
                session=request.session,
                answer=answer,
                nonce=nonce,
                name=(named.is_valid() and named.cleaned_data["name"]) or devices.words(device),
                device=device,
                now=request.now,
            )
            messages.success(request, _("지문·얼굴 로그인을 등록했습니다."))
            return steps.as_json(steps.set_up_done(request, own))
    except Refused as refusal:
        return steps.no(refusal)


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
            return JsonResponse({"next": steps.confirmed(request)})
    except Refused as refusal:
        return steps.no(refusal)


def _confirm_first(request: Request) -> HttpResponse:
    answer = steps.as_json(steps.confirm_first(request, then=reverse("accounts:security")))
    answer.status_code = 409
    return answer


def _new_nonce(request: Request, purpose: str) -> str:
    return str(steps.new_challenge(request, purpose)["nonce"])


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
        steps.use_challenge(request, purpose, nonce)
    return answer, nonce
