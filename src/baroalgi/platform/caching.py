"""What others may keep of an answer, and for how long; conditional requests.

Nothing may be kept unless a view says so: `http.RequestFacts` sends everything else as `no-store`. Two
decorators say it, below `@needs` (and above `@require_safe`):

- `page` for pages with a frame. A frame shows who is signed in, so only what a visitor without a session gets
  is public; everybody else gets the same page as `no-store`. `Vary: Cookie` keeps the two apart.
- `same_for_all` for answers that never look at who asks: feeds, calendars, pictures, /hub/.

Both take `version`, a function of the view's arguments that tells with one small query what the answer is
made of; an asker who has that version already is told so (304) before anything is read or rendered. Without
it the finished answer is compared: that saves the line, not the work.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from baroalgi import __version__
from baroalgi.platform.request import Request

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Version:
    """What an answer is made of: `parts` (numbers, moments, words) change whenever the answer does.

    `changed_at`: when it last changed, for Last-Modified; None if nobody knows.
    """

    parts: tuple[object, ...]
    changed_at: datetime | None = None


def page(*, seconds: int = 0, version: Callable[..., Version | None] | None = None) -> Callable[[V], V]:
    """Let anyone keep a visitor's page for so many seconds, then ask again; 0: ask each time.

    The day belongs to the version by itself, since pages mark what is today.
    """

    def mark(view: V) -> V:
        @wraps(view)
        def wrapper(request: Request, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not _is_visitor(request):
                response = view(request, *args, **kwargs)
                patch_vary_headers(response, ["Cookie"])
                return response
            told = version(request, *args, **kwargs) if version else None
            if told is not None:
                told = _of_today(request, told)
            return _answer(
                request, lambda: view(request, *args, **kwargs), told, seconds=seconds, vary=("Cookie",)
            )

        return cast(V, wrapper)

    return mark


def same_for_all(
    *, seconds: int = 0, version: Callable[..., Version | None] | None = None
) -> Callable[[V], V]:
    """Let anyone keep an answer that is the same for everybody, signed in or not."""

    def mark(view: V) -> V:
        @wraps(view)
        def wrapper(request: Request, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            told = version(request, *args, **kwargs) if version else None
            return _answer(request, lambda: view(request, *args, **kwargs), told, seconds=seconds, vary=())

        return cast(V, wrapper)

    return mark


def let_keep(request: Request, response: HttpResponseBase, *, seconds: int) -> HttpResponseBase:
    """Let anyone keep an answer that has its validators already and is the same for everybody: a file."""
    if response.status_code in (200, 206, 304) and not _sets_cookie(request):
        response.headers["Cache-Control"] = f"public, max-age={seconds}, must-revalidate"
    return response


def unless_known(request: Request, response: HttpResponse) -> HttpResponseBase:
    """Return a finished answer, or 304 to somebody who has the same one; says nothing of who may keep it."""
    version = Version((hashlib.sha256(response.content).hexdigest(),))
    answer = _known(request, version) or response
    answer.headers["ETag"] = etag(version)
    return answer


def _answer(
    request: Request,
    view: Callable[[], HttpResponseBase],
    version: Version | None,
    *,
    seconds: int,
    vary: tuple[str, ...],
) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD"):
        return view()
    # A 304 too is kept, with its headers: none goes out beside a cookie.
    if version is not None and not _sets_cookie(request) and (known := _known(request, version)):
        return _kept(known, version, seconds, vary)
    response = view()
    # What sets a cookie, shows a form with its token or tells an error is one visitor's own.
    if response.status_code != 200 or response.cookies or _sets_cookie(request):
        _vary(response, vary)
        return response
    if version is None and isinstance(response, HttpResponse):
        version = Version((hashlib.sha256(response.content).hexdigest(),))
        if known := _known(request, version):
            return _kept(known, version, seconds, vary)
    return _kept(response, version, seconds, vary)


def _known(request: Request, version: Version) -> HttpResponseBase | None:
    """Return the answer to somebody who has this version already, else None."""
    changed = int(version.changed_at.timestamp()) if version.changed_at else None
    answer = get_conditional_response(request, etag=etag(version), last_modified=changed)
    # 412 is for those who would change something.
    return answer if answer is not None and answer.status_code == 304 else None


def _kept(
    response: HttpResponseBase, version: Version | None, seconds: int, vary: tuple[str, ...]
) -> HttpResponseBase:
    response.headers["Cache-Control"] = f"public, max-age={seconds}, must-revalidate"
    if version is not None:
        response.headers["ETag"] = etag(version)
        if version.changed_at is not None:
            response.headers["Last-Modified"] = http_date(version.changed_at.timestamp())
    _vary(response, vary)
    return response


def _vary(response: HttpResponseBase, names: tuple[str, ...]) -> None:
    if names:
        patch_vary_headers(response, names)


def etag(version: Version) -> str:
    """Return the ETag of a version under this release of the program; weak, since a proxy may compress."""
    told = "\0".join(str(part) for part in (__version__, *version.parts))
    return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _of_today(request: Request, version: Version) -> Version:
    midnight = timezone.make_aware(datetime.combine(request.today, time.min))
    changed = max(version.changed_at, midnight) if version.changed_at else None
    return Version((request.today, *version.parts), changed)


def _is_visitor(request: Request) -> bool:
    """Tell whether nothing of this answer can depend on a session: there is none."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and request.actor.person_id is None


def _sets_cookie(request: Request) -> bool:
    """Tell whether the layers above will set or delete a cookie: that is for one browser alone."""
    is_dead = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.session_key is None
    return is_dead or request.session.modified or bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE"))
