"""The URL map: each room's addresses under one roof (design.md §11)."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # First, since programs ask there thousands of times and each room before it would be looked through.
    path("", include("baroalgi.exchange.urls")),
    path("", include("baroalgi.portal.urls")),
    path("", include("baroalgi.accounts.urls")),
    path("", include("baroalgi.pki.urls")),
    path("", include("baroalgi.registration.urls")),
    path("", include("baroalgi.guardianship.urls")),
    path("", include("baroalgi.operations.urls")),
    path("", include("baroalgi.schoolinfo.urls")),
    path("", include("baroalgi.letters.urls")),
    path("", include("baroalgi.records.urls")),
]

if settings.ENVIRONMENT.is_demo:
    urlpatterns.append(path("", include("baroalgi.demo.urls")))

handler400 = "baroalgi.platform.errors.bad_request"
handler404 = "baroalgi.platform.errors.not_found"
handler500 = "baroalgi.platform.errors.broken"
