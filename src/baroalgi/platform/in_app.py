"""Browsers inside other apps: certificates get lost there, so people are led out before they type anything.

KakaoTalk, Naver and the like open links in a view of their own. What a page stores there goes with the app's
cache, downloads often do not arrive, and the next link opens another app's view, without the certificate.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.request import Request

# Words in the user agent, as the apps write them, and what parents call the app.
APPS = (
    (re.compile(r"KAKAOTALK", re.I), "kakaotalk", _("카카오톡")),
    (re.compile(r"NAVER\(inapp", re.I), "naver", _("네이버 앱")),
    (re.compile(r"\bBAND/", re.I), "band", _("밴드")),
    (re.compile(r"\bLine/", re.I), "line", _("라인")),
    (re.compile(r"Instagram", re.I), "instagram", _("인스타그램")),
    (re.compile(r"FBAN|FBAV|FB_IAB", re.I), "facebook", _("페이스북")),
    (re.compile(r"DaumApps|DaumDevice", re.I), "daum", _("다음 앱")),
)

# Here keys are made, used or kept, or much is typed.
CLOSED = ("/certificate/", "/sign-in/", "/account/")
# A visitor only reads here, or asks how far things are: staying loses nothing.
MAY_STAY = ("/certificate/", "/certificate/status/")
STAFF = "/sign-in/staff/"
STAYS = "stays_in_app"


@dataclass(frozen=True, slots=True)
class Way:
    """How one gets from here to a real browser. `button`: an address that opens it, empty on an iPhone."""

    app: str
    app_name: str
    address: str
    button: str
    may_stay: bool


def app_of(user_agent: str) -> tuple[str, str] | None:
    """Return key and name of the app whose browser this is, None for a real one."""
    return next(((key, str(name)) for words, key, name in APPS if words.search(user_agent)), None)


def way_out(user_agent: str, address: str, *, may_stay: bool) -> Way | None:
    """Return the way from an app's browser to the real one at this address, None in a real one."""
    app = app_of(user_agent)
    if app is None:
        return None
    key, name = app
    parts = urlsplit(address)
    button = ""
    if key == "kakaotalk":
        button = f"kakaotalk://web/openExternal?url={quote(address, safe='')}"
    elif key == "line":
        button = f"{address}{'&' if parts.query else '?'}openExternalBrowser=1"
    elif "Android" in user_agent:
        inside = address.removeprefix(f"{parts.scheme}://")
        button = f"intent://{inside}#Intent;scheme={parts.scheme};package=com.android.chrome;end"
    return Way(key, name, address, button, may_stay)


class InAppBrowsers:
    """Answers pages of certificates with the way out, before any view: no one-time address is touched."""

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        path = request.path_info
        if request.method != "GET" or not path.startswith(CLOSED) or path.startswith(STAFF):
            return self.get_response(request)
        way = way_out(
            request.headers.get("User-Agent", ""),
            settings.ENVIRONMENT.url + request.get_full_path(),
            may_stay=path in MAY_STAY,
        )
        if way is None or (way.may_stay and request.session.get(STAYS)):
            return self.get_response(request)
        if way.may_stay and "stay" in request.GET:
            request.session[STAYS] = True
            return redirect(path)
        return render(request, "outside.html", {"way": way})
