"""Addresses of what a school tells everyone."""

from django.urls import path

from baroalgi.schoolinfo import views
from baroalgi.schoolinfo.entry.urls import urlpatterns as entry

app_name = "schoolinfo"

urlpatterns = [
    path("schools/", views.schools, name="schools"),
    path("schools/<slug:code>/", views.school, name="school"),
    path("schools/<slug:code>/meals/", views.meals, name="meals"),
    path("schools/<slug:code>/calendar/", views.calendar, name="calendar"),
    *entry,
]
