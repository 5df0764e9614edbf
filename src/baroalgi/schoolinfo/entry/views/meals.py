"""급식: a month of meals, dishes as lines."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.schoolinfo import actions
from baroalgi.schoolinfo.entry import access, forms, queries
from baroalgi.schoolinfo.entry.types import MealEntry
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.types import MEAL_WORDS, allergen_words

KINDS = {str(kind): word for kind, word in MEAL_WORDS.items()}


@needs(Act.SCHOOL_INFORMATION_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def meals(request: Request) -> HttpResponse:
    """The meals of one kind in a month, all days in one form."""
    school = access.administered_school(request.actor, request.session.get("post"))
    month = Month.read(request.GET.get("month", ""), otherwise=request.today)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in KINDS else "2"
    there = queries.meals(school.id, int(kind), month)
    weeks = _weeks(month, there)
    form = forms.Meals(
        request.POST if request.method == "POST" else None,
        days=[day for week in weeks for day in week if Month.of(day) == month],
        there=there,
    )
    taken: dict[date, str] = {}
    if form.is_valid():
        changes = form.changes()
        try:
            if changes:
                actions.put_meals(
                    by=request.actor, school_id=school.id, kind=int(kind), changes=changes, now=request.now
                )
            messages.success(request, _("%(n)s일의 식단을 저장했습니다.") % {"n": len(changes)})
            return redirect(f"{reverse('schoolinfo:meals_entry')}?month={month}&kind={kind}")
        except actions.MealsTaken as refused:
            taken = dict(refused.meals)
            form.add_error(None, str(refused))
    context = {
        "school": school,
        "month": month,
        "kind": kind,
        "kinds": KINDS,
        "weeks": [[_cell(form, day, month, there, taken) for day in week] for week in weeks],
        "form": form,
        "allergens": allergen_words(),
        "today": request.today,
    }
    return render(request, "schoolinfo/entry/meals.html", context, status=form.status)


def _weeks(month: Month, there: dict[date, MealEntry]) -> list[list[date]]:
    """Return the weekdays of a month in weeks, weekends only with a meal."""
    weekend = {day.weekday() for day in there if day.weekday() > 4}
    weeks = [[day for day in week if day.weekday() < 5 or day.weekday() in weekend] for week in month.weeks()]
    return [week for week in weeks if any(Month.of(day) == month for day in week)]


def _cell(
    form: forms.Meals, day: date, month: Month, there: dict[date, MealEntry], taken: dict[date, str]
) -> dict[str, Any]:
    if Month.of(day) != month:
        return {"day": day, "outside": True}
    errors = [(part, error) for part in "dcuo" for error in form.errors.get(f"{part}-{day}", [])]
    if day in taken:
        lines = taken[day].replace("\n", ", ") or _("빈칸")
        errors.append(("d", _("지금 적힌 것: %(lines)s") % {"lines": lines}))
    return {
        "day": day,
        "outside": False,
        "typed": form.typed(day),
        "sequence": there.get(day, MealEntry()).sequence,
        "errors": errors,
        "wrong": {part for part, _error in errors},
    }
