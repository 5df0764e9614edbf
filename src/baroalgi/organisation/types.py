"""What this room hands out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Office:
    """An education office at the entrance."""

    code: str
    name: str
    short_name: str
    homepage: str
    phone: str
    address: str


class Level(StrEnum):
    """What a kind of school (학교종류명) comes down to for parents."""

    ELEMENTARY = "elementary"
    MIDDLE = "middle"
    HIGH = "high"
    SPECIAL = "special"
    OTHER = "other"

    @classmethod
    def of(cls, kind: str) -> "Level":
        """Return the level of a kind as NEIS writes it: 각종학교(중) and 방송통신중학교 are middle schools."""
        return next(
            (level for level, words in LEVEL_WORDS.items() if any(w in kind for w in words)), cls.OTHER
        )

    @property
    def has_exams(self) -> bool:
        """Tell whether schools of this level sit regular exams with scores (domain.md §4.9)."""
        return self in (Level.MIDDLE, Level.HIGH)


# The first level that fits counts; 고등학교 in its kind makes even 평생학교(고) a high school.
LEVEL_WORDS = {
    Level.ELEMENTARY: ("초등학교", "(초)"),
    Level.MIDDLE: ("중학교", "(중)"),
    Level.HIGH: ("고등", "(고)"),
    Level.SPECIAL: ("특수학교",),
}


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
        parts = urlsplit(self.homepage)
        return parts.netloc if parts.scheme in ("http", "https") else ""


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
