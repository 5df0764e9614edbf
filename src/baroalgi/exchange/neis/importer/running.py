"""One import from its beginning to its end: what is read in which order, and put in part by part.

A part is one transaction. Cut off, even by kill -9, an import loses the part at hand; the next one of the
same kind goes on behind the parts that are in. A row or a file that can't be read is told and loses nobody
else.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from baroalgi.assessment import Level, school_year, school_year_bounds
from baroalgi.exchange.neis.importer import reading, values
from baroalgi.exchange.neis.importer.reading import Answer, File, NotNeis, NotRead
from baroalgi.exchange.neis.importer.server import QuotaSpent, Server
from baroalgi.exchange.neis.importer.typed import OFFICE, SCHOOL_NAME, Reader, kind_by_name, school_code
from baroalgi.exchange.neis.importer.values import Unreadable
from baroalgi.exchange.neis.services import SERVICES, Match, Service
from baroalgi.organisation import actions as organisation
from baroalgi.organisation import queries as schools
from baroalgi.organisation.types import KnownSchool
from baroalgi.platform.unit import system_unit
from baroalgi.policy.actor import SYSTEM
from baroalgi.schoolinfo import actions as schoolinfo
from baroalgi.schoolinfo import queries as facts
from baroalgi.schoolinfo.types import Covered

# So much of files goes into one transaction.
PART_BYTES, PART_FILES = 8 * 2**20, 300
# Past school years have paths of their own on a server.
LAST_PAST_YEAR = 2022
# A list with at least so many kinds and foundations was not narrowed by one of them.
_KINDS_OF_ALL, _FOUNDATIONS_OF_ALL = 3, 2
_COUNTS = ("new", "changed", "same", "older", "repeated", "gone", "kept")
_OFFICE_CODE = re.compile(r"[A-Z]\d\d", re.ASCII)


class Told(Protocol):
    """Who listens: to rows that could not be read, and to how far it is."""

    def unread(self, where: str, row: int | None, reason: str) -> None: ...
    def begins(self, total: int, unit: str) -> None: ...
    def advances(self, by: int, what: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows are taken. `offices`: codes, empty = all; `school`: a code, empty = all of them."""

    offices: tuple[str, ...]
    own_office: str
    now: datetime
    today: date
    school: str = ""
    services: tuple[str, ...] = ()
    year: int = 0

    def takes(self, service: Service) -> bool:
        return not self.services or service.root in self.services


@dataclass(slots=True)
class Report:
    """What an import did, by the name of each service."""

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    unread: int = 0
    elsewhere: int = 0  # rows of other offices or schools
    no_neis: list[str] = field(default_factory=list)
    resumed: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def read(self) -> int:
        return sum(one[name] for one in self.counts.values() for name in _COUNTS if name != "gone")

    def add(self, service: Service, **counts: int) -> None:
        line = self.counts.setdefault(service.root, dict.fromkeys(_COUNTS, 0))
        for name, count in counts.items():
            line[name] += count


@dataclass(frozen=True, slots=True)
class Piece:
    """A file or a page: where it is, how it is opened, what it claims to hold."""

    label: str
    size: int
    open: Callable[[], Answer]
    list_name: str
    listed_on: date | None = None
    is_whole_list: bool = False
    period: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What is put in by one transaction."""

    name: str
    service: Service
    pieces: Sequence[Piece]

    @property
    def size(self) -> int:
        return sum(piece.size for piece in self.pieces)


@dataclass(slots=True)
class Import:
    """An import at work."""

    wanted: Wanted
    told: Told
    report: Report = field(default_factory=Report)
    _known: dict[str, dict[tuple[str, str], KnownSchool]] = field(default_factory=dict)
    _offices: dict[str, str] = field(default_factory=dict)

    # From files -------------------------------------------------------------------------------------

    def from_files(self, place: Path) -> Report:
        """Read a file, or a folder and those below it."""
        found = reading.files(place)
        self.told.begins(sum(file.size for file in found), "bytes")
        run = self._run(f"files {place.resolve()}")
        done = self._begin(run)
        for part in self._parts_of(found):
            if part.name in done:
                self.report.resumed += len(part.pieces)
            else:
                self._put_in(run, part)
            self.told.advances(part.size, part.pieces[0].label)
        self._end(run)
        return self.report

    def _parts_of(self, found: Sequence[File]) -> Iterator[Part]:
        sorted_files: dict[tuple[Any, ...], list[tuple[File, Service]]] = defaultdict(list)
        for file in found:
            service = self._service_of(file)
            if service is None:
                self.told.advances(file.size, file.label)
            elif self.wanted.takes(service):
                # Lists before what hangs on schools; older ones before newer ones.
                day = file.listed_on or date.max
                is_list = service.table == "school"
                key = (not is_list, service.root, day if is_list else date.min, str(file.path.parent))
                sorted_files[key].append((file, service))
        for key in sorted(sorted_files):
            files = sorted(sorted_files[key], key=lambda one: (one[0].list_name, one[0].page))
            for n, chunk in enumerate(_chunks(files)):
                pieces = [_piece(file) for file, _service in chunk]
                stamp = _stamp(file for file, _service in chunk)
                yield Part(f"{key[1]} {pieces[0].label[-200:]} {n} {stamp}", chunk[0][1], pieces)

    def _service_of(self, file: File) -> Service | None:
        try:
            return reading.service_of(file.path) or reading.answer_of(file).service
        except NotNeis:
            self.report.no_neis.append(file.label)
        except (NotRead, OSError) as reason:
            said = (
                str(reason) if isinstance(reason, NotRead) else f"it can't be read ({type(reason).__name__})"
            )
            self._unread(file.label, None, said)
        return None

    # From a server ----------------------------------------------------------------------------------

    def from_server(self, server: Server) -> Report:
        """Ask a server for the lists of the offices, then for what their schools tell."""
        run = self._run(f"server {server.url}")
        done = self._begin(run)
        offices = self.wanted.offices or tuple(office.code for office in schools.offices())
        lists = [
            SERVICES[path] for path in ("schoolInfo", "acaInsTiInfo") if self.wanted.takes(SERVICES[path])
        ]
        self.told.begins(len(offices) * len(lists), "questions")
        try:
            for office in offices:
                for service in lists:
                    self._ask(server, run, done, service, {OFFICE: office}, None)
            asked = list(self._questions(offices))
            self.told.begins(len(asked), "questions")
            for service, parameters, period in asked:
                self._ask(server, run, done, service, parameters, period)
        except QuotaSpent as reason:
            self.report.notes.append(f"Stopped: {reason}. Say the same again tomorrow; it goes on there.")
            return self.report
        if not server.key:
            self.report.notes.append("Asked without a key, a server shows five rows of each answer.")
        self._end(run)
        return self.report

    def _questions(
        self, offices: Collection[str]
    ) -> Iterator[tuple[Service, dict[str, str], tuple[date, date] | None]]:
        year = self.wanted.year or school_year(self.wanted.today)
        first, last = school_year_bounds(year)
        for office in offices:
            for school in schools.known_schools(office):
                if self.wanted.school not in ("", school.code):
                    continue
                of_school = {OFFICE: office, "SD_SCHUL_CODE": school.code}
                for service in SERVICES.values():
                    is_past = service.table == "lesson" and year <= LAST_PAST_YEAR
                    if (
                        service.table in ("school", "academy")
                        or not self.wanted.takes(service)
                        or service.past != is_past
                        or (service.levels and Level.of(school.kind) not in service.levels)
                    ):
                        continue
                    names = {one.name for one in service.parameters}
                    days = {
                        one.name: f"{first if one.match is Match.FROM else last:%Y%m%d}"
                        for one in service.parameters
                        if one.match in (Match.FROM, Match.TO)
                    }
                    of_year = {"AY": str(year)} if "AY" in names and not days else {}
                    yield service, {**of_school, **days, **of_year}, (first, last) if days else None

    def _ask(
        self,
        server: Server,
        run: str,
        done: Collection[str],
        service: Service,
        parameters: Mapping[str, str],
        period: tuple[date, date] | None,
    ) -> None:
        if self.wanted.school and service.table == "school":
            parameters = {**parameters, "SD_SCHUL_CODE": self.wanted.school}
        name = " ".join((service.path, *parameters.values()))
        if name in done:
            self.report.resumed += 1
        else:
            try:
                answers = list(server.pages(service, parameters))
            except QuotaSpent:
                raise
            except NotRead as reason:
                self._unread(name, None, str(reason))
                answers = []
            is_list = service.table == "school" and not self.wanted.school
            pieces = [
                Piece(f"{name} p{n}", 1, _given(answer), name, self.wanted.today, is_list, period)
                for n, answer in enumerate(answers, 1)
            ]
            if pieces:
                self._put_in(run, Part(name, service, pieces))
        self.told.advances(1, name)

    # Putting in -------------------------------------------------------------------------------------

    def _put_in(self, run: str, part: Part) -> None:
        with system_unit():
            if part.service.table == "school":
                self._put_in_schools(part)
            else:
                self._put_in_rows(part)
            schoolinfo.note_done(run, part.name, now=self.wanted.now)

    def _put_in_schools(self, part: Part) -> None:
        offices = {office.code: office.name for office in schools.offices()}
        reader = Reader(part.service, schools.longest_of_school(), offices)
        lists = Lists()
        by_office: dict[str, list[tuple[Piece, int, Mapping[str, Any]]]] = defaultdict(list)
        for piece, answer in self._opened(part):
            lists.begin(piece, answer)
            for n, row in enumerate(answer.rows, 1):
                if (office := self._office_of(piece, n, row)) and self._is_wanted(row):
                    by_office[office].append((piece, n, row))
        for office, found in by_office.items():
            unread: list[str] = []
            name = next((values.plain(row.get("ATPT_OFCDC_SC_NM")) for _p, _n, row in found), "")
            done = organisation.list_schools(
                by=SYSTEM,
                office_code=office,
                office_name=name,
                rows=self._schools(reader, found, unread),
                own_office=self.wanted.own_office,
                whole_on=None if self.wanted.school else lists.whole_on(found, self.wanted.today),
                unread=unread,
            )
            self._known.pop(office, None)
            self.report.add(
                part.service,
                new=done.new,
                changed=done.changed,
                same=done.same,
                older=done.older,
                repeated=done.repeated,
                gone=done.closed,
            )
            if done.held_back:
                self.report.notes.append(
                    f"{office}: {done.held_back} schools are not in {found[-1][0].label}; so many do not "
                    "close at once, so it was taken for a part of the list and none was closed."
                )

    def _schools(
        self, reader: Reader, found: Iterable[tuple[Piece, int, Mapping[str, Any]]], unread: list[str]
    ) -> Iterator[dict[str, Any]]:
        for piece, n, row in found:
            try:
                yield reader.school(row, listed_on=_listed_on(piece, row, self.wanted.today))
            except Unreadable as reason:
                self._unread(piece.label, n, str(reason))
                unread.append(str(row.get("SD_SCHUL_CODE") or "").strip())

    def _put_in_rows(self, part: Part) -> None:
        service = part.service
        self._offices = {office.code: office.name for office in schools.offices()}
        reader = Reader(service, facts.longest(service.table), self._offices)
        rows: list[dict[str, Any]] = []
        lists = Lists()
        for piece, answer in self._opened(part):
            lists.begin(piece, answer)
            for n, row in enumerate(answer.rows, 1):
                if not (self._office_of(piece, n, row) and self._is_wanted(row)):
                    continue
                try:
                    typed = self._typed(reader, row)
                except Unreadable as reason:
                    self._unread(piece.label, n, str(reason))
                    lists.lacks_one(piece)
                else:
                    rows.append(typed)
                    lists.has(piece, typed)
        done = schoolinfo.take_rows(
            by=SYSTEM, table=service.table, rows=rows, covered=lists.covered(), now=self.wanted.now
        )
        self.report.add(service, **{name: getattr(done, name) for name in _COUNTS})

    def _typed(self, reader: Reader, row: Mapping[str, Any]) -> dict[str, Any]:
        if reader.service.table == "academy":
            typed = reader.academy(row)
            if row[OFFICE] not in self._offices:
                name = values.plain(row.get("ATPT_OFCDC_SC_NM"))
                organisation.note_office(by=SYSTEM, code=row[OFFICE], name=name)
                self._offices[row[OFFICE]] = name
            return typed
        return reader.of_school(row, self._school(row))

    def _school(self, row: Mapping[str, Any]) -> KnownSchool:
        office, code = row[OFFICE], school_code(row)
        name = values.word(row.get(SCHOOL_NAME), 60)
        if not code:
            raise Unreadable("SD_SCHUL_CODE is empty: a school without a code has no rows of its own")
        known = self._known.get(office)
        if known is None:
            known = self._known[office] = _by_code(schools.known_schools(office))
        found = known.get((code, name)) or known.get((code, ""))
        if found is None:
            if not name:
                raise Unreadable(f"no list has told of the school {code} yet, and SCHUL_NM is empty")
            organisation.note_school(
                by=SYSTEM,
                office_code=office,
                office_name=values.plain(row.get("ATPT_OFCDC_SC_NM")),
                code=code,
                name=name,
                kind=kind_by_name(name),
            )
            known = self._known[office] = _by_code(schools.known_schools(office))
            found = known[code, name]
        return found

    def _opened(self, part: Part) -> Iterator[tuple[Piece, Answer]]:
        for piece in part.pieces:
            try:
                answer = piece.open()
            except NotNeis:
                self.report.no_neis.append(piece.label)
            except NotRead as reason:
                self._unread(piece.label, None, str(reason))
            else:
                yield piece, answer

    def _office_of(self, piece: Piece, n: int, row: object) -> str:
        """Return the office's code; empty when the row is no row of an office, which is told."""
        code = row.get(OFFICE) if isinstance(row, dict) else None
        if isinstance(code, str) and _OFFICE_CODE.fullmatch(code):
            return code
        reason = f"{OFFICE} is no code of an office" if isinstance(row, dict) else "it is no row"
        self._unread(piece.label, n, reason)
        return ""

    def _is_wanted(self, row: Mapping[str, Any]) -> bool:
        wanted = self.wanted
        code = str(row.get("SD_SCHUL_CODE") or "").strip()
        fits = (not wanted.offices or row[OFFICE] in wanted.offices) and wanted.school in ("", code)
        self.report.elsewhere += not fits
        return fits

    def _unread(self, where: str, row: int | None, reason: str) -> None:
        self.report.unread += 1
        self.told.unread(where, row, reason)

    # Going on after a crash -------------------------------------------------------------------------

    def _run(self, source: str) -> str:
        wanted = self.wanted
        said = repr((source, wanted.offices, wanted.school, wanted.services, wanted.year))
        return hashlib.sha256(said.encode()).hexdigest()

    def _begin(self, run: str) -> set[str]:
        with system_unit():
            return schoolinfo.begin_import(run, now=self.wanted.now)

    def _end(self, run: str) -> None:
        with system_unit():
            schoolinfo.end_import(run)


@dataclass(slots=True)
class Lists:
    """Which lists of a part were read to their end, and of which days they are."""

    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    totals: dict[str, int] = field(default_factory=dict)
    lacking: set[str] = field(default_factory=set)
    days: dict[tuple[str, int], list[date]] = field(default_factory=dict)
    periods: dict[str, tuple[date, date]] = field(default_factory=dict)

    def begin(self, piece: Piece, answer: Answer) -> None:
        self.rows[piece.list_name] += len(answer.rows)
        if answer.total is not None:
            self.totals[piece.list_name] = answer.total
        if piece.period:
            self.periods[piece.list_name] = piece.period

    def lacks_one(self, piece: Piece) -> None:
        self.lacking.add(piece.list_name)

    def has(self, piece: Piece, typed: Mapping[str, Any]) -> None:
        if "school_id" in typed:
            day = typed.get("day") or date.min
            span = self.days.setdefault((piece.list_name, typed["school_id"]), [day, day])
            span[0], span[1] = min(span[0], day), max(span[1], day)

    def is_complete(self, name: str) -> bool:
        return name not in self.lacking and self.rows[name] >= self.totals.get(name, 0)

    def covered(self) -> list[Covered]:
        """Return of which schools and days everything was told: what a file is called, or what is in it."""
        found = []
        for (name, school_id), (first, last) in self.days.items():
            if self.is_complete(name):
                begins, ends = self.periods.get(name, (first, last))
                found.append(Covered(school_id, min(begins, first), max(ends, last)))
        return found

    def whole_on(self, found: Sequence[tuple[Piece, int, Mapping[str, Any]]], today: date) -> date | None:
        """Return the day of the newest whole list of an office among its rows, None when there is none."""
        whole = None
        for name, of_list in groupby(found, key=lambda one: one[0].list_name):
            rows = list(of_list)
            first = rows[0][0]
            if not self.is_complete(name):
                continue
            if first.is_whole_list or _is_not_narrowed(row for _piece, _n, row in rows):
                day = first.listed_on or max(_listed_on(piece, row, today) for piece, _n, row in rows)
                whole = max(whole or day, day)
        return whole


def _is_not_narrowed(rows: Iterable[Mapping[str, Any]]) -> bool:
    told = [(row.get("SCHUL_KND_SC_NM"), row.get("FOND_SC_NM")) for row in rows]
    kinds, foundations = ({str(value) for value in column if value} for column in zip(*told, strict=True))
    return len(kinds) >= _KINDS_OF_ALL and len(foundations) >= _FOUNDATIONS_OF_ALL


def _listed_on(piece: Piece, row: Mapping[str, Any], today: date) -> date:
    """Return of which day a row is: of its list, or else of the row's own loading."""
    if piece.listed_on:
        return piece.listed_on
    try:
        return min(values.optional_day(row.get("LOAD_DTM")) or today, today)
    except Unreadable:
        return today


def _by_code(known: Iterable[KnownSchool]) -> dict[tuple[str, str], KnownSchool]:
    """Return schools by code and name, and the first of each code by the code alone."""
    found: dict[tuple[str, str], KnownSchool] = {}
    for school in known:
        found[school.code, school.name] = school
        found.setdefault((school.code, ""), school)
    return found


def _piece(file: File) -> Piece:
    return Piece(
        label=file.label,
        size=file.size,
        open=lambda: reading.answer_of(file),
        list_name=file.list_name,
        listed_on=file.listed_on,
        is_whole_list=file.is_whole_list,
        period=file.period,
    )


def _stamp(files: Iterable[File]) -> str:
    """Return what files are until somebody changes one of them."""
    said = "\n".join(f"{one.label} {one.size} {one.path.stat().st_mtime_ns}" for one in files)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _given(answer: Answer) -> Callable[[], Answer]:
    return lambda: answer


def _chunks(files: Sequence[tuple[File, Service]]) -> Iterator[list[tuple[File, Service]]]:
    """Cut files into parts of a size; the pages of one list stay together."""
    chunk: list[tuple[File, Service]] = []
    for _name, pages in groupby(files, key=lambda one: one[0].list_name):
        of_list = list(pages)
        size = sum(file.size for file, _service in (*chunk, *of_list))
        if chunk and (size > PART_BYTES or len(chunk) + len(of_list) > PART_FILES):
            yield chunk
            chunk = []
        chunk += of_list
    if chunk:
        yield chunk
