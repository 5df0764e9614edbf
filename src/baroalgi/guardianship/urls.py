"""Addresses of this room: guardians, then the desk."""

from django.urls import path

from baroalgi.guardianship.views import asking, deciding

app_name = "guardianship"

urlpatterns = [
    path("children/apply/", asking.find_school, name="apply"),
    path("children/apply/<str:code>/", asking.apply, name="apply_at"),
    path("children/apply/<str:code>/contact/", asking.contact, name="contact"),
    path("children/waiting/", asking.waiting, name="waiting"),
    path("children/waiting/<uuid:public_id>/withdraw/", asking.withdraw, name="withdraw"),
    path("desk/child-links/", deciding.desk, name="desk"),
    path("desk/child-links/<int:link_id>/", deciding.request_page, name="request"),
    path("desk/child-links/<int:link_id>/approve/", deciding.approve, name="approve"),
    path("desk/child-links/<int:link_id>/refuse/", deciding.refuse, name="refuse"),
    path("desk/child-links/<int:link_id>/undo/", deciding.undo, name="undo"),
]
