"""The open interfaces: the hub, its catalogue, and the description for programs."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt

from baroalgi.exchange.neis import hub
from baroalgi.platform.http import bare, needs
from baroalgi.policy import Act

_SECONDS = 60  # so long a found answer may be kept without asking again


@needs(Act.HUB_READ)
@bare
@csrf_exempt
def service(request: HttpRequest, path: str) -> HttpResponseBase:
    """Answer as the Open API of NEIS does: always with status 200, whatever is wrong (domain.md §7.3)."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(("GET", "HEAD"))
    query = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    answer = hub.answer(path, query, quota=settings.ENVIRONMENT.hub_calls)
    response = HttpResponse(answer.body, content_type=answer.content_type)
    # Everything here is public: pages of other sites may read it, too.
    response.headers["Access-Control-Allow-Origin"] = "*"
    if not answer.is_found:
        return response
    response.headers["ETag"] = answer.etag
    response.headers["Cache-Control"] = f"public, max-age={_SECONDS}"
    return get_conditional_response(request, etag=answer.etag, response=response) or response
