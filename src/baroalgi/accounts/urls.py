"""Addresses of signing in and out."""

from django.urls import path

from baroalgi.accounts import views, views_account, views_certificates

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/challenge/", views.challenge, name="challenge"),
    path("sign-in/staff/", views.staff_sign_in, name="staff_sign_in"),
    path("sign-in/staff/invited/<str:token>/", views.invitation, name="invitation"),
    path("sign-in/staff/second/", views_account.second_step, name="second_step"),
    path("sign-in/staff/second/code/", views_account.second_code, name="second_code"),
    path("sign-in/passkey/", views_account.passkey, name="passkey"),
    path("sign-in/passkey/options/", views_account.passkey_options, name="passkey_options"),
    path("sign-in/refused/", views_certificates.seen_refusal, name="seen_refusal"),
    path("account/certificates/", views_certificates.certificates, name="certificates"),
    path("account/move/", views_certificates.move, name="move"),
    path("account/move/offer/", views_certificates.offer, name="offer"),
    path("account/move/<str:token>/", views_certificates.receive, name="receive"),
    path("account/move/<str:token>/fetch/", views_certificates.fetch, name="fetch"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/security/", views_account.security, name="security"),
    path("account/security/app/", views_account.set_up, name="set_up"),
    path("account/security/app/remove/", views_account.remove_app, name="remove_app"),
    path("account/security/passkeys/", views_account.passkey_new, name="passkey_new"),
    path("account/security/passkeys/options/", views_account.passkey_new_options, name="passkey_new_options"),
    path(
        "account/security/passkeys/<uuid:passkey_id>/remove/",
        views_account.remove_passkey,
        name="remove_passkey",
    ),
    path("account/security/password/", views_account.password, name="password"),
    path("account/security/codes/", views_account.codes, name="codes"),
    path("account/security/codes/new/", views_account.new_codes, name="new_codes"),
    path("account/security/confirm/", views_account.confirm, name="confirm"),
    path("account/security/confirm/passkey/", views_account.confirm_passkey, name="confirm_passkey"),
    path("account/sessions/", views_account.sessions, name="sessions"),
    path("account/sessions/end-others/", views_account.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<uuid:session_id>/end/", views_account.end_session, name="end_session"),
]
