"""What changed between the versions of a letter, line by line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from baroalgi.letters.markup import text_of
from baroalgi.letters.types import Version

MOST_LINES = 1_000  # more than letters have. Each is compared with each, on a page that everybody may open


@dataclass(frozen=True, slots=True)
class Change:
    """One editing: when, by whom (as signed), which lines went and which came, the title's among them."""

    changed_at: datetime
    changed_by: str
    lines: tuple[tuple[bool, str], ...]  # (came, line), in the order of the text


def changes(versions: Sequence[Version], title: str, html: str) -> list[Change]:
    """Return the editings of a letter, the latest first.

    `versions`: what it said before, the first one first; `title` and `html`: what it says now.
    """
    texts = [_lines(row.title, row.html) for row in versions] + [_lines(title, html)]
    return [
        Change(row.changed_at, row.changed_by, tuple(_difference(before, after)))
        for row, before, after in reversed(list(zip(versions, texts, texts[1:], strict=False)))
    ]


def _lines(title: str, html: str) -> list[str]:
    return [title, *(line for line in text_of(html).split("\n") if line)]


def _difference(before: list[str], after: list[str]) -> list[tuple[bool, str]]:
    if max(len(before), len(after)) > MOST_LINES:
        return [(False, line) for line in before] + [(True, line) for line in after]
    found: list[tuple[bool, str]] = []
    for kind, b1, b2, a1, a2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            found += [(False, line) for line in before[b1:b2]] + [(True, line) for line in after[a1:a2]]
    return found
