"""The door to one's own application."""

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, SecretField
from baroalgi.registration.forms.fields import NumberField


class Status(Form):
    """The door to one's own application."""

    number = NumberField(
        label=_("인증번호"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    issue_password = SecretField(
        label=_("발급용 비밀번호"),
        max_length=100,
        error_messages={"required": _("발급용 비밀번호를 입력해 주세요.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
