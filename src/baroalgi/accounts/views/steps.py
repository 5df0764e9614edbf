"""What the pages of this room share: where a sign-in leads, challenges, and guesses that count."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.urls import reverse

from baroalgi.accounts import actions, devices, queries
from baroalgi.accounts.types import Factors, OwnTry
from baroalgi.platform.http import Request, enter, safe_next
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Strength


def user_agent(request: Request) -> str:
    return request.headers.get("User-Agent", "")


def no(refusal: Refused) -> HttpResponse:
    """Refuse what a script has sent."""
    return JsonResponse({"message": str(refusal)}, status=422)


# Where it leads -------------------------------------------------------------------------------------


def remember_next(request: Request) -> None:
    """Keep the page that asked for the sign-in."""
    if page := safe_next(request, request.GET.get("next", "")):
        request.session["next"] = page


def after_sign_in(request: Request, default: str) -> str:
    """Return where a complete sign-in leads: to the page that asked for it, else to the start page."""
    rotate_token(request)
    page: str = request.session.pop("next", default)
    return page


def go_on(request: Request, login: str) -> HttpResponse:
    """Lead on after a complete sign-in of staff, and let this device be known for the login."""
    response = redirect(_after_staff_sign_in(request))
    devices.remember(request, response, login)
    return response


def _after_staff_sign_in(request: Request) -> str:
    if "codes" in request.session:
        # New recovery codes come before anything else; their page leads on to `next`.
        rotate_token(request)
        return reverse("accounts:codes")
    return after_sign_in(request, reverse("portal:desk"))


def set_up_done(request: Request, own: Factors) -> HttpResponse:
    """Lead on after a new factor: into the service the first time, else back to 내 정보."""
    if request.actor.strength is Strength.HALF:
        return go_on(request, own.login)
    return redirect("accounts:codes" if "codes" in request.session else "accounts:security")


def confirm_first(request: Request, *, then: str) -> HttpResponse:
    """Ask for the password once more before factors change, or for the factor there is."""
    if request.actor.strength is Strength.HALF:
        return redirect("accounts:second_step")
    request.session["confirm_next"] = then
    return redirect("accounts:confirm")


def confirmed(request: Request) -> str:
    """Return the page that asked to confirm."""
    page: str = request.session.pop("confirm_next", reverse("accounts:security"))
    return safe_next(request, page) or reverse("accounts:security")


def as_json(response: HttpResponse) -> HttpResponse:
    """Turn a redirect into what a script follows, with the same cookies."""
    answer = JsonResponse({"next": response["Location"]})
    answer.cookies.update(response.cookies)
    return answer


# Challenges and guesses -----------------------------------------------------------------------------


def new_challenge(request: Request, purpose: str) -> dict[str, Any]:
    """Return what this browser is to sign."""
    return actions.make_challenge(
        purpose=purpose, session_hash=request.session.challenge_hash(), now=request.now
    )


def use_challenge(request: Request, purpose: str, nonce: str) -> dict[str, Any]:
    """Use a challenge up, inside the caller's unit. Raises StaleChallenge."""
    return actions.use_challenge(
        by=request.actor,
        nonce=nonce,
        purpose=purpose,
        session_hash=request.session.challenge_hash(),
        now=request.now,
    )


def count_guess(request: Request) -> OwnTry | None:
    """Count a guess in a unit of its own: it stands, whatever comes of it."""
    login = request.session.get("login", "")
    with enter(request):
        return queries.try_own(
            request.session.key_hash(),
            login=login,
            device=devices.known_as(request, login),
            address=request.line,
        )


def forget_guesses(request: Request) -> str:
    """Let the guesses of before a right one be forgotten; return the login that they were about."""
    login: str = request.session.get("login", "")
    queries.forget_guesses(device=devices.known_as(request, login), address=request.line)
    return login
