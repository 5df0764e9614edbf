"""The slip in the writing form of a letter: a fixed number of questions, so that it works without script.

Its fields are sent with the letter's own form. What is shown beyond the written questions is empty rows,
which a script shows one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from baroalgi.letters.slips import actions
from baroalgi.letters.slips.models import SlipForm
from baroalgi.letters.slips.types import Form as SlipFormRow
from baroalgi.letters.slips.types import Kind, Question
from baroalgi.platform.forms import Form, MomentField, TextField, fold

MOST_QUESTIONS = 12
MOST_OPTIONS = 20
LONGEST_OPTION = 100
FREE_ROWS = 3  # empty ones shown without script
USUAL_DAYS, USUAL_HOUR = 3, 18

KINDS = {
    Kind.YES_NO: _("예/아니오"),
    Kind.ONE: _("하나 고르기"),
    Kind.MANY: _("여러 개 고르기"),
    Kind.TEXT: _("글로 적기"),
    Kind.CONFIRM: _("확인"),
}
_PARTS = ("text", "kind", "options", "most", "required")
_CHOSEN_FROM = (Kind.ONE, Kind.MANY)


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one question."""

    text: BoundField
    kind: BoundField
    options: BoundField
    most: BoundField
    required: BoundField
    is_free: bool


class SlipEditor(Form):
    """What a letter asks, as its writer enters it."""

    slip_on = forms.BooleanField(label=_("회신을 받습니다"), required=False)
    slip_due = MomentField(label=_("마감"), required=False)
    slip_rule = forms.ChoiceField(
        label=_("보호자가 두 분이면"),
        required=False,
        choices=[(SlipForm.Rule.EITHER, _("한 분만 답하기")), (SlipForm.Rule.BOTH, _("두 분 모두 답하기"))],
    )
    slip_signing = forms.ChoiceField(
        label=_("서명"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(SlipForm.Signing.NAME, _("이름 적기")), (SlipForm.Signing.CERTIFICATE, _("인증서로 서명"))],
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        now: datetime,
        before: SlipFormRow | None = None,
        draft: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(draft or _initial(before, now)))
        self._now = now
        for n in range(MOST_QUESTIONS):
            self.fields[f"slip_{n}_text"] = TextField(
                label=_("질문"),
                required=False,
                max_length=200,
                error_messages={"max_length": _("질문은 200자까지 적어 주세요.")},
            )
            self.fields[f"slip_{n}_kind"] = forms.ChoiceField(
                label=_("답하는 방법"),
                required=False,
                choices=[(kind.value, word) for kind, word in KINDS.items()],
            )
            self.fields[f"slip_{n}_options"] = forms.CharField(
                label=_("고를 것 (한 줄에 하나)"),
                required=False,
                max_length=3000,
                widget=forms.Textarea,
                error_messages={"max_length": _("고를 것이 너무 깁니다.")},
            )
            self.fields[f"slip_{n}_most"] = forms.IntegerField(
                label=_("몇 개까지"),
                required=False,
                min_value=1,
                max_value=MOST_OPTIONS,
                error_messages={
                    key: _("1부터 20까지의 수를 적어 주세요.")
                    for key in ("invalid", "min_value", "max_value")
                },
            )
            self.fields[f"slip_{n}_required"] = forms.BooleanField(label=_("꼭 답하기"), required=False)
        for field in self.fields.values():
            # They stand beside the letter's form, and are sent with it.
            field.widget.attrs["form"] = "letter"

    @property
    def usual_due(self) -> datetime:
        return _usual_due(self._now)

    @property
    def rows(self) -> Iterator[Row]:
        """Yield the fields of all questions; those behind the written ones and a few more are free."""
        last = max((n for n in range(MOST_QUESTIONS) if self[f"slip_{n}_text"].value()), default=-1)
        for n in range(MOST_QUESTIONS):
            yield Row(is_free=n > last, **{name: self[f"slip_{n}_{name}"] for name in _PARTS})

    @property
    def shown(self) -> int:
        """Return how many rows stand on the page without script: the written ones and some free ones."""
        return FREE_ROWS + sum(not row.is_free for row in self.rows)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("slip_on"):
            # What was typed into a slip that is not wanted is nobody's error.
            self.errors.clear()
            return cleaned
        if "slip_due" not in self.errors:
            if not cleaned.get("slip_due"):
                self.add_error("slip_due", _("마감 날짜와 시간을 적어 주세요."))
            elif cleaned["slip_due"] <= self._now:
                self.add_error("slip_due", _("마감이 이미 지났습니다."))
        for n in range(MOST_QUESTIONS):
            self._clean_question(n, cleaned)
        if not any(cleaned.get(f"slip_{n}_text") for n in range(MOST_QUESTIONS)):
            self.add_error("slip_0_text", _("질문을 하나 이상 적어 주세요."))
        return cleaned

    def _clean_question(self, n: int, cleaned: dict[str, Any]) -> None:
        text, options = cleaned.get(f"slip_{n}_text"), _lines(cleaned.get(f"slip_{n}_options", ""))
        if f"slip_{n}_text" in self.errors:
            return
        if not text:
            if options:
                self.add_error(f"slip_{n}_text", _("질문을 적어 주세요."))
            return
        if cleaned.get(f"slip_{n}_kind") not in _CHOSEN_FROM:
            return
        if not 2 <= len(options) <= MOST_OPTIONS:
            self.add_error(f"slip_{n}_options", _("고를 것을 한 줄에 하나씩, 2개에서 20개까지 적어 주세요."))
        elif len(set(options)) < len(options):
            self.add_error(f"slip_{n}_options", _("같은 것이 두 번 있습니다."))
        elif any(len(option) > LONGEST_OPTION for option in options):
            self.add_error(f"slip_{n}_options", _("고를 것 하나는 100자까지 적어 주세요."))

    def demand_after(self, publish_at: datetime | None) -> None:
        """Add an error when the time is over before the letter goes out."""
        if self.cleaned_data["slip_on"] and publish_at and self.cleaned_data["slip_due"] <= publish_at:
            self.add_error("slip_due", _("보내는 때보다 앞선 마감입니다."))

    def save(self, letter_id: int) -> None:
        """Lay the form under the letter, or take it away; part of the action that saves the letter."""
        if not self.cleaned_data["slip_on"]:
            actions.drop_form(letter_id=letter_id)
            return
        actions.write_form(
            letter_id=letter_id,
            due_at=self.cleaned_data["slip_due"],
            rule=self.cleaned_data["slip_rule"] or SlipForm.Rule.EITHER,
            signing=self.cleaned_data["slip_signing"] or SlipForm.Signing.NAME,
            questions=self.questions(),
        )

    def questions(self) -> tuple[Question, ...]:
        """Return the questions of a valid form, in their order."""
        written = [n for n in range(MOST_QUESTIONS) if self.cleaned_data[f"slip_{n}_text"]]
        return tuple(self._question(place, n) for place, n in enumerate(written, 1))

    def _question(self, place: int, n: int) -> Question:
        kind = Kind(self.cleaned_data[f"slip_{n}_kind"] or Kind.YES_NO)
        options = _lines(self.cleaned_data[f"slip_{n}_options"]) if kind in _CHOSEN_FROM else []
        most = self.cleaned_data[f"slip_{n}_most"] if kind is Kind.MANY else None
        return Question(
            id=f"q{place}",
            kind=kind,
            text=self.cleaned_data[f"slip_{n}_text"],
            required=self.cleaned_data[f"slip_{n}_required"],
            options=tuple(options),
            most=min(most, len(options)) if most else 0,
        )


def _lines(text: str) -> list[str]:
    return [line for raw in text.splitlines() if (line := fold(raw))]


def _usual_due(now: datetime) -> datetime:
    day = timezone.localtime(now + timedelta(days=USUAL_DAYS))
    return day.replace(hour=USUAL_HOUR, minute=0, second=0, microsecond=0)


def _initial(before: SlipFormRow | None, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "slip_on": before is not None,
        "slip_due": before.due_at if before else _usual_due(now),
        "slip_rule": before.rule if before else SlipForm.Rule.EITHER,
        "slip_signing": before.signing if before else SlipForm.Signing.NAME,
    }
    for n, question in enumerate(before.questions if before else ()):
        values |= {
            f"slip_{n}_text": question.text,
            f"slip_{n}_kind": question.kind.value,
            f"slip_{n}_options": "\n".join(question.options),
            f"slip_{n}_most": question.most or None,
            f"slip_{n}_required": question.required,
        }
    for n in range(len(before.questions) if before else 0, MOST_QUESTIONS):
        values[f"slip_{n}_required"] = True
    return values
