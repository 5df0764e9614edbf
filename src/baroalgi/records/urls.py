"""Addresses of a child's records."""

from django.urls import path

from baroalgi.records import views

app_name = "records"

urlpatterns = [
    path("children/<uuid:public_id>/attendance/", views.attendance, name="attendance"),
    path("children/<uuid:public_id>/grades/", views.grades, name="grades"),
]
