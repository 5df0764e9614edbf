"""The slip on the writing page of a letter, which saves and sends both together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms as django

from baroalgi.letters.slips import forms, queries
from baroalgi.letters.slips.editor import SlipEditor
from baroalgi.platform.http import Request

EARLIER = 20  # slips to choose from


def editor(
    letter_id: int | None, data: Mapping[str, Any] | None, *, draft: Mapping[str, str], now: datetime
) -> SlipEditor:
    """Return what the letter asks, to be changed. One statement for a letter that was saved.

    `draft`: what was typed when the session ended; it stands in place of what was saved.
    """
    before = queries.form_of(letter_id) if letter_id else None
    return SlipEditor(data, now=now, before=before, draft=draft)


def takes_earlier(request: Request) -> bool:
    """Tell whether the writer asked for the questions of an earlier slip: nothing is saved by that."""
    return request.POST.get("act") == "take"


def with_earlier(school_id: int, typed: Mapping[str, str], *, now: datetime) -> SlipEditor:
    """Return the slip with the questions, rule and signing of the chosen one, for the time that was typed.

    Without a choice what was typed stays. Two statements.
    """
    choices = (str(row.letter_id) for row in queries.earlier(school_id, limit=EARLIER))
    chosen = typed.get("slip_from", "")
    taken = queries.form_of(int(chosen)) if chosen in choices else None
    if taken is None:
        return SlipEditor(None, now=now, draft=typed)
    asked = SlipEditor(None, now=now, before=taken)
    asked.initial["slip_due"] = typed.get("slip_due") or asked.usual_due
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
