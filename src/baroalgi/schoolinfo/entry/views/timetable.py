"""시간표: the week of a class, drafted and published; the change of one day."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from baroalgi.assessment import school_year
from baroalgi.organisation.types import School
from baroalgi.platform.http import Request, needs
from baroalgi.platform.templates import clock
from baroalgi.platform.templates import day as in_words
from baroalgi.policy import Act
from baroalgi.schoolinfo import actions
from baroalgi.schoolinfo import queries as schoolinfo
from baroalgi.schoolinfo.entry import access, forms, queries
from baroalgi.schoolinfo.entry.types import WEEKDAYS, Place, Taught, Timetable
from baroalgi.schoolinfo.types import ClassName, Term
from baroalgi.schoolinfo.weeks import read_day


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_safe
def entry(request: Request) -> HttpResponse:
    """학교정보: straight to the first class."""
    school = _school(request)
    classes = schoolinfo.class_names(school.id, school_year(request.today))
    if classes:
        return redirect("schoolinfo:timetable_entry", grade=classes[0].grade, class_name=classes[0].name)
    return render(request, "schoolinfo/entry/no_classes.html", {"school": school})


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def timetable(request: Request, grade: int, class_name: str) -> HttpResponse:
    """The week of a class; a script saves each cell and is answered in JSON."""
    school, term, classes, of = _opened(request, grade, class_name)
    table = queries.timetable(school.id, school.kind, of, term, request.today)
    form = forms.Week(request.POST if request.method == "POST" else None, table=table)
    taken: dict[Place, Taught] = {}
    if form.is_valid() and (changes := form.changes()):
        try:
            actions.draft_timetable(
                by=request.actor, school_id=school.id, of=of, term=term, changes=changes, now=request.now
            )
        except actions.CellsTaken as refused:
            taken = refused.cells
            form.add_error(None, str(refused))
        table = queries.timetable(school.id, school.kind, of, term, request.today)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(_answer(request, form, table, taken), status=form.status)
    if request.method == "POST" and not form.errors:
        messages.success(request, _("저장했습니다."))
        return redirect("schoolinfo:timetable_entry", grade=grade, class_name=class_name)
    return _page(request, school, classes, table, form, taken)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_POST
def publish(request: Request, grade: int, class_name: str) -> HttpResponse:
    """Let parents see the drafted week, from a day on to the end of the term."""
    school, term, classes, of = _opened(request, grade, class_name)
    table = queries.timetable(school.id, school.kind, of, term, request.today)
    form = forms.Publishing(request.POST)
    if form.is_valid():
        first = max(form.cleaned_data["first"], term.first)
        with form.refusals():
            actions.publish_timetable(
                by=request.actor,
                school_id=school.id,
                of=of,
                term=term,
                days=queries.school_days(school.id, of, first, term.last),
                clashes=len(table.clashes),
                now=request.now,
            )
            places = {"class": of, "first": in_words(first)}
            messages.success(
                request, _("%(class)s 시간표를 올렸습니다. %(first)s부터 학부모에게 보입니다.") % places
            )
            return redirect("schoolinfo:timetable_entry", grade=grade, class_name=class_name)
    week = forms.Week(None, table=table)
    return _page(request, school, classes, table, week, {}, publishing=form)


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: Request, grade: int, class_name: str) -> HttpResponse:
    """하루만 바꾸기: another teacher, another subject, no lesson; parents see it marked."""
    school, _term, classes, of = _opened(request, grade, class_name)
    on = read_day(request.GET.get("on", ""), otherwise=request.today)
    lessons = queries.day_lessons(school.id, of, on, schoolinfo.term(school.id, on))
    form = forms.DayChanges(request.POST if request.method == "POST" else None, lessons=lessons)
    if form.is_valid() and (changes := form.changes()):
        with form.refusals():
            actions.change_day(
                by=request.actor, school_id=school.id, of=of, day=on, changes=changes, now=request.now
            )
            messages.success(
                request, _("%(day)s 시간표를 바꾸었습니다. 학부모에게 표시됩니다.") % {"day": in_words(on)}
            )
            return redirect(f"{_day_address(of)}?on={on}")
    elif form.is_valid() and lessons:
        form.add_error(None, _("바꿀 교시를 하나라도 골라 주세요."))
    context = {
        "school": school,
        "of": of,
        "classes": classes,
        "on": on,
        "rows": [(lesson, _boxes(form, lesson.id)) for lesson in lessons],
        "form": form,
        "address": _day_address,
    }
    return render(request, "schoolinfo/entry/day.html", context, status=form.status)


def _school(request: Request) -> School:
    return access.administered_school(request.actor, request.session.get("post"))


def _opened(request: Request, grade: int, class_name: str) -> tuple[School, Term, list[ClassName], ClassName]:
    school = _school(request)
    term = schoolinfo.term(school.id, request.today)
    classes, of = access.class_of(school, term.school_year, grade, class_name)
    return school, term, classes, of


def _day_address(of: ClassName) -> str:
    return reverse("schoolinfo:day_entry", kwargs={"grade": of.grade, "class_name": of.name})


def _boxes(form: forms.DayChanges, lesson_id: int) -> dict[str, Any]:
    return {part: form[f"{part}-{lesson_id}"] for part in ("change", "subject", "teacher")}


def _page(
    request: Request,
    school: School,
    classes: list[ClassName],
    table: Timetable,
    form: forms.Week,
    taken: dict[Place, Taught],
    *,
    publishing: forms.Publishing | None = None,
) -> HttpResponse:
    context = {
        "school": school,
        "classes": classes,
        "table": table,
        "cells": {place: _cell(form, table, place, taken) for place in form.places},
        "form": form,
        "publishing": publishing or forms.Publishing(initial={"first": _begin(table.term, request.today)}),
        "weekdays": WEEKDAYS,
    }
    failed = form.status != 200 or bool(publishing)
    return render(request, "schoolinfo/entry/timetable.html", context, status=422 if failed else 200)


def _begin(term: Term, today: date) -> date:
    return max(term.first, today)


def _cell(form: forms.Week, table: Timetable, place: Place, taken: dict[Place, Taught]) -> dict[str, Any]:
    """Return a cell as the page shows it: of a refused form what was typed, compared with what stands now."""
    stands = table.cells.get(place, Taught())
    typed = form.typed(place) if form.errors else stands
    errors = form.wrong(place)
    if place in taken:
        places = {"theirs": taken[place] or _("빈칸"), "mine": typed or _("빈칸")}
        errors.append(_("지금은 「%(theirs)s」, 적으신 것은 「%(mine)s」입니다.") % places)
    clash = next((clash for clash in table.clashes if clash.place == place), None)
    return {"place": place, "stands": stands, "typed": typed, "errors": errors, "clash": clash}


def _answer(
    request: Request, form: forms.Week, table: Timetable, taken: dict[Place, Taught]
) -> dict[str, Any]:
    """Return how the timetable stands after a cell was saved, for the script of the page."""

    def box(place: Place) -> str:
        return f"{place[0]}-{place[1]}"

    wrong = {box(place): form.wrong(place) for place in form.places}
    return {
        "saved": _("%(moment)s에 저장했습니다") % {"moment": clock(request.now)},
        "say": table.say,
        "ready": table.is_ready,
        "clashes": [
            {
                "place": box(clash.place),
                "title": clash.title,
                "sentence": clash.sentence,
                "link": _("%(class)s 보기") % {"class": clash.elsewhere},
                "href": reverse(
                    "schoolinfo:timetable_entry",
                    kwargs={"grade": clash.elsewhere.grade, "class_name": clash.elsewhere.name},
                ),
            }
            for clash in table.clashes
        ],
        "hours": [
            {"subject": hours.subject, "words": hours.words, "differs": hours.differs}
            for hours in table.hours
        ],
        "wrong": {place: " ".join(map(str, errors)) for place, errors in wrong.items() if errors},
        "taken": {
            box(place): {
                "subject": stands.subject,
                "teacher": stands.teacher,
                "classroom": stands.classroom,
            }
            for place, stands in taken.items()
        },
        "sentence": " ".join(map(str, form.non_field_errors())),
    }
