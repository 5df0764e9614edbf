"""Requests a second of pages beside the entrance, which makes one query; statements; memory of the web."""

import re
from pathlib import Path
from statistics import median

from baroalgi.operations.bench import load
from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.journey import book
from baroalgi.operations.journey.visitor import Visitor
from baroalgi.operations.journey.way import Way
from baroalgi.operations.trouble import CannotRun

ROUNDS, SECONDS = 7, 1.0
JOURNEYS = 3
LISTS = {
    "calendar": "schoolinfo:calendar",
    "meals": "schoolinfo:meals",
    "boards/home-letters": "letters:board",
}
"""Pages of a school that show many rows: the end of their address, and their name in the log."""


def overview(place: Place) -> Figure:
    """Ask for the child's page and the entrance in turns, as the same signed-in parent."""
    browser, _family = place.guardian()
    with browser:
        page = browser.open("/children/").address.removeprefix(place.url)
        ((of_child, of_one, share),) = _beside_entrance(place, browser, page)
    return Figure(
        name="overview",
        what="child's overview",
        value=share,
        sense="at least",
        limit=35,
        unit="% of the requests/s of the page with one query",
        said=f"{of_child:.0f} against {of_one:.0f} requests/s, both with session and frame",
    )


def lists(place: Place) -> Figure:
    """Ask for a month's calendar, its meals, a board and the entrance in turns, as a parent of the school."""
    browser, family = place.guardian()
    school = f"/schools/{family['children'][0]['school_code']}"
    with browser:
        seen = _beside_entrance(place, browser, *(f"{school}/{page}/" for page in LISTS))
    shares = {page: share for page, (_of_page, _of_one, share) in zip(LISTS, seen, strict=True)}
    return Figure(
        name="lists",
        what="month pages and board list",
        value=min(shares.values()),
        sense="at least",
        limit=45,
        unit="% of the requests/s of the page with one query",
        said=f"{min(row[0] for row in seen):.0f} requests/s of the slowest, with session and frame; in %:",
        shares=shares,
    )


def statements(place: Place) -> Figure:
    """Look up in the log what these pages asked of the database."""
    log = (place.home.log_dir / "web.log").read_text(encoding="utf-8")
    counts: dict[str, float] = {
        page: max(map(int, re.findall(rf" page={name} .* statements=(\d+)", log)), default=0)
        for page, name in LISTS.items()
    }
    if not all(counts.values()):
        raise CannotRun("The log of the web process does not tell how many statements its pages made.")
    return Figure(
        name="statements",
        what="statements of a month page or board list",
        value=max(counts.values()),
        sense="at most",
        limit=6,
        unit="of the page that makes most",
        said="the entering of the unit of work counted too:",
        shares=counts,
    )


def _beside_entrance(place: Place, browser: Visitor, *pages: str) -> list[tuple[float, float, float]]:
    """Ask for pages and the entrance, which makes one query, in turns.

    Returns for each page its requests/s, those of the entrance, and the share of the first in the second, %.
    """
    cookie = f"baroalgi_session={browser.cookie('baroalgi_session')}"
    rounds = [
        [load.requests_per_second(place.url, page, cookie, SECONDS) for page in (*pages, "/")]
        for _n in range(ROUNDS)
    ]
    *of_pages, of_one = zip(*rounds, strict=True)
    return [
        (median(of_page), median(of_one), 100 * median(a / b for a, b in zip(of_page, of_one, strict=True)))
        for of_page in of_pages
    ]


def memory(place: Place) -> Figure:
    """Walk some journeys, then look at the largest web worker."""
    families = book.read(place.home.people)
    for _n in range(JOURNEYS):
        with Way(place.url, families) as way:
            for _step in way.walk():
                pass
    megabytes = [_resident(pid) for pid in place.processes_of("web")[1:]]
    if not megabytes:
        raise CannotRun("The web process has no workers that could be looked at.")
    return Figure(
        name="memory",
        what="memory of a web worker",
        value=max(megabytes),
        sense="at most",
        limit=120,
        unit="MB",
        said=f"the largest of {len(megabytes)} after the load and {JOURNEYS} journeys",
    )


def _resident(pid: int) -> float:
    """Return the resident memory of a process, MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(kilobytes) / 1024
