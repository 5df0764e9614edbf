"""What this room hands out."""

import re
from dataclasses import dataclass
from datetime import date

from baroalgi.assessment import Level
from baroalgi.organisation import initials
from baroalgi.organisation.data import HolidayFact as HolidayFact
from baroalgi.policy import Role

_WEB_ADDRESS = re.compile(r"https?://([\w.-]+(?::\d+)?)(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Office:
    """An education office at the entrance."""

    code: str
    name: str
    short_name: str
    homepage: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class School:
    """A school as everyone may know it (domain.md §6.1). Empty texts are unknown facts."""

    id: int
    code: str
    name: str
    kind: str
    foundation: str
    regional_office: str
    postcode: str
    address: str
    address_detail: str
    phone: str
    fax: str
    homepage: str
    english_name: str
    coeducation: str
    high_school_kind: str
    day_night: str
    founded_on: date | None
    anniversary: date | None
    loaded_on: date | None
    closed_on: date | None
    province: str
    track_kind: str
    special_purpose: str
    admission_period: str
    office_code: str

    @property
    def grades(self) -> range:
        """Return the grades of this kind of school: six in elementary and special schools, else three."""
        return range(1, 7) if self.kind in SIX_GRADES else range(1, 4)

    @property
    def level(self) -> Level:
        """Return the level this kind of school counts as."""
        return Level.of(self.kind)

    @property
    def region(self) -> str:
        """Return province and 시·군·구, the first two words of the address."""
        return " ".join(self.address.split()[:2])

    @property
    def address_in_province(self) -> str:
        """Return the address without its first word, the province."""
        return self.address.partition(" ")[2]

    @property
    def site(self) -> str:
        """Return the host of the homepage; empty when the address is none that may be linked."""
        address = _WEB_ADDRESS.fullmatch(self.homepage)
        return address[1] if address else ""


@dataclass(frozen=True, slots=True)
class SchoolSearch:
    """Which schools are sought: by office, part of the name or initial consonants, level, 시·군·구.

    What is empty does not narrow; without an office the whole directory is searched.
    """

    office: str
    text: str = ""
    level: Level | None = None
    region: str = ""
    closed: bool = False  # those that were closed too

    @property
    def is_empty(self) -> bool:
        return not (self.plain or self.level or self.region)

    @property
    def plain(self) -> str:
        """Return the text as names are compared: without blanks, letters put together."""
        return initials.plain(self.text)


@dataclass(frozen=True, slots=True)
class KnownSchool:
    """What an import must know of a school to hang rows on it."""

    id: int
    office_code: str
    code: str
    name: str
    kind: str
    day_night: str


@dataclass(frozen=True, slots=True)
class SchoolsListed:
    """What a list of schools changed. `older`: rows of a day before what is known; they changed nothing.

    `held_back`: so many schools would have been closed that the list cannot have been a whole one.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    older: int = 0
    repeated: int = 0
    closed: int = 0
    held_back: int = 0


@dataclass(frozen=True, slots=True)
class SchoolPast:
    """What a school was called, and what kind it was, until a day."""

    valid_to: date
    name: str
    kind: str


SIX_GRADES = ("초등학교", "특수학교", "각종학교(초)")


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person can be reached."""

    name: str
    mobile: str
    phone_home: str
    email: str
    postcode: str
    address1: str
    address2: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A place where certificate papers are handed in (등록기관)."""

    id: int
    kind: str  # "school", "regional" or "office"
    name: str
    postcode: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A postcode with the address it belongs to."""

    postcode: str
    address: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in a class: grade, class number, and the pupil's number there."""

    grade: int
    class_no: int
    number: int | None = None

    def __str__(self) -> str:
        return f"{self.grade}-{self.class_no}-{self.number}"


@dataclass(frozen=True, slots=True)
class ClassOfYear:
    """A class of a school year."""

    id: int
    school_id: int
    school_year: int
    grade: int
    class_no: int


@dataclass(frozen=True, slots=True)
class ClassPost:
    """Who leads a class of the new year, or stands in for it."""

    person_id: int
    grade: int
    class_no: int
    role: Role


@dataclass(frozen=True, slots=True)
class Homeroom:
    """Who leads a class, and since when."""

    person_id: int
    class_id: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class OfficeAdministrator:
    """Who looks after schools: all of them, or those of a regional office."""

    person_id: int
    regional_office_id: int | None
