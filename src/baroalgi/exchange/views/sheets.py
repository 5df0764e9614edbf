"""가져오기: download a sheet, upload it filled, see what it would do, save it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.assessment import school_year
from baroalgi.exchange import access
from baroalgi.exchange.sheets import kinds, report, waiting, writing
from baroalgi.exchange.sheets.cells import Facts
from baroalgi.exchange.sheets.kinds import Kind
from baroalgi.exchange.sheets.workbook import EMPTY, MOST_BYTES, TOO_LARGE, Unreadable
from baroalgi.organisation.types import School
from baroalgi.platform import files
from baroalgi.platform.http import Request, enter, needs, takes_files
from baroalgi.platform.kinds import Kind as FileKind
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Act
from baroalgi.schoolinfo import actions
from baroalgi.schoolinfo import queries as schoolinfo

OLD_PAGE = gettext_lazy("화면을 연 지 오래되었습니다. 파일을 다시 올려 주세요.")


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_safe
def choose(request: Request) -> HttpResponse:
    """Which sheet."""
    context = {"school": _school(request), "kinds": list(kinds.KINDS.values())}
    return render(request, "exchange/sheets.html", context)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@takes_files(MOST_BYTES, TOO_LARGE)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request, sheet: str) -> HttpResponse:
    """The page of one sheet; of an uploaded one the dry run."""
    kind, table, sentence = access.kind(sheet), None, ""
    file = request.FILES.get("file")
    try:
        if request.method == "POST":
            table = _read(file.read() if file else None, kind)
    except Unreadable as unreadable:
        sentence = str(unreadable.sentence)
    with enter(request):
        school = _school(request)
        if table is None or file is None:
            return _page(request, school, kind, sentence=sentence)
        return _previewed(request, school, kind, (file.name or "")[-80:], table)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@takes_files(MOST_BYTES, TOO_LARGE)
@require_POST
def save(request: Request, sheet: str) -> HttpResponse:
    """Write what was previewed, all of it; when the school says something else by now, preview again."""
    with enter(request):
        return _saved(request, sheet)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@takes_files(MOST_BYTES, TOO_LARGE)
@require_POST
def marked(request: Request, sheet: str) -> HttpResponse:
    """The uploaded lines once more, with what is wrong."""
    with enter(request):
        return _marked(request, sheet)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_safe
def empty(request: Request, sheet: str) -> HttpResponse:
    """The empty sheet with one example."""
    _school(request)
    kind = access.kind(sheet)
    return _download(writing.template(kind, []), str(kind.title))


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_safe
def filled(request: Request, sheet: str) -> HttpResponse:
    """The sheet with what the school says today, to be changed and uploaded again."""
    school, kind = _school(request), access.kind(sheet)
    facts = _facts(request, school)
    there = schoolinfo.sheet_entries(kind.sheet, school.id, kind.among(facts, request.today))
    return _download(writing.template(kind, kinds.filled(there.items(), kind)), f"{kind.title} {school.name}")


def _read(content: bytes | None, kind: Kind) -> report.Table:
    if not content:
        raise Unreadable(_("올릴 파일을 골라 주세요.") if content is None else EMPTY)
    return report.table(content, kind)


def _saved(request: Request, sheet: str) -> HttpResponse:
    school, kind = _school(request), access.kind(sheet)
    held = _unpacked(request, school, kind)
    if held is None:
        return _page(request, school, kind, sentence=str(OLD_PAGE))
    found = _dry_run(request, school, kind, held[1])
    if found.faults or request.POST.get("seen") != _seen(found):
        return _previewed(request, school, kind, *held, sentence=str(actions.Overtaken.message))
    try:
        actions.put_sheet(
            by=request.actor,
            school_id=school.id,
            sheet=kind.sheet,
            entries=found.entries,
            seen=found.differences,
            now=request.now,
        )
    except Refused as refusal:
        return _previewed(request, school, kind, *held, sentence=str(refusal))
    places = {"title": kind.title, "new": len(found.new), "changed": len(found.changed), "same": found.same}
    messages.success(
        request,
        _("%(title)s: 새로 넣은 것 %(new)s줄, 바뀐 것 %(changed)s줄, 그대로인 것 %(same)s줄입니다.") % places,
    )
    return redirect("exchange:sheet", sheet=kind.sheet.value)


def _marked(request: Request, sheet: str) -> HttpResponse:
    school, kind = _school(request), access.kind(sheet)
    held = _unpacked(request, school, kind)
    if held is None:
        return _page(request, school, kind, sentence=str(OLD_PAGE))
    found = _dry_run(request, school, kind, held[1])
    return _download(
        writing.marked(kind, held[1], found.faults), _("%(title)s 고칠 것") % {"title": kind.title}
    )


def _school(request: Request) -> School:
    return access.administered_school(request.actor, request.session.get("post"))


def _facts(request: Request, school: School) -> Facts:
    year = school_year(request.today)
    return Facts(year, school.grades, tuple(schoolinfo.class_names(school.id, year)))


def _dry_run(request: Request, school: School, kind: Kind, table: report.Table) -> report.Report:
    known = partial(schoolinfo.sheet_entries, kind.sheet, school.id)
    return report.dry_run(table, kind, _facts(request, school), known)


def _unpacked(request: Request, school: School, kind: Kind) -> tuple[str, report.Table] | None:
    return waiting.unpack(
        request.POST.get("held", ""),
        sheet=kind.sheet,
        school_id=school.id,
        person_id=request.actor.me,
        now=request.now,
    )


def _previewed(
    request: Request, school: School, kind: Kind, name: str, table: report.Table, sentence: str = ""
) -> HttpResponse:
    found = _dry_run(request, school, kind, table)
    held = waiting.pack(
        table,
        name=name,
        sheet=kind.sheet,
        school_id=school.id,
        person_id=request.actor.me,
        now=request.now,
    )
    return _page(
        request,
        school,
        kind,
        sentence=sentence,
        report=found,
        held=held,
        file_name=name,
        seen=_seen(found),
    )


def _seen(found: report.Report) -> str:
    """Return what the page said would happen, to be compared when it is to happen."""
    return f"{len(found.new)}-{len(found.changed)}-{found.same}"


def _page(request: Request, school: School, kind: Kind, sentence: str = "", **shown: Any) -> HttpResponse:
    found = shown.get("report")
    context = {
        "school": school,
        "kind": kind,
        "kinds": list(kinds.KINDS.values()),
        "sentence": sentence,
        "report": None,
    } | shown
    wrong = bool(sentence) or bool(found and found.faults)
    return render(request, "exchange/sheet.html", context, status=422 if wrong else 200)


def _download(content: bytes, title: str) -> HttpResponse:
    return files.made(content, FileKind.XLSX.media_type, f"{title}.xlsx")
