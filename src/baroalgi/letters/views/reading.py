"""Boards and letters: open to everyone; a letter for some asks its readers to sign in."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from baroalgi.letters import access, actions, attachments, card, forms, queries, share, versions
from baroalgi.letters.slips.views.answering import under_letter
from baroalgi.letters.types import Board, Letter
from baroalgi.platform import caching, ui, waiting
from baroalgi.platform.caching import Version
from baroalgi.platform.http import Request, needs, to_sign_in
from baroalgi.platform.menus import HOME_LETTERS
from baroalgi.platform.waiting import NOTHING, Waiting
from baroalgi.policy import Act, Child

IN_A_LIST = 20
CARD_KEPT = 300  # seconds; the title of a withdrawn letter is seen no longer than that


@needs(Act.LETTER_READ)
@caching.page()
@require_safe
def board(request: Request, code: str, board: str) -> HttpResponse:
    """The letters of a board: pinned ones, then by month, newest first; or those that hold some words.

    Guardians see at home letters what is new, and what they are asked, about the looked at child.
    """
    boards = access.boards(code)
    row = access.board(boards, board)
    form = forms.Search(request.GET)
    child = ui.looked_at(request.actor, request.path_info, request.session.get("child"))
    is_own = child is not None and row.slug == HOME_LETTERS
    if child and is_own and form.shown:
        return _waiting(request, row, child, form.shown)
    # One more than is shown tells whether there are older ones.
    before, most = form.shown_before, IN_A_LIST + 1
    if form.words:
        letters = queries.found(row, form.words, before=before, limit=most, child=child)
    else:
        letters = queries.letters_of(row, before=before, limit=most, child=child)
    context = {
        "board": row,
        "boards": boards,
        "form": form,
        "today": request.today,
        "now": request.now,
        "waiting": _of_child(request, child),
        "count": queries.count(row) if is_own else None,
        "pinned": queries.pinned(row, child=child) if before is None and not form.words else [],
        "letters": letters[:IN_A_LIST],
        "is_first": before is None,
        "older_than": letters[IN_A_LIST - 1].number if len(letters) > IN_A_LIST else None,
    }
    return render(request, "letters/board.html", context, status=form.status)


def _waiting(request: Request, row: Board, child: Child, shown: str) -> HttpResponse:
    """What is not read yet, or what is to be answered, on whichever board of the child's school."""
    waits = _of_child(request, child)
    context = {
        "board": row,
        "today": request.today,
        "now": request.now,
        "waiting": waits,
        "count": queries.count(row),
        "shown": shown,
        "letters": queries.waiting_for(child, waits.unread if shown == "unread" else waits.to_answer),
    }
    return render(request, "letters/waiting.html", context)


def _of_child(request: Request, child: Child | None) -> Waiting:
    return waiting.of(request).get(child.public_id, NOTHING) if child else NOTHING


@needs(Act.LETTER_READ)
@caching.page()
@require_safe
def letter(request: Request, code: str, board: str, number: int) -> HttpResponse:
    """One letter with its neighbours; each visitor is counted once a day."""
    on = access.board(access.boards(code), board)
    row = access.letter(request.actor, on, number)
    if row is None:
        return to_sign_in(request, Act.LETTER_FOR_SOME_READ)
    around = queries.neighbours(on, number)
    if row.is_withdrawn:
        context = {"board": on, "letter": row, "neighbours": around}
        return render(request, "letters/withdrawn.html", context, status=410)
    slips = under_letter(request, row.id)
    counted = request.method == "GET" and _count(request, row)
    context = {
        **_shown(on, row),
        "neighbours": around,
        "views": row.views + counted,
        "slips": slips,
        "share_links": share.links(
            _address(on, row), row.title, kakaostory=settings.ENVIRONMENT.share_kakaostory == "1"
        ),
    }
    return render(request, "letters/letter.html", context)


@needs(Act.LETTER_READ)
@caching.page()
@require_safe
def print_page(request: Request, code: str, board: str, number: int) -> HttpResponse:
    """A letter on paper: A4, nothing of the web around it."""
    on = access.board(access.boards(code), board)
    row = access.letter(request.actor, on, number)
    if row is None:
        return to_sign_in(request, Act.LETTER_FOR_SOME_READ)
    if row.is_withdrawn:
        context = {"board": on, "letter": row, "neighbours": queries.neighbours(on, number)}
        return render(request, "letters/withdrawn.html", context, status=410)
    return render(request, "letters/print.html", _shown(on, row))


def _version_of_card(request: Request, code: str, board: str, number: int) -> Version:
    on = access.board(access.boards(code), board)
    return Version((on.school_name, on.name, access.public_letter(on, number).title))


@needs(Act.LETTER_READ)
@caching.same_for_all(seconds=CARD_KEPT, version=_version_of_card)
@require_safe
def card_picture(request: Request, code: str, board: str, number: int) -> HttpResponse:
    """The picture of a letter to everyone, for whoever shows a link to it."""
    on = access.board(access.boards(code), board)
    row = access.public_letter(on, number)
    return HttpResponse(card.picture(on.school_name, on.name, row.title), content_type="image/png")


def _shown(on: Board, row: Letter) -> dict[str, Any]:
    """Return what the page of a letter and its print are made of."""
    before = queries.versions(row.id) if row.version > 1 else []
    files = attachments.ever_of(row.id)
    return {
        "board": on,
        "letter": row,
        "address": _address(on, row),
        "changes": versions.changes(before, row.title, row.html, files=files, published_at=row.published_at),
        "attachments": [file for file in files if not file.removed_at],
    }


def _count(request: Request, row: Letter) -> bool:
    # Neither of the two is kept: they are told apart under a secret of the day (ADR 0012).
    agent = request.headers.get("User-Agent", "")[:300].replace("\x00", "")
    return actions.count_view(row.id, line=request.line, agent=agent)


def _address(on: Board, row: Letter) -> str:
    where = {"code": on.school_code, "board": on.slug, "number": row.number}
    return settings.ENVIRONMENT.url.rstrip("/") + reverse("letters:letter", kwargs=where)
