"""A page as a tree, and the forms in it with the rules by which a browser sends them.

Reads what our own pages need, not every page of the world: closed elements, no implied end tags.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

from baroalgi.operations.journey.trouble import Unexpected

VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
INLINE = frozenset({"a", "b", "i", "span", "strong", "time"})
UNSEEN = frozenset({"head", "script", "style", "template", "noscript", "svg"})


@dataclass(eq=False, slots=True)
class Element:
    """An element of a page; `inside` holds elements and texts in their order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    inside: list[Element | str] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return an attribute, empty when it is absent."""
        return self.attributes.get(name, "")

    def all(self, *tags: str) -> Iterator[Element]:
        """Yield what lies below, in order, without the contents of templates."""
        for child in self.inside:
            if isinstance(child, Element):
                if not tags or child.tag in tags:
                    yield child
                if child.tag != "template":
                    yield from child.all(*tags)

    def above(self, tag: str) -> Element | None:
        """Return the nearest element around this one."""
        around = self.parent
        while around is not None and around.tag != tag:
            around = around.parent
        return around

    @property
    def is_seen(self) -> bool:
        """Tell whether a reader sees it: neither it nor anything around it is hidden."""
        hidden = "hidden" in self.attributes or self.tag in UNSEEN
        return not hidden and (self.parent is None or self.parent.is_seen)

    @property
    def text(self) -> str:
        """Return the words a reader sees in it, blanks made one."""
        return " ".join("".join(self._words()).split())

    def _words(self) -> Iterator[str]:
        for child in self.inside:
            if isinstance(child, str):
                yield child
            elif child.tag not in UNSEEN and "hidden" not in child.attributes:
                yield from child._words() if child._runs_on else (" ", *child._words(), " ")

    @property
    def _runs_on(self) -> bool:
        """Tell whether its words belong to the word before: plain inline elements, without a look."""
        return self.tag in INLINE and not self.get("class")


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self._at = Element("document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.inside.append(element)
        if tag not in VOID:
            self._at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        opened: Element | None = self._at
        while opened is not None and opened.tag != tag:
            opened = opened.parent
        if opened is not None and opened.parent is not None:
            self._at = opened.parent

    def handle_data(self, data: str) -> None:
        self._at.inside.append(data)


def read(html: str) -> Element:
    """Return the tree of a page."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return tree.root


class Page:
    """What came for an address. `status` is that of HTTP."""

    def __init__(self, address: str, status: int, html: str) -> None:
        self.address, self.status, self.html = address, status, html
        self._root = read(html)

    @property
    def heading(self) -> str:
        """Return the first heading of the page, empty without one."""
        return next((h1.text for h1 in self._root.all("h1") if h1.is_seen), "")

    @property
    def first_part(self) -> str:
        """Return the heading of the first part of the content, empty without one."""
        contents = self._root.all("main")
        return next((h2.text for main in contents for h2 in main.all("h2") if h2.is_seen), "")

    @property
    def text(self) -> str:
        """Return all words a reader sees."""
        return self._root.text

    @property
    def main_text(self) -> str:
        """Return the words of the page's content, without its frame."""
        return " ".join(main.text for main in self._root.all("main"))

    @property
    def problems(self) -> list[str]:
        """Return what the page says went wrong: its summary of errors, else the words at the fields."""
        summaries = (e for e in self._root.all("div") if "data-error-summary" in e.attributes and e.is_seen)
        said = [word.text for summary in summaries for word in summary.all("p", "li")]
        at_fields = (e for e in self._root.all("p") if "field-error" in e.get("class").split() and e.is_seen)
        return said or [word.text for word in at_fields]

    def marked(self, attribute: str) -> Element:
        """Return the element that carries an attribute. Raises Unexpected."""
        for element in self._root.all():
            if attribute in element.attributes:
                return element
        raise Unexpected(f"a part marked {attribute} on {self.name}", "there is none")

    def control(self, mark: str) -> Element:
        """Return the first input of this name or id; of several boxes, the first. Raises Unexpected."""
        for element in self._root.all("input"):
            if mark in (element.get("name"), element.get("id").removesuffix("_0")):
                return element
        raise Unexpected(f"an input {mark} on {self.name}", "there is none")

    def links(self, words: str) -> list[str]:
        """Return the addresses of the links that begin with these words, exact ones first."""
        found = [(a.text, a.get("href")) for a in self._root.all("a") if a.get("href")]
        exact = [href for text, href in found if text == words]
        return exact + [href for text, href in found if text.startswith(words) and text != words]

    def link(self, words: str) -> str:
        """Return the address of one of them. Raises Unexpected."""
        for href in self.links(words):
            return urljoin(self.address, href)
        raise Unexpected(f"a link 「{words}」 on {self.name}", "there is none")

    def form(self, *, button: str = "", field: str = "") -> Form:
        """Return the form that has this button or this field. Raises Unexpected."""
        for element in self._root.all("form"):
            form = Form(element, self)
            if (button and form.has_button(button)) or (field and form.has_field(field)):
                return form
        what = f"button 「{button}」" if button else f"field {field}"
        raise Unexpected(f"a form with the {what} on {self.name}", "there is none")

    @property
    def name(self) -> str:
        """Return what to call the page in a sentence."""
        return f"「{self.heading}」" if self.heading else f"the page at {self.address}"

    def controls_of(self, form: Element) -> list[Element]:
        """Return what belongs to a form: what lies in it, and what names it from elsewhere."""
        return [
            element
            for element in self._root.all("input", "select", "textarea", "button")
            if (
                element.get("form") == form.get("id")
                if element.get("form")
                else element.above("form") is form
            )
        ]

    def label_of(self, control: Element) -> str:
        """Return the words beside a control."""
        around = control.above("label")
        if around is not None:
            return around.text
        labels = (label for label in self._root.all("label") if label.get("for") == control.get("id"))
        return next((label.text for label in labels), "")


@dataclass(frozen=True, slots=True)
class Sending:
    """What a browser sends for a pressed button."""

    method: str
    address: str
    data: dict[str, list[str]] = field(repr=False)
    # What a person did to it: texts by field, and the choices that the page did not have made already.
    typed: dict[str, str] = field(repr=False)
    chosen: tuple[str, ...]


class Form:
    """A form to fill. Values begin as the page has them."""

    def __init__(self, element: Element, page: Page) -> None:
        self._element, self._page = element, page
        self._controls = page.controls_of(element)
        self._typed: dict[str, str] = {}
        self._given = {
            control for control in self._controls if _is_choice(control) and "checked" in control.attributes
        }
        self._chosen = set(self._given)

    def has_button(self, words: str) -> bool:
        return any(button.text.startswith(words) for button in self._buttons())

    def has_field(self, name: str) -> bool:
        return any(control.get("name") == name for control in self._controls)

    def fill(self, **values: str) -> Form:
        """Type into fields, by their names. Raises Unexpected for a field the page does not have."""
        for name, value in values.items():
            if not self.has_field(name):
                raise Unexpected(f"a field {name} on {self._page.name}", "there is none")
            self._typed[name] = value
        return self

    def tick(self, *names: str) -> Form:
        """Tick boxes, by their names."""
        for name in names:
            self._chosen.add(self._choice(name, lambda control: control.get("type") == "checkbox"))
        return self

    def choose(self, name: str, words: str) -> Form:
        """Choose one of several by the words beside it: these, or beginning with these."""

        def fits(control: Element) -> bool:
            label = self._page.label_of(control)
            return label == words or label.startswith(words + " ")

        chosen = self._choice(name, fits)
        self._chosen = {each for each in self._chosen if each.get("name") != name} | {chosen}
        return self

    def press(self, words: str = "", *, name: str = "") -> Sending:
        """Return what is sent when this button is pressed, chosen by its words or its name."""
        for button in self._buttons():
            if (words and button.text.startswith(words)) or (name and button.get("name") == name):
                break
        else:
            raise Unexpected(f"a button 「{words or name}」 on {self._page.name}", "there is none")
        data: dict[str, list[str]] = {}
        for control in self._controls:
            key = control.get("name")
            if key and "disabled" not in control.attributes and self._is_sent(control, button):
                data.setdefault(key, []).append(self._value(control))
        return Sending(
            method=(self._element.get("method") or "get").upper(),
            address=urljoin(
                self._page.address,
                button.get("formaction") or self._element.get("action") or self._page.address,
            ),
            data=data,
            typed=dict(self._typed),
            chosen=tuple(sorted(control.get("name") for control in self._chosen - self._given)),
        )

    def _buttons(self) -> list[Element]:
        # The first button of a form may be one for the Enter key alone, kept from readers.
        return [
            control
            for control in self._controls
            if control.tag == "button" and control.get("type") != "button" and not control.get("aria-hidden")
        ]

    def _choice(self, name: str, fits: Callable[[Element], bool]) -> Element:
        for control in self._controls:
            if control.get("name") == name and _is_choice(control) and fits(control):
                return control
        raise Unexpected(f"the choice {name} on {self._page.name}", "there is none that fits")

    def _is_sent(self, control: Element, pressed: Element) -> bool:
        if control.tag == "button":
            return control is pressed
        return control in self._chosen if _is_choice(control) else True

    def _value(self, control: Element) -> str:
        if _is_choice(control):
            return control.get("value") or "on"
        if control.tag == "textarea":
            written = "".join(part for part in control.inside if isinstance(part, str))
            return self._typed.get(control.get("name"), written.removeprefix("\n"))
        if control.tag == "select":
            options = [o.get("value") for o in control.all("option") if "selected" in o.attributes]
            return self._typed.get(control.get("name"), options[0] if options else "")
        if control.tag == "button":
            return control.get("value")
        return self._typed.get(control.get("name"), control.get("value"))


def _is_choice(control: Element) -> bool:
    return control.tag == "input" and control.get("type") in ("checkbox", "radio")
