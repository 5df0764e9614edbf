"""Addresses of this room: guardians, then the desk."""

from django.urls import path

from baroalgi.guardianship import views

app_name = "guardianship"

urlpatterns = [
    path("children/apply/", views.find_school, name="apply"),
    path("children/apply/<str:code>/", views.apply, name="apply_at"),
    path("children/apply/<str:code>/contact/", views.contact, name="contact"),
    path("children/waiting/", views.waiting, name="waiting"),
    path("children/waiting/<uuid:public_id>/withdraw/", views.withdraw, name="withdraw"),
    path("desk/child-links/", views.desk, name="desk"),
    path("desk/child-links/<int:link_id>/", views.request_page, name="request"),
    path("desk/child-links/<int:link_id>/approve/", views.approve, name="approve"),
    path("desk/child-links/<int:link_id>/refuse/", views.refuse, name="refuse"),
    path("desk/child-links/<int:link_id>/undo/", views.undo, name="undo"),
]
