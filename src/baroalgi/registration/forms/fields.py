"""Fields that several of this room's forms ask for."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import NameField, SecretField, TextField
from baroalgi.platform.secret import Secret
from baroalgi.registration.letters import is_printable
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


class PrintedNameField(NameField):
    """A name that the printed application can show."""

    default_error_messages = {
        "print": _("신청서에 인쇄할 수 없는 글자가 있습니다. 한글이나 영문으로 적어 주세요."),
    }

    def validate(self, value: str) -> None:
        super().validate(value)
        if not is_printable(value):
            raise ValidationError(self.error_messages["print"], code="print")
