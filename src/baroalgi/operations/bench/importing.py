"""A nation's list of schools: how long it takes to come in, and with how much memory."""

from functools import cache
from typing import Any

from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure

SCHOOLS = 12_000


@cache
def measured(place: Place) -> dict[str, Any]:
    """Have them imported; from then on they are there."""
    return place.part("importing", "worker", schools=SCHOOLS)


def seconds(place: Place) -> Figure:
    """Measure `baroalgi import neis --office all` of a nation's list."""
    seen = measured(place)
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
        value=measured(place)["megabytes"],
        sense="at most",
        limit=200,
        unit="MB",
        said="the most that the process held, with the program itself and the making of the lists",
    )
