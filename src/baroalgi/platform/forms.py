"""Forms: fields, cleaning, formats. Nothing about rights or other rows.

Pasted blanks, hyphens and full-width digits are accepted; what is secret is never rendered back.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.certs import BadInput, ResidentNumber, resident_number
from baroalgi.platform.refusal import Refused


class Form(forms.Form):
    """A form that answers at its fields and says with which status."""

    use_required_attribute = False

    @property
    def status(self) -> int:
        """HTTP status of the page that shows this form."""
        return 422 if self.is_bound and self.errors else 200

    @property
    def readable(self) -> dict[str, Any]:
        """What can be read of it, for forms in an address: the rest is as if it were not there."""
        self.is_valid()
        return self.cleaned_data

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Put a refusal of an action at its field, or at the top."""
        try:
            yield
        except Refused as refusal:
            self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def fold(text: str) -> str:
    """Return the text in NFC, full-width letters and digits as ordinary ones, without outer blanks."""
    wide = "".join(unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c for c in text)
    return unicodedata.normalize("NFC", wide.replace("\u3000", " ")).strip()


class TextField(forms.CharField):
    """One line of text, folded."""

    def to_python(self, value: Any) -> str:
        return fold(super().to_python(value) or "")


class MomentField(forms.DateTimeField):
    """A day and a time, as the browser's own picker writes them, or by hand."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {"invalid": _("날짜와 시간을 2026-11-27 18:00처럼 적어 주세요.")}

    def __init__(self, **options: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(input_formats=formats, **options)


_LETTERS = r"가-힣A-Za-z\u00c0-\u024f\u1e00-\u1eff\u4e00-\u9fff"
NAME = re.compile(f"[{_LETTERS}][{_LETTERS} .'’-]*")


class NameField(TextField):
    """A person's name as on the ID card: 2-40 letters (domain.md §1.6)."""

    default_error_messages = {
        "required": _("이름을 입력해 주세요."),
        "letters": _("이름은 글자로 2자에서 40자까지 적어 주세요."),
    }

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not (2 <= len(value) <= 40 and NAME.fullmatch(value)):
            raise ValidationError(self.error_messages["letters"], code="letters")


class PhoneField(TextField):
    """A telephone number in one box; cleaned to `010-1234-5678`."""

    default_error_messages = {
        "required": _("전화번호를 숫자로 입력해 주세요."),
        "phone": _("전화번호를 숫자로 입력해 주세요."),
    }
    shape = re.compile(r"(02|0\d{2})(\d{3,4})(\d{4})")

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\s().·-]", "", super().to_python(value))
        if not text:
            return ""
        parts = self.shape.fullmatch(re.sub(r"^\+?82", "0", text))
        if parts is None:
            raise ValidationError(self.error_messages["phone"], code="phone")
        return "-".join(parts.groups())


class MobileField(PhoneField):
    """A mobile number."""

    default_error_messages = {
        "required": _("휴대전화 번호를 확인해 주세요."),
        "phone": _("휴대전화 번호를 확인해 주세요."),
    }
    shape = re.compile(r"(01[016789])(\d{3,4})(\d{4})")


class MailField(forms.EmailField):
    """A mail address of at most 254 characters."""

    default_error_messages = {
        "required": _("이메일 주소를 입력해 주세요."),
        "invalid": _("이메일 주소 형식이 올바르지 않습니다. 예: name@example.kr"),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=254, **options)
        self.error_messages["max_length"] = self.error_messages["invalid"]

    def to_python(self, value: Any) -> str:
        return fold(super().to_python(value) or "")


class PostcodeField(TextField):
    """A postcode; an empty one is told like a wrong one, with what is wanted."""

    default_error_messages = {"postcode": _("우편번호 5자리를 적어 주세요.")}

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s-]", "", super().to_python(value))

    def validate(self, value: str) -> None:
        if not re.fullmatch("[0-9]{5}", value):
            raise ValidationError(self.error_messages["postcode"], code="postcode")


class ResidentNumberWidget(forms.MultiWidget):
    """Two boxes, the second masked; never filled by the server."""

    def __init__(self) -> None:
        super().__init__(
            [
                forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 14}),
                forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 7}),
            ]
        )

    def decompress(self, value: Any) -> list[None]:
        return [None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class ResidentNumberField(forms.Field):
    """A resident number (domain.md §1.15); cleaned to a `ResidentNumber`, whose repr hides it."""

    widget = ResidentNumberWidget
    sensitive = True
    default_error_messages = {
        "required": _("주민등록번호 13자리를 확인해 주세요."),
        "number": _("주민등록번호 13자리를 확인해 주세요."),
    }

    def clean(self, value: Any) -> ResidentNumber | None:
        text = "".join(part or "" for part in value) if isinstance(value, list) else (value or "")
        if not text.strip():
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            return resident_number.parse(text, accept_demo=settings.ENVIRONMENT.is_demo)
        except BadInput:
            raise ValidationError(self.error_messages["number"], code="number") from None


class SecretField(forms.CharField):
    """A password: taken as typed, never rendered back, never trimmed."""

    widget = forms.PasswordInput
    sensitive = True

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)
