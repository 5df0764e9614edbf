"""Addresses of what a school tells everyone."""

from django.urls import path

from baroalgi.schoolinfo import calendar_files, views
from baroalgi.schoolinfo.entry.urls import urlpatterns as entry

app_name = "schoolinfo"

_SCHOOL = "schools/<slug:code>/"

urlpatterns = [
    path("schools/", views.schools, name="schools"),
    path(_SCHOOL, views.school, name="school"),
    path(f"{_SCHOOL}curriculum/", views.curriculum, name="curriculum"),
    path(f"{_SCHOOL}timetable/", views.timetable, name="timetable"),
    path(f"{_SCHOOL}weekly-plan/", views.weekly_plan, name="weekly_plan"),
    path(f"{_SCHOOL}meals/", views.meals, name="meals"),
    path(f"{_SCHOOL}meals/week/", views.meals_of_week, name="meals_of_week"),
    path(f"{_SCHOOL}meals/day/", views.meals_of_day, name="meals_of_day"),
    path(f"{_SCHOOL}calendar/", views.calendar, name="calendar"),
    path(f"{_SCHOOL}calendar/year/", views.calendar_year, name="calendar_year"),
    path(f"{_SCHOOL}subscribe/", views.subscribe, name="subscribe"),
    # Calendars that other programs read (RFC 5545)
    path(f"{_SCHOOL}calendar.ics", calendar_files.school_calendar, name="calendar_file"),
    path(f"{_SCHOOL}exams.ics", calendar_files.exams, name="exams_file"),
    path(f"{_SCHOOL}timetable.ics", calendar_files.class_timetable, name="timetable_file"),
    path(f"{_SCHOOL}meals.ics", calendar_files.meals, name="meals_file"),
    *entry,
]
