"""The dry run: which cells can't stand and why, and what saving would do."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from baroalgi.exchange.sheets import workbook
from baroalgi.exchange.sheets.cells import Facts, Wrong
from baroalgi.exchange.sheets.kinds import Kind, WrongIn
from baroalgi.exchange.sheets.workbook import FORMULA, NO_TABLE, Line, Unreadable, text_of
from baroalgi.schoolinfo.types import Differences, Entry, Key, Values

SHOWN = 100  # faults on the page; the marked file has all of them
HEAD_WITHIN = 10  # lines, among which the names of the columns stand
Known: TypeAlias = Callable[[Collection[Any]], Mapping[Key, Values]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that can't stand. `column`: of the sheet's columns, from 0; `place`: where it is in the file."""

    line: int
    column: int
    place: int | None
    name: str
    value: str
    advice: str

    @property
    def letter(self) -> str:
        return "" if self.place is None else get_column_letter(self.place + 1)


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a sheet with its columns in our order; `places`: where each column stands in the file."""

    lines: tuple[Line, ...]
    places: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a sheet would do. With one fault it does nothing."""

    lines: int
    faults: tuple[Fault, ...]
    entries: tuple[Entry, ...]
    differences: Differences
    new: tuple[str, ...]  # labels of lines, in order
    changed: tuple[str, ...]
    same: int

    @property
    def wrong_lines(self) -> int:
        return len({fault.line for fault in self.faults})

    @property
    def shown(self) -> tuple[Fault, ...]:
        return self.faults[:SHOWN]


def table(content: bytes, kind: Kind) -> Table:
    """Return the lines of the sheet that has these columns, put in their order. Raises Unreadable."""
    nearest: list[str] = []
    for lines in workbook.read(content):
        for place, head in enumerate(lines[:HEAD_WITHIN]):
            names = [cell.replace(" ", "").removesuffix("*") for cell in head.cells]
            wanted = [column.name.replace(" ", "") for column in kind.columns]
            missing = [
                column.name
                for column, name in zip(kind.columns, wanted, strict=True)
                if name not in names and column.missing
            ]
            if not missing:
                return _in_order(lines[place + 1 :], names, wanted)
            if len(missing) < sum(1 for column in kind.columns if column.missing):
                nearest = nearest or missing
    if nearest:
        sentence = _("첫 줄에 「%(names)s」 칸이 없습니다. 빈 서식의 첫 줄은 그대로 두세요.")
        raise Unreadable(sentence % {"names": ", ".join(nearest)})
    raise Unreadable(NO_TABLE)


def dry_run(table: Table, kind: Kind, facts: Facts, known: Known) -> Report:
    """Try every line, without writing. `known` gives what the school says today; it is asked once."""
    faults: list[Fault] = []
    entries: dict[Key, Entry] = {}
    line_of: dict[Key, int] = {}
    keys_of: list[list[Key]] = []
    for line in table.lines:
        found = _entries(line, kind, facts, faults)
        twice = next((entry.key for entry in found if entry.key in line_of), None)
        if twice is not None:
            advice = _("%(line)s줄과 같은 것입니다. 둘 가운데 하나를 고쳐 주세요.") % {"line": line_of[twice]}
            faults.append(Fault(line.number, 0, None, kind.columns[0].name, line.cells[0], advice))
            continue
        keys_of.append([entry.key for entry in found])
        for entry in found:
            entries[entry.key], line_of[entry.key] = entry, line.number
    there = known({key[0] for key in entries})
    kept = _as_kept(entries, there, kind, facts)
    differences = Differences.of(kept.values(), there)
    touched = differences.new | differences.changed
    new: list[str] = []
    changed: list[str] = []
    for keys in ([kept[key].key for key in keys] for keys in keys_of if keys):
        if differences.new.issuperset(keys):
            new.append(kind.label(keys[0]))
        elif not touched.isdisjoint(keys):
            changed.append(kind.label(keys[0]))
    return Report(
        lines=len(table.lines),
        faults=tuple(replace(fault, place=table.places[fault.column]) for fault in faults),
        entries=tuple(kept.values()),
        differences=differences,
        new=tuple(new),
        changed=tuple(changed),
        same=len([keys for keys in keys_of if keys]) - len(new) - len(changed),
    )


def _as_kept(
    entries: Mapping[Key, Entry], there: Mapping[Key, Values], kind: Kind, facts: Facts
) -> dict[Key, Entry]:
    """Return the entries, what they do not change of a line in the words in which it is kept.

    A sheet can't say all that is kept (allergens that nobody recorded, all grades by naming none, blanks
    within a name): whoever sends back what a filled sheet says of a line has changed nothing of it.
    """
    kept = dict(entries)
    for key, values in there.items():
        written = Line(0, tuple(text_of(cell) for cell in kind.cells(key, values)))
        for told in _entries(written, kind, facts, []):
            sent = entries.get(told.key)
            if sent and (told.key == key or told.key not in there):
                parts = zip(values, told.values, sent.values, strict=True)
                kept[told.key] = Entry(key, tuple(old if new == said else new for old, said, new in parts))
    return kept


def _in_order(lines: Sequence[Line], names: list[str], wanted: list[str]) -> Table:
    places = tuple(names.index(name) if name in names else None for name in wanted)
    ordered = (
        Line(
            line.number,
            tuple("" if place is None or place >= len(line.cells) else line.cells[place] for place in places),
        )
        for line in lines
    )
    return Table(tuple(line for line in ordered if any(line.cells)), places)


def _entries(line: Line, kind: Kind, facts: Facts, faults: list[Fault]) -> list[Entry]:
    """Return what a line says, or nothing; each wrong cell goes to `faults`."""
    before = len(faults)
    values = []

    def wrong(column: int, advice: str) -> None:
        value = line.cells[column].removeprefix(FORMULA)
        faults.append(Fault(line.number, column, None, kind.columns[column].name, value, advice))

    for place, (column, text) in enumerate(zip(kind.columns, line.cells, strict=True)):
        if text.startswith(FORMULA):
            wrong(place, _("수식은 받지 않습니다. 값으로 붙여 넣어 주세요."))
        elif not text and column.missing:
            wrong(place, str(column.missing))
        else:
            try:
                values.append(column.read(text, facts))
            except Wrong as refused:
                wrong(place, refused.advice)
    if len(faults) > before:
        return []
    try:
        return kind.entries(tuple(values), facts)
    except WrongIn as refused:
        wrong(refused.column, refused.advice)
        return []
