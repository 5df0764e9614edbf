"""Typed beside recorded, and how long a request has waited. Pure: values in, values out."""

from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from baroalgi.guardianship.types import Comparison


def compared(
    *,
    typed_name: str,
    recorded_name: str,
    typed_grade: int,
    recorded_grade: int,
    typed_class_no: int | None,
    recorded_class_no: int,
    school_name: str,
) -> tuple[Comparison, ...]:
    """Compare a request with the school's record; what differs comes first (pages.md §5.4).

    Blanks and capitals of a name do not count. A class that was not typed is not compared.
    """
    fields = [
        _field(_("이름"), typed_name, recorded_name, same=_plain(typed_name) == _plain(recorded_name)),
        _field(_("학년"), _grade(typed_grade), _grade(recorded_grade)),
        # The child was found at this school by the resident number: the same by making.
        _field(_("학교"), school_name, school_name),
    ]
    if typed_class_no is not None:
        fields.insert(2, _field(_("반"), _class(typed_class_no), _class(recorded_class_no)))
    return tuple(sorted(fields, key=lambda field: field.same))


def pieces(text: str, other: str) -> tuple[tuple[str, bool], ...]:
    """Return the text in pieces, each with whether it differs from the other: 김서|윤 beside 김서연."""
    found = SequenceMatcher(None, text, other, autojunk=False).get_opcodes()
    return tuple((text[first:last], what != "equal") for what, first, last, _a, _b in found if last > first)


def school_day(requested: date, days: Iterable[date]) -> int:
    """Return which school day of waiting the last of `days` is, counted from the day after the request.

    `days`: the days with lessons up to today. 0 as long as there was none.
    """
    return sum(day > requested for day in days)


def _field(label: str, typed: str, recorded: str, *, same: bool | None = None) -> Comparison:
    if same is None:
        same = typed == recorded
    if same:
        return Comparison(label, typed, recorded, True, ((typed, False),), ((recorded, False),))
    return Comparison(label, typed, recorded, False, pieces(typed, recorded), pieces(recorded, typed))


def _grade(grade: int) -> str:
    return _("%(grade)s학년") % {"grade": grade}


def _class(class_no: int) -> str:
    return _("%(number)s반") % {"number": class_no}


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
