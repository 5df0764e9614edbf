"""What a guardian wants to be told of in school meals."""

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.accounts.allergens import NUMBERS
from baroalgi.platform.forms import Form


class Allergens(Form):
    """Numbers of allergens, or none."""

    numbers = forms.TypedMultipleChoiceField(
        required=False,
        choices=[(n, str(n)) for n in NUMBERS],
        coerce=int,
        error_messages={"invalid_choice": _("보이는 것 가운데서 골라 주세요.")},
    )
