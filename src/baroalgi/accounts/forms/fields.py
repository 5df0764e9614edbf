"""Fields that several of this room's forms ask for."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import SecretField


class PasswordField(SecretField):
    """The password that somebody has."""

    default_error_messages = {"required": _("비밀번호를 입력해 주세요.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": _("비밀번호"), "max_length": 200} | options)


class NewPasswordField(PasswordField):
    """A password that somebody chooses: ten characters or more of at least two kinds."""

    default_error_messages = {
        "required": _("비밀번호를 정해 주세요."),
        "weak": _("영문, 숫자, 기호 가운데 두 가지 이상을 섞어 10자 이상으로 정해 주세요."),
    }

    def validate(self, value: str) -> None:
        super().validate(value)
        kinds = [re.search(kind, value) for kind in (r"[A-Za-z]", r"[0-9]", r"[^A-Za-z0-9]")]
        if len(value) < 10 or sum(map(bool, kinds)) < 2:
            raise ValidationError(self.error_messages["weak"], code="weak")
