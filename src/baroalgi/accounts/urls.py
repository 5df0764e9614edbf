"""Addresses of signing in and out."""

from django.http import HttpResponse
from django.urls import path

from baroalgi.accounts import views
from baroalgi.platform.http import Request, needs, outside_transaction
from baroalgi.policy import Act

app_name = "accounts"


@needs(Act.SIGN_IN)
@outside_transaction
def sign_in(request: Request) -> HttpResponse:
    """One address for the page and for what it sends."""
    return views.sign_in(request) if request.method == "POST" else views.sign_in_page(request)


urlpatterns = [
    path("sign-in/", sign_in, name="sign_in"),
    path("sign-in/challenge/", views.challenge, name="challenge"),
    path("sign-in/staff/", views.staff_sign_in, name="staff_sign_in"),
    path("sign-in/staff/invited/<str:token>/", views.invitation, name="invitation"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
