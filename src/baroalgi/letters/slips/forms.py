"""What guardians answer and what teachers ask: fields and formats."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from baroalgi.letters.slips.types import Answers, Kind, OwnSlip, Question
from baroalgi.letters.slips.words import CONFIRMED, PARTS, YES_NO
from baroalgi.platform.forms import Form, MomentField, NameField, fold

LONGEST_TEXT = 1000


class Answer(Form):
    """The questions of one slip. `answers()` gives the words of what was chosen and written."""

    def __init__(
        self, questions: tuple[Question, ...], *args: Any, name: str | None = None, **options: Any
    ) -> None:
        """`name`: who confirms by writing the own name; None: it is asked elsewhere or not at all."""
        super().__init__(*args, **options)
        self.questions = questions
        for question in questions:
            self.fields[question.id] = _field(question)
        if name is not None:
            self.fields["guardian_name"] = NameField(label=_("보호자 이름 (서명)"), initial=name)

    def sentences(self) -> dict[str, str]:
        """Return the first error of each field, for a script."""
        return {key: str(said[0]) for key, said in self.errors.items()}

    def answers(self) -> Answers:
        """Return the answers of a valid form. Empty ones are left out."""
        said = {question.id: _words(question, self.cleaned_data[question.id]) for question in self.questions}
        return {key: words for key, words in said.items() if words}


def prefilled(questions: tuple[Question, ...], answers: Answers) -> dict[str, Any]:
    """Return the initial values that show earlier answers in the form."""
    return {question.id: _value(question, answers.get(question.id, ())) for question in questions}


def of_slip(slip: OwnSlip, name: str, data: Mapping[str, Any] | None = None) -> Answer:
    """Return the form of a guardian's slip, with the own last answer in it."""
    initial = prefilled(slip.form.questions, slip.own.answers) if slip.own else {}
    return Answer(
        slip.form.questions,
        data,
        initial=initial,
        name=None if slip.is_signed else name,
        # Several slips may stand on one page.
        auto_id=f"slip-{slip.public_id[:8]}-%s",
    )


class MultipleField(forms.MultipleChoiceField):
    """Several options, at most so many."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.most = most

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        if self.most and len(chosen) > self.most:
            raise ValidationError(_("%(n)s개까지 고를 수 있습니다."), params={"n": self.most})
        return chosen


class LongText(forms.CharField):
    """Several lines, folded."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return fold(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {"label": question.text, "required": question.required}
    choose = {"required": _("하나를 골라 주세요."), "invalid_choice": _("보이는 것 가운데서 골라 주세요.")}
    options = [(str(place), word) for place, word in enumerate(question.options)]
    match question.kind:
        case Kind.CONFIRM:
            return forms.BooleanField(**common, error_messages={"required": _("읽고 확인란을 눌러 주세요.")})
        case Kind.YES_NO:
            places = [(str(place), word) for place, word in enumerate(YES_NO)]
            return forms.ChoiceField(
                **common, choices=places, widget=forms.RadioSelect, error_messages=choose
            )
        case Kind.ONE:
            return forms.ChoiceField(
                **common, choices=options, widget=forms.RadioSelect, error_messages=choose
            )
        case Kind.MANY:
            return MultipleField(
                **common,
                most=question.most,
                choices=options,
                widget=forms.CheckboxSelectMultiple,
                error_messages={**choose, "required": _("하나 이상 골라 주세요.")},
            )
        case Kind.TEXT:
            return LongText(
                **common,
                max_length=LONGEST_TEXT,
                error_messages={
                    "required": _("답을 적어 주세요."),
                    "max_length": _("%(limit_value)s자까지 적을 수 있습니다. 지금 %(show_value)s자입니다."),
                },
            )


def _words(question: Question, value: Any) -> list[str]:
    match question.kind:
        case Kind.CONFIRM:
            return [str(CONFIRMED)] if value else []
        case Kind.YES_NO:
            return [str(YES_NO[int(value)])] if value else []
        case Kind.ONE:
            return [question.options[int(value)]] if value else []
        case Kind.MANY:
            return [question.options[int(place)] for place in sorted(value, key=int)]
        case Kind.TEXT:
            return [value] if value else []


def _value(question: Question, words: Any) -> Any:
    match question.kind:
        case Kind.CONFIRM:
            return bool(words)
        case Kind.YES_NO:
            labels = [str(word) for word in YES_NO]
            return next((str(labels.index(word)) for word in words if word in labels), "")
        case Kind.ONE:
            return next((str(question.options.index(word)) for word in words if word in question.options), "")
        case Kind.MANY:
            return [str(question.options.index(word)) for word in words if word in question.options]
        case Kind.TEXT:
            return words[0] if words else ""


class Signed(Form):
    """What the script sends beside the answers: nonce and detached CMS, base64."""

    nonce = forms.CharField(max_length=100)
    cms = forms.CharField(max_length=100_000)


class Shown(Form):
    """Which class and which part of the list is shown."""

    show = forms.ChoiceField(required=False, choices=list(PARTS.items()))
    class_id = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class Reopen(Form):
    """A new due time for slips whose time is over."""

    class_id = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    due_at = MomentField(
        label=_("새 마감"), error_messages={"required": _("새 마감 날짜와 시간을 적어 주세요.")}
    )

    def __init__(self, *args: Any, now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.now = now

    def clean_due_at(self) -> datetime:
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at <= self.now:
            raise ValidationError(_("마감이 이미 지났습니다."))
        return due_at
