"""What readers of a board may ask for."""

from django import forms

from baroalgi.platform.forms import Form


class Older(Form):
    """From where on to go back: letters with a smaller number than `before`."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2_147_483_647)
