"""What search engines are told: every public page of every school, and nothing behind a sign-in."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import pytest

from baroalgi.assessment import school_year
from baroalgi.portal import sitemap
from tests import rows
from tests.statements import statements
from tests.world import SEOUL

SITE = "http://localhost:8000"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
BOARD = f"{SITE}/schools/8071028/boards/home-letters/"


def entries(browser, path="/sitemap.xml", kind="url"):
    """Return addresses with the day of their last change."""
    answer = browser.get(path)
    assert answer.status_code == 200
    found = ET.fromstring(answer.content).findall(f"s:{kind}", NAMES)  # noqa: S314 - ours
    return {one.findtext("s:loc", None, NAMES): one.findtext("s:lastmod", None, NAMES) for one in found}


def test_the_sitemap_lists_the_pages_of_open_schools(world, visitor):
    from baroalgi.organisation.models import School

    found = list(entries(visitor))
    assert f"{SITE}/schools/8071028/" in found
    assert f"{SITE}/schools/8071028/timetable/" in found
    assert all(visitor.get(one.removeprefix(SITE)).status_code == 200 for one in found[:9])

    rows.letter(world.hwanggan, 1, "글")
    School.objects.using("owner").filter(code="8071028").update(closed_on="2026-03-01")
    assert not [one for one in entries(visitor) if "8071028" in one]


def test_letters_to_everyone_are_listed_and_no_others(world, visitor, as_guardian):
    sent = datetime(2026, 3, 20, 9, tzinfo=SEOUL)
    changed = datetime(2026, 3, 23, 0, 30, tzinfo=SEOUL)
    facts = {"posted_on": sent.date(), "published_at": sent}
    rows.letter(world.hwanggan, 1, "모두에게", changed_at=changed, **facts)
    rows.letter(world.hwanggan, 1, "공지", on="notices", posted_on=sent.date())
    rows.letter(world.hwanggan, 2, "반에", audience="class", school_class=world.class_3_1)
    rows.letter(world.hwanggan, 3, "학년에", audience="grade", grade=3, school_year=2026)
    rows.letter(world.hwanggan, 4, "거둔 글", state="withdrawn", withdrawal_reason="이유")
    rows.letter(world.hwanggan, None, "초안", state="draft")
    # Whoever asks: what a parent may read besides is nothing for a search engine.
    world.link(guardian=world.seoyeon, child=world.garam)
    for browser in (visitor, as_guardian(world.seoyeon)):
        assert {at: day for at, day in entries(browser).items() if "/boards/" in at} == {
            f"{BOARD}1/": "2026-03-23",
            f"{SITE}/schools/8071028/boards/notices/1/": "2026-03-20",
        }
    page = visitor.get(f"{BOARD}1/".removeprefix(SITE)).text
    assert f'<link rel="canonical" href="{BOARD}1/">' in page
    assert "noindex" not in page


def test_weekly_plans_are_listed_under_their_own_address(world, visitor):
    from baroalgi.schoolinfo.models import ClassListing, WeekPlan

    today = rows.today()
    monday = today + timedelta(days=7 - today.weekday())
    of = {"school": world.hwanggan, "grade": 3}
    year = school_year(monday + timedelta(days=4))
    ClassListing.objects.using("owner").create(school_year=year, name="1", **of)
    WeekPlan.objects.using("owner").create(monday=monday, class_name="1", notice="다음 주 알림", **of)
    [listed] = [one for one in entries(visitor) if "weekly-plan" in one]
    page = visitor.get(listed.removeprefix(SITE)).text
    assert "다음 주 알림" in page
    assert f'<link rel="canonical" href="{listed.replace("&", "&amp;")}">' in page
    assert "noindex" not in page


def test_what_one_file_cannot_list_stands_in_several(world, visitor, monkeypatch):
    for n in range(1, 21):
        rows.letter(world.hwanggan, n, f"글 {n}")
    whole = entries(visitor)
    monkeypatch.setattr(sitemap, "MOST", 16)
    parts = entries(visitor, kind="sitemap")
    names = ("schools-1", "schools-2", "letters-1", "letters-2")
    assert list(parts) == [f"{SITE}/sitemap-{name}.xml" for name in names]
    listed = [entries(visitor, part.removeprefix(SITE)) for part in parts]
    assert max(map(len, listed)) <= 16
    assert sum(map(len, listed)) == len(whole) == 2 + 3 * 7 + 20
    assert {at: day for part in listed for at, day in part.items()} == whole


def test_few_statements_however_much_there_is(world, visitor):
    for n in range(1, 21):
        rows.letter(world.hwanggan, n, f"글 {n}")
    with statements() as counted:
        visitor.get("/sitemap.xml")
    assert len(counted) == 7, counted
    for name in ("schools", "letters", "plans"):
        with statements() as counted:
            visitor.get(f"/sitemap-{name}-1.xml")
        assert len(counted) == 2, counted


@pytest.mark.parametrize("part", ["schools-0", "schools-2", f"letters-{10**12}", "nothing-1"])
def test_a_part_that_is_not_there_is_a_404(world, visitor, part):
    assert visitor.get(f"/sitemap-{part}.xml").status_code == 404


def test_robots_leave_personal_pages_alone(world, visitor):
    told = visitor.get("/robots.txt").text
    assert "Sitemap: http://localhost:8000/sitemap.xml" in told
    for path in ("/children/", "/desk/", "/sign-in/", "/account/"):
        assert f"Disallow: {path}\n" in told


@pytest.mark.parametrize("asked", ["?q=없는글", "?before=2"])
def test_a_part_of_a_board_is_no_page_to_be_found(world, visitor, asked):
    rows.letter(world.hwanggan, 1, "글")
    address = "/schools/8071028/boards/home-letters/"
    assert '<meta name="robots" content="noindex, follow">' in visitor.get(f"{address}{asked}").text
    assert "noindex" not in visitor.get(address).text
