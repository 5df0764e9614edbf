"""What visitors may ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.organisation.types import Level
from baroalgi.platform.forms import Form, TextField


class Search(Form):
    """Which schools to show. What is empty does not narrow."""

    q = TextField(
        label=_("학교 이름"),
        required=False,
        max_length=60,
        error_messages={"max_length": _("학교 이름은 60자까지 적어 주세요.")},
    )
    level = forms.TypedChoiceField(
        required=False,
        choices=[(level.value, level.value) for level in Level],
        coerce=Level,
        empty_value=None,
    )
    region = TextField(required=False, max_length=20)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)
