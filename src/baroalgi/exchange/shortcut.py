"""The hub before everything that pages need: sessions, languages, forms, policies of scripts.

Programs ask there thousands of times a minute, for what is the same for everybody; the layers of a page would
take twice as long as the answer itself. Addresses and acts stand in the URL map all the same.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from baroalgi.exchange.views import hub

_PREFIX = "/hub/"


class Shortcut:
    """Answers the services of the hub; hands everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(_PREFIX) and path != _PREFIX:
            return hub.service(request, path.removeprefix(_PREFIX))
        return self.get_response(request)
