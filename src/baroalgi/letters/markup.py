"""The text of a letter: what may stand in it, and what it says without its marks.

One list of elements for the editor, the server and the tests. Everything else is dropped with its
attributes; of scripts and styles the content too. What stands bare or in the boxes of an editor becomes
paragraphs, so that every letter has the same few shapes.
"""

import html
import re
from html.parser import HTMLParser

import nh3

_BLOCKS = frozenset({"p", "h2", "h3", "ul", "ol", "blockquote", "table"})
_INLINE = frozenset({"strong", "em", "u", "a", "br"})
_INSIDE = frozenset({"li", "caption", "thead", "tbody", "tr", "th", "td"})
ELEMENTS = _BLOCKS | _INLINE | _INSIDE
# What editors write, and what it is here; `div` only parts paragraphs.
_NAMES = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
_READ = set(ELEMENTS) | set(_NAMES) | {"div"}
_ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")  # XML, and so feeds, know none of them
_SCHEMES = {"http", "https", "mailto", "tel"}


def clean(text: str) -> str:
    """Return HTML of which nothing is left but the elements of a letter, well formed."""
    safe = nh3.clean(
        CONTROLS.sub("", text),
        tags=_READ,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style", "title", "xml"},
    )
    tidy = _Tidy()
    tidy.feed(safe)
    return tidy.finished()


def of_text(text: str) -> str:
    """Return plain text as HTML: paragraphs are parted by empty lines."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return "".join(
        f"<p>{html.escape(each, quote=False).replace(chr(10), '<br>')}</p>" for each in paragraphs if each
    )


def text_of(markup: str) -> str:
    """Return what the HTML of a letter says: paragraphs parted by empty lines, cells by blanks."""
    reader = _Reader()
    reader.feed(markup)
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Tidy(HTMLParser):
    """Reads what nh3 left, which is well formed, and writes it again with one name for each thing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[tuple[str, str]] = []  # (as read, as written; empty: not at all)
        self._bare = False  # a paragraph of our own is open, around text that stood bare

    def finished(self) -> str:
        self.close()
        self._end_bare()
        text = "".join(self._parts)
        # Line breaks at the end of a paragraph, and boxes of an editor without a word in them. A run
        # of breaks is looked at once, from its beginning: from each of them on it would take minutes.
        text = re.sub(r"(?<!<br>)(?<!\s)(?:<br>|\s)++(?=</(?:p|h2|h3|li|td|th)>)", "", text)
        return re.sub(r"<(p|h2|h3)>\s*</\1>|<(strong|em|u)></\2>", "", text).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = self._name(tag, attrs)
        if name in _INLINE:
            self._begin_bare()
        elif name in _BLOCKS or not name:
            self._end_bare()
        written = "".join(f' {key}="{html.escape(value or "")}"' for key, value in attrs)
        if name:
            self._parts.append(f"<{name}{written}>")
        if name != "br":
            self._open.append((tag, name))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _tag, name = self._open.pop()
        if name:
            self._parts.append(f"</{name}>")
        elif tag == "div":
            self._end_bare()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._begin_bare()
        elif not (self._bare or self._writes):
            return
        self._parts.append(html.escape(data.replace("\u00a0", " "), quote=False))

    def _name(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        if tag == "div" or (tag == "a" and not dict(attrs).get("href")):
            return ""
        if tag == "li" and not any(name in ("ul", "ol") for _tag, name in self._open):
            return "p"
        return _NAMES.get(tag, tag)

    @property
    def _writes(self) -> bool:
        return any(name for _tag, name in self._open)

    def _begin_bare(self) -> None:
        if not (self._bare or self._writes):
            self._parts.append("<p>")
            self._bare = True

    def _end_bare(self) -> None:
        if self._bare and not self._writes:
            self._parts.append("</p>")
            self._bare = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS or tag == "caption":
            self.parts.append("\n\n")
        elif tag in ("li", "tr", "br"):
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS or tag == "caption":
            self.parts.append("\n\n")
