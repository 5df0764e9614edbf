"""The pages of the program with one more beside them, for `bench.hub`: an answer of the hub from memory.

Run by the program's own server with its own settings, so that everything but the answer itself is the same.
"""

from functools import cache
from urllib.parse import unquote

from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path, resolve

from baroalgi.platform.http import Request, bare, needs
from baroalgi.policy import Act


@cache
def _answer(address: str) -> tuple[bytes, str]:
    service, _mark, query = unquote(address).partition("?")
    hub = resolve(f"/hub/{service}")
    found = hub.func(RequestFactory().get("/", QUERY_STRING=query), *hub.args, **hub.kwargs)
    return found.content, found.headers["Content-Type"]


@needs(Act.SITE_HEALTH)
@bare
def kept(request: Request, address: str) -> HttpResponse:
    """Return the bytes that the hub once answered at this address."""
    body, content_type = _answer(address)
    return HttpResponse(body, content_type=content_type)


urlpatterns = [path("kept/<path:address>", kept), path("", include("baroalgi.config.urls"))]
