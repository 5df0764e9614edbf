"""The URL map: each room's addresses under one roof (design.md §11)."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("baroalgi.registration.urls")),
]

handler400 = "baroalgi.platform.errors.bad_request"
handler404 = "baroalgi.platform.errors.not_found"
handler500 = "baroalgi.platform.errors.broken"
