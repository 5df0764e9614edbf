"""Entrance, home of parents."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from baroalgi.guardianship import queries as guardianship
from baroalgi.organisation import queries as organisation
from baroalgi.platform import audit, caching
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.portal import access


@needs(Act.SITE_ENTER)
@caching.page()
@require_safe
def home(request: Request) -> HttpResponse:
    """The entrance: am I right here, and where do I begin."""
    context = {"offices": organisation.offices(), "here": settings.ENVIRONMENT.office}
    return render(request, "portal/home.html", context)


@needs(Act.SITE_ENTER)
@caching.page()
@require_safe
def office(request: Request, code: str) -> HttpResponse:
    """An office that is not served here: nobody is sent away without being told."""
    row = access.office(code)
    if row.code == settings.ENVIRONMENT.office:
        return redirect("portal:home")
    return render(request, "portal/office.html", {"office": row})


@needs(Act.CHILDREN_READ)
@require_safe
def children(request: Request) -> HttpResponse:
    """자녀정보조회: straight to the only child, to the page of waiting, or to the first application."""
    seen = request.actor.children
    asked = guardianship.own_requests(request.actor.me, now=request.now)
    if len(seen) == 1 and not asked:
        return redirect("portal:overview", public_id=seen[0].public_id)
    if asked and not seen:
        return redirect("guardianship:waiting")
    audit.record(request.actor, Audit.CHILDREN_VIEWED, person_id=request.actor.me)
    return render(request, "portal/children.html", {"asked": asked})
