"""The answers of a class as XLSX. What a parent wrote stays text: nothing in it is ever a formula."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font

from baroalgi.letters.slips.types import Desk, DeskRow, Given
from baroalgi.letters.slips.words import WAYS
from baroalgi.platform import xml

Value = str | int | datetime | None


def workbook(desk: Desk) -> bytes:
    """Return the file: one row per answer that counts, and one per child without."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("회신"))
    sheet.freeze_panes = "A2"
    widths = {"D": 12, "E": 16, "F": 18, "G": 14, "H": 14, "I": 18}
    for column, width in widths.items():
        sheet.column_dimensions[column].width = width
    heads = [_("학년"), _("반"), _("번호"), _("학생"), _("상태"), _("읽은 때")]
    heads += [
        _("회신한 사람"),
        _("방법"),
        _("회신한 때"),
        *(question.text for question in desk.form.questions),
    ]
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in desk.rows:
        for given in row.answers or (None,):
            sheet.append([_cell(sheet, value) for value in _values(desk, row, given)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(desk: Desk, row: DeskRow, given: Given | None) -> Iterable[Value]:
    yield desk.grade
    yield desk.class_no
    yield row.number
    yield row.name
    if row.is_answered:
        yield _("회신함")
    else:
        yield _("한 분만 회신함") if given else _("회신 없음")
    yield row.read_at
    yield given.name if given else None
    yield str(WAYS[given.way]) if given else None
    yield given.answered_at if given else None
    for question in desk.form.questions:
        yield ", ".join(given.answers.get(question.id, ())) if given else None


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Cell:
    if isinstance(value, datetime):
        # Sheets know no time zone: the time on the clock in Seoul.
        value = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    text = xml.FORBIDDEN.sub("", value) if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, value=text)
    if isinstance(text, str):
        # Said last: openpyxl takes a text that begins with = for a formula, and #N/A for an error. The quote
        # keeps it a text also when somebody edits the cell.
        cell.data_type = "s"
        cell.quotePrefix = text[:1] in ("=", "+", "-", "@", "\t", "\r", "#")
    if bold:
        cell.font = Font(bold=True)
    return cell
