"""Guardians answer: by their name, or signed with their certificate."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baroalgi.accounts import actions as accounts
from baroalgi.letters.slips import access, actions, content, forms, queries, words
from baroalgi.letters.slips.models import SlipAnswer
from baroalgi.letters.slips.types import OwnSlip
from baroalgi.pki import queries as pki
from baroalgi.platform import audit, drafts
from baroalgi.platform.http import Request, enter, look_at, needs, outside_transaction
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act


def under_letter(request: Request, letter_id: int) -> list[dict[str, Any]]:
    """Return what the page of a letter shows of the acting guardian's slips; notes that it was opened.

    Nothing for anybody else. Two statements at most.
    """
    if not request.actor.children:
        return []
    if request.method == "GET":
        actions.note_reading(letter_id=letter_id)
    mine = [_panel(request, slip) for slip in queries.own_slips(letter_id)]
    # The child that is looked at stands first.
    looked_at = request.session.get("child")
    return sorted(mine, key=lambda panel: panel["slip"].child != looked_at)


@needs(Act.SLIP_ANSWER)
@require_http_methods(["GET", "POST"])
def slip(request: Request, public_id: UUID) -> HttpResponse:
    """One slip on its own page: where a mail leads, and where errors are told."""
    row = access.own_slip(request.actor, public_id)
    look_at(request, row.child)
    form = forms.of_slip(row, request.actor.name, request.POST or None)
    if not form.is_bound and (draft := drafts.take(request)):
        form.initial = {**form.initial, **draft}
    if form.is_bound and form.is_valid():
        with form.refusals():
            actions.answer_slip(
                by=request.actor,
                slip=row,
                answers=form.answers(),
                name=form.cleaned_data.get("guardian_name", ""),
                now=request.now,
            )
            messages.success(request, _("회신을 보냈습니다."))
            return redirect(_letter_address(row))
    context = {"panel": _panel(request, row, form), "slip": row}
    return render(request, "letters/slip.html", context, status=form.status)


@needs(Act.SLIP_ANSWER)
@require_POST
def challenge(request: Request, public_id: UUID) -> HttpResponse:
    """Check the answers and return what is to be signed: the very bytes, and the text they are about."""
    row = access.own_slip(request.actor, public_id)
    form = forms.of_slip(row, request.actor.name, request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.sentences()}, status=422)
    if not row.takes_answers(request.now):
        return JsonResponse({"message": str(actions.Late())}, status=422)
    made = accounts.make_challenge(
        purpose=content.PURPOSE, session_hash=request.session.challenge_hash(), now=request.now
    )
    answers = form.answers()
    signed = actions.content_of(request.actor, row, answers, SlipAnswer.Way.CERTIFICATE, made)
    return JsonResponse(
        {
            "nonce": made["nonce"],
            "content": signed.decode(),
            "text": actions.text_of(request.actor, row, answers),
        }
    )


@needs(Act.SLIP_ANSWER)
@outside_transaction
@require_POST
def sign(request: Request, public_id: UUID) -> HttpResponse:
    """Take a signed answer. The challenge is used up before anything else is looked at."""
    signed = forms.Signed(request.POST)
    try:
        with enter(request) as unit:
            row = access.own_slip(unit.actor, public_id)
            form = forms.of_slip(row, unit.actor.name, request.POST)
            if not (signed.is_valid() and form.is_valid()):
                audit.refused(unit.actor, "sign_slip", why=actions.Unreadable.__name__)
                raise actions.Unreadable
            made = accounts.use_challenge(
                by=unit.actor,
                nonce=signed.cleaned_data["nonce"],
                purpose=content.PURPOSE,
                session_hash=request.session.challenge_hash(),
                now=request.now,
            )
            anchors = pki.anchors()
        with enter(request) as unit:
            actions.sign_slip(
                by=unit.actor,
                slip=access.own_slip(unit.actor, public_id),
                answers=form.answers(),
                cms=signed.cleaned_data["cms"],
                challenge=made,
                anchors=anchors,
                now=request.now,
            )
    except accounts.StaleChallenge:
        return JsonResponse({"message": str(actions.TooOld())}, status=422)
    except Refused as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    return JsonResponse({"next": _letter_address(row)})


def _panel(request: Request, row: OwnSlip, form: forms.Answer | None = None) -> dict[str, Any]:
    """Return what one slip is shown with. Whoever has answered sees the answer first, and [고치기]."""
    form = form or forms.of_slip(row, request.actor.name)
    edit = f"edit-{row.public_id}" in request.GET or form.is_bound
    return {
        "slip": row,
        "form": form,
        "child": words.child(row.student_name, row.grade, row.class_no, row.number),
        "is_open": row.takes_answers(request.now),
        "shows_form": row.takes_answers(request.now) and (row.own is None or edit),
        "letter_address": _letter_address(row),
        "answers": _shown_answers(row),
    }


def _shown_answers(row: OwnSlip) -> list[tuple[str, str]]:
    if row.own is None:
        return []
    said = row.own.answers
    return [(one.text, ", ".join(said.get(one.id, ())) or content.NOTHING) for one in row.form.questions]


def _letter_address(row: OwnSlip) -> str:
    where = {"code": row.school_code, "board": row.board, "number": row.letter_number}
    return reverse("letters:letter", kwargs=where) + f"#slip-{row.public_id}"
