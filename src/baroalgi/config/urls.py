"""The URL map: each room's addresses under one roof (design.md §11)."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("baroalgi.portal.urls")),
    path("", include("baroalgi.accounts.urls")),
    path("", include("baroalgi.schoolinfo.urls")),
    path("", include("baroalgi.letters.urls")),
    path("", include("baroalgi.records.urls")),
]

handler400 = "baroalgi.platform.errors.bad_request"
handler404 = "baroalgi.platform.errors.not_found"
handler500 = "baroalgi.platform.errors.broken"
