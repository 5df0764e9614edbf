"""Addresses of the pages of entry."""

from django.urls import path

from baroalgi.schoolinfo.entry.views import bells, calendar, meals, plans, timetable

WEEK = "desk/school/timetable/<int:grade>/<str:class_name>/"

urlpatterns = [
    path("desk/school/timetable/", timetable.entry, name="entry"),
    path(WEEK, timetable.timetable, name="timetable_entry"),
    path(f"{WEEK}publish/", timetable.publish, name="timetable_publish"),
    path(f"{WEEK}day/", timetable.day, name="day_entry"),
    path("desk/school/bells/", bells.bells, name="bells_entry"),
    path("desk/school/calendar/", calendar.calendar, name="calendar_entry"),
    path("desk/school/calendar/<uuid:uid>/", calendar.event, name="event_entry"),
    path("desk/school/calendar/<uuid:uid>/cancel/", calendar.cancel, name="event_cancel"),
    path("desk/school/meals/", meals.meals, name="meals_entry"),
    path("desk/week-plan/", plans.plan, name="plan_entry"),
]
