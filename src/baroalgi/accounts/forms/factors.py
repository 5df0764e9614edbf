"""Forms of the second step and of 내 정보."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.accounts.forms.fields import NewPasswordField, PasswordField
from baroalgi.platform.forms import Form, TextField


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

    password = PasswordField()


class NewPassword(Form):
    """A member of staff chooses another password."""

    password = NewPasswordField(label=_("새 비밀번호"))
