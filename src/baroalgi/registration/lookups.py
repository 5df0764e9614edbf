"""How often an application may be looked up: limited, never punished.

Nothing is counted per application, so nobody can keep a parent from the own one by guessing at its number.
Counted are addresses, and numbers within an address; each count ends by itself after a minute. A school is
one address: who is slowed down there by somebody else's guesses waits that minute, and the device on which
the application was made or opened before has a count of its own and does not wait at all.
"""

import secrets

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from baroalgi.accounts import queries as accounts
from baroalgi.platform.http import Request
from baroalgi.platform.refusal import Refused

WINDOW = 60  # seconds
OF_ADDRESS = 30  # in a window; a school's computer room is one address
OF_NUMBER = 6  # in a window, of one address
OF_DEVICE = 6  # in a window
COOKIE = "baroalgi_known"
COOKIE_LIFE = 60 * 24 * 3600  # seconds; no application stays open longer


class TooManyLookups(Refused):
    message = _(
        "이곳에서 조회를 여러 번 하셨습니다. 1분 뒤에 다시 해 주세요. "
        "급하시면 신청하신 기기나 다른 인터넷에서 바로 조회하실 수 있습니다."
    )


def count(request: Request, number: str) -> bool:
    """Count a look-up and tell whether it may be answered. Two statements at most.

    Call it in a unit of its own: what happens afterwards must not give the try back.
    """
    device = request.get_signed_cookie(COOKIE, default="", salt=_salt(number), max_age=COOKIE_LIFE)
    if device:
        return accounts.tries(f"status:device:{device}", seconds=WINDOW) <= OF_DEVICE
    at = f"status:{request.line}"
    return (
        accounts.tries(f"{at}:{number}", seconds=WINDOW) <= OF_NUMBER
        and accounts.tries(at, seconds=WINDOW) <= OF_ADDRESS
    )


def remember(response: HttpResponse, number: str) -> HttpResponse:
    """Let this device be known for this number: by a random name, in which the number can't be seen."""
    response.set_signed_cookie(
        COOKIE,
        secrets.token_urlsafe(16),
        salt=_salt(number),
        max_age=COOKIE_LIFE,
        path="/certificate/status/",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def _salt(number: str) -> str:
    return f"application {number}"
