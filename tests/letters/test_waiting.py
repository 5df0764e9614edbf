"""What waits for a parent: letters not read yet and slips to be answered, in the menu and on the board."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import rows
from tests.letters import slip_rows
from tests.statements import assert_statements

BOARD = "/schools/8071028/boards/home-letters/"
UNREAD, TO_ANSWER = f"{BOARD}?show=unread", f"{BOARD}?show=to_answer"


@pytest.fixture
def mother(world, as_guardian):
    """이서연, whose children 김가람 and 김하늘 go to two schools."""
    for child in (world.garam, world.haneul):
        world.link(guardian=world.seoyeon, child=child)
    return as_guardian(world.seoyeon)


@pytest.fixture
def post(world, mother):
    """To 김가람: a slip to the class, a home letter, a notice to the grade. To 김하늘: one home letter."""
    rows.letter(world.hwanggan, 1, "인플루엔자 예방 수칙")
    facts = {"audience": "grade", "grade": 3, "school_year": world.class_3_1.school_year}
    rows.letter(world.hwanggan, 1, "3학년 물놀이 안내", on="notices", **facts)
    rows.letter(world.saeneoul, 1, "새너울 소식")
    # None of these is new to her: public news, another class, withdrawn, not sent.
    rows.letter(world.hwanggan, 2, "급식실 공사", on="notices")
    rows.letter(world.hwanggan, 2, "옆 반 글", audience="class", school_class=world.class_3_2)
    rows.letter(world.hwanggan, 3, "거둔 글", state="withdrawn", withdrawal_reason="이유")
    rows.letter(world.hwanggan, None, "초안", state="draft")
    return slip_rows.letter(world)


def numbers(page):
    """Return what the tabs say: all, unread, to answer."""
    return [int(n) for n in re.findall(r"(?:전체|읽지 않음|회신할 것) (\d+)</a>", page.text)]


def test_the_tabs_say_how_many_and_show_which(world, mother, post):
    page = mother.get(BOARD)
    assert numbers(page) == [2, 3, 1]
    assert "까지 회신" in page.text
    assert '<span class="badge open">회신 전</span>' in page.text
    assert page.text.count('class="new-dot"') == 2

    unread = mother.get(UNREAD).text
    for title in ("겨울방학 방과후학교 수요 조사", "인플루엔자 예방 수칙", "3학년 물놀이 안내"):
        assert title in unread, title
    assert 'boards/notices/1/"' in unread
    assert "공지사항 · " in unread
    for title in ("급식실 공사", "옆 반 글", "거둔 글", "초안", "새너울 소식"):
        assert title not in unread, title
    asked = mother.get(TO_ANSWER).text
    assert "겨울방학 방과후학교 수요 조사" in asked
    assert "인플루엔자 예방 수칙" not in asked


def test_what_was_opened_and_answered_waits_no_more(world, mother, post):
    assert numbers(mother.get(slip_rows.page_of(post))) == []
    assert numbers(mother.get(BOARD)) == [2, 2, 1]
    slip = slip_rows.slip(post, world.garam)
    mother.post(slip_rows.address(slip), {"guardian_name": "이서연", **slip_rows.JOINING})
    page = mother.get(BOARD)
    assert numbers(page) == [2, 2, 0]
    assert '<span class="badge done">회신함</span>' in page.text
    assert "지금 회신하실 것이 없습니다." in mother.get(TO_ANSWER).text


def test_another_guardian_has_read_nothing_by_it(world, mother, post, as_guardian):
    mother.get(slip_rows.page_of(post))
    father = as_guardian(slip_rows.other_guardian(world, world.garam))
    assert numbers(father.get(BOARD)) == [2, 3, 1]


def test_who_answered_where_both_are_asked_waits_for_the_other(world, mother, as_guardian):
    father = as_guardian(slip_rows.other_guardian(world, world.garam))
    letter = slip_rows.letter(world, rule="both")
    slip = slip_rows.slip(letter, world.garam)
    mother.post(slip_rows.address(slip), {"guardian_name": "이서연", **slip_rows.JOINING})
    assert numbers(mother.get(BOARD))[2] == 0
    assert "회신함" in mother.get(BOARD).text
    assert numbers(father.get(BOARD))[2] == 1


def test_a_slip_whose_time_is_over_is_not_asked_for(world, mother):
    letter = slip_rows.letter(world, due_at=timezone.now() - timedelta(minutes=1))
    page = mother.get(BOARD)
    assert numbers(page)[2] == 0
    assert letter.title in page.text
    assert "회신함" not in page.text
    assert "회신 전" not in page.text


def test_what_came_before_the_approval_or_last_year_is_not_new(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam, decided_at=timezone.now() - timedelta(days=800))
    today = rows.today()
    rows.letter(world.hwanggan, 1, "지지난해 글", posted_on=today - timedelta(days=700))
    rows.letter(world.hwanggan, 2, "오늘 글")
    mother = as_guardian(world.seoyeon)
    assert numbers(mother.get(BOARD)) == [2, 1, 0]
    world.link(guardian=world.stranger, child=world.garam, decided_at=timezone.now() + timedelta(days=1))
    assert numbers(as_guardian(world.stranger).get(BOARD)) == [2, 0, 0]


def test_every_page_of_a_parent_says_in_the_menu_what_waits(world, mother, post):
    from baroalgi.guardianship.models import ChildLink

    links = {row.student_id: row.public_id for row in ChildLink.objects.using("owner").all()}
    garam, haneul = links[world.garam.id], links[world.haneul.id]
    page = mother.get(f"/children/{garam}/attendance/").text
    assert '읽지 않음 </span>3</span> <span class="badge need">회신 1</span>' in page
    assert "새 소식 1" in page  # of 김하늘, in the switcher
    page = mother.get(f"/children/{haneul}/attendance/").text
    assert "읽지 않음 </span>1</span>" in page
    assert "회신 1" not in page
    assert "새 소식 3" in page
    with assert_statements(4):
        page = mother.get("/children/").text
    assert "읽지 않은 글 3 · 회신할 것 1" in page
    assert "읽지 않은 글 1</span>" in page
    overview = mother.get(f"/children/{garam}/").text
    assert '<span class="badge need">회신 필요</span>' in overview
    assert "옆 반 글" not in overview


def test_the_menu_marks_the_letters_on_every_board(world, mother, visitor):
    for board in ("home-letters", "notices", "news"):
        page = mother.get(f"/schools/8071028/boards/{board}/").text
        assert re.search(r'<a href="[^"]*home-letters/" aria-current="page">가정통신문', page), board
    # Beside whose menu the school's boards stand, the school is nobody's child's.
    assert 'aria-current="page">가정통신문' in visitor.get("/schools/8071028/boards/news/").text


def test_who_has_no_child_there_sees_the_board_alone(world, mother, post, visitor, as_staff, as_guardian):
    for browser in (visitor, as_staff(world.homeroom_teacher), as_guardian(world.stranger)):
        page = browser.get(UNREAD)
        assert page.status_code == 200
        assert numbers(page) == []
        assert "인플루엔자 예방 수칙" in page.text
    for told in ("unread&before=x", "nothing", "\x00"):
        assert mother.get(f"{BOARD}?show={told}").status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_few_statements(world, mother, count):
    for n in range(count):
        rows.letter(world.hwanggan, n + 1, f"글 {n}", pinned=n == 0)
    mother.get(BOARD)  # the session is marked as seen
    with assert_statements(6):
        mother.get(BOARD)
    with assert_statements(5):
        mother.get(UNREAD)


def test_own_pages_are_kept_by_nobody(world, mother, post, visitor):
    public = visitor.get(BOARD)
    assert "public" in public["Cache-Control"]
    for address in (BOARD, UNREAD):
        own = mother.get(address, headers={"if-none-match": public["ETag"]})
        assert (own.status_code, own["Cache-Control"], own.has_header("ETag")) == (200, "no-store", False)
        assert "Cookie" in own["Vary"]
