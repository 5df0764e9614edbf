"""Forms of signing in."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, SecretField, TextField


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
    password = SecretField(
        label=_("비밀번호"), max_length=200, error_messages={"required": _("비밀번호를 입력해 주세요.")}
    )

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"].lower()
        return login


class Digits(Form):
    """Six digits of an authenticator app; blanks between them do not matter."""

    digits = TextField(
        label=_("숫자 6자리"),
        max_length=20,
        error_messages={
            "required": _("숫자 6자리를 적어 주세요."),
            "max_length": _("숫자 6자리를 적어 주세요."),
        },
    )

    def clean_digits(self) -> str:
        digits = re.sub(r"[\s-]", "", self.cleaned_data["digits"])
        if not re.fullmatch("[0-9]{6}", digits):
            raise ValidationError(_("숫자 6자리를 적어 주세요."))
        return digits


class RecoveryCode(Form):
    """One of the ten recovery codes."""

    code = TextField(
        label=_("복구 코드"), max_length=40, error_messages={"required": _("복구 코드를 적어 주세요.")}
    )


class PasskeyAnswer(Form):
    """What a browser says about a passkey, as JSON."""

    answer = forms.CharField(max_length=20_000)


class PasskeyName(Form):
    """How its owner calls a passkey."""

    name = TextField(max_length=40, required=False)


class OwnPassword(Form):
    """The own password, once more."""

    password = SecretField(
        label=_("비밀번호"), max_length=200, error_messages={"required": _("비밀번호를 입력해 주세요.")}
    )


class Invitation(Form):
    """An invited member of staff chooses login and password."""

    login = TextField(
        label=_("아이디"), max_length=60, error_messages={"required": _("아이디를 정해 주세요.")}
    )
    password = SecretField(
        label=_("비밀번호"), max_length=200, error_messages={"required": _("비밀번호를 정해 주세요.")}
    )

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"].lower()
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{3,59}", login):
            raise ValidationError(_("영문 소문자와 숫자로 4자 이상 적어 주세요."))
        return login

    def clean_password(self) -> str:
        return strong(self.cleaned_data["password"])


class NewPassword(Form):
    """A member of staff chooses another password."""

    password = SecretField(
        label=_("새 비밀번호"), max_length=200, error_messages={"required": _("비밀번호를 정해 주세요.")}
    )

    def clean_password(self) -> str:
        return strong(self.cleaned_data["password"])


def strong(password: str) -> str:
    """Return the password if it is long and mixed enough."""
    kinds = [re.search(kind, password) for kind in (r"[A-Za-z]", r"[0-9]", r"[^A-Za-z0-9]")]
    if len(password) < 10 or sum(map(bool, kinds)) < 2:
        raise ValidationError(_("영문, 숫자, 기호 가운데 두 가지 이상을 섞어 10자 이상으로 정해 주세요."))
    return password
