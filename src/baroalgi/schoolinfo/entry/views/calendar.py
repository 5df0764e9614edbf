"""학사일정: lines of a day or several, entered, changed, taken back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from baroalgi.assessment import school_year
from baroalgi.organisation.types import School
from baroalgi.platform.http import Request, needs
from baroalgi.platform.templates import josa
from baroalgi.policy import Act
from baroalgi.schoolinfo import actions
from baroalgi.schoolinfo.entry import access, forms, queries
from baroalgi.schoolinfo.entry.types import KeptEvent
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.types import EVENT_WORDS


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: Request) -> HttpResponse:
    """A month of the calendar, and a form for a new line."""
    school = _school(request)
    month = Month.read(request.GET.get("month", ""), otherwise=request.today)
    form = forms.Event(
        request.POST if request.method == "POST" else None,
        of_school=school.grades,
        initial={"kind": "school_event", "grades": list(school.grades)},
    )
    if form.is_valid():
        event = form.entry()
        with form.refusals():
            actions.add_event(by=request.actor, school_id=school.id, event=event, now=request.now)
            messages.success(request, _("%(name)s 넣었습니다.") % {"name": _quoted(event.name)})
            return redirect(_address(Month.of(event.first)))
    context = {
        "school": school,
        "month": month,
        "months": Month.of_school_year(school_year(month.first)),
        "events": queries.events(school.id, month),
        "form": form,
        "kinds": EVENT_WORDS,
        "today": request.today,
    }
    return render(request, "schoolinfo/entry/calendar.html", context, status=form.status)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: Request, uid: UUID) -> HttpResponse:
    """A line of the calendar, to be changed."""
    school = _school(request)
    kept = access.event(school, uid)
    form = _form(request, school, kept)
    if form.is_valid():
        entry = form.entry()
        with form.refusals():
            actions.change_event(
                by=request.actor,
                school_id=school.id,
                seen=form.rows_seen(),
                event=entry,
                now=request.now,
            )
            messages.success(request, _("%(name)s 고쳤습니다.") % {"name": _quoted(entry.name)})
            return redirect(_address(Month.of(entry.first)))
    context = {"school": school, "kept": kept, "form": form, "month": Month.of(kept.entry.first)}
    return render(request, "schoolinfo/entry/event.html", context, status=form.status)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_POST
def cancel(request: Request, uid: UUID) -> HttpResponse:
    """Take a line of the calendar back."""
    school = _school(request)
    kept = access.event(school, uid)
    try:
        actions.cancel_event(
            by=request.actor,
            school_id=school.id,
            seen=forms.Seen(request.POST).rows_seen(),
            event=kept.entry,
            now=request.now,
        )
    except actions.EventTaken as refused:
        messages.warning(request, str(refused))
        return redirect("schoolinfo:event_entry", uid=uid)
    said = _("%(name)s 거두었습니다. 달력에 넣은 분께는 취소로 보입니다.")
    messages.success(request, said % {"name": _quoted(kept.entry.name)})
    return redirect(_address(Month.of(kept.entry.first)))


def _form(request: Request, school: School, kept: KeptEvent) -> forms.Event:
    entry = kept.entry
    return forms.Event(
        request.POST if request.method == "POST" else None,
        of_school=school.grades,
        initial={
            "first": entry.first,
            "last": entry.last if entry.last != entry.first else None,
            "name": entry.name,
            "kind": entry.kind,
            "day_kind": entry.day_kind,
            "content": entry.content,
            "grades": list(entry.grades or school.grades),
            "seen": kept.seen,
        },
    )


def _quoted(name: str) -> str:
    return josa(f"「{name}」", "을/를")


def _school(request: Request) -> School:
    return access.administered_school(request.actor, request.session.get("post"))


def _address(month: Month) -> str:
    return f"{reverse('schoolinfo:calendar_entry')}?month={month}"
