"""The calendars of a school as files that other programs subscribe to. The same for everyone."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from baroalgi.assessment import school_year
from baroalgi.platform import caching
from baroalgi.platform.caching import Version
from baroalgi.platform.http import Request, needs
from baroalgi.policy import Act
from baroalgi.schoolinfo import access, forms, queries, subscriptions
from baroalgi.schoolinfo.weeks import Week

# A phone asks every few hours; whoever asks sooner gets what a proxy has.
KEPT = 600


def _calendar_version(request: Request, code: str) -> Version | None:
    asked = forms.OfClass(request.GET)
    return _narrowed(queries.calendar_version(code), school_year(request.today), asked.asked_grade)


def _meals_version(request: Request, code: str) -> Version | None:
    return _narrowed(queries.meals_version(code), Week.of(request.today))


def _lessons_version(request: Request, code: str) -> Version | None:
    of = forms.OfClass(request.GET).class_name
    return _narrowed(queries.lessons_version(code, of), Week.of(request.today), of.word) if of else None


@needs(Act.SCHOOL_READ)
@caching.same_for_all(seconds=KEPT, version=_calendar_version)
@require_safe
def school_calendar(request: Request, code: str) -> HttpResponse:
    """학사일정, of all grades or one (`?grade=3`)."""
    return _school_calendar(request, code, only_exams=False)


@needs(Act.SCHOOL_READ)
@caching.same_for_all(seconds=KEPT, version=_calendar_version)
@require_safe
def exams(request: Request, code: str) -> HttpResponse:
    """The exams alone, of all grades or one (`?grade=3`)."""
    return _school_calendar(request, code, only_exams=True)


@needs(Act.SCHOOL_READ)
@caching.same_for_all(seconds=KEPT, version=_lessons_version)
@require_safe
def class_timetable(request: Request, code: str) -> HttpResponse:
    """The lessons of a class (`?grade=3&class=1`)."""
    row = access.school(code)
    of = access.named_class(row, forms.OfClass(request.GET).class_name, request.today)
    address = f"{_address('schoolinfo:timetable', code)}?{forms.query_of(of)}"
    return _file(subscriptions.class_timetable(row, of, request.today, address=address))


@needs(Act.SCHOOL_READ)
@caching.same_for_all(seconds=KEPT, version=_meals_version)
@require_safe
def meals(request: Request, code: str) -> HttpResponse:
    """급식."""
    row = access.school(code)
    return _file(subscriptions.meals(row, request.today, address=_address("schoolinfo:meals", code)))


def _school_calendar(request: Request, code: str, *, only_exams: bool) -> HttpResponse:
    row, grade = access.school(code), forms.OfClass(request.GET).asked_grade
    address = _address("schoolinfo:calendar", code)
    content = subscriptions.school_calendar(
        row, request.today, grade=grade, only_exams=only_exams, address=address
    )
    return _file(content)


def _narrowed(version: Version | None, *parts: object) -> Version | None:
    return Version((*version.parts, *parts), version.changed_at) if version else None


def _address(name: str, code: str) -> str:
    return settings.ENVIRONMENT.url + reverse(name, kwargs={"code": code})


def _file(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
