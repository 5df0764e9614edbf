"""Pages for what went wrong, each with a sentence and, where it helps, a way on."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what is not there and for what is not yours: the same words, the same status."""
    return _page(request, 404, _("열람 권한이 없습니다."), _("주소를 다시 확인해 주세요."))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if isinstance(exception, TooManyFilesSent):
        return _page(request, 400, _("파일이 너무 많습니다."), _("파일을 나누어 올려 주세요."))
    return _page(request, 400, _("요청을 읽을 수 없습니다."), _("화면을 새로 열고 다시 해 주세요."))


def too_large(request: HttpRequest, sentence: str | Promise = "") -> HttpResponse:
    """Answer a body that is larger than its page takes; `sentence` says what to do about files."""
    if sentence:
        return _page(request, 413, _("보내신 파일이 너무 큽니다."), str(sentence))
    return _page(request, 413, _("보내신 내용이 너무 큽니다."), _("내용을 줄여서 다시 보내 주세요."))


def largest_file() -> str:
    """Return what to do about files that are together larger than what is taken at once."""
    words = {"mb": settings.ENVIRONMENT.file_bytes // 2**20}
    return (
        _("파일 하나는 %(mb)s MB까지 올릴 수 있습니다. 큰 파일은 줄이고, 여럿이면 나누어 올려 주세요.")
        % words
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without its token: the page stood open too long, or came from elsewhere."""
    return _page(
        request,
        403,
        _("시간이 지나 화면이 닫혔습니다."),
        _("앞 화면으로 돌아가 새로 고친 뒤 다시 보내 주세요."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Answer an unforeseen error with the number under which the log knows it."""
    return _page(request, 500, _("처리하지 못했습니다."), _("저장된 것은 없습니다. 잠시 뒤 다시 해 주세요."))


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer while the database is away."""
    response = _page(
        request, 503, _("지금은 이용하실 수 없습니다."), _("곧 다시 열립니다. 잠시 뒤 다시 해 주세요.")
    )
    response.headers["Retry-After"] = "10"
    return response


def _page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    # Without the frame of the signed-in pages: what failed may be what the frame needs.
    context: dict[str, Any] = {
        "title": title,
        "sentence": sentence,
        "request_id": getattr(request, "id", "") if status >= 500 else "",
        "help_phone": settings.ENVIRONMENT.help_phone,
    }
    return HttpResponse(render_to_string("error.html", context), status=status)
