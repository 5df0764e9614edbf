"""What may be asked of the API. A value that cannot be one is an error, told at its name."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from baroalgi.assessment import Level
from baroalgi.organisation.types import SchoolSearch
from baroalgi.platform.forms import Form, TextField
from baroalgi.schoolinfo.types import ClassName

MOST_DAYS = 400
_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day of this century as 2026-11-24."""

    default_error_messages = {"invalid": _("날짜는 2026-11-24처럼 적어 주세요.")}

    def __init__(self, **more: Any) -> None:
        limits = [MinValueValidator(_FIRST), MaxValueValidator(_LAST)]
        super().__init__(input_formats=["%Y-%m-%d"], required=False, validators=limits, **more)


class OneOf(forms.ChoiceField):
    """One of these words, or nothing."""

    def __init__(self, values: Iterable[str], **more: Any) -> None:
        self.values = tuple(values)
        super().__init__(choices=[(value, value) for value in self.values], required=False, **more)


class Schools(Form):
    """Which schools: what is empty does not narrow."""

    q = TextField(label=_("학교명의 일부나 초성"), required=False, max_length=60)
    office = TextField(label=_("시도교육청코드"), required=False, max_length=3)
    level = OneOf(Level, label=_("학교급"))
    region = TextField(label=_("시·군·구"), required=False, max_length=20)
    closed = OneOf(("0", "1"), label=_("1이면 문을 닫은 학교도"))
    page = forms.IntegerField(label=_("쪽. 없으면 1"), required=False, min_value=1, max_value=10_000)
    size = forms.IntegerField(label=_("한 쪽의 수. 없으면 30"), required=False, min_value=1, max_value=100)

    @property
    def search(self) -> SchoolSearch:
        found = self.cleaned_data
        return SchoolSearch(
            office=found["office"],
            text=found["q"],
            level=Level(found["level"]) if found["level"] else None,
            region=found["region"],
            closed=found["closed"] == "1",
        )


class Days(Form):
    """From a day to a day; without them, the month from today on."""

    since = DayField(label=_("첫날. 없으면 오늘"))
    until = DayField(label=_("마지막 날. 없으면 첫날에서 30일 뒤"))

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and not since <= until <= since + timedelta(days=MOST_DAYS):
            raise ValidationError(
                {"until": _("마지막 날은 첫날부터 %(days)s일 안이어야 합니다.") % {"days": MOST_DAYS}}
            )
        return found

    def days(self, today: date) -> tuple[date, date]:
        """Return the first and the last day that is asked for."""
        since: date | None = self.cleaned_data["since"]
        until: date | None = self.cleaned_data["until"]
        if since is None:
            since = today if until is None else max(until - timedelta(days=30), _FIRST)
        return since, until or since + timedelta(days=30)


class Events(Days):
    """Days, and for which grade."""

    grade = forms.IntegerField(label=_("학년. 없으면 모든 학년"), required=False, min_value=1, max_value=6)


class Week(Form):
    """A class and a week."""

    grade = forms.IntegerField(label=_("학년"), min_value=0, max_value=13)
    classroom = TextField(label=_("학급명"), max_length=40)
    day = DayField(label=_("그 주의 아무 날. 없으면 오늘"))

    def add_prefix(self, field_name: str) -> str:
        # `class` is a word of Python, and the one that people expect in the address.
        return "class" if field_name == "classroom" else field_name

    @property
    def class_name(self) -> ClassName:
        return ClassName(self.cleaned_data["grade"], self.cleaned_data["classroom"])


class Letters(Form):
    """A part of a board."""

    before = forms.IntegerField(
        label=_("이 번호보다 오래된 글"), required=False, min_value=1, max_value=2_147_483_647
    )
    size = forms.IntegerField(label=_("글의 수. 없으면 20"), required=False, min_value=1, max_value=100)


class Nothing(Form):
    """A query that narrows nothing."""
