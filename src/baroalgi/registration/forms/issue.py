"""What the browser sends at step ⑤. The resident number is in none of these: it travels sealed."""

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, SecretField, TextField
from baroalgi.registration import slip
from baroalgi.registration.forms.fields import ISSUE_PASSWORD, NumberField


class BytesField(forms.CharField):
    """Bytes in base64: standard and padded, or of addresses and unpadded; at most `most` of them."""

    default_error_messages = {
        "required": _("보내신 내용을 읽을 수 없습니다. 화면을 새로 열고 다시 해 주세요."),
        "unreadable": _("보내신 내용을 읽을 수 없습니다. 화면을 새로 열고 다시 해 주세요."),
    }

    def __init__(self, *, most: int, of_addresses: bool = False) -> None:
        self.most, self.of_addresses = most, of_addresses
        super().__init__(strip=False)

    def clean(self, value: Any) -> bytes:
        text = super().clean(value)
        try:
            if self.of_addresses:
                found = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
            else:
                found = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise ValidationError(self.error_messages["unreadable"], code="unreadable") from None
        if not 0 < len(found) <= self.most:
            raise ValidationError(self.error_messages["unreadable"], code="unreadable")
        return found


class Order(Form):
    """Number and issuing password, the request, and what only the signer can open."""

    number = NumberField(error_messages={"number": _("인증번호 15자리를 숫자로 입력해 주세요.")})
    issue_password = SecretField(error_messages={"required": _("발급용 비밀번호를 입력해 주세요.")})
    csr = BytesField(most=4096)
    sealed = BytesField(most=512)

    def clean_issue_password(self) -> str:
        # A shape that no issuing password has costs no try.
        password: str = self.cleaned_data["issue_password"]
        if not ISSUE_PASSWORD.fullmatch(password):
            raise ValidationError(_("발급용 비밀번호는 영문과 숫자를 섞은 10자리입니다."))
        return password


class FirstSignature(Form):
    """The answer to the first challenge."""

    nonce = forms.CharField(max_length=64)
    h1 = BytesField(most=32, of_addresses=True)
    cms = BytesField(most=64 * 1024)


class SlipCode(Form):
    """The code of a sealed slip, by whoever typed no more than the first line of its address."""

    code = TextField(
        label=_("봉투에 적힌 글자"),
        max_length=40,
        error_messages={"required": _("봉투에 굵게 적힌 글자 16자를 적어 주세요.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        code = slip.as_printed(self.cleaned_data["code"])
        if not slip.is_code(code):
            raise ValidationError(_("봉투에 굵게 적힌 글자 16자를 다시 확인해 주세요."), code="code")
        return code
