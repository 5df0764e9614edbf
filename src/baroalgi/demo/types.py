"""The rows of a plan: frozen, flat, with natural keys instead of ids.

Persons are keyed by their resident number (a demo number, domain.md §1.15), schools by their
NEIS code, classes by school, year, grade and number, staff by their login.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

PlaceKind = Literal["school", "regional_office", "office"]
FamilyState = Literal["new", "at_counter", "approved", "waiting", "linked"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where papers are handed in and posts are held.

    `key`: the code of a school, the name of a regional office, or the code of the office.
    """

    kind: PlaceKind
    key: str


@dataclass(frozen=True, slots=True, order=True)
class ClassKey:
    """A class of one school year."""

    school_code: str
    year: int
    grade: int
    no: int


@dataclass(frozen=True, slots=True)
class Person:
    """A guardian or a member of staff. Nobody real: name, number and telephone are synthetic."""

    rrn: str
    name: str
    phone: str
    email: str
    postcode: str
    address: str
    address_detail: str


@dataclass(frozen=True, slots=True)
class Student:
    """A pupil in a class; `number` is the place in the class list, by name."""

    rrn: str
    name: str
    birth_date: date
    sex: Literal["male", "female"]
    school_class: ClassKey
    number: int


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff with the means to sign in at the staff entrance."""

    login: str
    password: str
    person: Person


@dataclass(frozen=True, slots=True)
class Post:
    """What a member of staff does where (domain.md §1.2). Role names are those of `policy.Role`."""

    login: str
    role: str
    place: Place
    school_class: ClassKey | None
    subject: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class ChildLink:
    """A guardian's request to see a child, as typed, and what became of it (domain.md §1.11)."""

    guardian_rrn: str
    student_rrn: str
    relationship: str
    state: Literal["requested", "approved"]
    requested_at: datetime
    decided_at: datetime | None
    decided_by: str
    typed_name: str
    typed_grade: int
    typed_class_no: int | None


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a school noted about a guardian and a child (domain.md §9.5)."""

    guardian_rrn: str
    student_rrn: str
    kind: Literal["no_view"]
    reason: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Application:
    """An application for a certificate (domain.md §1.9).

    `serial` is the running part of the number; the number itself, with its check digit, is made
    by the room that owns it. `officer` is the login of who took the papers, empty before.
    """

    serial: int
    issue_password: str
    place: Place
    state: Literal["submitted", "approved", "issued"]
    submitted_at: datetime
    received_at: datetime | None
    approved_at: datetime | None
    issued_at: datetime | None
    officer: str


@dataclass(frozen=True, slots=True)
class FamilyChild:
    """A child of a demo family and how the guardian is related."""

    student: Student
    school_name: str
    relationship: str


@dataclass(frozen=True, slots=True)
class Family:
    """A family to try the service with: how far it has come, and everything needed to go on.

    A family in state "new" has done nothing yet: no row of the guardian may exist in the
    database. `certificate_password` is empty before the certificate is issued.
    """

    state: FamilyState
    guardian: Person
    children: tuple[FamilyChild, ...]
    application: Application | None
    certificate_password: str
    links: tuple[ChildLink, ...]


@dataclass(frozen=True, slots=True)
class SchoolEvent:
    """A line of the school calendar on one day (domain.md §6.5).

    `n` tells several lines of a day apart. `day_type`: school_day, closed, public_holiday.
    `grades`: the grades it is for.
    `content` says of generated lines that they are generated; public holidays are real.
    """

    school_code: str
    day: date
    n: int
    name: str
    kind: str
    day_type: Literal["school_day", "closed", "public_holiday"]
    grades: tuple[int, ...]
    content: str


@dataclass(frozen=True, slots=True)
class AttendanceEntry:
    """An exception of one pupil on one school day (domain.md §3.1); at most one a day.

    `periods` are the lessons missed, empty for a whole day. `papers`: what was handed in.
    """

    student_rrn: str
    school_code: str
    day: date
    kind: Literal["absence", "late", "early_leave", "class_absence"]
    cause: Literal["illness", "unexcused", "recognised", "other"]
    periods: tuple[int, ...]
    reason: str
    papers: str


@dataclass(frozen=True, slots=True, order=True)
class ExamKey:
    """A regular exam of one grade; `year`, `term` 1-2 and `ordinal` 1-2 as schools count them."""

    school_code: str
    year: int
    term: int
    ordinal: int
    grade: int


@dataclass(frozen=True, slots=True)
class Exam:
    """A regular exam that has been sat. Released results are open to parents, entered ones not."""

    key: ExamKey
    name: str
    begins: date
    ends: date
    state: Literal["entered", "released"]
    released_on: date | None


@dataclass(frozen=True, slots=True)
class ExamSubject:
    """A subject of an exam: who sat it, and their mean rounded half up to one decimal."""

    exam: ExamKey
    subject: str
    max_score: int
    takers: int
    sitters: int
    grade_mean: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """One pupil's score in one subject of an exam; None: did not sit it (결시)."""

    exam: ExamKey
    subject: str
    student_rrn: str
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter on a board of a school (its name in addresses); `no` is its place there, oldest first.

    `grade` alone: for that grade; with `class_no`: for that class; neither: for everyone. `earlier` is
    what it said before it was corrected, empty when it never was.
    `origin`: "notice" for the letter of 2009 this service comes from, "title_only" for its
    neighbours of which only the title is known, "invented" for the rest, which say so themselves.
    `body` is plain text; paragraphs are parted by an empty line.
    """

    school_code: str
    board: str
    no: int
    title: str
    department: str
    author: str
    posted_on: date
    views: int
    body: str
    origin: Literal["notice", "title_only", "invented"]
    grade: int | None = None
    class_no: int | None = None
    pinned: bool = False
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Meal:
    """A lunch moved to `day`; `recorded_at` and `recorded_on` say where and when it was served.

    The record has no allergy numbers, so there is none in `dishes`. `note` says in words what was
    moved, and what was borrowed.
    """

    school_code: str
    day: date
    kind: int
    dishes: tuple[str, ...]
    kcal: int
    recorded_at: str
    recorded_on: date
    note: str

    @property
    def borrowed(self) -> bool:
        """Tell whether another school served it: never to be shown without the note."""
        return self.recorded_at != self.school_code
