"""Entrance, home of parents, home of staff."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from baroalgi.guardianship import queries as guardianship
from baroalgi.organisation import queries as organisation
from baroalgi.platform import audit
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act, Role
from baroalgi.portal import access
from baroalgi.registration import queries as registration


@needs(Act.SITE_ENTER)
@require_safe
def home(request: Request) -> HttpResponse:
    """The entrance: am I right here, and where do I begin."""
    context = {"offices": organisation.offices(), "here": settings.ENVIRONMENT.office}
    return render(request, "portal/home.html", context)


@needs(Act.SITE_ENTER)
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
    """자녀정보조회: straight to the child, to the page of waiting, or to the first application."""
    if len(request.actor.children) == 1:
        return redirect("portal:overview", public_id=request.actor.children[0].public_id)
    waiting = guardianship.own_requests(request.actor.person_id)
    audit.record(request.actor, Audit.CHILDREN_VIEWED, person_id=request.actor.person_id)
    if waiting and not request.actor.children:
        return redirect("guardianship:waiting")
    return render(request, "portal/children.html", {"waiting": waiting})


@needs(Act.DESK_READ)
@require_safe
def desk(request: Request) -> HttpResponse:
    """오늘 할 일: what waits for this person, since when. A counter's officer goes straight to it."""
    roles = {post.role for post in request.actor.posts}
    if roles == {Role.REGISTRATION_OFFICER}:
        return redirect("registration:counter")
    context = {
        "requests": guardianship.desk_summary(request.actor.homeroom_classes),
        "counter": registration.waiting_at(request.actor.counter_places),
    }
    return render(request, "portal/desk.html", context)
