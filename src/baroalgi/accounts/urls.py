"""Addresses of signing in and out."""

from django.urls import path

from baroalgi.accounts import account_views, views

app_name = "accounts"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/challenge/", views.challenge, name="challenge"),
    path("sign-in/staff/", views.staff_sign_in, name="staff_sign_in"),
    path("sign-in/staff/invited/<str:token>/", views.invitation, name="invitation"),
    path("sign-in/staff/second/", account_views.second_step, name="second_step"),
    path("sign-in/staff/second/code/", account_views.second_code, name="second_code"),
    path("sign-in/passkey/", account_views.passkey, name="passkey"),
    path("sign-in/passkey/options/", account_views.passkey_options, name="passkey_options"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/security/", account_views.security, name="security"),
    path("account/security/app/", account_views.set_up, name="set_up"),
    path("account/security/app/remove/", account_views.remove_app, name="remove_app"),
    path("account/security/passkeys/", account_views.passkey_new, name="passkey_new"),
    path("account/security/passkeys/options/", account_views.passkey_new_options, name="passkey_new_options"),
    path(
        "account/security/passkeys/<uuid:passkey_id>/remove/",
        account_views.remove_passkey,
        name="remove_passkey",
    ),
    path("account/security/codes/", account_views.codes, name="codes"),
    path("account/security/codes/new/", account_views.new_codes, name="new_codes"),
    path("account/security/confirm/", account_views.confirm, name="confirm"),
    path("account/security/confirm/passkey/", account_views.confirm_passkey, name="confirm_passkey"),
    path("account/sessions/", account_views.sessions, name="sessions"),
    path("account/sessions/end-others/", account_views.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<uuid:session_id>/end/", account_views.end_session, name="end_session"),
]
