"""The counter's forms: find, compare, approve, send back."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, ResidentNumberField, TextField
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
