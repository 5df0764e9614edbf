"""Somebody who has a keyboard and hears the page: names and roles for eyes, Tab for a hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ElementHandle, Frame, Locator, Mouse, Page, Touchscreen, expect

from tests.journeys.people import SECONDS, Person

Name = str | re.Pattern[str]

MANY = 90  # presses of Tab; nobody looks longer for one thing
CONTROLS = {
    "button", "checkbox", "combobox", "DateTime", "DisclosureTriangle", "link", "radio", "searchbox",
    "textbox",
}  # fmt: skip
# What gets the focus to be read, not to be worked: a heading, the summary of errors, the main part.
PLACES = {"RootWebArea", "alert", "heading", "main"}
# Everything by which playwright does what no key does, or puts the focus somewhere.
DEEDS = (
    "blur", "check", "clear", "click", "dblclick", "dispatch_event", "drag_and_drop", "drag_to", "evaluate",
    "evaluate_all", "evaluate_handle", "fill", "focus", "hover", "move", "down", "up", "wheel", "press",
    "press_sequentially", "scroll_into_view_if_needed", "select_option", "select_text", "set_checked",
    "set_input_files", "tap", "type", "uncheck",
)  # fmt: skip

# A key that presses a button makes a click, too: of no pointer, and counted as none.
_WATCH_POINTERS = """
const kinds = ["pointerdown", "pointermove", "mousedown", "mousemove", "touchstart", "wheel", "click"];
for (const kind of kinds)
  addEventListener(kind, (event) => {
    if (kind !== "click" || event.detail !== 0 || event.pointerType) sawPointer(kind);
  }, {capture: true, passive: true});
"""
# How the focused thing stands there. A link that breaks is looked at in its first line.
_LOOK = """
function () {
  const troubles = [];
  const own = [this, this.closest("label"), ...(this.labels ?? [])].filter(Boolean);
  const rings = [...own, this.nextElementSibling].filter(Boolean).map((part) => getComputedStyle(part));
  if (!rings.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
                             && !/, 0\\)$/.test(style.outlineColor)))
    troubles.push("no ring");
  const box = this.getClientRects()[0] ?? this.getBoundingClientRect();
  const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const fits = box.height <= innerHeight * 0.9;
  if (fits ? box.top < -1 || box.bottom > innerHeight + 1 : bottom - top < innerHeight / 2)
    troubles.push(`out of sight: ${Math.round(box.top)} to ${Math.round(box.bottom)}`);
  if (box.left < -1 || box.right > innerWidth + 1) troubles.push("out of sight sideways");
  const x = (box.left + box.right) / 2;
  for (const y of [top + 2, (top + bottom) / 2, bottom - 2]) {
    const hit = document.elementFromPoint(x, y);
    if (hit && !own.some((part) => part.contains(hit))) {
      troubles.push(`covered by ${hit.tagName.toLowerCase()}.${hit.className}`);
      break;
    }
  }
  return troubles;
}
"""
_SENTENCE_IN_SIGHT = """
function () {
  const group = this.closest("[data-field]");
  const {top, bottom} = group.querySelector("[data-error], .field-error").getBoundingClientRect();
  return top >= 0 && bottom > top && bottom <= innerHeight;
}
"""
# What is said with the thing: its own description and the descriptions of the groups around it.
_SAID_WITH = """
function () {
  const said = [];
  for (let part = this; part; part = part.parentElement)
    for (const id of (part.getAttribute("aria-describedby") ?? "").split(/\\s+/).filter(Boolean)) {
      const words = document.getElementById(id);
      if (words && !words.hidden) said.push(words.innerText);
    }
  return said.join(" ");
}
"""


@dataclass(frozen=True)
class Focus:
    """What a screen reader says about the focused thing."""

    role: str
    name: str
    states: dict[str, Any]
    thing: str  # id of the object at the inspector

    def is_(self, role: str, name: Name) -> bool:
        same = self.name == name if isinstance(name, str) else name.search(self.name)
        return self.role == role and bool(same)


@contextmanager
def nothing_but_keys() -> Iterator[None]:
    """Take from playwright everything that acts on a page, except its keyboard."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("only the keyboard acts here")

    with pytest.MonkeyPatch.context() as patch:
        for kind in (ElementHandle, Frame, Locator, Mouse, Page, Touchscreen):
            for deed in DEEDS:
                if hasattr(kind, deed):
                    patch.setattr(kind, deed, refuse)
        yield


class Typist:
    """A person at a keyboard; `size` of the screen as in people.py.

    `barriers`: what was wrong with a focused thing: no name, no fitting role, no ring, out of sight, covered.
    `pointers`: events of a mouse or a finger that any of the pages saw.
    """

    def __init__(self, browser: Browser, url: str, size: str = "zoomed") -> None:
        self.person = Person(browser, url, size)
        self.barriers: list[str] = []
        self.pointers: list[str] = []
        self._seen: set[str] = set()
        self._page = self.person.page
        self._keys = self._page.keyboard
        self._page.expose_binding("sawPointer", lambda _, kind: self.pointers.append(kind))
        self._page.add_init_script(_WATCH_POINTERS)

    # Coming to a page

    def open(self, path: str, heading: Name, *, at: tuple[str, Name] | None = None) -> None:
        """Type an address."""
        self.person.page.goto(self.person.url + path)
        self.arrived(heading, at=at)

    def arrived(self, heading: Name, *, at: tuple[str, Name] | None = None) -> None:
        """Expect a page; the focus is at its beginning, its heading, or `at` the field it is about."""
        self.person.look(heading)
        focus = self.focus()
        if at:
            assert focus.is_(*at), focus
        else:
            assert focus.role in {"RootWebArea", "heading"}, focus
        if (page := f"{self._place()} {heading}") not in self._seen:
            self._seen.add(page)
            self._go_round(at or ("RootWebArea", ""))

    def _go_round(self, start: tuple[str, Name]) -> None:
        """Tab through the whole page, back to its beginning: nothing holds the focus, all of it shows."""
        passed = [self.tab()]
        while not passed[-1].is_(*start):
            assert len(passed) < MANY, (
                f"no end on {self._place()}: {[(one.role, one.name) for one in passed]}"
            )
            passed.append(self.tab())
        assert len(passed) > 2, passed

    def lead(self, keys: str, heading: Name, *, at: tuple[str, Name] | None = None) -> None:
        """Press keys that lead to another page."""
        with self._page.expect_event("load"):
            self._keys.press(keys)
        self.arrived(heading, at=at)

    def follow(self, name: Name, heading: Name) -> None:
        self.reach("link", name)
        self.lead("Enter", heading)

    def send(self, name: Name, heading: Name, *, at: tuple[str, Name] | None = None) -> None:
        """Press the button that sends a form, and expect the page that answers."""
        self.reach("button", name)
        self.lead("Enter", heading, at=at)

    # Going about in it

    def press(self, keys: str) -> None:
        self._keys.press(keys)

    def tab(self, keys: str = "Tab") -> Focus:
        self._keys.press(keys)
        focus = self.focus()
        self._judge(focus)
        return focus

    def reach(self, role: str, name: Name, *, keys: str = "Tab") -> Focus:
        """Press Tab until this is there."""
        focus, passed = self.focus(), []
        while not focus.is_(role, name):
            once_round = passed.count("RootWebArea ") > 1
            assert not once_round, f"no {role} {name!r} among {passed}"
            assert len(passed) < MANY, f"{role} {name!r} is too far away: {passed}"
            focus = self.tab(keys)
            passed.append(f"{focus.role} {focus.name}")
        return focus

    def skip(self) -> None:
        """Jump over what stands on every page: the first thing that Tab finds there."""
        first = ("link", "본문으로 바로 가기")
        # On its way round, from the last thing to the first, the page may have been met between the two.
        assert self.focus().is_(*first) or self.tab().is_(*first), self.focus()
        self._keys.press("Enter")
        assert self.focus().role == "main", self.focus()

    def write(self, label: str, text: str, role: str = "textbox") -> None:
        self.reach(role, label)
        self._keys.press("Control+A")
        self._keys.type(text)

    def type(self, text: str) -> None:
        self._keys.type(text)

    def scan(self, number: str, heading: Name) -> None:
        """Hold a scanner to a paper: it types the digits faster than a hand, and they open a page."""
        with self._page.expect_event("load"):
            self._keys.type(number)
        self.arrived(heading)

    def write_number(self, label: str, digits: str) -> None:
        """Type a resident number in one go: the second box takes over by itself."""
        self.reach("textbox", f"{label} 앞 6자리")
        self._keys.press("Control+A")
        self._keys.type(digits)
        assert self.focus().is_("textbox", f"{label} 뒤 7자리"), self.focus()

    def tick(self, name: Name) -> None:
        self.reach("checkbox", name)
        self._keys.press("Space")
        assert self.focus().states.get("checked") == "true", self.focus()

    def choose(self, first: Name, name: Name) -> None:
        """Choose among radio buttons: Tab comes to the `first` or to the chosen one, arrows go on."""
        focus = self.reach("radio", first)
        for _ in range(MANY):
            if focus.is_("radio", name):
                break
            self._keys.press("ArrowDown")
            focus = self.focus()
            self._judge(focus)
        if focus.states.get("checked") != "true":
            self._keys.press("Space")
        focus = self.focus()
        assert focus.is_("radio", name), focus
        assert focus.states.get("checked") == "true", focus

    def keep(self, name: Name) -> tuple[str, bytes]:
        """Follow a link that gives a file."""
        self.reach("link", name)
        with self._page.expect_download() as kept:
            self._keys.press("Enter")
        return kept.value.suggested_filename, Path(kept.value.path()).read_bytes()

    # Being refused

    def refused(self, name: Name, *sentences: str, loads: bool = True) -> None:
        """Press a button, and be told why not: the focus is on the summary, and an alert is read aloud."""
        self.reach("button", name)
        if loads:
            with self._page.expect_event("load"):
                self._keys.press("Enter")
            assert self._page.title().startswith("오류: "), self._page.title()
        else:
            self._keys.press("Enter")
        summary = self._page.get_by_role("alert").filter(visible=True)
        expect(summary.filter(has_text=sentences[0]).first).to_be_focused(timeout=SECONDS * 1000)
        self._judge(self.focus())
        for sentence in sentences:
            expect(summary.filter(has_text=sentence).first).to_be_visible()
        self.person.look_closely()

    def go_to_error(self, sentence: str) -> Focus:
        """Follow a link of the summary: it leads to the field, and the field says what is wrong with it."""
        self.reach("link", sentence)
        self._keys.press("Enter")
        focus = self.focus()
        self._judge(focus)
        assert focus.role in CONTROLS - {"link"}, (sentence, focus)
        assert focus.states.get("invalid") == "true", (sentence, focus)
        assert sentence in self.said_with(focus), (sentence, self.said_with(focus))
        assert self._call(focus.thing, _SENTENCE_IN_SIGHT), f"{sentence!r} is out of sight"
        return focus

    # Hearing

    def attribute(self, name: str) -> str:
        """Return what the page says to machines."""
        return self._page.locator(f"[{name}]").get_attribute(name) or ""

    def said_with(self, focus: Focus) -> str:
        return str(self._call(focus.thing, _SAID_WITH))

    def hears(self, words: str) -> None:
        """Expect words in a part of the page that is read aloud by itself."""
        spoken = self._page.locator("[role=status], [role=alert], [aria-live=polite]")
        expect(spoken.filter(has_text=words).first).to_be_attached(timeout=SECONDS * 1000)

    def comes_to(self, role: str, name: Name) -> Focus:
        """Expect that the page itself moves the focus there."""
        focus = self._soon(lambda: self.focus(), lambda found: found.is_(role, name))
        self._judge(focus)
        return focus

    def focus(self) -> Focus:
        answer = self.person.inspector.send("Runtime.evaluate", {"expression": "document.activeElement"})
        thing = answer["result"]["objectId"]
        (node,) = self.person.inspector.send(
            "Accessibility.getPartialAXTree", {"objectId": thing, "fetchRelatives": False}
        )["nodes"]
        states = {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
        role, name = (node.get(key, {}).get("value", "") for key in ("role", "name"))
        if self._is_body(thing):
            role = "RootWebArea"  # nothing has the focus: the reading begins at the top
        return Focus(role, name, states, thing)

    def _is_body(self, thing: str) -> bool:
        return bool(self._call(thing, "function () { return this === document.body; }"))

    def _judge(self, focus: Focus) -> None:
        troubles: list[str] = []
        if focus.role not in CONTROLS | PLACES:
            troubles.append("role")
        if not focus.name and focus.role not in {"main", "RootWebArea"}:
            troubles.append("no name")
        if focus.role not in {"main", "RootWebArea"}:
            troubles += self._call(focus.thing, _LOOK)
        self.barriers += [f"{self._place()} {focus.role} {focus.name!r}: {trouble}" for trouble in troubles]

    def _place(self) -> str:
        return re.sub(r"[0-9a-f-]{36}|[\w-]{43}|\d+", "*", urlsplit(self._page.url).path)

    def _call(self, thing: str, function: str) -> Any:
        answer = self.person.inspector.send(
            "Runtime.callFunctionOn",
            {"objectId": thing, "functionDeclaration": function, "returnByValue": True},
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def _soon(self, look: Callable[[], Focus], right: Callable[[Focus], bool]) -> Focus:
        found = look()
        for _ in range(SECONDS * 20):
            if right(found):
                return found
            self._page.wait_for_timeout(50)
            found = look()
        raise AssertionError(f"the focus stays on {found}")
