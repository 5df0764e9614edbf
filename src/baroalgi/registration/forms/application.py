"""Steps ① and ② of the parent: the terms and the application."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import (
    Form,
    MailField,
    MobileField,
    PhoneField,
    PostcodeField,
    ResidentNumberField,
    fold,
)
from baroalgi.registration.forms.fields import AddressField, IssuePasswordField, PrintedNameField


class Terms(Form):
    """Step ①: required and optional consent, apart."""

    agree = forms.BooleanField(error_messages={"required": _("필수 동의를 확인해 주세요.")})
    wants_news = forms.BooleanField(required=False)


class Typed(Form):
    """What is typed in step ② and can be corrected later, in the order of the page (pages.md §3.5)."""

    name = PrintedNameField(
        label=_("학부모 이름"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    mobile = MobileField(
        label=_("휴대전화"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    phone_home = PhoneField(
        label=_("집·직장 전화"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = MailField(label=_("이메일"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    no_email = forms.BooleanField(label=_("이메일 없음"), required=False)
    postcode = PostcodeField(
        label=_("우편번호"),
        max_length=12,
        error_messages={"postcode": _("우편번호 5자리를 적거나 우편번호 찾기로 골라 주세요.")},
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    address1 = AddressField(
        label=_("주소"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "address-line1"})
    )
    address2 = AddressField(
        label=_("상세 주소"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    place = forms.IntegerField(
        label=_("서류를 낼 곳"),
        min_value=1,
        max_value=2**62,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), _("서류를 낼 곳을 골라 주세요.")
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Leave the address empty for who has none; who ticks that and types one is asked which holds."""
        cleaned = super().clean() or {}
        if cleaned.pop("no_email", False):
            self.errors.pop("email", None)
            cleaned["email"] = ""
            if self.data.get("email", "").strip():
                self.add_error("email", _("이메일 주소를 지우거나 「이메일 없음」 표시를 지워 주세요."))
        return cleaned


class ApplicationForm(Typed):
    """Step ②: with the resident number and the issuing password, which are typed here once and never kept."""

    field_order = ("name", "rrn")

    rrn = ResidentNumberField(label=_("학부모 주민등록번호"))
    issue_password = IssuePasswordField(
        label=_("발급용 비밀번호"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "maxlength": 40, "spellcheck": "false"}),
    )


class Correction(Typed):
    """What a parent corrects after a return. Number and issuing password stay as they are."""


# What comes back after a search or an ended session: all but number and password.
TYPED = ("name", "mobile", "phone_home", "email", "no_email", "postcode", "address1", "address2", "place")


def asked(text: str, *, longest: int = 60) -> str:
    """Return the words of a search, folded and of bearable length."""
    return fold(text.replace("\0", " "))[:longest]


def typed(data: Any) -> dict[str, str]:
    """Return what may be kept of a form that was not sent to be saved."""
    return {name: fold(str(data.get(name, "")))[:254].replace("\0", "") for name in TYPED}
