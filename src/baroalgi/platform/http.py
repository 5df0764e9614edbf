"""A request on its way: facts, unit of work, gate.

Every view is marked with its act by `@needs`; a view without a mark is refused at start-up
(`platform.checks`). The answer is complete and the transaction committed before a byte leaves.
"""

import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError, connection, transaction
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from baroalgi.platform import audit, drafts, errors, logs
from baroalgi.platform.refusal import Refused
from baroalgi.platform.request import Request as Request
from baroalgi.platform.sessions import Session
from baroalgi.platform.unit import Unit, unit_of_work
from baroalgi.policy import Act, Strength, strong_enough
from baroalgi.policy.rules import OPEN, STAFF, STRENGTH, stands_at_door

log = logging.getLogger("baroalgi.http")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Answer = Callable[["Request"], HttpResponseBase]
_MOMENT = 0.3  # seconds before a reading is repeated
FILES_AT_ONCE = 3  # of the largest size; more small ones
FORM_BESIDE_FILES = 1_000_000  # bytes
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def needs(act: Act) -> Callable[[V], V]:
    """Mark a view with its act: the one thing that decides who may come here at all."""

    def mark(view: V) -> V:
        view.act = act  # type: ignore[attr-defined]
        return view

    return mark


def outside_transaction(view: V) -> V:
    """Mark a view that opens its units itself (`enter`), each committed before the next step.

    For acts where something must outlive a refusal: a counted try, a used challenge.
    """
    view.outside = True  # type: ignore[attr-defined]
    return view


def takes_files(most: int | None = None, sentence: str | Promise = "") -> Callable[[V], V]:
    """Mark a view that takes uploaded files of so many bytes, where other pages take a short form.

    Without `most` a few of the largest files that this installation takes; `sentence` is said of more. What
    is too large, or comes from somebody who may not come in, is not read. The view opens its units itself:
    nobody's transaction waits for a slow line.
    """

    def mark(view: V) -> V:
        view.takes_files = (most, sentence)  # type: ignore[attr-defined]
        return outside_transaction(view)

    return mark


@contextmanager
def enter(request: Request) -> Iterator[Unit]:
    """Open a further unit of work for the same session, in an `@outside_transaction` view.

    A refusal commits what stands (the counted try, the row of the trail) before it goes on; the
    action's own writes were undone by its savepoint. Any other exception rolls back.
    """
    refusal: Refused | None = None
    with unit_of_work(request.session.session_key) as unit:
        try:
            yield unit
        except Refused as refused:
            refusal = refused
    if refusal is not None:
        raise refusal


class RequestFacts:
    """Number, moment and origin of a request; size limit; the line of the log about it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        request.id = secrets.token_hex(8)
        request.now = timezone.now()
        request.today = timezone.localdate(request.now)
        request.counts, request.waiting = {}, None
        request.origin = _origin(request)
        request.line = _line(request.origin)
        audit.begin(request_id=request.id, address=request.origin)
        begun, statements = time.perf_counter(), _Statements()
        with connection.execute_wrapper(statements):
            response = self._answer(request)
        _log_request(request, response, time.perf_counter() - begun, statements.count)
        return response

    def _answer(self, request: Request) -> HttpResponseBase:
        if refused := _too_large(request):
            response: HttpResponseBase = refused
        else:
            response = self.get_response(request)
        response.headers.setdefault("X-Request-Id", request.id)
        if "Cache-Control" not in response.headers:
            # Pages may hold a person's data: nothing of them stays on a shared device.
            response.headers["Cache-Control"] = "no-store"
        return response


class _Statements:
    """Counts what is asked of the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        self.count += 1
        return execute(*statement)


def _log_request(request: Request, response: HttpResponseBase, seconds: float, statements: int) -> None:
    """Write the line of a request: the page's name, never its address, which may hold a token."""
    match = request.resolver_match
    if match is not None and getattr(match.func, "bare", False) and response.status_code < 500:
        return  # health, asked for every few seconds
    logs.say(
        log,
        logging.INFO,
        "request",
        method=request.method if request.method in METHODS else "other",
        page=match.view_name if match else "-",
        status=response.status_code,
        ms=round(seconds * 1000, 1),
        statements=statements,
    )


def _origin(request: HttpRequest) -> str:
    """Return the visitor's address: what the outermost of our own proxies saw, else the peer's.

    Entries further left were written by the visitor and mean nothing.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    proxies = settings.ENVIRONMENT.proxy_count
    seen = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    origin = seen[-proxies] if proxies and len(seen) >= proxies else peer
    return origin if _is_address(origin) else peer


def _line(origin: str) -> str:
    """Return what limits count as one visitor: every line has 2^64 addresses of IPv6 to guess from."""
    if not _is_address(origin):
        return origin
    address = ip_address(origin)
    if not isinstance(address, IPv6Address):
        return origin
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))


def _is_address(text: str) -> bool:
    """Tell whether a text is an IP address."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _length(request: HttpRequest) -> int:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        # Nobody said how long it is: Django would not read it, and the form would look empty.
        return sys.maxsize
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _is_large(request: HttpRequest) -> bool:
    return _length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _too_large(request: HttpRequest) -> HttpResponseBase | None:
    """Answer a body that is larger than its page takes by what the browser says of it: none of it is read."""
    if not _is_large(request):
        return None
    length = _length(request)
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return errors.too_large(request)
    most, sentence = getattr(view, "takes_files", (0, ""))
    if most is None and length != sys.maxsize:
        most, sentence = FILES_AT_ONCE * settings.ENVIRONMENT.file_bytes, errors.largest_file()
    if most and length <= most + FORM_BESIDE_FILES:
        return None
    return errors.too_large(request, sentence)


class UnitOfWork:
    """Opens the unit of work around the whole answer, session included."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            request.resolver_match = None
        view = request.resolver_match and request.resolver_match.func
        if getattr(view, "bare", False):
            request.session, request.expired_person = Session(None, None), None
            return self.get_response(request)
        handle = self._around if getattr(view, "outside", False) else self._within
        response = self._guarded(handle, request)
        if request.database_trouble and request.method in ("GET", "HEAD"):
            # Reading changes nothing, so it is done once more: a restart takes no longer than a moment.
            time.sleep(_MOMENT)
            connection.close_if_unusable_or_obsolete()
            response = self._guarded(handle, request)
        return response

    def _guarded(self, handle: Answer, request: Request) -> HttpResponseBase:
        """Answer, or say that the database is away."""
        request.database_trouble = False
        request.counts, request.waiting = {}, None
        try:
            return handle(request)
        except (OperationalError, InterfaceError) as trouble:
            return _unavailable(request, trouble)

    def _within(self, request: Request) -> HttpResponseBase:
        with unit_of_work(_key(request)) as unit:
            _furnish(request, unit)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            else:
                _keep_session(request, response)
        return response

    def _around(self, request: Request) -> HttpResponseBase:
        with unit_of_work(_key(request)) as unit:
            _furnish(request, unit)
            # Django reads what was sent before a view runs: files only of those who may come in.
            closed = _closed_to(request) if _is_large(request) else None
        if closed is not None:
            if closed.status_code == 404:
                _record_no_right(request)
            return closed
        response = self.get_response(request)
        if response.status_code < 500 and (request.session.modified or request.session.session_key is None):
            with unit_of_work(request.session.session_key):
                _keep_session(request, response)
        elif response.status_code < 500:
            _set_cookie(request, response)
        return response

    def process_exception(self, request: Request, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError | InterfaceError):
            return _unavailable(request, exception)
        return None


def _unavailable(request: Request, trouble: Exception) -> HttpResponse:
    log.error("database away: %s", type(trouble).__name__)
    request.database_trouble = True
    return errors.unavailable(request)


@receiver(got_request_exception)
def _log_unforeseen(**_signal: Any) -> None:
    """Write one line for an unforeseen error: kind and place, never the message.

    Messages quote values: PostgreSQL names the row, a parser the text.
    """
    log.error("unforeseen", exc_info=True)


def _key(request: HttpRequest) -> str | None:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME)


def _furnish(request: Request, unit: Unit) -> None:
    key = _key(request)
    request.actor = unit.actor
    request.expired_person = unit.expired_person
    request.session = Session(key, unit.data)


def _keep_session(request: Request, response: HttpResponseBase) -> None:
    if request.session.modified:
        request.session.save()
    _set_cookie(request, response)


def _set_cookie(request: Request, response: HttpResponseBase) -> None:
    key = request.session.session_key
    if key is not None and key != _key(request):
        response.set_cookie(
            settings.SESSION_COOKIE_NAME,
            key,
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    elif key is None and _key(request) is not None:
        response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")


class Gate:
    """Asks the coarse question before a view runs: signed in the right way, with a fitting post."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: Request, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        act: Act = view.act  # type: ignore[attr-defined]
        if getattr(view, "bare", False):
            return None  # nobody is known here, and nothing is read
        if not strong_enough(request.actor, act):
            return to_sign_in(request, act)
        if not stands_at_door(request.actor, act):
            _record_no_right(request)
            raise Http404
        _remember(request, kwargs)
        return None

    def process_exception(self, request: Request, exception: Exception) -> None:
        if isinstance(exception, Http404):
            _record_no_right(request)


def _closed_to(request: Request) -> HttpResponseBase | None:
    """Return what the gate answers to somebody who may not come in, else None. Open pages are open."""
    act: Act | None = getattr(request.resolver_match and request.resolver_match.func, "act", None)
    if act is None or not strong_enough(request.actor, act):
        return to_sign_in(request, act) if act else errors.not_found(request)
    return None if stands_at_door(request.actor, act) else errors.not_found(request)


def _record_no_right(request: Request) -> None:
    """Write down that somebody asked for what is not there or not theirs: which page, never which row.

    Both alike, so that neither words nor time tell them apart. Open pages show nobody's data.
    """
    match = request.resolver_match
    act: Act | None = getattr(match and match.func, "act", None)
    if match is None or act is None or STRENGTH[act] == OPEN:
        return
    # A view that opens its units itself has none left when it answers so.
    with enter(request) if getattr(match.func, "outside", False) else nullcontext():
        audit.refused(request.actor, "page.open", why="NoRight", page=match.view_name)


def _remember(request: Request, kwargs: dict[str, Any]) -> None:
    """Keep which of several posts or children was looked at last: the frame shows it on every page."""
    post = request.GET.get("post", "")
    if post in {str(held.id) for held in request.actor.posts}:
        request.session["post"] = int(post)
    look_at(request, str(kwargs.get("public_id")))


def look_at(request: Request, child: str) -> None:
    """Let the frame show this child, if it is one of several of the guardian's; no statement if it does."""
    children = {one.public_id for one in request.actor.children}
    if len(children) > 1 and child in children and request.session.get("child") != child:
        request.session["child"] = child


def to_sign_in(request: Request, act: Act) -> HttpResponse:
    """Send somebody to sign in, in the way this act wants, and back here afterwards."""
    if request.actor.strength is Strength.HALF and STRENGTH[act] & STAFF:
        return redirect("accounts:second_step")
    door = "accounts:sign_in" if Strength.CERTIFICATE in STRENGTH[act] else "accounts:staff_sign_in"
    if request.method == "POST" and request.expired_person:
        drafts.keep(request, of=request.expired_person)
    query = {"next": request.get_full_path()} | ({"ended": "1"} if request.expired_person else {})
    return redirect(f"{reverse(door)}?{urlencode(query)}")


def safe_next(request: HttpRequest, address: str) -> str:
    """Return the address if it lies within this site, as a path, else the empty string."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(address)
    path = urlunsplit(parts._replace(scheme="", netloc="", fragment=""))
    # Once more without the host: what is left of `http://here//there/` leads there.
    inside = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if inside else ""


def bare(view: V) -> V:
    """Mark a view that needs neither session nor transaction (health, static answers)."""
    view.bare = True  # type: ignore[attr-defined]
    return view
