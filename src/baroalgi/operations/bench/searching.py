"""How long the database is at a search: among a nation's schools, among the letters of a whole office."""

from collections.abc import Mapping
from functools import cache
from statistics import median

from baroalgi.operations.bench import importing
from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.postgres.roles import DATABASE

LETTERS = 200_000


@cache
def _seconds(place: Place) -> dict[str, dict[str, float]]:
    """Return the seconds of each kind of search by what is sought: `schools`, `letters`."""
    importing.measured(place)
    large, small = sorted(
        {child["school_code"] for row in place.sheet["families"] for child in row["children"]}
    )[:2]
    words = place.part("crowd", "owner", kind="letters", n=LETTERS, school_code=large)["made"]
    with place.server.admin(DATABASE) as admin:
        # As the database does by itself, some time after so many rows.
        admin.execute("VACUUM ANALYZE organisation_school, letters_letter")
    boards = [(code, "home-letters") for code in (large, small)]
    seen: dict[str, dict[str, float]] = place.part("searching", "app", boards=boards, words=words)
    return seen


def schools(place: Place) -> Figure:
    """Measure the search for schools, as its page makes it: how many there are, and the first ones."""
    what = f"search over {importing.SCHOOLS} schools"
    return slowest(_seconds(place)["schools"], "search_schools", what, limit=10)


def letters(place: Place) -> Figure:
    """Measure the search for letters on a large board (one in twenty of them all) and on a small one."""
    what = f"search over {LETTERS} letters"
    return slowest(_seconds(place)["letters"], "search_letters", what, limit=20)


def slowest(seconds: Mapping[str, float], name: str, what: str, *, limit: float) -> Figure:
    """Return the figure of the kind of search that takes longest."""
    kind = max(seconds, key=seconds.__getitem__)
    return Figure(
        name=name,
        what=what,
        value=seconds[kind] * 1e3,
        sense="at most",
        limit=limit,
        unit="ms in the database, the slowest kind of search",
        said=f"{kind}; median of all {len(seconds)} kinds {median(seconds.values()) * 1e3:.2f} ms",
    )
