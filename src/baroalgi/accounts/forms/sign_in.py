"""Forms of signing in, and of the invitation to a first login."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.accounts.forms.fields import NewPasswordField, PasswordField
from baroalgi.platform.forms import Form, TextField


class CertificateSignIn(Form):
    """What the browser sends: the name, and what it signed. Number and password never come here."""

    name = TextField(max_length=40)
    nonce = forms.CharField(max_length=64)
    h1 = forms.CharField(max_length=64)
    cms = forms.CharField(max_length=90_000)


class StaffSignIn(Form):
    """Login and password."""

    login = TextField(
        label=_("아이디"), max_length=60, error_messages={"required": _("아이디를 입력해 주세요.")}
    )
    password = PasswordField()

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"].lower()
        return login


class Invitation(Form):
    """An invited member of staff chooses login and password."""

    login = TextField(
        label=_("아이디"), max_length=60, error_messages={"required": _("아이디를 정해 주세요.")}
    )
    password = NewPasswordField()

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"].lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{3,59}", login):
            raise ValidationError(_("영문 소문자와 숫자로 4자 이상 적어 주세요."))
        return login
