"""What search engines are told: every public page of every school, and nothing behind a sign-in."""

import xml.etree.ElementTree as ET

import pytest

from baroalgi.portal import access, robots

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def addresses(text, kind="url"):
    return [loc.text for loc in ET.fromstring(text).findall(f"s:{kind}/s:loc", NAMES)]  # noqa: S314 - ours


def test_the_sitemap_lists_the_pages_of_open_schools(world, visitor):
    from baroalgi.organisation.models import School

    found = addresses(visitor.get("/sitemap.xml").content)
    assert "http://localhost:8000/schools/8071028/" in found
    assert "http://localhost:8000/schools/8071028/timetable/" in found
    assert all(visitor.get(one.removeprefix("http://localhost:8000")).status_code == 200 for one in found[:9])

    School.objects.using("owner").filter(code="8071028").update(closed_on="2026-03-01")
    assert "http://localhost:8000/schools/8071028/" not in addresses(visitor.get("/sitemap.xml").content)


def test_many_schools_stand_in_parts(world, visitor, monkeypatch):
    monkeypatch.setattr(access, "SCHOOLS_A_PART", 2)
    monkeypatch.setattr(robots, "SCHOOLS_A_PART", 2)
    parts = addresses(visitor.get("/sitemap.xml").content, "sitemap")
    assert parts == [f"http://localhost:8000/sitemap-{n}.xml" for n in (1, 2)]
    listed = [
        one
        for part in parts
        for one in addresses(visitor.get(part.removeprefix("http://localhost:8000")).content)
    ]
    assert len(listed) == len(set(listed)) == 2 + 3 * 7


@pytest.mark.parametrize("n", [0, 2, 10**12])
def test_a_part_that_is_not_there_is_a_404(world, visitor, n):
    assert visitor.get(f"/sitemap-{n}.xml").status_code == 404


def test_robots_leave_personal_pages_alone(world, visitor):
    told = visitor.get("/robots.txt").text
    assert "Sitemap: http://localhost:8000/sitemap.xml" in told
    for path in ("/children/", "/desk/", "/sign-in/", "/account/"):
        assert f"Disallow: {path}\n" in told
