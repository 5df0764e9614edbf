"""Addresses of signing in and out."""

from django.urls import path

from baroalgi.accounts import views, views_certificates

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/challenge/", views.challenge, name="challenge"),
    path("sign-in/staff/", views.staff_sign_in, name="staff_sign_in"),
    path("sign-in/staff/invited/<str:token>/", views.invitation, name="invitation"),
    path("sign-in/refused/", views_certificates.seen_refusal, name="seen_refusal"),
    path("account/certificates/", views_certificates.certificates, name="certificates"),
    path("account/move/", views_certificates.move, name="move"),
    path("account/move/offer/", views_certificates.offer, name="offer"),
    path("account/move/<str:token>/", views_certificates.receive, name="receive"),
    path("account/move/<str:token>/fetch/", views_certificates.fetch, name="fetch"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
