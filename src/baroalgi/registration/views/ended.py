"""What is said where an application is no longer, or was never, at hand in this browser."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from baroalgi.platform import audit
from baroalgi.platform.http import Request


def closed(request: Request) -> HttpResponse:
    """Say that the session has ended, and lead to the door that opens the application again."""
    audit.refused_in_passing(request.actor, "application.open", why="SessionEnded", line=request.line)
    messages.warning(
        request,
        _("시간이 지나 화면이 닫혔습니다. 인증번호와 발급용 비밀번호로 신청서를 다시 열 수 있습니다."),
    )
    return redirect("registration:status")
