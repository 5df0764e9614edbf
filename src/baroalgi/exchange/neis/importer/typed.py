"""One row of NEIS as a row of ours: its columns, and in `verbatim` what they would not give back.

What stands in `verbatim` is found by asking the hub's own writer (`neis.rows.built`): the fields that it
would write otherwise than they came. So what was imported is served as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from baroalgi.exchange.neis.importer import values
from baroalgi.exchange.neis.importer.values import Unreadable
from baroalgi.exchange.neis.rows import SUBSTITUTE, built
from baroalgi.exchange.neis.services import SERVICES, Field, Kind, Service, own_course, own_day_night
from baroalgi.organisation.types import KnownSchool

Row = Mapping[str, Any]
OFFICE, SCHOOL, SCHOOL_NAME = "ATPT_OFCDC_SC_CODE", "SD_SCHUL_CODE", "SCHUL_NM"
# Until 2023 a class of a past year was written with two digits.
_PADDED = 2
_KINDS_BY_NAME = ("초등학교", "중학교", "고등학교")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one service. `longest`: how many letters each column of its table holds."""

    service: Service
    longest: Mapping[str, int]
    offices: Mapping[str, str]
    past: Service | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "past", SERVICES.get(f"{self.service.root}bgs"))

    def school(self, row: Row, *, listed_on: date) -> dict[str, Any]:
        """Return a row of 학교기본정보. `listed_on`: of which day the list is. Raises Unreadable."""
        typed = self._facts(row)
        typed["code"] = school_code(row)
        typed["name"] = self._needed(row, SCHOOL_NAME, "name")
        typed["office_code"] = row[OFFICE]
        typed["office_name"] = self._office_name(row)
        typed["listed_on"] = listed_on
        written = typed | {"school_code": typed["code"], "school_name": typed["name"]}
        typed["verbatim"] = _differences(self.service, written, row)
        return typed

    def academy(self, row: Row) -> dict[str, Any]:
        """Return a row of 학원교습소정보, kept whole. Raises Unreadable."""
        kept = {one.name: _storable(row.get(one.name)) for one in self.service.emitted(extended=True)}
        if "FA_TELNO" not in row:
            del kept["FA_TELNO"]
        typed = {
            one.column: values.word(row.get(one.name), self.longest[one.column])
            for one in self.service.fields
            if one.column in self.longest
        }
        if not (typed["number"] or typed["name"]):
            raise Unreadable("neither ACA_ASNUM nor ACA_NM says which academy it is")
        loaded_on = values.optional_day(row.get("LOAD_DTM"))
        return typed | {"office_id": row[OFFICE], "row": kept, "loaded_on": loaded_on}

    def of_school(self, row: Row, school: KnownSchool) -> dict[str, Any]:
        """Return a row that hangs on a school. Raises Unreadable."""
        typed = self._facts(row)
        _OF_TABLE[self.service.table](typed, row)
        service = self.service
        if self.past and str(row.get("CLASS_NM") or "").startswith("0"):
            service = self.past
        written = {
            **typed,
            "office_code": school.office_code,
            "office_name": self._office_name(row),
            "school_code": school.code,
            "school_name": school.name,
            "school_kind": school.kind,
            "school_day_night": school.day_night,
        }
        # What the school's own row says need not stand in each of its rows.
        if typed.get("course") and typed["course"] == own_course(school.kind):
            typed["course"] = ""
        if typed.get("day_night") and typed["day_night"] == own_day_night(school.day_night):
            typed["day_night"] = ""
        typed["school_id"] = school.id
        typed["verbatim"] = _differences(service, written, row)
        return typed

    def _facts(self, row: Row) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for one in self.service.fields:
            read = _READ.get(one.kind)
            if read is None or one.column in typed or one.column in _HEAD:
                continue
            try:
                typed[one.column] = read(self, one, row.get(one.name))
            except Unreadable as reason:
                raise Unreadable(f"{one.name}: {reason}") from None
        return typed

    def _needed(self, row: Row, name: str, column: str) -> str:
        try:
            text = values.word(row.get(name), self.longest[column])
        except Unreadable as reason:
            raise Unreadable(f"{name}: {reason}") from None
        if not text:
            raise Unreadable(f"{name} is empty")
        return text

    def _office_name(self, row: Row) -> str:
        code = row[OFFICE]
        return self.offices.get(code) or values.plain(row.get("ATPT_OFCDC_SC_NM")) or str(code)


def school_code(row: Row) -> str:
    """Return the code of the school, empty for one that has none yet. Raises Unreadable."""
    text = values.word(row.get(SCHOOL), 7)
    # Real lists have 0000000 for none, and spreadsheets make a 0 of it.
    return text if text.strip("0") else ""


def kind_by_name(name: str) -> str:
    """Return the kind of a school that no list has told of yet; empty when its name does not say."""
    return next((kind for kind in _KINDS_BY_NAME if name.endswith(kind)), "")


_HEAD = {"office_code", "office_name", "school_code", "school_name"}


def _storable(value: object) -> object:
    values.plain(value)
    return value


def _text(reader: Reader, one: Field, value: object) -> str:
    longest = reader.longest[one.column]
    if one.column in _RECOGNISED_BY.get(reader.service.table, ()):
        return values.word(value, longest)
    return values.fact(value, longest)


def _class_name(reader: Reader, one: Field, value: object) -> str:
    text = values.word(value, reader.longest[one.column])
    is_padded = len(text) == _PADDED and text.isascii() and text.isdigit()
    return text.lstrip("0") or text if is_padded else text


# Columns by which rows are told apart: they are never shortened.
_BRANCH = ("course", "day_night", "track", "department")
_RECOGNISED_BY = {
    "calendar_day": _BRANCH,
    "class_listing": ("name", *_BRANCH),
    "major": _BRANCH,
    "classroom": ("name", *_BRANCH),
    "lesson": ("classroom", *_BRANCH),
}


def _date(_reader: Reader, one: Field, value: object) -> date | None:
    # The day of a meal, an event, a lesson is what its row hangs on; other days are facts.
    return values.day(value) if one.column == "day" else values.optional_day(value)


_READ: dict[Kind, Callable[[Reader, Field, object], Any]] = {
    Kind.TEXT: _text,
    Kind.COEDUCATION: lambda reader, one, value: _text(reader, one, value).replace("남여", "남녀"),
    Kind.CONTENT: _text,
    Kind.COURSE: _text,
    Kind.DAY_NIGHT: _text,
    Kind.CLASS_NAME: _class_name,
    Kind.INTEGER: lambda _reader, _one, value: values.whole_number(value),
    Kind.DATE: _date,
    Kind.LOADED: lambda _reader, _one, value: values.optional_day(value),
    Kind.NUMBER: lambda _reader, _one, value: values.amount(value),
    Kind.POSTCODE: lambda reader, one, value: values.fact(value, reader.longest[one.column]),
    Kind.ORIGINS: lambda _reader, _one, value: values.origins(value),
    Kind.CALORIES: lambda _reader, _one, value: values.calories(value),
    Kind.NUTRIENTS: lambda _reader, _one, value: values.nutrients(value),
    Kind.DAY_KIND: lambda _reader, _one, value: values.day_kind(value),
}


def _meal(typed: dict[str, Any], row: Row) -> None:
    if typed["kind"] not in (1, 2, 3):
        raise Unreadable("MMEAL_SC_CODE is none of 1, 2, 3")
    typed["dishes"] = values.dishes(row.get("DDISH_NM"), year=typed["day"].year)
    typed["note"], typed["moved_from"] = "", None


def _calendar_day(typed: dict[str, Any], row: Row) -> None:
    if not typed["name"]:
        raise Unreadable("EVENT_NM is empty")
    typed["kind"] = values.calendar_kind(typed["name"], typed["day_kind"])
    flags = {one.grade: values.plain(row.get(one.name)) for one in _SCHEDULE_FLAGS}
    there = [grade for grade, flag in flags.items() if flag in ("Y", "N")]
    meant = [grade for grade in there if flags[grade] == "Y"]
    # For all that there are: as ours says it, so that a page does not count them up.
    typed["grades"] = [] if meant == there else meant


_SCHEDULE_FLAGS = [one for one in SERVICES["SchoolSchedule"].fields if one.kind is Kind.GRADE_FLAG]


def _lesson(typed: dict[str, Any], _row: Row) -> None:
    for column in ("course", "day_night", "track", "department", "classroom", "class_name"):
        typed.setdefault(column, "")
    content = typed["content"].removeprefix("-").strip()
    typed["change"] = "substitute" if content.startswith(SUBSTITUTE) else ""
    typed["content"] = content.removeprefix(SUBSTITUTE).strip()


def _listing(typed: dict[str, Any], _row: Row) -> None:
    if "name" in typed and not typed["name"]:
        raise Unreadable("it names nothing")


def _major(typed: dict[str, Any], _row: Row) -> None:
    typed.setdefault("department", None)


_OF_TABLE: dict[str, Callable[[dict[str, Any], Row], None]] = {
    "meal": _meal,
    "calendar_day": _calendar_day,
    "lesson": _lesson,
    "class_listing": _listing,
    "classroom": _listing,
    "major": _major,
}


def _differences(service: Service, typed: Mapping[str, Any], row: Row) -> dict[str, Any]:
    """Return the fields of a row that our columns would write otherwise, as they came."""
    loaded = typed["loaded_on"]
    ours = built(service, {**typed, "changed_at": None})
    kept = {
        name: row[name]
        for name, written in ours.items()
        if name in row and row[name] != written and not (name == "LOAD_DTM" and loaded is None)
    }
    if loaded is None and "LOAD_DTM" in row:
        kept["LOAD_DTM"] = row["LOAD_DTM"]
    for name, value in kept.items():
        if not (value is None or isinstance(value, str | int)):
            kept[name] = float(value)  # the number of people, written as 941.5 where it is no 941.00
        _storable(row[name])
    return kept
