"""Addresses of signing in and out, and of everyone's own account."""

from django.urls import path

from baroalgi.accounts.views import allergens, certificates, factors, passkeys, sessions, sign_in, staff

app_name = "accounts"

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/challenge/", sign_in.challenge, name="challenge"),
    path("sign-in/staff/", staff.staff_sign_in, name="staff_sign_in"),
    path("sign-in/staff/invited/<str:token>/", staff.invitation, name="invitation"),
    path("sign-in/staff/second/", staff.second_step, name="second_step"),
    path("sign-in/staff/second/code/", staff.second_code, name="second_code"),
    path("sign-in/passkey/", passkeys.passkey, name="passkey"),
    path("sign-in/passkey/options/", passkeys.passkey_options, name="passkey_options"),
    path("sign-in/refused/", certificates.seen_refusal, name="seen_refusal"),
    path("account/certificates/", certificates.certificates, name="certificates"),
    path("account/move/", certificates.move, name="move"),
    path("account/move/offer/", certificates.offer, name="offer"),
    path("account/move/<str:token>/", certificates.receive, name="receive"),
    path("account/move/<str:token>/fetch/", certificates.fetch, name="fetch"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/security/", factors.security, name="security"),
    path("account/security/app/", factors.set_up, name="set_up"),
    path("account/security/app/remove/", factors.remove_app, name="remove_app"),
    path("account/security/passkeys/", passkeys.passkey_new, name="passkey_new"),
    path("account/security/passkeys/options/", passkeys.passkey_new_options, name="passkey_new_options"),
    path(
        "account/security/passkeys/<uuid:passkey_id>/remove/",
        factors.remove_passkey,
        name="remove_passkey",
    ),
    path("account/security/password/", factors.password, name="password"),
    path("account/security/codes/", factors.codes, name="codes"),
    path("account/security/codes/new/", factors.new_codes, name="new_codes"),
    path("account/security/confirm/", factors.confirm, name="confirm"),
    path("account/security/confirm/passkey/", passkeys.confirm_passkey, name="confirm_passkey"),
    path("account/allergens/", allergens.own, name="allergens"),
    path("account/sessions/", sessions.sessions, name="sessions"),
    path("account/sessions/end-others/", sessions.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<uuid:session_id>/end/", sessions.end_session, name="end_session"),
]
