"""Every page is valid HTML, empty and with its errors; filled ones are looked at in tests/journeys.

The addresses are those of the access matrix, where each has its row: none can be forgotten.
"""

import pytest
from django.test import RequestFactory

from baroalgi.platform import errors
from tests.house.test_access_matrix import (
    COLUMNS,
    ROWS,
    STANDING_IN,
    browsers,
    places,
    standing_in,
)
from tests.markup import faults

__all__ = ["browsers", "places"]

FRAGMENTS = ("/desk/letters/reach/",)  # what a script puts into a page
SHOWN = ("200", "409", "410", "422")  # pages of their own; who may not come gets the one page of 404

# Who · method · address: what visitors meet besides
STATES = """
nobody GET  /nothing/
nobody GET  /schools/?q=ㅎㄱㅊ
nobody GET  /schools/?q=없는학교
nobody GET  /schools/?q=%3Cscript%3E
nobody GET  /schools/?region=영동군
nobody GET  /schools/?closed=1
nobody GET  /schools/8071028/timetable/?grade=3&class=1
nobody GET  /schools/8071028/timetable/?day=nothing
nobody GET  /schools/8071028/calendar/?month=2026-12&grade=3
nobody GET  /schools/8071028/meals/?month=1999-01
nobody GET  /schools/8071028/boards/home-letters/?q=안내
nobody GET  /schools/8071028/boards/home-letters/?q=없는글
nobody GET  /schools/8071028/boards/notices/
nobody POST /sign-in/staff/
nobody POST /certificate/apply/
nobody POST /certificate/status/
nobody POST /certificate/issue/
mother GET  /schools/8071028/
mother GET  /schools/8071028/meals/
mother GET  /schools/8071028/boards/home-letters/1/
mother POST /children/apply/8071028/
homeroom GET  /desk/week-plan/?grade=3&class=1
homeroom POST /desk/letters/new/
homeroom POST /desk/letters/{draft}/
"""


@pytest.fixture
def everyone(world, browsers):
    return browsers | {f"stands in {n}": browser for n, browser in enumerate(standing_in(world))}


def rows():
    """Yield who, method, address of one visit for each answer that an address has for somebody."""
    deputies = [line.split() for line in STANDING_IN.strip().splitlines()]
    columns = [(ROWS, COLUMNS), (deputies, [f"stands in {n}" for n in range(5)])]
    for table, names in columns:
        for method, template, *expected in table:
            first = {status: name for name, status in reversed(list(zip(names, expected, strict=True)))}
            yield from ((first[status], method, template) for status in SHOWN if status in first)


def test_every_page_is_valid(world, everyone, places):
    visits = [*rows(), *(line.split() for line in STATES.strip().splitlines())]
    late = world.link(guardian=world.seoyeon, child=world.doyun, state="requested").id
    pages = {}
    for who, method, template in visits:
        if template in FRAGMENTS:
            continue
        path = template.format(late=late, **places)
        browser = everyone[who]
        response = browser.post(path, {"sent": "empty"}) if method == "POST" else browser.get(path)
        if response.headers.get("Content-Type", "").startswith("text/html") and response.content:
            pages[f"{method} {template} as {who}: {response.status_code}"] = response.text
    assert len(pages) > len(ROWS) / 2
    assert faults(pages) == []


def test_pages_of_what_went_wrong_are_valid():
    request = RequestFactory().get("/")
    answers = (
        errors.bad_request,
        errors.csrf_failure,
        errors.not_found,
        errors.too_large,
        errors.broken,
        errors.unavailable,
    )
    assert faults({answer.__name__: answer(request).text for answer in answers}) == []
