"""로그인한 기기: where a person is signed in, and ending it there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baroalgi.accounts import factors, queries
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act


@needs(Act.SESSIONS_OWN)
@require_http_methods(["GET"])
def sessions(request: Request) -> HttpResponse:
    """Where the person is signed in."""
    return render(request, "accounts/sessions.html", {"sessions": queries.own_sessions()})


@needs(Act.SESSIONS_OWN)
@require_POST
def end_session(request: Request, session_id: UUID) -> HttpResponse:
    """End one of the own sessions; one that is not there is ended already."""
    factors.end_sessions(by=request.actor, session_id=session_id)
    messages.success(request, _("그 기기에서 로그아웃했습니다."))
    return redirect("accounts:sessions")


@needs(Act.SESSIONS_OWN)
@require_POST
def end_other_sessions(request: Request) -> HttpResponse:
    """End all own sessions but this one."""
    ended = factors.end_sessions(by=request.actor, session_id=None)
    messages.success(request, _("다른 기기 %(n)s곳에서 로그아웃했습니다.") % {"n": ended})
    return redirect("accounts:sessions")
