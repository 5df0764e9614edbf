"""Two hundred at once: a letter that is opened and its files that are fetched, each counted and compared."""

import hashlib
from functools import cache

from baroalgi.operations.bench import load
from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.postgres.roles import DATABASE

CLIENTS, BROWSERS = 200, 150  # some of them are the same visitor, at the same moment
TIMES = 2  # each opens the letter and fetches the files


@cache
def _seen(place: Place) -> tuple[int, int, int]:
    """Return by how many the letter's views grew, and how many files came, whole and not."""
    school = place.sheet["families"][0]["children"][0]["school_code"]
    made = place.part("crowd", "owner", kind="letter_with_files", school_code=school)["made"]
    page = f"/schools/{school}/boards/home-letters/{made['number']}/"
    paths = (page, *made["files"]) * TIMES
    agents = [f"bench/{n % BROWSERS}" for n in range(CLIENTS)]
    whole = missing = 0
    for bodies in load.answers(place.url, paths, agents):
        for path, body in zip(paths, bodies, strict=True):
            if path in made["files"]:
                is_whole = hashlib.sha256(body).hexdigest() == made["files"][path]
                whole, missing = whole + is_whole, missing + (not is_whole)
    with place.server.admin(DATABASE) as admin:
        row = admin.execute("SELECT views FROM letters_letter WHERE id = %s", [made["letter"]]).fetchone()
    return (row[0] if row else 0), whole, missing


def views(place: Place) -> Figure:
    """Have more clients than visitors read it, and look at what the letter says afterwards."""
    counted, _whole, _missing = _seen(place)
    return Figure(
        name="views",
        what=f"views counted under {CLIENTS} clients",
        value=abs(counted - BROWSERS),
        sense="at most",
        limit=0,
        unit="lost or double",
        said=f"{CLIENTS} clients, {BROWSERS} different visitors, came {TIMES} times each: {counted} views",
    )


def attachments(place: Place) -> Figure:
    """Compare every file that came with what was attached."""
    _counted, whole, missing = _seen(place)
    return Figure(
        name="attachments",
        what=f"attachments served under {CLIENTS} clients",
        value=missing,
        sense="at most",
        limit=0,
        unit="not the bytes that were attached",
        said=f"{whole} files of up to some megabytes came whole, compared by SHA-256",
    )
