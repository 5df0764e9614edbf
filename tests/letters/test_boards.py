"""Boards: found by words, pinned, counted, shared; what the database keeps of all that."""

import re

from django.db import connection, connections

from baroalgi.letters import actions
from baroalgi.letters.models import Board, Visit, VisitKey
from baroalgi.platform.unit import unit_of_work
from tests import rows
from tests.races import at_once
from tests.statements import assert_statements

BOARD = "/schools/8071028/boards/home-letters/"


def test_every_school_has_three_boards_a_new_one_too(world):
    from baroalgi.organisation.models import School

    new = School.objects.using("owner").create(
        office_id="M10", name="새학교", code="8999999", initials="ㅅㅎㄱ"
    )
    slugs = (
        Board.objects.using("owner").filter(school=new).order_by("position").values_list("slug", flat=True)
    )
    assert list(slugs) == ["home-letters", "notices", "news"]


def test_letters_are_found_by_any_part_of_their_words(world, visitor):
    rows.letter(world.hwanggan, 1, "가을 현장체험학습 안내", body="준비물은 도시락입니다.")
    rows.letter(world.hwanggan, 2, "English Camp 100%", body="겨울방학_캠프")
    rows.letter(world.hwanggan, 3, "거둔 체험학습", state="withdrawn", withdrawal_reason="이유")
    rows.letter(world.saeneoul, 1, "다른 학교의 체험학습")
    for words, found in (
        ("체험", [1]),
        ("장체", [1]),
        ("도시락 현장", [1]),
        ("　체험학습　", [1]),
        ("english camp", [2]),
        ("0%", [2]),
        ("학_캠", [2]),
        ("학%캠", []),
        ("없는말", []),
    ):
        page = visitor.get(BOARD, {"q": words})
        assert page.status_code == 200
        assert [int(n) for n in re.findall(r'home-letters/(\d+)/"', page.text)] == found, words
    with assert_statements(4):
        visitor.get(BOARD, {"q": "체험"})


def test_old_letters_of_a_large_board_are_found_newest_first(world, visitor):
    for number in (1, 999, 1000, 2500, 4100):
        rows.letter(world.hwanggan, number, "체험학습 안내")
    rows.letter(world.hwanggan, 4099, "체험 없는 학습 안내")

    def found(**asked):
        page = visitor.get(BOARD, {"q": "체험학습", **asked}).text
        return [int(n) for n in re.findall(r'home-letters/(\d+)/"', page)]

    assert found() == [4100, 2500, 1000, 999, 1]
    assert found(before=2500) == [1000, 999, 1]
    assert found(before=1000) == [999, 1]
    assert found(before=1) == []


def test_words_that_cannot_be_sought_are_told_at_the_field(world, visitor):
    for words, said in (
        ("꽃", "두 글자 이상 적어 주세요."),
        ("가" * 61, "60자까지"),
        ("\x00급식", "q-error"),
    ):
        page = visitor.get(BOARD, {"q": words})
        assert page.status_code == 422
        assert said in page.text


def test_the_index_of_pairs_is_used_and_a_policy_would_forbid_it(world):
    """The door asks as the owner: beneath a row policy an operator that is not leakproof uses no index."""
    rows.letter(world.hwanggan, 1, "가을 현장체험학습 안내")
    holds = "policy.letter_marks(board_id, number, title, body) @> policy.grams('체험')"
    sought = f"EXPLAIN SELECT id FROM letters_letter WHERE {holds}"
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(sought)
        plan = " ".join(line for (line,) in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "letter_marks" in plan
    assert "letter_marks" not in str(world.sql_as_app(sought))


def test_pinned_letters_stand_above_and_once(world, visitor):
    rows.letter(world.hwanggan, 1, "늘 보는 글", pinned=True)
    rows.letter(world.hwanggan, 2, "새 글")
    page = visitor.get(BOARD).text
    assert page.index("늘 보는 글") < page.index("새 글")
    assert page.count("늘 보는 글") == 1


def test_two_hundred_readings_at_once_are_all_counted_and_none_twice(world):
    """Ten at a time, twenty-five visitors each; two of the ten are the same visitors."""
    letter = rows.letter(world.hwanggan, 1, "모두 읽는 글")

    def read(first):
        for visitor in range(first, first + 25):
            with unit_of_work(None):
                actions.count_view(letter.id, line="192.0.2.1", agent=f"browser {visitor}")

    at_once(*(lambda first=first: read(first) for first in (*range(0, 200, 25), 0, 25)))
    assert world.fresh(letter).views == 200
    assert Visit.objects.using("owner").count() == 200


def test_nobody_is_recognised_tomorrow(world, visitor, as_role):
    from baroalgi.letters import jobs

    rows.letter(world.hwanggan, 1, "글")
    visitor.get(f"{BOARD}1/")
    [key], [visit] = VisitKey.objects.using("owner").all(), Visit.objects.using("owner").all()
    assert (len(bytes(key.key)), len(bytes(visit.visitor))) == (32, 16)
    # Tomorrow has another secret; the first visitor throws away the one of today, a job the hashes.
    VisitKey.objects.using("owner").update(day="2020-01-01")
    Visit.objects.using("owner").update(day="2020-01-01")
    visitor.get(f"{BOARD}1/")
    [fresh] = VisitKey.objects.using("owner").all()
    assert bytes(fresh.key) != bytes(key.key)
    visitors = [bytes(row.visitor) for row in Visit.objects.using("owner").order_by("day")]
    assert visitors[0] != visitors[1]
    as_role("worker")
    jobs.forget_visits()
    jobs.forget_visits()
    assert Visit.objects.using("owner").count() == 1
    as_role("app")
    for table in ("letters_visit", "letters_visitkey"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('baroalgi_app', %s, 'SELECT')", [table])
            assert cursor.fetchone() == (False,)


def test_sharing_is_links_and_our_own_picture(world, visitor, settings_environment):
    rows.letter(world.hwanggan, 1, "나누는 & 글")
    page = visitor.get(f"{BOARD}1/").text
    address = "http%3A%2F%2Flocalhost%3A8000%2Fschools%2F8071028%2Fboards%2Fhome-letters%2F1%2F"
    for link in (
        f"https://www.facebook.com/sharer/sharer.php?u={address}",
        f"https://twitter.com/intent/tweet?url={address}",
        f"https://story.kakao.com/share?url={address}",
        "https://band.us/plugin/share?body=",
        'property="og:title" content="나누는 &amp; 글"',
        'property="og:image" content="http://localhost:8000/schools/8071028/boards/home-letters/1/card.png"',
    ):
        assert link in page.replace("&amp;text", "&text"), link
    assert not re.findall(r'<script[^>]+src="(?!/static/)', page)
    picture = visitor.get(f"{BOARD}1/card.png")
    assert picture["Content-Type"] == "image/png"
    assert picture.content[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    assert picture["Cache-Control"] == "public, max-age=300, must-revalidate"
    visitor.cookies["baroalgi_session"] = "ended"
    assert "public" not in visitor.get(f"{BOARD}1/card.png")["Cache-Control"]
    visitor.cookies.clear()
    settings_environment(share_kakaostory="0")
    assert "story.kakao.com" not in visitor.get(f"{BOARD}1/").text


def test_a_letter_prints_on_paper_of_its_own(world, visitor):
    rows.letter(world.hwanggan, 1, "인쇄할 글", document_no="제2026-70호", phone="043-742-4088")
    page = visitor.get(f"{BOARD}1/print/").text
    for text in (
        "황간초등학교",
        "인쇄할 글",
        "제2026-70호",
        "043-742-4088",
        "http://localhost:8000/schools/8071028/",
    ):
        assert text in page
    assert '<header class="paper-head">' in page
    assert "로그인" not in page


def test_what_is_not_ours_to_know_is_read_by_sql_no_more_than_by_page(world):
    rows.letter(world.hwanggan, 1, "3학년 1반 글", audience="class", school_class=world.class_3_1)
    rows.letter(world.hwanggan, None, "초안", state="draft")
    world.link(guardian=world.seoyeon, child=world.garam)
    world.link(guardian=world.stranger, child=world.garam, state="requested")
    titles = "SELECT title FROM letters_letter ORDER BY title"
    assert world.sql_as_app(titles) == []
    assert world.sql_as_app(titles, person=world.seoyeon, strength="certificate") == [("3학년 1반 글",)]
    assert world.sql_as_app(titles, person=world.stranger, strength="certificate") == []
    assert world.sql_as_app(titles, person=world.officer) == [("3학년 1반 글",), ("초안",)]
    # The door of the search tells no more: neither what a hidden letter says, nor that there is one.
    door = "SELECT policy.letters_with(%s, ARRAY['학년'], 2147483647, 20)"
    on = [rows.board(world.hwanggan).id]
    assert world.sql_as_app(door, on) == [([],)]
    assert len(world.sql_as_app(door, on, person=world.seoyeon, strength="certificate")[0][0]) == 1
    assert world.sql_as_app("UPDATE letters_letter SET title = '남의 글'", person=world.officer) == 0
