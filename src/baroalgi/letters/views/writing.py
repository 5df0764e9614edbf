"""가정통신문 on the desk: drafts, sending, editing, withdrawing (pages.md §5.7)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.letters import access, actions, attachments, forms, queries, receivers, versions
from baroalgi.letters.slips import queries as slips
from baroalgi.letters.slips.editor import SlipEditor
from baroalgi.letters.slips.views import asking
from baroalgi.letters.types import DeskLetter, Receivers
from baroalgi.letters.workflow import SHOWN, State
from baroalgi.platform import drafts
from baroalgi.platform.http import Request, needs
from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import clock, moment
from baroalgi.policy import Act

ON_THE_LIST = 200


@needs(Act.LETTER_WRITE)
@require_safe
def desk(request: Request) -> HttpResponse:
    """The letters of the school in one state."""
    school_id = access.writing_school(request.actor, request.session.get("post"))
    counts = queries.desk_counts([school_id])
    asked = forms.DeskList(request.GET).shown
    state = asked or (State.DRAFT if counts.get(State.DRAFT) else State.PUBLISHED)
    letters = queries.desk_letters([school_id], state, limit=ON_THE_LIST)
    writable = access.writable(request.actor, letters)
    context = {
        "letters": letters,
        "writable": writable,
        "slips": slips.answered_of([letter.id for letter in letters]) if state in SHOWN else {},
        "counts": counts,
        "state": state,
        "states": list(State),
    }
    return render(request, "letters/desk.html", context)


@needs(Act.LETTER_WRITE)
@require_http_methods(["GET", "POST"])
def begin(request: Request) -> HttpResponse:
    """A new letter: from the first saving on it has a place of its own."""
    school_id = access.writing_school(request.actor, request.session.get("post"))
    form, asked = _forms(request, school_id, None)
    if asking.both_valid(form, asked):
        with form.refusals():
            letter_id = actions.begin(by=request.actor, entered=form.entered(), now=request.now)
            if asked:
                asked.save(letter_id)
            return _acted(request, form, letter_id)
    return _page(request, form, None, asked)


@needs(Act.LETTER_WRITE)
@require_http_methods(["GET", "POST"])
def edit(request: Request, letter_id: int) -> HttpResponse:
    """Change a letter, send it now or later; of one that was sent, a changed text is a new version."""
    row = access.desk_letter(request.actor, letter_id)
    form, asked = _forms(request, row.board.school_id, row)
    if asking.both_valid(form, asked):
        with form.refusals():
            seen, entered = form.cleaned_data["seen"], form.entered()
            actions.save(by=request.actor, letter=row, entered=entered, seen=seen, now=request.now)
            if asked:
                asked.save(row.id)
            return _acted(request, form, row.id)
    return _page(request, form, row, asked)


@needs(Act.LETTER_WRITE)
@require_POST
def discard(request: Request, letter_id: int) -> HttpResponse:
    """Delete a draft, as it was seen."""
    row = access.desk_letter(request.actor, letter_id)
    try:
        seen = request.POST.get("seen", "")
        actions.discard(by=request.actor, letter=row, seen=seen, now=request.now)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("letters:edit", letter_id=row.id)
    messages.success(request, _("쓰던 글을 지웠습니다."))
    return redirect("letters:desk")


@needs(Act.LETTER_WRITE)
@require_POST
def withdraw(request: Request, letter_id: int) -> HttpResponse:
    """Take a letter back, with the reason that its readers see."""
    row = access.desk_letter(request.actor, letter_id)
    form = forms.Withdrawal(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.withdraw(by=request.actor, letter_id=row.id, now=request.now, **form.cleaned_data)
            messages.success(
                request, _("글을 거두었습니다. 주소를 아는 분에게는 거두어들인 글이라고 보입니다.")
            )
            return redirect("letters:edit", letter_id=row.id)
    fresh, asked = _forms(request, row.board.school_id, row, fresh=True)
    return _page(request, fresh, row, asked, withdrawal=form)


@needs(Act.LETTER_WRITE)
@require_safe
def preview(request: Request, letter_id: int) -> HttpResponse:
    """A letter as its readers see it, as far as it was saved."""
    row = access.desk_letter(request.actor, letter_id)
    context = {
        "letter": row,
        "board": row.board,
        "posted_on": row.posted_on or request.today,
        "attachments": attachments.of(row.id),
        "slip_preview": asking.preview(row.id),
    }
    return render(request, "letters/preview.html", context)


@needs(Act.LETTER_WRITE)
@require_safe
def reach(request: Request) -> HttpResponse:
    """How many a letter to these receivers reaches, as a part of the page."""
    school_id = access.writing_school(request.actor, request.session.get("post"))
    to = receivers.find(_options(request, school_id), request.GET.get("receivers", ""))
    context = {"to": to, "reach": queries.reach(school_id, to)}
    return render(request, "letters/_reach.html", context)


def _options(request: Request, school_id: int, row: DeskLetter | None = None) -> list[Receivers]:
    present = row.receivers if row else None
    return receivers.options(request.actor, school_id, today=request.today, present=present)


def _forms(
    request: Request, school_id: int, row: DeskLetter | None, *, fresh: bool = False
) -> tuple[forms.Writing, SlipEditor | None]:
    """Return the letter and, as long as it may be changed, its slip: as sent, as left behind when a session
    ended, or as saved; or as typed, with the questions of an earlier slip. `fresh`: another form of the page
    was sent.
    """
    is_open = row is None or row.is_open
    takes = is_open and asking.takes_earlier(request)
    draft = request.POST.dict() if takes else drafts.take(request)
    data = None if fresh or takes else request.POST or None
    form = forms.Writing(
        data,
        boards=queries.boards_of([school_id]),
        receivers=_options(request, school_id, row),
        before=row,
        now=request.now,
        initial=draft or _initial(request, row),
    )
    if not is_open:
        return form, None
    if takes:
        return form, asking.with_earlier(school_id, draft, now=request.now)
    return form, asking.editor(row.id if row else None, data, draft=draft, now=request.now)


def _initial(request: Request, row: DeskLetter | None) -> dict[str, Any]:
    if row is None:
        return {"receivers": "everyone", "when": "now", "author": receivers.signature(request.actor)}
    names = ("title", "html", "author", "document_no", "phone", "pinned", "publish_at", "seen")
    return {
        "board": row.board.id,
        "receivers": row.receivers.key,
        "when": "later" if row.publish_at else "now",
        **{name: getattr(row, name) for name in names},
    }


def _page(
    request: Request,
    form: forms.Writing,
    row: DeskLetter | None,
    asked: SlipEditor | None,
    *,
    withdrawal: forms.Withdrawal | None = None,
) -> HttpResponse:
    school_id = (
        row.board.school_id if row else access.writing_school(request.actor, request.session.get("post"))
    )
    before = queries.versions(row.id) if row and row.version > 1 else []
    files = attachments.ever_of(row.id) if row else []
    context = {
        "form": form,
        "letter": row,
        "to": form.chosen,
        "reach": queries.reach(school_id, form.chosen),
        "changes": versions.changes(before, row.title, row.html, files=files, published_at=row.published_at)
        if row
        else [],
        "attachments": [file for file in files if not file.removed_at],
        "withdrawal": withdrawal or forms.Withdrawal(),
        "slip_editor": asked,
        "slip_earlier": slips.earlier(school_id, limit=asking.EARLIER) if asked else [],
        "slip_form": slips.form_of(row.id) if row and not row.is_open else None,
    }
    status = withdrawal.status if withdrawal else max(form.status, asked.status if asked else 200)
    return render(request, "letters/edit.html", context, status=status)


def _acted(request: Request, form: forms.Writing, letter_id: int) -> HttpResponse:
    """After the saving: send, now or later, or say that it is saved."""
    cleaned, by, now = form.cleaned_data, request.actor, request.now
    row = access.desk_letter(by, letter_id)
    if form.act_name == "unschedule":
        actions.unschedule(by=by, letter_id=letter_id, now=now)
        messages.success(request, _("정한 때에 보내지 않습니다. 글은 쓰는 중인 글에 있습니다."))
    elif form.act_name == "send" and row.is_open and cleaned["when"] == "later":
        actions.schedule(by=by, letter_id=letter_id, publish_at=cleaned["publish_at"], now=now)
        messages.success(request, _("%(when)s에 보냅니다.") % {"when": moment(cleaned["publish_at"])})
    elif form.act_name == "send" and row.is_open:
        actions.publish(by=by, letter_id=letter_id, now=now)
        messages.success(request, _("%(who)s에 보냈습니다.") % {"who": row.receivers.words})
    elif form.act_name == "files":
        return redirect("letters:desk_files", letter_id=letter_id)
    elif row.is_open:
        messages.success(request, _("%(when)s에 저장했습니다.") % {"when": clock(now)})
    else:
        messages.success(request, _("고친 글을 올렸습니다. 읽는 분에게는 무엇을 고쳤는지 보입니다."))
    return redirect("letters:edit", letter_id=letter_id)
