"""From uploaded bytes to lines of text, or a sentence why not.

A file is judged before it is opened: what kind it is, how far it unfolds, whether it holds programs or
references outside itself. Nothing in it is ever run or followed.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.parsers import expat

import openpyxl
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from baroalgi.platform.forms import fold
from baroalgi.platform.kinds import BadContent, Kind, Trouble, compound, kind_of

MOST_BYTES = 5_000_000
MOST_UNFOLDED = 20_000_000  # bytes of all parts together; attached files may be larger, these are parsed
MOST_PARTS = 500
MOST_LINES = 5_000  # that say something
LAST_LINE = 20_000  # below it nothing is looked for: formatted empty rows reach to 1,048,576
MOST_COLUMNS = 40
LONGEST = 2_000  # characters of a cell


class Unreadable(Exception):
    """The file is not a sheet that we read. `sentence` says what to do; nothing of its content is quoted."""

    def __init__(self, sentence: str | Promise) -> None:
        self.sentence = sentence
        super().__init__()


EMPTY = _("빈 파일입니다. 빈 서식을 받아 채워 주세요.")
NO_TABLE = _("이 파일에서 표를 찾지 못했습니다. 빈 서식을 받아 채워 주세요.")
OLD = _("옛 형식이거나 암호를 건 파일입니다. 엑셀에서 암호 없이 「Excel 통합 문서(.xlsx)」로 저장해 주세요.")
TOO_LARGE = _("파일이 너무 큽니다. 5MB까지 올릴 수 있습니다. 표만 남겨 다시 저장해 주세요.")
UNFOLDS = _("펼치면 너무 커지는 파일입니다. 표의 값만 새 파일에 붙여 넣어 저장해 주세요.")
MACROS = _("매크로가 든 파일은 받지 않습니다. 「Excel 통합 문서(.xlsx)」로 저장해 주세요.")
DECLARES = _("파일 안에 받지 않는 선언이 있습니다. 표의 값만 새 파일에 붙여 넣어 저장해 주세요.")
TOO_MANY = _("한 번에 5,000줄까지 올릴 수 있습니다. 파일을 나누어 올려 주세요.")

_SENTENCES = {
    Trouble.EMPTY: EMPTY,
    Trouble.LOCKED: OLD,
    Trouble.SWOLLEN: UNFOLDS,
    Trouble.MACROS: MACROS,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a person sees it in the sheet: its number there, and its cells as text."""

    number: int
    cells: tuple[str, ...]


def read(content: bytes) -> Iterator[list[Line]]:
    """Yield the lines of each sheet of a workbook, blank lines left out. Raises Unreadable."""
    _judge(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions it does not know; we want none of them
            book = openpyxl.load_workbook(
                io.BytesIO(content), read_only=True, data_only=False, keep_links=False
            )
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            found = [_lines(sheet) for sheet in sheets]
    except Unreadable:
        raise
    except Exception:  # a parser of a foreign format: whatever it stumbles on, the file is not ours
        raise Unreadable(NO_TABLE) from None
    yield from found


def _judge(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    if content.startswith(compound.MAGIC):
        raise Unreadable(OLD)  # .xls, and every workbook with a password
    try:
        kind = kind_of(io.BytesIO(content), len(content))
    except BadContent as bad:
        raise Unreadable(_SENTENCES.get(bad.trouble, NO_TABLE)) from None
    if kind is not Kind.XLSX:
        raise Unreadable(NO_TABLE)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        _judge_parts(parts)


def _judge_parts(parts: zipfile.ZipFile) -> None:
    infos = parts.infolist()
    names = [info.filename for info in infos]
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNFOLDED:
        raise Unreadable(UNFOLDS)
    if len(set(names)) != len(names):
        raise Unreadable(NO_TABLE)
    for name in names:
        if name.endswith((".xml", ".rels")):
            _judge_declarations(parts.read(name))


class _Begun(Exception):
    """The first element of a part was reached: a declaration could only have stood before it."""


def _judge_declarations(part: bytes) -> None:
    """Refuse a part with a document type: it is where entities are declared, inner and outer ones."""

    def refuse(*_declaration: Any) -> None:
        raise Unreadable(DECLARES)

    def begun(*_element: Any) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begun
    try:
        parser.Parse(part, True)
    except _Begun:
        return
    except (expat.ExpatError, ValueError, LookupError):  # the latter: an encoding that nobody knows
        raise Unreadable(NO_TABLE) from None


def _lines(sheet: Any) -> list[Line]:
    found: list[Line] = []
    # What a sheet says of its own size is often wrong, and rows are read one by one anyway.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
        texts = tuple(text_of(cell.value, cell.data_type) for cell in cells)
        if any(texts):
            found.append(Line(number, texts))
        if len(found) > MOST_LINES + 1 or number > LAST_LINE:
            raise Unreadable(TOO_MANY)
    return found


FORMULA = "\x00"
"""Begins a cell that computes: never the value somebody saw, so it is told, not taken."""


def text_of(value: Any, kind: str = "s") -> str:
    """Return a cell as it would be typed: days as 2026-11-24, whole numbers without a point."""
    if value is None:
        return ""
    if kind in ("f", "e"):
        return FORMULA + fold(str(getattr(value, "text", value)))[:LONGEST]
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # Control characters come from files that were made by machines; no field of ours keeps them.
    text = fold(str(value).replace("\r\n", "\n").replace("_x000D_", ""))
    return "".join(letter for letter in text if letter >= " " or letter == "\n")[:LONGEST]
