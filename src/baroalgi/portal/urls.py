"""Addresses of pages made of several rooms."""

from django.urls import path

from baroalgi.portal import desk, robots, views
from baroalgi.portal.overview import overview

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("robots.txt", robots.robots, name="robots"),
    path("sitemap.xml", robots.sitemap_index, name="sitemap"),
    path("sitemap-<slug:of>-<int:n>.xml", robots.sitemap_part, name="sitemap_part"),
    path("offices/<str:code>/", views.office, name="office"),
    path("children/", views.children, name="children"),
    path("children/<uuid:public_id>/", overview, name="overview"),
    path("desk/", desk.desk, name="desk"),
    path("desk/school/", desk.classes, name="classes"),
    path("office/", desk.office_desk, name="office_desk"),
    path("office/remind/", desk.remind, name="office_remind"),
]
