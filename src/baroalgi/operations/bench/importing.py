"""A nation's list of schools: how long it takes to come in, with how much memory, and to be searched."""

from functools import cache
from typing import Any

from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure

SCHOOLS = 12_000


@cache
def _measured(place: Place) -> dict[str, Any]:
    return place.part("importing", "worker", schools=SCHOOLS)


def seconds(place: Place) -> Figure:
    """Measure `baroalgi import neis --office all` of a nation's list."""
    seen = _measured(place)
    return Figure(
        name="import_schools",
        what=f"{SCHOOLS} schools imported",
        value=seen["seconds"],
        sense="at most",
        limit=10,
        unit="s",
        said=f"the same again, nothing changed, {seen['again']:.1f} s",
    )


def memory(place: Place) -> Figure:
    """Tell how much memory that took at most."""
    return Figure(
        name="import_memory",
        what="memory of that import",
        value=_measured(place)["megabytes"],
        sense="at most",
        limit=200,
        unit="MB",
        said="the most that the process held, with the program itself and the making of the lists",
    )


def search(place: Place) -> Figure:
    """Measure the slowest of searches by name, part of it, initial consonants and region."""
    return Figure(
        name="search_schools",
        what=f"search over {SCHOOLS} schools",
        value=_measured(place)["search"],
        sense="at most",
        limit=10,
        unit="ms",
        said="the slowest of six kinds of search, in the database, first page in order",
    )
