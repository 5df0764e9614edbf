"""What this room hands out."""

from dataclasses import dataclass
from datetime import date


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

    @property
    def grades(self) -> range:
        """Return the grades of this kind of school: six in elementary and special schools, else three."""
        return range(1, 7) if self.kind in SIX_GRADES else range(1, 4)


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
