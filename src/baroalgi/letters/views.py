"""Boards and letters: open to everyone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from baroalgi.letters import access, actions, forms, queries
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act

IN_A_LIST = 20


@needs(Act.LETTER_READ)
@require_safe
def board(request: Request, code: str, board: str) -> HttpResponse:
    """The letters of a board by month, newest first."""
    row = access.board(code, board)
    form = forms.Older(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    # One more than is shown tells whether there are older ones.
    letters = queries.letters_of(row, before=before, limit=IN_A_LIST + 1)
    context = {
        "board": row,
        "today": request.today,
        "letters": letters[:IN_A_LIST],
        "is_first": before is None,
        "older_than": letters[IN_A_LIST - 1].number if len(letters) > IN_A_LIST else None,
    }
    return render(request, "letters/board.html", context)


@needs(Act.LETTER_READ)
@require_safe
def letter(request: Request, code: str, board: str, number: int) -> HttpResponse:
    """One letter with its neighbours; each opening is counted."""
    on = access.board(code, board)
    row = access.letter(on, number)
    context = {"board": on, "letter": row, "neighbours": queries.neighbours(on, number)}
    answer = render(request, "letters/letter.html", context)
    if request.method == "GET":
        actions.count_view(row.id, line=request.line, agent=request.headers.get("User-Agent", "")[:300])
    return answer
