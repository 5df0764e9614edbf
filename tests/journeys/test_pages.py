"""Every public page of a filled school, as visitors meet it: valid, open to everyone, and never too wide.

The addresses are those of the access matrix. Pages of who signed in are looked at on their journeys.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.house.test_access_matrix import ROWS
from tests.journeys.main_job import Demo
from tests.journeys.people import Person
from tests.markup import faults

CLASS = "/schools/8071028/timetable/?grade=3&class=1"
BESIDE = (
    CLASS,
    "/schools/?q=ㅎㄱㅊ",
    "/schools/?q=없는학교",
    "/schools/8071028/boards/home-letters/?q=안내",
    "/nothing/",
)


def addresses() -> list[str]:
    """Return what a visitor can open; nothing that has to be looked up first."""
    seen = [path for method, path, nobody, *_ in ROWS if method == "GET" and nobody in ("200", "410")]
    return [path for path in seen if "{" not in path] + list(BESIDE)


@pytest.fixture(scope="module")
def visited(demo: Demo, chromium: Browser) -> Iterator[tuple[Person, dict[str, str]]]:
    """Visit every page with a phone, then otherwise; yield who did, and the pages as they were sent."""
    visitor = Person(chromium, demo.url, "phone")
    phone = visitor.page.viewport_size
    assert phone
    pages = {}
    for address in addresses():
        answer = visitor.page.request.get(demo.url + address)
        if answer.headers.get("content-type", "").startswith("text/html"):
            pages[address] = answer.text()
            visitor.page.set_viewport_size(phone)
            visitor.page.goto(demo.url + address)
            visitor.look_closely()
            visitor.look_otherwise()
    yield visitor, pages
    visitor.close()


def test_every_public_page_is_valid(visited: tuple[Person, dict[str, str]]) -> None:
    _visitor, pages = visited
    assert len(pages) > 25
    assert faults(pages) == []


def test_axe_finds_nothing_serious_in_either_look(visited: tuple[Person, dict[str, str]]) -> None:
    visitor, _pages = visited
    assert visitor.barriers == []


def test_none_scrolls_sideways_at_400_percent(visited: tuple[Person, dict[str, str]]) -> None:
    visitor, _pages = visited
    assert visitor.wide == []
