"""Public pages are asked for once, and then whether they changed; nobody is told so of another one's page."""

import pytest

from tests import rows

SCHOOL = "/schools/8071028/"
BOARD = f"{SCHOOL}boards/home-letters/"
PAGES = (
    *("/", "/offices/B10/", "/certificate/", "/hub/", "/schools/", "/schools/?q=황간", SCHOOL),
    *(f"{SCHOOL}{page}/" for page in ("curriculum", "timetable", "weekly-plan", "calendar", "calendar/year")),
    *(f"{SCHOOL}{page}/" for page in ("meals", "meals/week", "meals/day", "subscribe")),
    *(BOARD, f"{BOARD}?q=안내", f"{BOARD}1/", f"{BOARD}1/print/", f"{SCHOOL}boards/news/"),
)
SAME_FOR_ALL = (
    *("/robots.txt", "/sitemap.xml", "/sitemap-letters-1.xml", f"{BOARD}1/card.png"),
    *(f"{BOARD}rss.xml", f"{BOARD}atom.xml", f"{SCHOOL}rss.xml", f"{SCHOOL}atom.xml"),
    *(f"{SCHOOL}{name}.ics" for name in ("calendar", "exams", "meals")),
)


@pytest.fixture
def mother(world, as_guardian):
    from baroalgi.organisation.models import Office

    Office.objects.using("owner").create(
        code="B10", name="서울특별시교육청", short_name="서울", homepage="https://www.sen.go.kr", position=1
    )
    rows.letter(world.hwanggan, 1, "안내")
    world.link(guardian=world.seoyeon, child=world.garam)
    return as_guardian(world.seoyeon)


@pytest.mark.usefixtures("noon")
def test_who_has_a_public_page_is_told_so_and_who_is_signed_in_gets_the_own_one(world, mother, visitor):
    for address in PAGES:
        first = visitor.get(address)
        assert first.status_code == 200, address
        assert first["Cache-Control"].startswith("public, max-age="), address
        assert first["Vary"] == "Cookie", address
        assert not first.cookies, address
        known = {"if-none-match": first["ETag"]}
        again = visitor.get(address, headers=known)
        assert (again.status_code, again.content) == (304, b""), address
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again[name] == first[name], address
        own = mother.get(address, headers=known | {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"})
        assert (own.status_code, own["Cache-Control"]) == (200, "no-store"), address
        assert "Cookie" in own["Vary"], address
        assert not own.has_header("ETag"), address


def test_what_is_the_same_for_all_is_so_for_who_is_signed_in_too(world, mother, visitor):
    for address in SAME_FOR_ALL:
        first = visitor.get(address)
        assert first.status_code == 200, address
        for browser in (visitor, mother):
            again = browser.get(address, headers={"if-none-match": first["ETag"]})
            assert (again.status_code, again["Cache-Control"]) == (304, first["Cache-Control"]), address
            assert first["Cache-Control"].startswith("public, max-age="), address


def test_a_letter_that_was_changed_or_withdrawn_is_another_one(world, mother, visitor):
    from baroalgi.letters.models import Letter

    letter = Letter.objects.using("owner").filter(number=1)
    for address in (f"{BOARD}1/", f"{BOARD}1/card.png"):
        known = {"if-none-match": visitor.get(address)["ETag"]}
        letter.update(title=f"고친 {address}")
        assert visitor.get(address, headers=known).status_code == 200, address
    letter.update(state="withdrawn", withdrawal_reason="이유")
    for address, status in ((f"{BOARD}1/", 410), (f"{BOARD}1/card.png", 404)):
        gone = visitor.get(address, headers={"if-none-match": "*"})
        assert (gone.status_code, gone["Cache-Control"]) == (status, "no-store"), address
