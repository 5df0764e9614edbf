"""Devices in words, and the cookie by which a device is known again.

The cookie says nothing about a person: a random number, and marks of the logins that have signed in here
completely. Guesses from such a device are counted by themselves (`policy.guess_from`).
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from baroalgi.platform import crypto

COOKIE = "baroalgi_device"
LIFE = timedelta(days=180)
MOST_LOGINS = 8  # of a staff room's computer; the longest unused one goes

# The first that fits: programs name others they descend from.
BROWSERS = (
    ("KAKAOTALK", "카카오톡"),
    (r"NAVER\(", "네이버 앱"),
    ("Whale/", "웨일"),
    ("Edg[A-Z]*/", "엣지"),
    ("SamsungBrowser/", "삼성 인터넷"),
    ("OPR/", "오페라"),
    ("Firefox/|FxiOS/", "파이어폭스"),
    ("Chrome/|CriOS/", "크롬"),
    ("Safari/", "사파리"),
)
SYSTEMS = (
    ("iPhone", "아이폰"),
    ("iPad", "아이패드"),
    ("Android", "안드로이드"),
    ("CrOS", "크롬북"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "맥"),
    ("Linux", "리눅스"),
)


def words(user_agent: str) -> str:
    """Write which browser it was, from what it said of itself: 「Windows의 크롬」."""
    system, browser = _first(SYSTEMS, user_agent), _first(BROWSERS, user_agent)
    if system and browser:
        return _("%(system)s의 %(browser)s") % {"system": system, "browser": browser}
    return system or browser or _("알 수 없는 기기")


def _first(table: tuple[tuple[str, str], ...], text: str) -> str:
    return next((word for pattern, word in table if re.search(pattern, text)), "")


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device and the logins it is known for."""

    number: str
    marks: tuple[str, ...]

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """Return the device of a request; None for one that nobody has signed in with, or a forged cookie."""
        try:
            said: dict[str, Any] = signing.loads(
                request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=LIFE, key=settings.SECRET_KEY
            )
        except signing.BadSignature:
            return None
        return cls(said["n"], tuple(said["l"]))

    def mark(self, login: str) -> str:
        return crypto.token_hash(f"{self.number} {login}")[:22]

    def knows(self, login: str) -> bool:
        return self.mark(login) in self.marks


def known_as(request: HttpRequest, login: str) -> str:
    """Return the number of this device if this login has signed in with it, else nothing."""
    device = KnownDevice.of(request)
    return device.number if device and device.knows(login) else ""


def remember(request: HttpRequest, response: HttpResponseBase, login: str) -> None:
    """Let this device be known for a login that has just signed in completely."""
    device = KnownDevice.of(request) or KnownDevice(crypto.new_token()[:22], ())
    mark = device.mark(login)
    marks = [mark, *(other for other in device.marks if other != mark)][:MOST_LOGINS]
    response.set_cookie(
        COOKIE,
        signing.dumps({"n": device.number, "l": marks}, salt=COOKIE, key=settings.SECRET_KEY),
        max_age=LIFE,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
