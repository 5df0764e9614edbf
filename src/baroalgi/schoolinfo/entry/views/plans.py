"""주간학습안내: what a class learns in a week, written by its homeroom teacher."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baroalgi.assessment import school_year
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.schoolinfo import actions
from baroalgi.schoolinfo.entry import access, forms, queries
from baroalgi.schoolinfo.entry.types import WEEKDAYS, Place, Plan, PlannedLesson
from baroalgi.schoolinfo.types import ClassName
from baroalgi.schoolinfo.weeks import Week

PERIODS = 6


@needs(Act.WEEK_PLAN_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request) -> HttpResponse:
    """The plan of a week of a class."""
    held = access.planned_class(
        request.actor, request.session.get("post"), _wanted(request), school_year(request.today)
    )
    week = Week.read(request.GET.get("week", ""), otherwise=request.today)
    monday = week.monday
    stands = queries.plan(held.school.id, held.of, monday)
    form = forms.WeekPlan(
        request.POST if request.method == "POST" else None, plan=stands, places=_places(stands)
    )
    taken = False
    if form.is_valid():
        try:
            actions.write_plan(
                by=request.actor, school_id=held.school.id, plan=form.written(), now=request.now
            )
            messages.success(request, _("주간학습안내를 올렸습니다. 학부모에게 보입니다."))
            return redirect(_address(held.of, monday))
        except actions.PlanTaken as refused:
            taken = True
            form.add_error(None, str(refused))
    context = {
        "school": held.school,
        "classes": held.classes,
        "of": held.of,
        "monday": monday,
        "friday": week.friday,
        "before": _address(held.of, week.before.monday),
        "after": _address(held.of, week.after.monday),
        "address": lambda of: _address(of, monday),
        "form": form,
        "stands": stands,
        "days": [
            (WEEKDAYS[weekday], week.days[weekday], _lessons(form, weekday, stands, taken))
            for weekday in sorted({weekday for weekday, _period in form.places})
        ],
        "seen": stands.seen,
    }
    return render(request, "schoolinfo/entry/plan.html", context, status=form.status)


def _wanted(request: Request) -> ClassName | None:
    grade, name = request.GET.get("grade", ""), request.GET.get("class", "")
    if not grade and not name:
        return None
    return ClassName(int(grade) if grade.isascii() and grade.isdigit() and len(grade) < 3 else 0, name)


def _address(of: ClassName, monday: date) -> str:
    query = urlencode({"grade": of.grade, "class": of.name, "week": monday})
    return f"{reverse('schoolinfo:plan_entry')}?{query}"


def _places(stands: Plan) -> list[Place]:
    """Return the lessons of a week: six a day, and those that are planned besides."""
    usual = {(weekday, period) for weekday in range(5) for period in range(1, PERIODS + 1)}
    return sorted(usual | set(stands.lessons))


def _lessons(form: forms.WeekPlan, weekday: int, stands: Plan, taken: bool) -> list[dict[str, Any]]:
    lessons = []
    for place in form.places:
        if place[0] != weekday:
            continue
        typed = form.typed(place)
        errors = [error for part, _n in forms.PARTS for error in form.errors.get(forms.name(part, place), [])]
        there = stands.lessons.get(place, PlannedLesson())
        if taken and there != typed:
            errors.append(_("지금 적힌 것: %(lesson)s") % {"lesson": there or _("빈칸")})
        lessons.append(
            {"period": place[1], "box": f"{place[0]}-{place[1]}", "typed": typed, "errors": errors}
        )
    return lessons
