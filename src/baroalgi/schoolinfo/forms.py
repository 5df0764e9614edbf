"""What visitors may ask for."""

from collections.abc import Collection
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from baroalgi.assessment import Level
from baroalgi.organisation.types import SchoolSearch
from baroalgi.platform.forms import Form, TextField
from baroalgi.schoolinfo.types import ClassName

ALL = "all"


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
    office = TextField(required=False, max_length=3)
    closed = forms.BooleanField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000)

    def search(self, own_office: str, offices: Collection[str]) -> SchoolSearch:
        """Return what is sought, at the own office or another of these, or at `all`.

        A field that cannot be read does not narrow.
        """
        found = self.readable
        chosen = found.get("office", "")
        return SchoolSearch(
            office="" if chosen == ALL else chosen if chosen in offices else own_office,
            text=found.get("q", ""),
            level=found.get("level"),
            region=found.get("region", ""),
            closed=found.get("closed", False),
        )

    @property
    def query(self) -> str:
        """Return what is sought as part of an address, for the next page."""
        return urlencode({key: found for key, found in self.readable.items() if found and key != "page"})

    @property
    def shown_page(self) -> int:
        return self.readable.get("page") or 1


class OfClass(Form):
    """A grade, or a class of it, in an address: `?grade=3&class=1`. What cannot be read is not asked for."""

    grade = forms.IntegerField(required=False, min_value=0, max_value=13)
    classroom = TextField(required=False, max_length=40)

    def add_prefix(self, field_name: str) -> str:
        # `class` is a word of Python, and the one that people expect in the address.
        return "class" if field_name == "classroom" else field_name

    @property
    def asked_grade(self) -> int | None:
        return self.readable.get("grade")

    @property
    def class_name(self) -> ClassName | None:
        """Return the class that is asked for, whether there is one by that name or not."""
        grade, name = self.readable.get("grade"), self.readable.get("classroom")
        return ClassName(grade, name) if grade is not None and name else None


def query_of(of: ClassName) -> str:
    """Return a class as part of an address."""
    return urlencode({"grade": of.grade, "class": of.name})
