"""Opening what NEIS told: recorded answers (JSON, XML) and files of its portal (CSV, JSON), one at a time.

A file says by itself what it is: `answer` looks at its first bytes, never at its name. The name may say of
which day a list is and which page of how many (data of a portal: `all-20241130-p1.json`).
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from baroalgi.assessment import school_year_bounds
from baroalgi.exchange.neis.importer import values
from baroalgi.exchange.neis.services import SERVICES, Kind, Service

SUFFIXES = {".json", ".xml", ".csv", ".txt"}
LARGEST = 200 * 2**20  # bytes of a file
_CODES_OF_NOTHING = {"INFO-200"}
_DATED = re.compile(
    r"(?<!\d)(20\d\d)[-.년]?\s?(0[1-9]|1[0-2])[-.월]?\s?(0[1-9]|[12]\d|3[01])일?(?!\d)", re.ASCII
)
_MONTH = re.compile(r"-(20\d\d)(0[1-9]|1[0-2])$", re.ASCII)
_YEAR = re.compile(r"-(20\d\d)$", re.ASCII)
_PAGE = re.compile(r"-p(\d+)$", re.ASCII)
_ROOTS = {service.root: service for service in SERVICES.values() if not service.past}
_SMALLEST_HEADING = 3


class NotRead(Exception):
    """A file or an answer that can't be read as a whole; the message is a sentence for the operator."""


class NotNeis(NotRead):
    """A file that holds something else."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of one service. `total`: how many there are in all, where the answer says so."""

    service: Service
    rows: Sequence[Mapping[str, Any]]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file, by what its name says. `listed_on`: of which day it is; `page`: of a list in several files."""

    path: Path
    label: str
    size: int
    listed_on: date | None = field(init=False)
    page: int = field(init=False)

    def __post_init__(self) -> None:
        stem = self.path.stem
        page = _PAGE.search(stem)
        found = _DATED.search(stem)
        listed_on = values.optional_day("".join(found.groups())) if found else None
        object.__setattr__(self, "page", int(page[1]) if page else 0)
        object.__setattr__(self, "listed_on", listed_on)

    @property
    def list_name(self) -> str:
        """Return what the pages of one list have in common."""
        return str(self.path.with_name(_PAGE.sub("", self.path.stem)))

    @property
    def is_whole_list(self) -> bool:
        """Tell whether the name promises all rows of an office, not what somebody searched for."""
        return self.path.stem.startswith("all-") or "기본정보" in self.path.stem

    @property
    def period(self) -> tuple[date, date] | None:
        """Return the first and the last day that the name speaks of: a day, a month, a school year."""
        stem = _PAGE.sub("", self.path.stem)
        if found := _MONTH.search(stem):
            first = date(int(found[1]), int(found[2]), 1)
            return first, first.replace(day=monthrange(first.year, first.month)[1])
        if found := _YEAR.search(stem):
            return school_year_bounds(int(found[1]))
        return (self.listed_on, self.listed_on) if self.listed_on else None


def files(place: Path) -> list[File]:
    """Return the files of a folder and those below it, or the one file; none when there is nothing."""
    if place.is_file():
        return [File(place, place.name, place.stat().st_size)]
    found = sorted(path for path in place.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return [File(path, str(path.relative_to(place)), path.stat().st_size) for path in found]


def service_of(path: Path) -> Service | None:
    """Return which service a file tells of by its first bytes, None when only the whole file would say."""
    with path.open("rb") as file:
        head = file.read(4096)
    found = re.search(rb'[<"](' + b"|".join(root.encode() for root in _ROOTS) + rb')[">]', head)
    return _ROOTS[found[1].decode()] if found else None


def answer_of(file: File) -> Answer:
    """Return what a file holds. Raises NotRead, NotNeis."""
    if file.size > LARGEST:
        raise NotRead(f"it is larger than {LARGEST >> 20} MB")
    try:
        content = file.path.read_bytes()
    except OSError as error:
        raise NotRead(f"it can't be read ({type(error).__name__})") from None
    return answer(content)


def answer(content: bytes) -> Answer:
    """Return what the bytes of an answer or a file hold. Raises NotRead, NotNeis."""
    text = _text(content)
    begins = text[:64].lstrip("\ufeff \t\r\n")[:1]
    if not begins:
        raise NotRead("it is empty")
    if begins in "{[":
        return _json(text)
    return _xml(text) if begins == "<" else _csv(text)


def _text(content: bytes) -> str:
    # UTF-8 hardly ever happens by chance; what is not is what Korean spreadsheets write.
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotRead("its letters are neither UTF-8 nor CP949 (EUC-KR)")


# JSON ------------------------------------------------------------------------------------------------


def _json(text: str) -> Answer:
    try:
        said = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        where = f" at letter {error.pos}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotRead(f"it is no whole JSON{where}") from None
    if isinstance(said, list):
        return _recognised(said)
    if isinstance(said.get("RESULT"), dict):
        return _refusal(said["RESULT"])
    for root, parts in said.items():
        service = _ROOTS.get(root)
        if service and isinstance(parts, list):
            rows = next((one["row"] for one in parts if isinstance(one, dict) and "row" in one), None)
            if isinstance(rows, list):
                return Answer(service, rows, _total(parts))
        # Files of the portal bear a name of their own, or `DATA`.
        if isinstance(parts, list) and parts and isinstance(parts[0], dict) and len(parts[0]) > 1:
            return _recognised(parts)
    raise NotNeis("it holds no rows of NEIS")


def _total(parts: Iterable[Any]) -> int | None:
    heads = (one["head"] for one in parts if isinstance(one, dict) and isinstance(one.get("head"), list))
    counts = (line.get("list_total_count") for head in heads for line in head if isinstance(line, dict))
    return next((count for count in counts if isinstance(count, int)), None)


def _no_number(name: str) -> None:
    raise ValueError(name)


def _recognised(rows: Sequence[Any]) -> Answer:
    first = next((row for row in rows if isinstance(row, dict)), {})
    service, columns = _recognise(list(first))
    if all(heading == column for heading, column in columns.items()):
        return Answer(service, rows, None)
    named = [
        {columns[one]: value for one, value in row.items() if one in columns}
        if isinstance(row, dict)
        else row
        for row in rows
    ]
    return Answer(service, named, None)


def _refusal(result: Mapping[str, Any]) -> Answer:
    if result.get("CODE") in _CODES_OF_NOTHING:
        raise NotNeis("it is the answer that there are no rows (INFO-200)")
    raise NotRead(f"the server refused: {str(result.get('CODE'))[:20]} {str(result.get('MESSAGE'))[:100]}")


# XML -------------------------------------------------------------------------------------------------


def _xml(text: str) -> Answer:
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise NotRead("it is XML that declares entities of its own, which no answer of NEIS does")
    try:
        # Without entities of its own (above) the parser builds what stands there and no more.
        root = ET.fromstring(  # noqa: S314
            re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
        )
    except ET.ParseError as error:
        raise NotRead(f"it is no whole XML (line {error.position[0]})") from None
    if root.tag == "RESULT":
        return _refusal({one.tag: one.text for one in root})
    service = _ROOTS.get(root.tag)
    if service is None:
        raise NotNeis("it holds no rows of NEIS")
    numbers = {one.name for one in service.emitted(extended=True) if one.kind is Kind.NUMBER}
    rows = [{one.tag: _of_xml(one, numbers) for one in row} for row in root.iter("row")]
    total = root.findtext("head/list_total_count", "")
    return Answer(service, rows, int(total) if total.isascii() and total.isdigit() else None)


def _of_xml(element: ET.Element, numbers: set[str]) -> object:
    # XML tells neither an empty text from none nor a number from a text.
    if not element.text:
        return None
    return Decimal(element.text) if element.tag in numbers and _is_number(element.text) else element.text


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d{1,9}(\.\d{1,4})?", text, re.ASCII) is not None


# CSV -------------------------------------------------------------------------------------------------


def _csv(text: str) -> Answer:
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        headings = [heading.strip().strip("\ufeff") for heading in next(lines, [])]
        service, columns = _recognise(headings)
        return Answer(service, list(_lines(lines, headings, columns, service)))
    except csv.Error as error:
        raise NotRead(f"it is no whole CSV ({error})") from None


def _lines(
    lines: Iterator[list[str]], headings: Sequence[str], columns: Mapping[str, str], service: Service
) -> Iterator[dict[str, Any]]:
    kinds = {one.name: one.kind for one in service.emitted(extended=True)}
    wanted = [(place, columns[one]) for place, one in enumerate(headings) if one in columns]
    for line in lines:
        if any(line):
            # A line that was cut off lacks its last cells.
            yield {
                name: _of_csv(line[place], kinds[name]) if place < len(line) else None
                for place, name in wanted
            }


def _of_csv(cell: str, kind: Kind) -> object:
    """Undo what spreadsheets do: days with signs, numbers as texts, no difference of empty and none."""
    text = cell.strip()
    if not text:
        return None
    if kind in (Kind.DATE, Kind.LOADED):
        found = values.optional_day(text)
        return f"{found:%Y%m%d}" if found else text
    if kind is Kind.NUMBER and _is_number(text.replace(",", "")):
        return Decimal(text.replace(",", ""))
    if kind is Kind.POSTCODE and text.isdigit():
        return text.zfill(5)  # a leading zero does not survive a spreadsheet
    return cell


# Headings of the portal's files: the Korean names of the services' table, and other spellings of them.
_OTHER_NAMES = {
    "표준학교코드": "SD_SCHUL_CODE",
    "행정표준학교코드": "SD_SCHUL_CODE",
    "시도교육청이름": "ATPT_OFCDC_SC_NM",
    "소재지명": "LCTN_SC_NM",
    "고등학교일반실업구분명": "HS_GNRL_BUSNS_SC_NM",
    "수정일자": "LOAD_DTM",
    "수정일시": "LOAD_DTM",
    "적재일시": "LOAD_DTM",
    "수업내용": "ITRT_CNTNT",
    "교습소명": "ACA_NM",
}


def _recognise(headings: Sequence[str]) -> tuple[Service, dict[str, str]]:
    """Return the service whose fields these headings name, and which heading stands for which field.

    One heading may mean another field in another service. Raises NotNeis.
    """

    def fit(service: Service) -> tuple[int, int]:
        fields = _FIELDS[service.root]
        return sum(_bare(one) in fields for one in headings), -len(service.fields)

    service = max(_ROOTS.values(), key=fit)
    fields = _FIELDS[service.root]
    columns = {one: fields[_bare(one)] for one in headings if _bare(one) in fields}
    if len(columns) < _SMALLEST_HEADING or "ATPT_OFCDC_SC_CODE" not in columns.values():
        raise NotNeis("its headings are none of NEIS")
    return service, columns


def _bare(heading: str) -> str:
    return re.sub(r"\([^()]*\)|[\s_]", "", heading).upper()


def _fields(service: Service) -> dict[str, str]:
    there = {one.name: one.says for one in service.emitted(extended=True)}
    others = {_bare(korean): name for korean, name in _OTHER_NAMES.items() if name in there}
    return others | {_bare(said): name for name, both in there.items() for said in (both, name)}


_FIELDS = {root: _fields(service) for root, service in _ROOTS.items()}
