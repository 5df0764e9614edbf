"""Forms about keys of the open interfaces."""

from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import Form, TextField


class KeyName(Form):
    """What an own key is called."""

    name = TextField(
        label=_("이름"),
        max_length=40,
        error_messages={
            "required": _("이름을 적어 주세요."),
            "max_length": _("이름은 40자까지 적어 주세요."),
            "null_characters_not_allowed": _("이름을 다시 적어 주세요."),
        },
    )


class NewKey(KeyName):
    """What a key is asked for."""

    purpose = TextField(
        label=_("쓰는 곳"),
        max_length=200,
        error_messages={
            "required": _("어디에 쓰는지 적어 주세요."),
            "max_length": _("200자까지 적어 주세요."),
            "null_characters_not_allowed": _("어디에 쓰는지 다시 적어 주세요."),
        },
    )


class Blocking(Form):
    """Why a key is blocked."""

    reason = TextField(
        label=_("막는 이유"),
        max_length=200,
        required=False,
        error_messages={
            "max_length": _("200자까지 적어 주세요."),
            "null_characters_not_allowed": _("막는 이유를 다시 적어 주세요."),
        },
    )
