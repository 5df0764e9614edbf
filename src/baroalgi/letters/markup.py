"""The text of a letter: what may stand in it, and what it says without its marks.

One list of elements for the editor, the server and the tests. Everything else is dropped with its
attributes; of scripts and styles the content too.
"""

import html
import re
from html.parser import HTMLParser

import nh3

ELEMENTS = frozenset(
    "p br strong em u h2 h3 ul ol li blockquote a table caption thead tbody tr th td".split()
)
_ATTRIBUTES = {"a": {"href"}, "th": {"scope", "colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
_SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = frozenset("p h2 h3 ul ol blockquote table caption".split())
_LINES = frozenset("li tr".split())


def clean(text: str) -> str:
    """Return HTML of which nothing is left but the elements of a letter, well formed."""
    return nh3.clean(
        text,
        tags=set(ELEMENTS),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        clean_content_tags={"script", "style", "title", "xml"},
    ).strip()


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
    reader.close()
    lines = [re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in _LINES or tag == "br":
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n\n")
