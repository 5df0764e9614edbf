"""The schools of a plan, how large they are, and which ordinals their people have.

Every draw comes from `stream`, named for what is drawn: rows of one class do not depend on
how many rows another class had, and any part of the plan can be made again alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from random import Random
from typing import Literal

from baroalgi.organisation import data
from baroalgi.organisation.data import SchoolFact

Level = Literal["elementary", "middle", "high"]

LEVELS: dict[str, Level] = {"초등학교": "elementary", "중학교": "middle", "고등학교": "high"}
GRADES: dict[Level, int] = {"elementary": 6, "middle": 3, "high": 3}
ENTRY_AGE: dict[Level, int] = {"elementary": 7, "middle": 13, "high": 16}

OFFICE = "M10"
HWANGGAN = "8071028"
DEMO_SCHOOLS = (
    HWANGGAN,  # 황간초, whose letter of 2009 this service comes from
    "8071022",  # 영동초
    "8011200",  # 주성초, in 청주
    "8071052",  # 새너울중, in 황간면
    "8071006",  # 영동중
    "8000082",  # 황간고
    "8000048",  # 영동고
)
"""The schools of the demo, 영동군 and one of 청주, the first one its home."""


def stream(seed: int, *name: object) -> Random:
    """Return the source of randomness with this name."""
    return Random(f"{seed}/{'/'.join(map(str, name))}")  # noqa: S311 - a plan is to be repeatable, not secret


@dataclass(frozen=True, slots=True)
class PlannedSchool:
    """A real school with an invented size.

    `classes[grade - 1][no - 1]` is the number of pupils of a class; `first` the ordinal of its
    first person (pupils, then two guardians for each, then staff).
    """

    fact: SchoolFact
    level: Level
    classes: tuple[tuple[int, ...], ...]
    first: int

    @property
    def code(self) -> str:
        """Return the NEIS code."""
        return self.fact.code

    @property
    def pupils(self) -> int:
        """Return the number of pupils."""
        return sum(map(sum, self.classes))

    def class_sizes(self) -> Iterator[tuple[int, int, int]]:
        """Yield (grade, class number, pupils), lowest grade first."""
        for grade, sizes in enumerate(self.classes, 1):
            for no, size in enumerate(sizes, 1):
                yield grade, no, size

    def ordinal_of_pupil(self, grade: int, no: int, slot: int) -> int:
        """Return the ordinal of a pupil; `slot` counts from 0 within the class."""
        before = sum(map(sum, self.classes[: grade - 1])) + sum(self.classes[grade - 1][: no - 1])
        return self.first + before + slot

    def ordinal_of_guardian(self, pupil: int, which: int) -> int:
        """Return the ordinal of the first or second guardian (0, 1) of the pupil with that ordinal."""
        return self.first + self.pupils + 2 * (pupil - self.first) + which

    def ordinal_of_staff(self, n: int) -> int:
        """Return the ordinal of the n-th member of staff, from 0."""
        return self.first + 3 * self.pupils + n


# Families and the staff of offices come first, then the schools one after the other.
FIRST_OF_FAMILIES = 0
FIRST_OF_OFFICES = 1_000
_FIRST_OF_SCHOOLS = 2_000
_STAFF_AT_MOST = 200


@lru_cache(maxsize=1)
def plannable() -> tuple[SchoolFact, ...]:
    """Return the elementary, middle and high schools that have a code, by name."""
    return tuple(fact for fact in data.schools() if fact.code and fact.kind in LEVELS)


def demo_schools(codes: Iterable[str] = DEMO_SCHOOLS) -> tuple[PlannedSchool, ...]:
    """Return these schools at the size of a demo, a class or two in each grade.

    Raises KeyError for a code that no elementary, middle or high school of 충청북도 has.
    """
    facts = {fact.code: fact for fact in plannable()}
    return _numbered((facts[code], _demo_size(facts[code])) for code in codes)


def office_schools(seed: int, today: date) -> tuple[PlannedSchool, ...]:
    """Return every open school of the office, about as large as such schools are (domain.md §10.1)."""
    return _numbered((fact, _office_size(seed, fact)) for fact in plannable() if fact.founded_on <= today)


def _numbered(sized: Iterable[tuple[SchoolFact, tuple[tuple[int, ...], ...]]]) -> tuple[PlannedSchool, ...]:
    schools: list[PlannedSchool] = []
    first = _FIRST_OF_SCHOOLS
    for fact, classes in sized:
        schools.append(PlannedSchool(fact, LEVELS[fact.kind], classes, first))
        first += 3 * schools[-1].pupils + _STAFF_AT_MOST
    return tuple(schools)


def _demo_size(fact: SchoolFact) -> tuple[tuple[int, ...], ...]:
    level = LEVELS[fact.kind]
    in_village = "읍 " not in fact.address and "시 " not in fact.address.removeprefix("충청북도 ")
    per_class = {"elementary": 11 if in_village else 17, "middle": 16, "high": 16}[level]
    return tuple(
        tuple(per_class + (grade + no) % 3 for no in range(1, 2 if in_village else 3))
        for grade in range(1, GRADES[level] + 1)
    )


def _office_size(seed: int, fact: SchoolFact) -> tuple[tuple[int, ...], ...]:
    rng = stream(seed, fact.code, "size")
    level = LEVELS[fact.kind]
    if fact.name.endswith("분교장"):
        return tuple((rng.randint(1, 4),) for _ in range(GRADES[level]))
    in_city = "시 " in fact.address.removeprefix("충청북도 ")
    # Means that bring the office near 160,000 pupils (domain.md §10.1).
    low, high = {"elementary": (2, 6), "middle": (3, 8), "high": (5, 10)}[level] if in_city else (1, 3)
    classes = rng.randint(low, high)
    pupils = rng.randint(17, 25) if in_city else rng.randint(6, 20)
    return tuple(
        tuple(max(1, pupils + rng.randint(-2, 2)) for _ in range(classes)) for _ in range(GRADES[level])
    )
