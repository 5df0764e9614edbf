"""Health, for load balancers and for people who watch."""

from collections.abc import Callable, Iterable

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from baroalgi.operations import checks, outlook
from baroalgi.operations.finding import Finding
from baroalgi.platform.http import bare, needs
from baroalgi.platform.request import Request
from baroalgi.policy import Act


@needs(Act.SITE_HEALTH)
@bare
def alive(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process can answer at all; no statement."""
    return HttpResponse("alive\n", content_type="text/plain")


@needs(Act.SITE_HEALTH)
@bare
def ready(request: Request) -> JsonResponse:
    """Answer 200 when pages can be served, else 503.

    Worker, signer, authority and what runs out soon are told in the body and do not take the site away
    from parents, who read without them. Sentences stay inside (`baroalgi doctor`): the address is open to
    everyone.
    """
    try:
        needed = {"database": checks.database().ok}
        needed["migrations"] = needed["database"] and checks.migrations().ok
        looks: dict[str, Callable[[], Finding]] = {
            "worker": lambda: checks.heartbeat("worker"),
            "signer": lambda: checks.heartbeat("signer"),
            "ca": checks.authority,
            "jobs": outlook.jobs,
            "mails": outlook.mails,
            "backup": lambda: outlook.backup(request.now),
            "expiry": lambda: _worst(outlook.expiry(request.now)),
        }
        told = {name: needed["migrations"] and look().ok for name, look in looks.items()}
    except DatabaseError:
        needed, told = {"database": False}, {}
    return JsonResponse(needed | told, status=200 if all(needed.values()) else 503)


def _worst(findings: Iterable[Finding]) -> Finding:
    """Return what is wrong of several, or one that says that nothing is."""
    return next((finding for finding in findings if not finding.ok), Finding("", True, ""))
