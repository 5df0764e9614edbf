"""The hub, its catalogue for people, and its description for programs."""

import json
from functools import cache
from hashlib import blake2b

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from baroalgi.exchange import examples, openapi
from baroalgi.exchange.api.operations import OPERATIONS
from baroalgi.exchange.neis import hub, said
from baroalgi.exchange.neis.question import SAMPLE_ROWS
from baroalgi.platform.http import Request, bare, needs
from baroalgi.policy import Act

_SECONDS = 60  # so long an answer with rows may be kept without asking again
_METHODS = ("GET", "HEAD")


@needs(Act.HUB_READ)
@bare
@csrf_exempt
def service(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer as the Open API of NEIS does: always with status 200, whatever is wrong (domain.md §7.3)."""
    if request.method not in _METHODS:
        return HttpResponseNotAllowed(_METHODS)
    query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    answer = hub.answer(path, query, quota=settings.ENVIRONMENT.hub_calls)
    response = HttpResponse(answer.body, content_type=answer.content_type)
    return _for_all(request, response, answer.etag)


@needs(Act.HUB_READ)
@bare
@csrf_exempt
def description(request: HttpRequest) -> HttpResponseBase:
    """The hub and the API as OpenAPI describes them; no statement."""
    if request.method not in _METHODS:
        return HttpResponseNotAllowed(_METHODS)
    body, etag = _description(settings.ENVIRONMENT.url)
    return _for_all(request, HttpResponse(body, content_type="application/json"), etag)


@cache
def _description(url: str) -> tuple[bytes, str]:
    body = json.dumps(openapi.document(url), ensure_ascii=False).encode()
    return body, f'"{blake2b(body, digest_size=12).hexdigest()}"'


def _for_all(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponseBase:
    """Let pages of other sites read it, and everybody keep it for a moment if it has an `etag`."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Length"] = str(len(response.content))
    if not etag:
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return get_conditional_response(request, etag=etag, response=response) or response


@needs(Act.HUB_READ)
@require_safe
def catalogue(request: Request) -> HttpResponse:
    """What there is to ask for, with addresses to try."""
    here = settings.ENVIRONMENT
    context = {
        "services": examples.services(here.office, here.url, request.today),
        "operations": OPERATIONS,
        "results": said.ALL,
        "sample_rows": SAMPLE_ROWS,
        "quota": here.hub_calls,
        "description": f"{here.url}/openapi.json",
    }
    return render(request, "exchange/catalogue.html", context)
