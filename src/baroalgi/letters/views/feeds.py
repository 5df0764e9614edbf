"""Feeds: of boards and schools for everyone, a guardian's own at a secret address."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from baroalgi.letters import access, feeds
from baroalgi.letters.types import Attachment, FeedLetter
from baroalgi.platform import caching, files
from baroalgi.platform.caching import Version
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act

KEPT = 60  # seconds; readers ask every few minutes


def _version_of_board(request: Request, code: str, board: str, kind: str) -> Version:
    return feeds.version_of_board(access.board(access.boards(code), board))


def _version_of_school(request: Request, code: str, kind: str) -> Version:
    return feeds.version_of_school(access.school(code).school_id)


@needs(Act.LETTER_READ)
@caching.same_for_all(seconds=KEPT, version=_version_of_board)
@require_safe
def board(request: Request, code: str, board: str, kind: str) -> HttpResponse:
    """The newest letters of a board to everyone."""
    row = access.board(access.boards(code), board)
    return _answer(kind, feeds.channel_of_board(row, kind), feeds.of_board(row))


@needs(Act.LETTER_READ)
@caching.same_for_all(seconds=KEPT, version=_version_of_school)
@require_safe
def school(request: Request, code: str, kind: str) -> HttpResponse:
    """The newest letters of a school to everyone, of all its boards."""
    row = access.school(code)
    return _answer(kind, feeds.channel_of_school(row, kind), feeds.of_school(row.school_id))


@needs(Act.LETTER_READ)
@require_safe
def own(request: Request, token: str, kind: str) -> HttpResponseBase:
    """What the guardian with this secret address may read now; kept by nobody, found by no search engine."""
    letters = access.feed(token)

    def address(file: Attachment) -> str:
        return reverse("letters:own_file", kwargs={"token": token, "public_id": file.public_id})

    answer = _answer(kind, feeds.channel_of_guardian(token, kind), letters, address)
    return _secret(caching.unless_known(request, answer))


@needs(Act.LETTER_READ)
@require_safe
def own_file(request: Request, token: str, public_id: UUID) -> HttpResponseBase:
    """A file of a letter in a guardian's own feed: readers have no session."""
    row = access.fed_file(token, public_id)
    return _secret(files.send(request, row.file, row.name))


@needs(Act.FEED_MANAGE)
@require_safe
def address(request: Request) -> HttpResponse:
    """The guardian's own address, to be given to a feed reader."""
    found = feeds.address_of(request.actor.me)
    context = feeds.addresses(found[0]) | {"made_at": found[1]} if found else {"rss": ""}
    return render(request, "letters/feed_address.html", context)


@needs(Act.FEED_MANAGE)
@require_POST
def make(request: Request) -> HttpResponse:
    """Make the address, or a new one in place of it."""
    feeds.make_address(by=request.actor, now=request.now)
    messages.success(request, _("주소를 만들었습니다. 전에 쓰던 주소가 있었다면 이제 열리지 않습니다."))
    return redirect("letters:feed_address")


@needs(Act.FEED_MANAGE)
@require_POST
def remove(request: Request) -> HttpResponse:
    """Take the address away."""
    feeds.remove_address(by=request.actor, now=request.now)
    messages.success(request, _("주소를 없앴습니다."))
    return redirect("letters:feed_address")


def _answer(
    kind: str,
    channel: feeds.Channel,
    letters: Sequence[FeedLetter],
    file_address: feeds.FileAddress = feeds.public_file,
) -> HttpResponse:
    content = feeds.write(kind, channel, letters, file_address=file_address)
    return HttpResponse(content, content_type=feeds.MEDIA_TYPES[kind])


def _secret(answer: HttpResponseBase) -> HttpResponseBase:
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
