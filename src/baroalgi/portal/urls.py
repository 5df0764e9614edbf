"""Addresses of pages made of several rooms."""

from django.urls import path

from baroalgi.portal import views
from baroalgi.portal.overview import overview

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("offices/<str:code>/", views.office, name="office"),
    path("children/", views.children, name="children"),
    path("children/<uuid:public_id>/", overview, name="overview"),
    path("desk/", views.desk, name="desk"),
]
