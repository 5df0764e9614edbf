"""The slip on the writing page of a letter, which saves and sends both together."""

from django import forms as django

from baroalgi.letters.slips import forms, queries
from baroalgi.letters.slips.editor import SlipEditor
from baroalgi.letters.slips.types import EarlierSlip
from baroalgi.platform.http import Request

EARLIER = 20  # slips to choose from


def editor(request: Request, letter_id: int | None, *, fresh: bool = False) -> SlipEditor:
    """Return what the letter asks, to be changed. One statement for a letter that was saved.

    `fresh`: another form of the page was sent.
    """
    before = queries.form_of(letter_id) if letter_id else None
    return SlipEditor(None if fresh else request.POST or None, now=request.now, before=before)


def takes_earlier(request: Request) -> bool:
    """Tell whether the writer asked for the questions of an earlier slip: nothing is saved by that."""
    return request.POST.get("act") == "take"


def with_earlier(request: Request, choices: list[EarlierSlip]) -> SlipEditor:
    """Return the slip with the questions, rule and signing of the chosen one, for the time that was typed.

    Without a choice what was typed stays. One statement.
    """
    chosen = next((row for row in choices if str(row.letter_id) == request.POST.get("slip_from")), None)
    taken = queries.form_of(chosen.letter_id) if chosen else None
    if taken is None:
        return SlipEditor(request.POST, now=request.now)
    asked = SlipEditor(None, now=request.now, before=taken)
    asked.initial["slip_due"] = request.POST.get("slip_due") or asked.usual_due
    return asked


def both_valid(letter: django.Form, asked: SlipEditor | None) -> bool:
    """Tell whether letter and slip can be saved; both are looked at, so that all errors are shown at once."""
    valid = [letter.is_valid(), asked is None or asked.is_valid()]
    if all(valid) and asked and letter.cleaned_data.get("when") == "later":
        asked.demand_after(letter.cleaned_data.get("publish_at"))
        return asked.is_valid()
    return all(valid)


def preview(letter_id: int) -> forms.Answer | None:
    """Return the questions of a letter as its readers will see them, or None. One statement."""
    form = queries.form_of(letter_id)
    return forms.Answer(form.questions) if form else None
