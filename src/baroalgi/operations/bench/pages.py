"""Requests a second of the child's page beside the entrance, which makes one query; memory of the web."""

from pathlib import Path
from statistics import median

from baroalgi.operations.bench import load
from baroalgi.operations.bench.place import Place
from baroalgi.operations.bench.types import Figure
from baroalgi.operations.journey import book
from baroalgi.operations.journey.way import Way
from baroalgi.operations.trouble import CannotRun

ROUNDS, SECONDS = 7, 1.0
JOURNEYS = 3


def overview(place: Place) -> Figure:
    """Ask for both pages in turns, as the same signed-in parent."""
    browser, _family = place.guardian()
    with browser:
        page = browser.open("/children/").address.removeprefix(place.url)
        cookie = f"baroalgi_session={browser.cookie('baroalgi_session')}"
    both = [
        (
            load.requests_per_second(place.url, page, cookie, SECONDS),
            load.requests_per_second(place.url, "/", cookie, SECONDS),
        )
        for _n in range(ROUNDS)
    ]
    of_child, of_one = median(a for a, _ in both), median(b for _, b in both)
    return Figure(
        name="overview",
        what="child's overview",
        value=100 * median(a / b for a, b in both),
        sense="at least",
        limit=35,
        unit="% of the requests/s of the page with one query",
        said=f"{of_child:.0f} against {of_one:.0f} requests/s, both with session and frame",
    )


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
