"""Forms of the certificate application: the parent's and the counter's."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import (
    Form,
    MailField,
    MobileField,
    NameField,
    PhoneField,
    PostcodeField,
    ResidentNumberField,
    SecretField,
    TextField,
    fold,
)
from baroalgi.platform.secret import Secret
from baroalgi.registration.letters import is_printable
from baroalgi.registration.models import Paper
from baroalgi.registration.number import is_number

ISSUE_PASSWORD = re.compile("(?=.*[A-Za-z])(?=.*[0-9])[A-Za-z0-9]{10}")  # domain.md §1.6


class IssuePasswordField(SecretField):
    """인증서 발급용 비밀번호: exactly ten letters and digits, at least one of each (domain.md §1.6)."""

    wrong = _(
        "영문과 숫자를 섞어 정확히 10자리로 입력해 주세요. 대문자와 소문자를 구분합니다. (지금 %(n)s자리)"
    )

    def clean(self, value: Any) -> Secret:
        typed = value if isinstance(value, str) else ""
        if not ISSUE_PASSWORD.fullmatch(typed):
            raise ValidationError(self.wrong, code="issue_password", params={"n": len(typed)})
        return Secret(typed)


class NumberField(TextField):
    """인증번호: 15 digits, with or without blanks and hyphens."""

    default_error_messages = {
        "required": _("인증번호 15자리를 입력해 주세요."),
        "number": _("인증번호는 숫자 15자리입니다. 다시 확인해 주세요."),
    }

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s-]", "", super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not is_number(value):
            raise ValidationError(self.error_messages["number"], code="number")


class AddressField(TextField):
    """One line of an address."""

    default_error_messages = {
        "required": _("우편번호 찾기로 주소를 고르거나 직접 적어 주세요."),
        "letters": _("신청서에 인쇄할 수 없는 글자가 있습니다. 한글이나 영문으로 적어 주세요."),
        "max_length": _("주소가 너무 깁니다. 줄여서 적어 주세요."),
    }

    def validate(self, value: str) -> None:
        super().validate(value)
        if not is_printable(value):
            raise ValidationError(self.error_messages["letters"], code="letters")


class Terms(Form):
    """Step ①: required and optional consent, apart."""

    agree = forms.BooleanField(error_messages={"required": _("필수 동의를 확인해 주세요.")})
    wants_news = forms.BooleanField(required=False)


class PrintedNameField(NameField):
    """A name that the printed application can show."""

    default_error_messages = {
        "print": _("신청서에 인쇄할 수 없는 글자가 있습니다. 한글이나 영문으로 적어 주세요."),
    }

    def validate(self, value: str) -> None:
        super().validate(value)
        if not is_printable(value):
            raise ValidationError(self.error_messages["print"], code="print")


class ApplicationForm(Form):
    """Step ②, in the order of the page (pages.md §3.5)."""

    name = PrintedNameField(
        label=_("학부모 이름"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    rrn = ResidentNumberField(label=_("학부모 주민등록번호"))
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
    issue_password = IssuePasswordField(
        label=_("발급용 비밀번호"),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "maxlength": 40, "spellcheck": "false"}),
    )


# What comes back after a search or an ended session: all but number and password.
TYPED = ("name", "mobile", "phone_home", "email", "postcode", "address1", "address2", "place")


def asked(text: str, *, longest: int = 60) -> str:
    """Return the words of a search, folded and of bearable length."""
    return fold(text.replace("\0", " "))[:longest]


def typed(data: Any) -> dict[str, str]:
    """Return what may be kept of a form that was not sent to be saved."""
    return {name: fold(str(data.get(name, "")))[:254].replace("\0", "") for name in TYPED}


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


class Search(Form):
    """The one field of the counter: a number, a scan or a name."""

    q = TextField(
        label=_("인증번호를 찍거나 적어 주세요"),
        max_length=60,
        error_messages={"required": _("인증번호나 이름을 적어 주세요.")},
    )

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        digits = re.sub(r"[\s-]", "", text)
        if digits.isascii() and digits.isdigit():
            return digits
        if len(text) < 2:
            raise ValidationError(_("이름은 두 글자 이상 적어 주세요."), code="short")
        return text


ID_CARDS = [
    (Paper.IdCard.RESIDENT_CARD, _("주민등록증")),
    (Paper.IdCard.DRIVING_LICENCE, _("운전면허증")),
    (Paper.IdCard.PASSPORT, _("여권")),
    (Paper.IdCard.FOREIGNER_CARD, _("외국인등록증")),
]

_CHECK = _("확인하고 표시해 주세요.")


class Identity(Form):
    """The number typed from the ID card."""

    rrn = ResidentNumberField(
        label=_("신분증의 주민등록번호"),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 20}),
    )


class Approval(Identity):
    """The four steps at the counter. The number may have been checked before."""

    id_card = forms.ChoiceField(
        label=_("신분증 종류"),
        choices=ID_CARDS,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("신분증 종류를 골라 주세요.")),
    )
    face_seen = forms.BooleanField(
        label=_("신분증 사진의 얼굴과 이름이 앞에 계신 분과 같습니다"), error_messages={"required": _CHECK}
    )
    form_paper = forms.BooleanField(label=_("서명한 신청서 1부"), error_messages={"required": _CHECK})
    id_copy = forms.BooleanField(label=_("신분증 앞면과 뒷면 사본 1부"), error_messages={"required": _CHECK})
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, identity_seen: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["rrn"].required = not identity_seen


REASONS = [
    ("no_id_back", _("신분증 뒷면 사본 없음")),
    ("no_signature", _("서명 없음")),
    ("name_differs", _("이름이 신분증과 다름")),
    ("number_differs", _("번호가 다름")),
]

_REASON_SENTENCES = {
    "no_id_back": _("신분증 뒷면 사본이 없습니다."),
    "no_signature": _("신청서에 서명이 없습니다."),
    "name_differs": _("신청서의 이름이 신분증과 다릅니다."),
    "number_differs": _("신청서의 주민등록번호가 신분증과 다릅니다."),
}


class SendBack(Form):
    """Why an application goes back: ready sentences, own words, or both."""

    reasons = forms.MultipleChoiceField(
        label=_("사유"),
        choices=REASONS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("사유를 골라 주세요.")},
    )
    note = TextField(label=_("직접 쓰기"), required=False, max_length=90, widget=forms.Textarea)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def reason(self) -> str:
        """Return what the parent reads, empty when nothing was chosen or written."""
        ready = [str(_REASON_SENTENCES[key]) for key in self.cleaned_data["reasons"]]
        return " ".join([*ready, self.cleaned_data["note"]]).strip()
