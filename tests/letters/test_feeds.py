"""Feeds: what is open to everyone, and a guardian's own behind a secret address."""

import re
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import feedparser
import pytest

from baroalgi.guardianship.models import ChildLink, Restriction
from baroalgi.letters.models import FeedAddress, Letter
from tests import papers, rows
from tests.statements import statements

BOARD = "/schools/8071028/boards/home-letters/"
HERE = "http://localhost:8000"
PUBLIC = [f"{BOARD}rss.xml", f"{BOARD}atom.xml", "/schools/8071028/rss.xml", "/schools/8071028/atom.xml"]


@pytest.fixture(autouse=True)
def folder(tmp_path, settings_environment):
    settings_environment(files_dir=str(tmp_path / "files"))


@pytest.fixture
def mother(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam)
    return as_guardian(world.seoyeon)


@pytest.fixture
def letters(world):
    """One letter to everyone on each of two boards, one to the class 3-1, one to the class next door."""
    first = rows.letter(
        world.hwanggan,
        1,
        "<급식> & 안내",
        posted_on=date(2026, 11, 20),
        published_at=datetime(2026, 11, 20, 5, 30, tzinfo=UTC),
    )
    rows.attachment(first, "가정통신문.hwp")
    rows.attachment(first, "배치도.png", papers.picture(size=(30, 20)))
    rows.letter(world.hwanggan, 1, "공지", on="notices", posted_on=date(2026, 11, 21))
    own = rows.letter(
        world.hwanggan,
        2,
        "우리 반 소풍",
        posted_on=date(2026, 11, 22),
        audience="class",
        school_class=world.class_3_1,
    )
    rows.attachment(own, "소풍.hwp")
    rows.letter(world.hwanggan, 3, "옆 반 소풍", audience="class", school_class=world.class_3_2)
    rows.letter(world.hwanggan, 4, "3학년 안내", audience="grade", grade=3, school_year=2026)
    rows.letter(world.hwanggan, None, "초안", state="draft", on="news")
    return first


def read(answer):
    """Read a feed as a reader does; nothing of it may be odd."""
    assert answer.status_code == 200
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def titles(feed):
    return [entry.title for entry in feed.entries]


def own_addresses(browser):
    """Return the guardian's addresses, as paths."""
    page = browser.get("/account/feed/").text
    return [urlsplit(found).path for found in re.findall(r'value="(http[^"]+\.xml)"', page)]


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_board_has_a_feed_with_everything_a_reader_wants(visitor, letters, kind):
    answer = visitor.get(f"{BOARD}{kind}.xml")
    feed = read(answer)
    assert feed.version == {"rss": "rss20", "atom": "atom10"}[kind]
    assert feed.feed.title == "황간초등학교 가정통신문"
    assert feed.feed.link == f"{HERE}{BOARD}"
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [f"{HERE}{BOARD}{kind}.xml"]
    [entry] = feed.entries
    # RSS does not say whether a title is text or HTML: readers drop what looks like a tag.
    assert "& 안내" in entry.title.replace("&amp;", "&")
    assert entry.link == entry.id == f"{HERE}{BOARD}1/"
    assert entry.published_parsed[:5] == (2026, 11, 20, 5, 30)
    assert "기간 11월<br" in entry.summary
    assert entry.author == "황간초등학교 교무부"
    files = [(file.type, int(file.length) > 0) for file in entry.enclosures]
    assert files == [("application/x-hwp", True), ("image/png", True)]
    for file in entry.enclosures:
        sent = visitor.get(urlsplit(file.href).path)
        assert int(sent["Content-Length"]) == int(file.length)
        assert sent["Content-Type"] == file.type


def test_a_school_has_a_feed_of_all_its_boards(visitor, letters):
    feed = read(visitor.get("/schools/8071028/rss.xml"))
    assert [entry.category for entry in feed.entries] == ["공지사항", "가정통신문"]
    assert feed.feed.link == f"{HERE}/schools/8071028/"
    assert visitor.get("/schools/9999999/rss.xml").status_code == 404


@pytest.mark.parametrize("address", PUBLIC)
def test_public_feeds_hold_nothing_of_a_class_whoever_asks(world, letters, mother, as_staff, address):
    for browser in (mother, as_staff(world.homeroom_teacher), world.visitor()):
        answer = browser.get(address)
        assert "소풍" not in answer.text
        assert "3학년 안내" not in answer.text
        assert "초안" not in answer.text
        assert answer["Cache-Control"] == "public, max-age=60, must-revalidate"
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", PUBLIC)
def test_who_has_the_feed_already_is_told_so_until_it_changes(world, visitor, letters, address):
    first = visitor.get(address)
    for headers in (
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        with statements() as counted:
            again = visitor.get(address, headers=headers)
        assert again.status_code == 304
        assert len(counted) == 3, counted
    Letter.objects.using("owner").filter(id=letters.id).update(
        title="고친 제목", changed_at=datetime(2026, 11, 28, 3, tzinfo=UTC)
    )
    after = visitor.get(address, headers={"If-None-Match": first["ETag"]})
    changed = next(entry for entry in read(after).entries if entry.id == f"{HERE}{BOARD}1/")
    assert changed.title == "고친 제목"
    if address.endswith("atom.xml"):
        assert changed.updated_parsed[:4] == (2026, 11, 28, 3)
        assert changed.published_parsed[:4] == (2026, 11, 20, 5)
    Letter.objects.using("owner").filter(id=letters.id).update(
        state="withdrawn", withdrawal_reason="잘못 보냄", withdrawn_at=datetime(2026, 11, 29, tzinfo=UTC)
    )
    gone = visitor.get(
        address, headers={"If-None-Match": after["ETag"], "If-Modified-Since": after["Last-Modified"]}
    )
    assert gone.status_code == 200
    assert "고친 제목" not in gone.text


def test_control_characters_in_titles_break_no_feed(world, visitor, mother):
    rows.letter(
        world.hwanggan,
        1,
        "앞\x01\x0b\x1f\ufffe\x7f뒤 ]]> \u2028 끝 😀",
        html="<p>글\x02 ]]></p>",
        author="교\x03무부",
    )
    mother.post("/account/feed/make/")
    for address in (*PUBLIC, *own_addresses(mother)):
        [title] = titles(read(visitor.get(address)))
        assert title.startswith("앞")
        assert "😀" in title


def test_an_empty_board_has_a_feed_too(world, visitor):
    for address in PUBLIC:
        assert titles(read(visitor.get(address))) == []


# A guardian's own


def test_a_guardian_reads_the_own_classes_at_a_secret_address(world, visitor, letters, mother):
    assert "내 주소 만들기" in mother.get("/account/feed/").text
    mother.post("/account/feed/make/")
    rss, atom = own_addresses(mother)
    for address in (rss, atom):
        with statements() as counted:
            answer = visitor.get(address)
        assert len(counted) == 2, counted
        feed = read(answer)
        assert titles(feed)[1:3] == ["우리 반 소풍", "공지"]
        assert titles(feed)[0] == "3학년 안내"
        assert "옆 반" not in answer.text
        assert "초안" not in answer.text
        assert "이서연" not in answer.text
        assert "김가람" not in answer.text
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert visitor.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    [file] = read(visitor.get(rss)).entries[1].enclosures
    sent = visitor.get(urlsplit(file.href).path)
    assert b"".join(sent) == papers.hwp()
    assert sent["Cache-Control"] == "private, no-store"
    # Without the secret it is a file of a class.
    assert visitor.get(f"/files/{urlsplit(file.href).path.split('/')[-2]}/").status_code == 302


def test_the_right_ends_with_the_link_and_the_address_with_a_new_one(world, visitor, letters, mother):
    mother.post("/account/feed/make/")
    [old, _] = own_addresses(mother)
    [row] = FeedAddress.objects.using("owner").all()
    assert old.split("/")[2] not in (row.token_hash, row.nonce)
    mother.post("/account/feed/make/")
    [new, _] = own_addresses(mother)
    assert visitor.get(old).status_code == 404
    assert visitor.get(new).status_code == 200
    ChildLink.objects.using("owner").update(state="ended")
    assert titles(read(visitor.get(new))) == []
    mother.post("/account/feed/remove/")
    assert visitor.get(new).status_code == 404
    assert world.audit_names().count("feed.address_made") == 2
    assert world.audit_names()[-1] == "feed.address_removed"


def test_a_barred_guardian_is_fed_nothing(world, visitor, letters, mother):
    mother.post("/account/feed/make/")
    Restriction.objects.using("owner").create(
        student=world.garam,
        guardian=world.seoyeon,
        school_id=world.hwanggan.id,
        kind="no_view",
        reason="판결문",
        valid_from="2026-03-04",
    )
    [rss, _] = own_addresses(mother)
    assert titles(read(visitor.get(rss))) == []


def test_the_feed_holds_what_the_boards_show_the_same_guardian(world, letters, mother, visitor):
    mother.post("/account/feed/make/")
    [rss, _] = own_addresses(mother)
    seen = world.sql_as_app(
        "SELECT title FROM letters_letter WHERE state = 'published'",
        person=world.seoyeon,
        strength="certificate",
    )
    assert len(titles(read(visitor.get(rss)))) == len(seen) == 4


@pytest.mark.parametrize("token", ["x", "0" * 64, "0" * 63 + "%00", "가", "0" * 5000])
def test_a_guessed_address_is_not_there(world, visitor, mother, token):
    mother.post("/account/feed/make/")
    assert visitor.get(f"/feeds/{token}/rss.xml").status_code == 404


def test_the_database_shows_nobody_the_address_of_another(world, mother):
    mother.post("/account/feed/make/")
    seen = "SELECT person_id FROM letters_feedaddress"
    assert world.sql_as_app(seen, person=world.stranger, strength="certificate") == []
    assert world.sql_as_app(seen) == []
    assert world.sql_as_app(seen, person=world.seoyeon, strength="certificate") == [(world.seoyeon.id,)]


def test_boards_say_where_their_feeds_are(visitor, letters):
    for page in (visitor.get(BOARD).text, visitor.get(f"{BOARD}1/").text):
        assert f'type="application/rss+xml" title="황간초등학교 가정통신문" href="{BOARD}rss.xml"' in page


@pytest.mark.parametrize("count", [1, 35])
def test_a_feed_holds_thirty_letters_for_few_statements(world, visitor, count):
    for n in range(count):
        rows.attachment(rows.letter(world.hwanggan, n + 1, f"글 {n}"), content=papers.hwp() + bytes([n]))
    with statements() as counted:
        feed = read(visitor.get(f"{BOARD}rss.xml"))
    assert len(counted) == 6, counted
    assert len(feed.entries) == min(count, 30)


@pytest.mark.parametrize("page", [BOARD, f"{BOARD}1/", f"{BOARD}1/print/"])
def test_pages_for_everyone_may_be_kept_and_nothing_of_somebody_signed_in(
    world, visitor, letters, page, mother
):
    visitor.get(page)  # counted from now on
    first = visitor.get(page)
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first["Vary"] == "Cookie"
    assert visitor.get(page, headers={"If-None-Match": first["ETag"]}).status_code == 304
    own = mother.get(page, headers={"If-None-Match": first["ETag"]})
    assert (own.status_code, own["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in own.headers


def test_nothing_is_kept_of_a_letter_for_some(visitor, letters, mother):
    for browser, status in ((visitor, 302), (mother, 200)):
        answer = browser.get(f"{BOARD}2/")
        assert (answer.status_code, answer["Cache-Control"]) == (status, "no-store")
