"""The counter's forms: find, compare, approve, send back."""

import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, MailField, NameField, ResidentNumberField, TextField
from baroalgi.registration.forms.fields import NumberField
from baroalgi.registration.models import Paper


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
    "no_id_back": _("신분증 뒷면 사본이 없어 접수하지 못했습니다."),
    "no_signature": _("신청서에 서명이 없습니다."),
    "name_differs": _("신청서의 이름이 신분증과 다릅니다."),
    "number_differs": _("신청서의 주민등록번호가 신분증과 다릅니다."),
}


class Reasons(Form):
    """Why something is undone: ready sentences, own words, or both. The parent reads them."""

    sentences: ClassVar[dict[str, Any]]
    reasons: forms.MultipleChoiceField
    note = TextField(label=_("직접 쓰기"), required=False, max_length=90, widget=forms.Textarea)
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def reason(self) -> str:
        """Return what the parent reads, empty when nothing was chosen or written."""
        ready = [str(self.sentences[key]) for key in self.cleaned_data["reasons"]]
        return " ".join([*ready, self.cleaned_data["note"]]).strip()


def _ticks(choices: list[tuple[str, Any]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("사유"),
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("사유를 골라 주세요.")},
    )


class SendBack(Reasons):
    """Why an application goes back."""

    sentences = _REASON_SENTENCES
    reasons = _ticks(REASONS)


class BirthDateField(TextField):
    """A birth date as on the ID card, `850707` or `1985-07-07`; cleaned to the dates that it can be."""

    default_error_messages = {"date": _("생년월일 6자리를 적어 주세요. 예: 850707")}

    def to_python(self, value: Any) -> tuple[date, ...]:  # type: ignore[override]
        text = re.sub(r"[\s./-]", "", super().to_python(value))
        if not text:
            return ()
        if not re.fullmatch("[0-9]{6}|[0-9]{8}", text):
            raise ValidationError(self.error_messages["date"], code="date")
        written = [text] if len(text) == 8 else [f"19{text}", f"20{text}"]
        dates = tuple(day for day in map(_day, written) if day)
        if not dates:
            raise ValidationError(self.error_messages["date"], code="date")
        return dates

    def run_validators(self, value: Any) -> None:
        """Nothing more: the dates were made here, and the length of a text is no matter of theirs."""


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


class FindPaper(Form):
    """Whose application is to be printed: by number, or by name and birth date together."""

    number = NumberField(
        label=_("인증번호"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = NameField(
        label=_("이름"), required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    born = BirthDateField(
        label=_("생년월일"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if not self.errors and not found["number"]:
            for field in ("name", "born"):
                if not found[field]:
                    self.add_error(field, _("인증번호를 모르시면 이름과 생년월일을 모두 적어 주세요."))
        return found


WITHDRAWALS = [
    ("other_person", _("다른 분의 신청을 승인함")),
    ("papers_differ", _("서류를 잘못 봄")),
    ("asked", _("신청한 분이 원함")),
]

_WITHDRAWAL_SENTENCES = {
    "other_person": _("다른 분의 신청을 잘못 승인했습니다."),
    "papers_differ": _("서류에 틀린 곳이 있습니다."),
    "asked": _("신청한 분이 원하셨습니다."),
}


class Withdrawal(Reasons):
    """Why an approval is taken back."""

    sentences = _WITHDRAWAL_SENTENCES
    reasons = _ticks(WITHDRAWALS)


def _number() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)


class Readdress(Form):
    """A corrected mail address, or none any more; the person stands at the counter with the ID card."""

    email = MailField(
        label=_("새 이메일"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    no_email = forms.BooleanField(label=_("이메일 없음 (발급 주소를 봉투로 드립니다)"), required=False)
    face_seen = forms.BooleanField(
        label=_("앞에 계신 분의 신분증을 다시 보았습니다"), error_messages={"required": _CHECK}
    )
    instead_of = _number()

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("no_email"):
            given["email"] = ""
            self.errors.pop("email", None)
        elif not self.errors.get("email") and not given.get("email"):
            self.add_error("email", _("새 이메일 주소를 적거나 「이메일 없음」을 표시해 주세요."))
        return given


class GiveAgain(Form):
    """A button that makes a new address, with the number of the one it was pressed instead of."""

    instead_of = _number()
