"""What visitors may ask for."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.assessment import Level
from baroalgi.organisation.types import SchoolSearch
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

    def search(self, office: str) -> SchoolSearch:
        """Return what is sought; a field that cannot be read does not narrow."""
        found = self._found()
        return SchoolSearch(office, found.get("q", ""), found.get("level"), found.get("region", ""))

    @property
    def query(self) -> str:
        """Return what is sought as part of an address, for the next page."""
        return urlencode({key: found for key, found in self._found().items() if found and key != "page"})

    @property
    def shown_page(self) -> int:
        return self._found().get("page") or 1

    def _found(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data
