"""Teachers: read, answered, missing by name; remind, note papers, print, take away, open again."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from baroalgi.letters.slips import access, actions, forms, paper, sheet, tally
from baroalgi.letters.slips.types import Desk, DeskRow, Kind
from baroalgi.letters.slips.words import CONFIRMED, PARTS, WAYS, YES_NO
from baroalgi.platform import audit, files
from baroalgi.platform.audit import Audit
from baroalgi.platform.http import Request, needs
from baroalgi.platform.kinds import Kind as FileKind
from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import day
from baroalgi.policy import Act, allows


@needs(Act.SLIP_DESK)
@require_safe
def answers(request: Request, letter_id: int) -> HttpResponse:
    """How the slips of a letter stand, by name."""
    shown = _shown(request)
    desk = access.desk(request.actor, letter_id, shown["class_id"])
    return _page(request, desk, shown["show"] or "missing")


@needs(Act.SLIP_DESK)
@require_http_methods(["GET", "POST"])
def remind(request: Request, letter_id: int) -> HttpResponse:
    """Remind the guardians whose answer is missing, in one act."""
    desk = access.desk(request.actor, letter_id, _shown(request)["class_id"])
    if request.method == "POST":
        try:
            n = actions.remind_slips(by=request.actor, desk=desk, now=request.now)
            messages.success(request, _("%(n)s명의 보호자께 다시 알렸습니다.") % {"n": n})
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return redirect(_address(desk))


@needs(Act.SLIP_DESK)
@require_http_methods(["GET", "POST"])
def reopen(request: Request, letter_id: int) -> HttpResponse:
    """Give slips whose time is over a new one."""
    desk = access.desk(request.actor, letter_id, _shown(request)["class_id"])
    if request.method == "GET":
        return redirect(_address(desk))
    form = forms.Reopen(request.POST, now=request.now)
    if form.is_valid():
        with form.refusals():
            due_at = form.cleaned_data["due_at"]
            n = actions.reopen_slips(by=request.actor, desk=desk, due_at=due_at, now=request.now)
            messages.success(request, _("회신서 %(n)s장을 다시 열었습니다.") % {"n": n})
            return redirect(_address(desk))
    return _page(request, desk, "missing", form)


@needs(Act.SLIP_DESK)
@require_http_methods(["GET", "POST"])
def paper_answer(request: Request, letter_id: int, public_id: UUID) -> HttpResponse:
    """Write in what came on paper."""
    desk = access.desk(request.actor, letter_id, _shown(request)["class_id"])
    row = access.child(desk, public_id)
    form = forms.Answer(desk.form.questions, request.POST or None)
    if form.is_bound and form.is_valid():
        with form.refusals():
            actions.note_paper(by=request.actor, desk=desk, row=row, answers=form.answers(), now=request.now)
            messages.success(request, _("%(name)s 학생의 종이 회신을 적었습니다.") % {"name": row.name})
            return redirect(_address(desk))
    audit.record(request.actor, Audit.SLIP_ANSWERS_VIEWED, student_id=row.student_id, letter=desk.letter.id)
    context = {"desk": desk, "row": row, "form": form, "back": _address(desk)}
    return render(request, "letters/slip_paper.html", context, status=form.status)


@needs(Act.SLIP_DESK)
@require_safe
def workbook(request: Request, letter_id: int) -> HttpResponse:
    """The answers of the class as XLSX."""
    desk = access.desk(request.actor, letter_id, _shown(request)["class_id"])
    _record_each(request, Audit.SLIP_ANSWERS_EXPORTED, desk, desk.rows)
    return files.made(sheet.workbook(desk), FileKind.XLSX.media_type, f"{_('회신')} {desk.letter.title}.xlsx")


@needs(Act.SLIP_DESK)
@require_safe
def print_slips(request: Request, letter_id: int) -> HttpResponse:
    """Slips on paper: of one child, or of all without a linked guardian whose answer is missing."""
    desk = access.desk(request.actor, letter_id, _shown(request)["class_id"])
    one = request.GET.get("slip", "")
    rows = tuple(row for row in desk.missing if (row.public_id == one if one else not row.guardians))
    if not rows:
        messages.warning(request, _("인쇄할 회신서가 없습니다."))
        return redirect(_address(desk))
    _record_each(request, Audit.SLIPS_PRINTED, desk, rows)
    return files.made(paper.document(desk, rows), FileKind.PDF.media_type, f"{_('회신서')}.pdf", inline=True)


def _page(request: Request, desk: Desk, show: str, form: forms.Reopen | None = None) -> HttpResponse:
    rows = {"missing": desk.missing, "answered": desk.answered, "all": desk.rows}[show]
    _record_each(request, Audit.SLIP_ANSWERS_VIEWED, desk, desk.rows)
    words = {Kind.CONFIRM: (str(CONFIRMED),), Kind.YES_NO: tuple(map(str, YES_NO))}
    last = desk.last_reminded_at
    over = [row for row in desk.rows if row.state in ("missed", "closed") or row.due_at <= request.now]
    context: dict[str, Any] = {
        "desk": desk,
        "show": show,
        "rows": rows,
        "parts": [
            {"text": f"{word} {n}", "href": _address(desk, part), "current": part == show}
            for (part, word), n in zip(
                PARTS.items(), (len(desk.missing), len(desk.answered), len(desk.rows)), strict=True
            )
        ],
        "classes": [
            {
                "text": _("%(grade)s학년 %(class_no)s반") % {"grade": one.grade, "class_no": one.class_no},
                "href": _address(desk, class_id=one.id),
                "current": one.id == desk.class_id,
            }
            for one in desk.classes
        ],
        "to_remind": actions.to_remind(desk, request.now),
        "reminded_today": last if last and timezone.localdate(last) == request.today else None,
        "unlinked": [row for row in desk.missing if not row.guardians],
        "days_left": (timezone.localdate(desk.form.due_at) - request.today).days,
        "over": over,
        "reopen": form or forms.Reopen(now=request.now),
        "why_missing": _why_missing(desk),
        "workbook_address": _beside(desk, "letters:slip_workbook"),
        "print_address": _beside(desk, "letters:slip_print", more=True),
        "class_query": f"?class_id={desk.class_id}" if len(desk.classes) > 1 else "",
        "tallies": tally.tallies(desk.form.questions, desk.answered, words),
        "ways": WAYS,
        "shows_evidence": allows(request.actor, Act.SLIP_EVIDENCE, desk.subject),
    }
    return render(request, "letters/slip_answers.html", context, status=form.status if form else 200)


def _why_missing(desk: Desk) -> str:
    """Write what is behind the number: 「읽고 답하지 않음 5명 · 읽지 않음 2명 · 연결된 보호자 없음 1명」."""
    half = sum(bool(row.answers) for row in desk.missing)
    unlinked = sum(not row.guardians and not row.answers for row in desk.missing)
    read = sum(row.read_at is not None and not row.answers for row in desk.missing)
    parts = [
        (half, _("한 분만 답함 %(n)s명")),
        (read, _("읽고 답하지 않음 %(n)s명")),
        (len(desk.missing) - half - unlinked - read, _("읽지 않음 %(n)s명")),
        (unlinked, _("연결된 보호자 없음 %(n)s명")),
    ]
    said = [text % {"n": n} for n, text in parts if n]
    last = desk.last_reminded_at
    return " · ".join([*said, *([_("마지막 알림 %(day)s") % {"day": day(last)}] if last else [])])


def _beside(desk: Desk, name: str, *, more: bool = False) -> str:
    """Return an address beside the answers, of the same class; `more`: to be gone on with."""
    address = reverse(name, kwargs={"letter_id": desk.letter.id}) + "?"
    if len(desk.classes) > 1:
        address += f"class_id={desk.class_id}&"
    return address if more else address[:-1]


def _shown(request: Request) -> dict[str, Any]:
    found = forms.Shown(request.POST if request.method == "POST" else request.GET).readable
    return {"show": found.get("show", ""), "class_id": found.get("class_id")}


def _record_each(request: Request, act: Audit, desk: Desk, rows: tuple[DeskRow, ...]) -> None:
    audit.record_each(request.actor, act, [(row.student_id, None) for row in rows], letter=desk.letter.id)


def _address(desk: Desk, show: str = "", class_id: int | None = None) -> str:
    chosen = class_id or (desk.class_id if len(desk.classes) > 1 else None)
    query = ({"show": show} if show else {}) | ({"class_id": chosen} if chosen else {})
    address = reverse("letters:answers", kwargs={"letter_id": desk.letter.id})
    return f"{address}?{urlencode(query)}" if query else address
