"""What a school tells everyone: facts, curriculum, timetable, weekly plan, calendar, meals.

Every page has an address of its own to share; what cannot be read in it falls back to what most people want:
today, this week, the own child's class.
"""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from baroalgi.assessment import school_year
from baroalgi.organisation import queries as organisation
from baroalgi.organisation.types import School
from baroalgi.platform import caching
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.schoolinfo import access, forms, linked_data, queries
from baroalgi.schoolinfo.months import Month
from baroalgi.schoolinfo.types import allergen_words
from baroalgi.schoolinfo.weeks import Week, read_day

ON_A_PAGE = 30


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def schools(request: Request) -> HttpResponse:
    """학교 찾기: by part of the name, initial consonants, level or region."""
    form = forms.Search(request.GET)
    own = settings.ENVIRONMENT.office
    # The directory may hold other offices than the own one, which comes first.
    offices = sorted(organisation.offices_with_schools(), key=lambda office: office.code != own)
    search = form.search(own, [office.code for office in offices])
    context = {
        "form": form,
        "search": search,
        "query": form.query,
        "address": _address(request),
        "offices": offices,
        "own_office": own,
        "shown_office": next((one.name for one in offices if one.code == search.office), _("전국")),
    }
    if search.is_empty:
        context["regions"] = organisation.regions(search.office or own)
        return render(request, "schoolinfo/schools.html", context, status=form.status)
    page = Paginator(range(organisation.count_schools(search)), ON_A_PAGE).get_page(form.shown_page)
    context["page"] = page
    context["schools"] = organisation.schools_found(
        search, offset=max(page.start_index() - 1, 0), limit=ON_A_PAGE
    )
    return render(request, "schoolinfo/schools.html", context, status=form.status)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def school(request: Request, code: str) -> HttpResponse:
    """학교기본정보, with what the school has today."""
    row = access.school(code)
    today = request.today
    address = _address(request)
    context = {
        "school": row,
        "past": organisation.school_past(row.id),
        "today": today,
        "meals": queries.next_meals(row.id, today),
        "schedule": queries.schedule(row.id, _own_grades(request, code), today, limit=1),
        "week": Week.of(today),
        "address": address,
        "linked_data": linked_data.school(row, address),
    }
    return render(request, "schoolinfo/school.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def curriculum(request: Request, code: str) -> HttpResponse:
    """교육과정: the plan of an entrance year, and who teaches what in a grade."""
    row = access.school(code)
    plans = queries.curriculum(row.id)
    own = _own_grades(request, code)
    grade = _grade(request, row) or (own[0] if own else row.grades[0])
    years = sorted({plan.entrance_year for plan in plans}, reverse=True)
    # Who is in grade g now came g - 1 years ago.
    asked = request.GET.get("year", "") or str(school_year(request.today) - grade + 1)
    year = next((one for one in years if str(one) == asked), years[0] if years else None)
    context = {
        "school": row,
        "years": years,
        "year": year,
        "plans": [plan for plan in plans if plan.entrance_year == year],
        "grade": grade,
        "taught": queries.teachers(row.id, grade, request.today),
        "address": _address(request, year=year, grade=grade),
    }
    return render(request, "schoolinfo/curriculum.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def timetable(request: Request, code: str) -> HttpResponse:
    """반별 시간표: a week, with what has changed in it."""
    row = access.school(code)
    context = _class_and_week(request, row)
    if context["chosen"]:
        context["page"] = queries.timetable(row.id, context["chosen"], context["week"])
    return render(request, "schoolinfo/timetable.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def weekly_plan(request: Request, code: str) -> HttpResponse:
    """주간학습안내 of an elementary class."""
    row = access.school(code)
    context = _class_and_week(request, row)
    if context["chosen"]:
        context["page"] = queries.weekly_plan(row.id, context["chosen"], context["week"])
    return render(request, "schoolinfo/weekly_plan.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def meals(request: Request, code: str) -> HttpResponse:
    """급식 of a month: today in full, the month in rows."""
    row = access.school(code)
    today = request.today
    month = Month.read(request.GET.get("month", ""), otherwise=today)
    context = {
        "school": row,
        "today": today,
        "page": queries.meal_month(row.id, month, today),
        "allergens": allergen_words(),
        "address": _address(request, month=month),
    }
    return render(request, "schoolinfo/meals.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def meals_of_week(request: Request, code: str) -> HttpResponse:
    """급식 of a week, each dish with its allergens."""
    row = access.school(code)
    week = Week.read(request.GET.get("week", ""), otherwise=request.today)
    context = {
        "school": row,
        "today": request.today,
        "week": week,
        "days": queries.meals_between(row.id, week.first, week.last),
        "allergens": allergen_words(),
        "address": _address(request, week=week),
    }
    return render(request, "schoolinfo/meals_of_week.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def meals_of_day(request: Request, code: str) -> HttpResponse:
    """급식 of a day in full: allergens, calories, nutrients, origin."""
    row = access.school(code)
    day = read_day(request.GET.get("day", ""), otherwise=request.today)
    week = Week.of(day)
    context = {
        "school": row,
        "today": request.today,
        "day": day,
        "week": week,
        "days": queries.meals_between(row.id, week.first, week.last),
        "allergens": allergen_words(),
        "address": _address(request, day=day),
    }
    return render(request, "schoolinfo/meals_of_day.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def calendar(request: Request, code: str) -> HttpResponse:
    """학사일정 of a month: for the own child's grade, for one that is asked for, or for all."""
    row = access.school(code)
    month = Month.read(request.GET.get("month", ""), otherwise=request.today)
    context = _grades_shown(request, row)
    page = queries.calendar_month(row.id, month, context["grades"])
    address = _address(request, month=month, grade=context["grade"])
    context |= {"page": page, "address": address, "linked_data": linked_data.events(row, page, address)}
    return render(request, "schoolinfo/calendar.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def calendar_year(request: Request, code: str) -> HttpResponse:
    """학사일정 of a school year."""
    row = access.school(code)
    asked = request.GET.get("year", "")
    readable = len(asked) == 4 and asked.isascii() and asked.isdigit() and "2000" <= asked <= "2098"
    year = int(asked) if readable else school_year(request.today)
    context = _grades_shown(request, row)
    context["page"] = queries.calendar_year(row.id, year, context["grades"])
    context["address"] = _address(request, year=year, grade=context["grade"])
    return render(request, "schoolinfo/calendar_year.html", context)


@needs(Act.SCHOOL_READ)
@caching.page()
@require_safe
def subscribe(request: Request, code: str) -> HttpResponse:
    """내 휴대전화 달력에 넣기: the addresses of the calendars."""
    row = access.school(code)
    classes = queries.classes(row.id, request.today)
    asked = forms.OfClass(request.GET)
    chosen = access.chosen_class(request.actor, code, asked.class_name, asked.asked_grade, classes)
    grade = _grade(request, row) or (chosen.grade if chosen and _own_grades(request, code) else None)
    context = {
        "school": row,
        "classes": classes,
        "chosen": chosen,
        "grade": grade,
        "site": settings.ENVIRONMENT.url,
        "webcal": "webcal://" + settings.ENVIRONMENT.url.partition("://")[2],
        "address": _address(request),
    }
    return render(request, "schoolinfo/subscribe.html", context)


def _class_and_week(request: Request, school: School) -> dict[str, Any]:
    week = Week.read(request.GET.get("week", ""), otherwise=request.today)
    classes = queries.classes(school.id, week.friday)
    asked = forms.OfClass(request.GET)
    chosen = access.chosen_class(request.actor, school.code, asked.class_name, asked.asked_grade, classes)
    narrowed = {"grade": chosen.grade, "class": chosen.name} if chosen else {}
    return {
        "school": school,
        "today": request.today,
        "week": week,
        "classes": classes,
        "chosen": chosen,
        "own": access.own_classes(request.actor, school.code, classes),
        "page": None,
        "address": _address(request, **narrowed, week=week),
    }


def _grades_shown(request: Request, school: School) -> dict[str, Any]:
    """Return what the pages of the calendar say of grades: `grades` shown, empty = all."""
    own, asked = _own_grades(request, school.code), _grade(request, school)
    everyone = "all" in request.GET or (asked is None and not own)
    return {
        "school": school,
        "today": request.today,
        "own": own,
        "grade": asked,
        "everyone": everyone,
        "grades": () if everyone else (asked,) if asked else own,
    }


def _grade(request: Request, school: School) -> int | None:
    grade = forms.OfClass(request.GET).asked_grade
    return grade if grade in school.grades else None


def _own_grades(request: Request, code: str) -> list[int]:
    """Return the grades of the acting guardian's children at this school, none for everybody else."""
    return sorted({child.grade for child in request.actor.children if child.school_code == code})


def _address(request: Request, **asked: object) -> str:
    """Return the one address of a page, whole: what search engines and people shall use.

    `asked`: what is shown, but only where the visitor asked for it; a bare address means today.
    """
    told = {name: str(value) for name, value in asked.items() if name in request.GET and value is not None}
    return settings.ENVIRONMENT.url + request.path + (f"?{urlencode(told)}" if told else "")
