"""The 19 allergens of school menus (domain.md §6.6), read from the file beside this module."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class AllergenFact:
    """An allergen: the number printed on menus, its identifier in code, its name on the page."""

    number: int
    identifier: str
    name: str
    english_name: str
    note: str


def allergens() -> Iterator[AllergenFact]:
    """Yield the allergens 1 to 19 in order."""
    with files(__name__).joinpath("allergens.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield AllergenFact(**{**row, "number": int(row["number"])})  # type: ignore[arg-type]
