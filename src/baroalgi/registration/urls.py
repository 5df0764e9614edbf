"""Addresses of the certificate (design.md §11)."""

from baroalgi.registration.urls_issue import issue_urlpatterns

app_name = "registration"
urlpatterns = [*issue_urlpatterns]
