"""How long a parent's hands are busy from the letter to the child's page: a keystroke-level model.

Walked over the real pages by the journey; what is typed, tapped and decided on each is counted from its
form. Times: Card, Moran and Newell 1983, the slow ends, since the one who types may be a grandmother on a
phone: a letter 0.50 s (Hangul: each jamo), a letter of a code 0.75 s, a tap 1.2 s (pointing 1.1, pressing
0.1), a thought 1.35 s before each field, choice and button. Waiting for others and for the server does not
count; reading is told beside it, at 10 syllables a second, and does not count either.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.journey import book
from baroalgi.operations.journey.html import Page, Sending
from baroalgi.operations.journey.visitor import Visitor
from baroalgi.operations.journey.way import Way

LETTER, CODE_LETTER, TAP, THOUGHT = 0.50, 0.75, 1.2, 1.35  # seconds
READ = 10.0  # characters a second
CODES = (
    *("number", "issue_password", "rrn", "child_rrn", "resident-number"),
    *("mobile", "cert_password", "cert_password_again"),
)
"""Fields in which no words are typed."""

AT_ORDER = {"number": 15, "issue_password": 10, "resident-number": 13}
AT_PASSWORD = {"cert_password": 12, "cert_password_again": 12}
AT_SIGN_IN = {"name": 3, "resident-number": 13, "cert_password": 12}
"""What the script of a page reads from its fields, and how many characters; those of a name are syllables."""

_LAST = "child overview"
_OF_OTHERS = ("officer", "teacher", "status", "revocation", "certificate checked")


@dataclass(slots=True)
class Diary:
    """What the parent's hands did, by step of the journey."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    reading: float = 0.0
    step: str = ""
    seen: set[str] = field(default_factory=set)

    @property
    def counts(self) -> bool:
        return not self.step.startswith(_OF_OTHERS) and not self.step.startswith("mail")

    def tap(self) -> None:
        self._spend(THOUGHT + TAP)

    def type(self, name: str, text: str) -> None:
        """Go to a field and fill it."""
        code = name.removesuffix("_0").removesuffix("_1") in CODES
        strokes = len(text) if code else _strokes(text)
        self._spend(THOUGHT + TAP + strokes * (CODE_LETTER if code else LETTER))

    def look(self, page: Page) -> None:
        """Read a page the first time it comes."""
        if self.counts and page.heading not in self.seen:
            self.seen.add(page.heading)
            self.reading += len(page.main_text.replace(" ", "")) / READ

    def _spend(self, seconds: float) -> None:
        if self.counts:
            self.seconds[self.step] += seconds


class Watched(Visitor):
    """A visitor whose hands are watched."""

    def __init__(self, url: str, diary: Diary) -> None:
        super().__init__(url)
        self._diary = diary

    def follow(self, words: str, heading: str = "") -> Page:
        self._diary.tap()
        return super().follow(words, heading)

    def send(self, sending: Sending, heading: str = "") -> Page:
        for name, text in sending.typed.items():
            self._diary.type(name, text)
        for _choice in sending.chosen:
            self._diary.tap()
        self._diary.tap()
        return super().send(sending, heading)

    def fetch(self, address: str, kind: str) -> bytes:
        if kind == "application/pdf":
            self._diary.tap()
        return super().fetch(address, kind)

    def post(self, address: str, data: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        if fields := _fields_behind(data):
            for name, n in fields.items():
                self.page.control(name)  # the page must have it, or the model is of yesterday
                self._diary.type(name, ("가" if name == "name" else "x") * n)
            self._diary.tap()
        if "cms" in data and "name" not in data:
            self._diary.tap()  # keep the file
            self._diary.tap()  # go on to signing in
        return super().post(address, data)

    def _show(self, *args: Any, **more: Any) -> Page:
        page = super()._show(*args, **more)
        self._diary.look(page)
        return page


def _fields_behind(data: Mapping[str, str]) -> dict[str, int]:
    """Return which fields of a scripted page a person filled before this was sent."""
    if "csr" in data:
        return AT_ORDER
    if "cms" in data:
        return AT_SIGN_IN if "name" in data else AT_PASSWORD
    return {}


def measure(place: Place) -> Figure:
    """Walk once and add up."""
    diary = Diary()
    with Way(place.url, book.read(place.home.people), visitor=lambda url: Watched(url, diary)) as way:
        steps = way.walk()
        for name in way.names:
            diary.step = name
            if name == "entrance" or name == "issuing page":
                diary.tap()  # the letter's code, the mail's link
            next(steps)
            if name == _LAST:
                break
    shares = {name: round(seconds, 1) for name, seconds in diary.seconds.items()}
    return Figure(
        name="hands",
        what="a parent's hands, from the letter to the child's page",
        value=sum(diary.seconds.values()) / 60,
        sense="at most",
        limit=5,
        unit="min of typing, tapping and thinking (keystroke-level model)",
        said=f"reading every page in full once would add {diary.reading / 60:.1f} min; seconds by page:",
        shares=shares,
    )


def _strokes(text: str) -> int:
    """Return how many keys a text takes: a syllable of Hangul two or three."""
    return len(unicodedata.normalize("NFD", text))
