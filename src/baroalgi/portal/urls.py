"""Addresses of pages made of several rooms."""

from django.urls import path

from baroalgi.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("offices/<str:code>/", views.office, name="office"),
    path("children/", views.children, name="children"),
    path("desk/", views.desk, name="desk"),
]
