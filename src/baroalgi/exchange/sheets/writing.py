"""Sheets to download: empty ones, ones filled with what the school says today, ones with marks."""

import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from baroalgi.exchange.sheets.kinds import Kind
from baroalgi.exchange.sheets.report import Fault, Table
from baroalgi.exchange.sheets.workbook import FORMULA, MOST_LINES

HEAD = PatternFill("solid", fgColor="E6E8EA")
NEEDED = Font(bold=True)
WRONG = PatternFill("solid", fgColor="FDEFEC")
WRAPPED = Alignment(vertical="top", wrap_text=True)


def template(kind: Kind, lines: Sequence[Sequence[str]]) -> bytes:
    """Return a sheet to fill in: these lines, else one example; a second sheet says how."""
    book, sheet = _sheet(kind, lines or [tuple(column.example for column in kind.columns)])
    _drop_downs(sheet, kind)
    _explain(book, kind)
    return _bytes(book)


def marked(kind: Kind, table: Table, faults: Iterable[Fault]) -> bytes:
    """Return the uploaded lines, wrong cells coloured, what to do in a last column."""
    by_line: dict[int, list[Fault]] = {}
    for fault in faults:
        by_line.setdefault(fault.line, []).append(fault)
    book, sheet = _sheet(kind, [[cell.removeprefix(FORMULA) for cell in line.cells] for line in table.lines])
    last = len(kind.columns) + 1
    sheet.cell(1, last, _("이렇게 고쳐 주세요")).font = NEEDED
    sheet.column_dimensions[get_column_letter(last)].width = 60
    for row, line in enumerate(table.lines, 2):
        found = by_line.get(line.number, [])
        for fault in found:
            sheet.cell(row, fault.column + 1).fill = WRONG
        if found:
            advice = " ".join(f"{fault.name}: {fault.advice}" for fault in found)
            _write(sheet, row, last, advice)
    _drop_downs(sheet, kind)
    return _bytes(book)


def _sheet(kind: Kind, lines: Sequence[Sequence[str]]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one sheet
    sheet.title = str(kind.title)
    sheet.freeze_panes = "A2"
    for place, column in enumerate(kind.columns, 1):
        head = sheet.cell(1, place, column.name)
        head.fill = HEAD
        if column.missing:
            head.font = NEEDED
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    for row, cells in enumerate(lines, 2):
        for place, text in enumerate(cells, 1):
            _write(sheet, row, place, text)
    return book, sheet


def _write(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    if text.isascii() and text.isdigit() and len(text) < 6:
        cell.value = int(text)
    else:
        # As text, whatever it begins with: what somebody typed must not compute in another one's program.
        cell.value = text
        cell.data_type = "s"
        cell.number_format = "@"
    cell.alignment = WRAPPED


def _drop_downs(sheet: Worksheet, kind: Kind) -> None:
    for place, column in enumerate(kind.columns, 1):
        if not column.choices:
            continue
        choice = DataValidation(
            type="list", formula1='"' + ",".join(column.choices) + '"', allow_blank=not column.missing
        )
        choice.errorTitle = column.name
        choice.error = _("목록에서 골라 주세요.")
        letter = get_column_letter(place)
        choice.add(f"{letter}2:{letter}{MOST_LINES}")
        sheet.add_data_validation(choice)


def _explain(book: Workbook, kind: Kind) -> None:
    sheet = book.create_sheet(_("쓰는 법"))
    sheet.column_dimensions["A"].width = 90
    sentences = [
        _("첫 줄의 칸 이름은 그대로 두고, 둘째 줄의 보기를 지운 뒤 적어 주세요."),
        _("칸 이름이 굵은 것은 꼭 적어야 합니다."),
        _("한 줄이라도 틀리면 아무것도 저장하지 않습니다. 같은 파일을 두 번 올려도 두 번 들어가지 않습니다."),
        _("파일에 없는 것은 지우지 않고 그대로 둡니다."),
        _("수식, 매크로, 그림은 받지 않습니다. 한 번에 5,000줄까지 올릴 수 있습니다."),
    ]
    for row, sentence in enumerate(sentences, 1):
        sheet.cell(row, 1, sentence).alignment = WRAPPED


def _bytes(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
