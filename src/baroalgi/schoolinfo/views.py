"""Schools, their facts, meals and calendar: open to everyone."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from baroalgi.organisation import queries as organisation
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.schoolinfo import access, forms, queries
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.types import allergen_words

ON_A_PAGE = 30


@needs(Act.SCHOOL_READ)
@require_safe
def schools(request: Request) -> HttpResponse:
    """학교 찾기: by part of the name, initial consonants, level or region."""
    form = forms.Search(request.GET)
    search = form.search(settings.ENVIRONMENT.office)
    context = {"form": form, "search": search, "query": form.query}
    if search.is_empty:
        context["regions"] = organisation.regions(search.office)
        return render(request, "schoolinfo/schools.html", context, status=form.status)
    page = Paginator(range(organisation.count_schools(search)), ON_A_PAGE).get_page(form.shown_page)
    context["page"] = page
    context["schools"] = organisation.schools_found(
        search, offset=max(page.start_index() - 1, 0), limit=ON_A_PAGE
    )
    return render(request, "schoolinfo/schools.html", context, status=form.status)


@needs(Act.SCHOOL_READ)
@require_safe
def school(request: Request, code: str) -> HttpResponse:
    """학교기본정보, with what the school has today."""
    row = access.school(code)
    today = request.today
    context = {
        "school": row,
        "today": today,
        "meals": queries.next_meals(row.id, today),
        "schedule": queries.schedule(row.id, _own_grades(request, code), today, limit=1),
    }
    return render(request, "schoolinfo/school.html", context)


@needs(Act.SCHOOL_READ)
@require_safe
def meals(request: Request, code: str) -> HttpResponse:
    """급식: today in full, the month in rows."""
    row = access.school(code)
    today = request.today
    month = Month.read(request.GET.get("month", ""), otherwise=today)
    context = {
        "school": row,
        "today": today,
        "page": queries.meal_month(row.id, month, today),
        "allergens": allergen_words(),
    }
    return render(request, "schoolinfo/meals.html", context)


@needs(Act.SCHOOL_READ)
@require_safe
def calendar(request: Request, code: str) -> HttpResponse:
    """학사일정: for the own child's grade, or for all."""
    row = access.school(code)
    today = request.today
    month = Month.read(request.GET.get("month", ""), otherwise=today)
    own = _own_grades(request, code)
    everyone = "all" in request.GET
    context = {
        "school": row,
        "today": today,
        "own": own,
        "everyone": everyone,
        "page": queries.calendar_month(row.id, month, () if everyone else own),
    }
    return render(request, "schoolinfo/calendar.html", context)


def _own_grades(request: Request, code: str) -> list[int]:
    """Return the grades of the acting guardian's children at this school, none for everybody else."""
    return sorted({child.grade for child in request.actor.children if child.school_code == code})
