"""가정통신문 쓰기: drafts, sending now and later, editing with versions, withdrawing (pages.md §5.7)."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError
from django.db.models import F

from baroalgi.accounts.models import Session
from baroalgi.letters.models import Attachment, Letter, LetterVersion, SlipForm
from baroalgi.platform.models import StoredFile
from tests import rows
from tests.guardianship.rows import staff
from tests.letters import slip_rows
from tests.statements import assert_statements
from tests.world import SEOUL

DESK = "/desk/letters/"
BOARD = "/schools/8071028/boards/home-letters/"


@pytest.fixture
def desk(world, as_staff):
    """박지훈, who leads 3-1."""
    return as_staff(world.homeroom_teacher)


@pytest.fixture
def office(world, as_staff):
    """The administrator of the school."""
    return as_staff(staff(world, "관리자", "school_admin"))


def entered(world, **changed):
    """What the form sends, whole."""
    return {
        "board": rows.board(world.hwanggan).id,
        "receivers": "everyone",
        "when": "now",
        "title": "겨울방학 방과후학교 수요 조사",
        "html": "<p>학부모님 안녕하십니까?</p>",
        "text": "",
        "author": "교무부",
        "act": "save",
    } | changed


def written(browser, world, **changed):
    """Save a new letter and return it."""
    answer = browser.post(f"{DESK}new/", entered(world, **changed))
    assert answer.status_code == 302, answer.text
    return Letter.objects.using("owner").get(id=int(re.search(r"(\d+)/$", answer["Location"])[1]))


def again(world, letter, **changed):
    """What the form of a letter sends the next time."""
    return entered(world, seen=world.fresh(letter).changed_at.isoformat()) | changed


def test_a_draft_is_seen_by_staff_of_the_school_alone_and_sent_by_its_writer(world, desk, visitor, as_staff):
    letter = written(desk, world)
    assert (letter.state, letter.number, letter.written_by_id) == ("draft", None, world.homeroom_teacher.id)
    assert "겨울방학" not in visitor.get(BOARD).text
    seen = "SELECT count(*) FROM letters_letter WHERE title LIKE '겨울방학%%'"
    assert world.sql_as_app(seen) == [(0,)]
    assert world.sql_as_app(seen, person=world.next_door_teacher) == [(1,)]
    assert world.sql_as_app(seen, person=world.other_school_officer) == [(0,)]
    assert as_staff(world.next_door_teacher).get(f"{DESK}{letter.id}/").status_code == 404

    sent = desk.post(f"{DESK}{letter.id}/", again(world, letter, act="send"))
    assert sent.status_code == 302
    assert "전교에 보냈습니다." in desk.get(sent["Location"]).text
    page = visitor.get(f"{BOARD}1/").text
    assert "<p>학부모님 안녕하십니까?</p>" in page
    assert "황간초등학교 교무부" in page
    names = ["letter.saved", "page.open.refused", "letter.saved", "letter.published"]
    assert world.audit_names() == names


def test_a_draft_is_deleted_with_its_slip_and_its_files(world, desk, as_staff):
    asked = {"slip_on": "on", "slip_due": "2099-11-27T18:00", "slip_0_text": "참여하십니까?"}
    letter = written(desk, world, **asked)
    rows.attachment(letter)
    assert "되돌릴 수 없습니다." in desk.get(f"{DESK}{letter.id}/").text
    seen = {"seen": letter.changed_at.isoformat()}
    assert as_staff(world.next_door_teacher).post(f"{DESK}{letter.id}/discard/", seen).status_code == 404
    stale = desk.post(f"{DESK}{letter.id}/discard/", {"seen": "2020-01-01T00:00:00+09:00"})
    assert "그사이 다른 분이 이 글을 고쳤습니다." in desk.get(stale["Location"]).text

    gone = desk.post(f"{DESK}{letter.id}/discard/", seen)
    assert "쓰던 글을 지웠습니다." in desk.get(gone["Location"]).text
    for model in (Letter, SlipForm, Attachment):
        assert not model.objects.using("owner").exists(), model
    # The file itself is for the sweep, which looks whether anything else names it.
    assert StoredFile.objects.using("owner").count() == 1
    assert world.audit_names()[-1] == "letter.discarded"
    assert desk.post(f"{DESK}{letter.id}/discard/", seen).status_code == 404


def test_what_was_sent_or_waits_for_its_time_is_not_deleted(world, desk):
    later = f"{datetime.now(SEOUL) + timedelta(days=3):%Y-%m-%dT%H:%M}"
    waits = written(desk, world, act="send", when="later", publish_at=later)
    for letter in (waits, written(desk, world, act="send")):
        seen = {"seen": world.fresh(letter).changed_at.isoformat()}
        refused = desk.post(f"{DESK}{letter.id}/discard/", seen)
        assert "이미 보낸 글입니다." in desk.get(refused["Location"]).text
        assert "이 글 지우기" not in desk.get(f"{DESK}{letter.id}/").text
    deleted = "DELETE FROM letters_letter"
    assert world.sql_as_app(deleted, person=world.homeroom_teacher) == 0
    rows.letter(world.hwanggan, None, "남의 초안", state="draft", written_by=world.next_door_teacher)
    assert world.sql_as_app(deleted, person=world.homeroom_teacher) == 0
    assert world.sql_as_app(deleted, person=world.next_door_teacher) == 1


def test_the_questions_of_an_earlier_slip_are_taken_and_nothing_is_saved(world, desk):
    earlier = slip_rows.letter(world, signing="certificate", rule="both", title="지난번 조사")
    slip_rows.letter(world, title="묻지 않은 글")
    letter = written(desk, world, title="저장한 제목")
    page = desk.get(f"{DESK}{letter.id}/").text
    assert "지난번 조사" in page
    typed = again(
        world, letter, title="고치던 제목", html="<p>고치던 글</p>", pinned="on", act="take",
        slip_on="on", slip_due="2099-11-27T18:00", slip_0_text="버릴 질문", slip_from=earlier.id,
    )  # fmt: skip
    for address in (f"{DESK}{letter.id}/", f"{DESK}new/"):
        page = desk.post(address, typed)
        assert page.status_code == 200
        for text in (
            'value="고치던 제목"',
            "<p>고치던 글</p>",
            'value="참여하시겠습니까?"',
            "참여하지 않습니다</textarea>",
            'value="2099-11-27T18:00"',
            'value="certificate" checked',
            '<option value="both" selected>',
        ):
            assert text in page.text, text
        assert re.search(r'name="pinned"[^>]*checked', page.text)
        assert "버릴 질문" not in page.text
    assert world.fresh(letter).title == "저장한 제목"
    assert not SlipForm.objects.using("owner").filter(letter=letter).exists()
    # What is not among the choices changes nothing of what was typed.
    for unknown in ("", "x", "\x00", "99999999999999999999", str(letter.id)):
        page = desk.post(f"{DESK}{letter.id}/", typed | {"slip_from": unknown})
        assert page.status_code == 200
        assert "버릴 질문" in page.text


def test_numbers_are_given_in_the_order_of_sending(world, desk):
    rows.letter(world.hwanggan, 7, "앞의 글")
    first, second = written(desk, world), written(desk, world, act="send")
    desk.post(f"{DESK}{first.id}/", again(world, first, act="send"))
    assert (world.fresh(second).number, world.fresh(first).number) == (8, 9)


def test_what_is_half_done_is_saved_and_not_sent_and_nothing_typed_is_lost(world, desk):
    draft = written(desk, world, title="", html="", text="한 줄\n\n둘째 <줄>", author="")
    assert world.fresh(draft).html == "<p>한 줄</p><p>둘째 &lt;줄&gt;</p>"
    refused = desk.post(
        f"{DESK}{draft.id}/",
        again(world, draft, act="send", title=" ", html="", text="남는 글", author="", phone="번호 아님"),
    )
    assert refused.status_code == 422
    for text in (
        "제목을 적어 주세요.",
        "보내는 부서나 이름을 적어 주세요.",
        "전화번호를 숫자로",
        "남는 글",
        "번호 아님",
    ):
        assert text in refused.text, text
    assert world.state_of(draft) == "draft"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("title", "가" * 201),
        ("title", "\x00"),
        ("board", "999999"),
        ("board", "９９"),
        ("receivers", "class:999999"),
        ("receivers", "grade:2"),
        ("html", "<p>" + "가" * 100_001),
        ("html", "\x00"),
        ("author", "부" * 41),
        ("phone", "☎️"),
        ("publish_at", "내일"),
        ("act", "delete"),
    ],
)
def test_bad_input_is_told_and_nothing_is_stored(world, desk, name, value):
    answer = desk.post(f"{DESK}new/", entered(world, **{name: value}))
    assert answer.status_code == 422
    assert "고쳐 주세요" in answer.text or "다시 확인" in answer.text
    assert not Letter.objects.using("owner").exists()


def test_the_text_is_cleaned_on_the_server(world, desk, visitor):
    bad = (
        '<div style="color:red">한글<o:p></o:p></div><script>alert(1)</script><p onclick="x()">글</p>'
        '<a href="javascript:alert(1)">눌러</a><img src=x onerror=alert(1)><iframe src="https://e.com"></iframe>'
        "<b>굵게</b><table><tr><td style='width:9cm'>칸</td></tr></table>"
    )
    letter = written(desk, world, html=bad, act="send")
    assert letter.html == (
        "<p>한글</p><p>글</p><p>눌러<strong>굵게</strong></p><table><tbody><tr><td>칸</td></tr></tbody></table>"
    )
    assert letter.body == "한글\n\n글\n\n눌러굵게\n\n칸"
    assert letter.html in visitor.get(f"{BOARD}1/").text


def test_without_script_the_marks_of_a_text_that_nobody_touched_stay(world, desk):
    letter = written(desk, world, html="<p><strong>굵은</strong> 글</p>")
    desk.post(f"{DESK}{letter.id}/", again(world, letter, html="", text="굵은 글", title="다른 제목"))
    assert world.fresh(letter).html == "<p><strong>굵은</strong> 글</p>"
    desk.post(f"{DESK}{letter.id}/", again(world, letter, html="", text="다른 글"))
    assert world.fresh(letter).html == "<p>다른 글</p>"


def test_a_class_letter_is_for_its_guardians_and_the_school(world, desk, visitor, as_guardian, as_staff):
    world.link(guardian=world.seoyeon, child=world.garam)
    world.link(guardian=world.stranger, child=world.harin)
    letter = written(desk, world, receivers=f"class:{world.class_3_1.id}", act="send")
    assert letter.audience == "class"
    assert as_guardian(world.seoyeon).get(f"{BOARD}1/").status_code == 200
    assert "겨울방학" in as_guardian(world.seoyeon).get(BOARD).text
    assert "3학년 1반" in as_staff(world.next_door_teacher).get(f"{BOARD}1/").text
    assert as_guardian(world.stranger).get(f"{BOARD}1/").status_code == 404
    assert "겨울방학" not in as_guardian(world.stranger).get(BOARD).text
    assert "들어 있는 글이 없습니다" in as_guardian(world.stranger).get(BOARD, {"q": "겨울방학"}).text
    assert "방과후학교 수요" in as_guardian(world.seoyeon).get(BOARD, {"q": "겨울방학"}).text
    asked = visitor.get(f"{BOARD}1/")
    assert asked["Location"].startswith("/sign-in/?next=%2Fschools%2F8071028")
    assert "겨울방학" not in visitor.get(BOARD).text


def test_a_grade_letter_stays_with_the_children_of_that_year(world, desk, as_guardian):
    world.link(guardian=world.stranger, child=world.harin)  # next door, the same grade
    letter = written(desk, world, receivers="grade:3", act="send")
    assert (letter.grade, letter.school_year) == (3, 2026)
    assert as_guardian(world.stranger).get(f"{BOARD}1/").status_code == 200
    from baroalgi.organisation.models import Enrolment, SchoolClass

    next_year = SchoolClass.objects.using("owner").create(
        school=world.hwanggan, school_year=2027, grade=4, class_no=1
    )
    Enrolment.objects.using("owner").create(
        student=world.harin, school_class=world.class_3_2, valid_to="2027-03-01"
    )
    type(world.harin).objects.using("owner").filter(id=world.harin.id).update(school_class=next_year)
    assert as_guardian(world.stranger).get(f"{BOARD}1/").status_code == 200


def test_a_teacher_writes_to_the_own_class_and_grade_and_the_administrator_to_all(world, desk, office):
    choices = r'name="receivers" value="([^"]+)"'
    assert re.findall(choices, desk.get(f"{DESK}new/").text) == [
        "everyone",
        "grade:3",
        f"class:{world.class_3_1.id}",
    ]
    assert f"class:{world.class_3_2.id}" in re.findall(choices, office.get(f"{DESK}new/").text)
    # The second wall: whatever the program forgets.
    insert = """INSERT INTO letters_letter (board_id, title, body, author, views, audience, school_class_id)
                VALUES (%s, '글', '글', '담임', 0, 'class', %s)"""
    on = rows.board(world.hwanggan).id
    world.sql_as_app(insert, [on, world.class_3_1.id], person=world.homeroom_teacher)
    for person, school_class, board in (
        (world.homeroom_teacher, world.class_3_2, on),
        (world.homeroom_teacher, world.class_2_1, rows.board(world.saeneoul).id),
        (world.officer, world.class_3_1, on),
        (None, world.class_3_1, on),
    ):
        with pytest.raises(DatabaseError, match="row-level security"):
            world.sql_as_app(insert, [board, school_class.id], person=person)
    # An administrator writes to the classes of the own school alone, on whatever board.
    with pytest.raises(DatabaseError, match="its own classes"):
        world.sql_as_app(insert, [on, world.class_2_1.id], person=staff(world, "교감", "school_admin"))


def test_the_writer_sees_how_many_it_reaches(world, desk):
    world.link(guardian=world.seoyeon, child=world.garam)
    world.link(guardian=world.stranger, child=world.garam)
    said = desk.get(f"{DESK}reach/", {"receivers": f"class:{world.class_3_1.id}"}).text
    assert "3학년 1반 학생 2명, 보호자 2명이 받습니다." in said
    assert "연결된 보호자가 없는 학생 1명은 종이로 인쇄해 주세요." in said
    assert "전교 학생 3명, 보호자 2명이 받습니다." in desk.get(f"{DESK}new/").text


def test_a_letter_goes_out_at_its_time_once(world, desk, visitor, as_role):
    from baroalgi.letters import jobs

    later = datetime.now(SEOUL) + timedelta(days=3)
    letter = written(desk, world, act="send", when="later", publish_at=f"{later:%Y-%m-%dT%H:%M}")
    assert world.state_of(letter) == "scheduled"
    assert "에 보냅니다." in desk.get(f"{DESK}{letter.id}/").text
    past = f"{datetime.now(SEOUL) - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    refused = desk.post(
        f"{DESK}{letter.id}/", again(world, letter, act="send", when="later", publish_at=past)
    )
    assert refused.status_code == 422
    assert "지난 때입니다." in refused.text

    as_role("worker")
    jobs.publish_due()
    assert world.state_of(letter) == "scheduled"
    Letter.objects.using("owner").filter(id=letter.id).update(publish_at=datetime.now(SEOUL))
    jobs.publish_due()
    jobs.publish_due()
    as_role("app")
    assert (world.fresh(letter).state, world.fresh(letter).number) == ("published", 1)
    assert world.audit_names().count("letter.published") == 1
    assert "겨울방학" in visitor.get(BOARD).text


def test_a_scheduled_letter_can_be_kept_back(world, desk):
    later = f"{datetime.now(SEOUL) + timedelta(days=3):%Y-%m-%dT%H:%M}"
    letter = written(desk, world, act="send", when="later", publish_at=later)
    desk.post(f"{DESK}{letter.id}/", again(world, letter, act="unschedule"))
    assert (world.fresh(letter).state, world.fresh(letter).publish_at) == ("draft", None)


def test_editing_what_was_sent_makes_a_visible_version(world, desk, visitor):
    letter = written(desk, world, html="<p>기간 1월 4일까지</p><p>그대로</p>", act="send")
    changed = again(world, letter, html="<p>기간 1월 15일까지</p><p>그대로</p>", act="save")
    assert desk.post(f"{DESK}{letter.id}/", changed).status_code == 302
    page = visitor.get(f"{BOARD}1/").text
    assert "고친 글입니다." in page
    assert re.search(r"<del>.*기간 1월 4일까지</del>", page)
    assert re.search(r"<ins>.*기간 1월 15일까지</ins>", page)
    assert "그대로</del>" not in page
    assert "고친 글입니다" in visitor.get(f"{BOARD}1/print/").text
    assert world.fresh(letter).version == 2
    # Only pinning is no version.
    desk.post(f"{DESK}{letter.id}/", again(world, letter, html=changed["html"], pinned="on"))
    assert LetterVersion.objects.using("owner").filter(letter=letter).count() == 1
    # Whom it was sent to stays, in the database too.
    moved = desk.post(f"{DESK}{letter.id}/", again(world, letter, receivers="grade:3"))
    assert moved.status_code == 422
    assert "보낸 글은 게시판과 받는 분을 바꿀 수 없습니다." in moved.text
    with pytest.raises(DatabaseError, match="keeps place and receivers"):
        world.sql_as_app(
            "UPDATE letters_letter SET audience = 'grade', grade = 3, school_year = 2026",
            person=world.homeroom_teacher,
        )


def test_who_saves_over_another_is_told(world, desk, office):
    letter = written(desk, world)
    stale = again(world, letter, title="나중에 저장한 제목")
    office.post(f"{DESK}{letter.id}/", again(world, letter, title="먼저 저장한 제목"))
    refused = desk.post(f"{DESK}{letter.id}/", stale)
    assert refused.status_code == 422
    assert "그사이 다른 분이 이 글을 고쳤습니다." in refused.text
    assert "나중에 저장한 제목" in refused.text
    assert world.fresh(letter).title == "먼저 저장한 제목"


def test_a_withdrawn_letter_says_so_and_why(world, desk, visitor):
    letter = written(desk, world, act="send")
    without = desk.post(f"{DESK}{letter.id}/withdraw/", {"reason": " "})
    assert without.status_code == 422
    assert "거두는 이유를 적어 주세요." in without.text
    desk.post(f"{DESK}{letter.id}/withdraw/", {"reason": "날짜가 틀렸습니다."})
    gone = visitor.get(f"{BOARD}1/")
    assert gone.status_code == 410
    assert "거두어들인 글입니다" in gone.text
    assert "날짜가 틀렸습니다." in gone.text
    assert "안녕하십니까" not in gone.text
    assert "겨울방학" not in visitor.get(BOARD).text
    assert visitor.get(f"{BOARD}1/card.png").status_code == 404
    again_withdrawn = desk.post(f"{DESK}{letter.id}/withdraw/", {"reason": "한 번 더"})
    assert "거두어들인 글은 고칠 수 없습니다." in again_withdrawn.text
    saved = desk.post(f"{DESK}{letter.id}/", again(world, letter, title="거둔 뒤의 제목"))
    assert (saved.status_code, "거두어들인 글은 고칠 수 없습니다." in saved.text) == (422, True)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (source, target)
        for source in ("draft", "scheduled", "published", "withdrawn")
        for target in ("draft", "scheduled", "published", "withdrawn")
        if source != target
        and target
        not in {"draft": ["scheduled", "published"], "scheduled": ["draft", "published"]}.get(source, [])
        and (source, target) != ("published", "withdrawn")
    ],
)
def test_every_other_way_between_states_is_closed(world, source, target):
    facts = {"publish_at": datetime.now(SEOUL), "withdrawal_reason": "이유"}
    letter = rows.letter(world.hwanggan, 1, "글", state=source, **facts)
    with pytest.raises(DatabaseError, match="is no transition"):
        Letter.objects.using("owner").filter(id=letter.id).update(state=target)


def test_the_list_and_the_preview(world, desk):
    letter = written(desk, world)
    assert "겨울방학" in desk.get(f"{DESK}?state=draft").text
    assert "보낸 글이 없습니다." in desk.get(f"{DESK}?state=published").text
    assert desk.get(f"{DESK}?state=nothing").status_code == 200
    preview = desk.get(f"{DESK}{letter.id}/preview/").text
    assert "황간초등학교 교무부" in preview
    with assert_statements(3):
        desk.get(DESK)
    with assert_statements(8):
        desk.get(f"{DESK}{letter.id}/")


def test_a_session_that_ended_gives_back_the_letter_and_its_slip(world, visitor):
    sign_in = {"login": "jihun", "password": "Teach-er-2026"}
    asked = {
        "slip_on": "on",
        "slip_due": "2099-11-27T18:00",
        "slip_rule": "both",
        "slip_signing": "certificate",
        "slip_0_text": "참가에 동의하십니까?",
        "slip_0_kind": "text",
    }
    # As long as a letter of some ten pages is.
    long = "<p>" + "함께 다녀옵니다. " * 4_000 + "</p>"
    visitor.post("/sign-in/staff/", sign_in)
    Session.objects.using("owner").update(seen_at=F("seen_at") - timedelta(minutes=11))
    away = visitor.post(f"{DESK}new/", entered(world, html=long, receivers="class", **asked))

    visitor.get(away["Location"])
    back = visitor.post("/sign-in/staff/", sign_in, follow=True).text
    assert 'value="겨울방학 방과후학교 수요 조사"' in back
    assert back.count("함께 다녀옵니다.") >= 4_000
    assert 'value="2099-11-27T18:00"' in back
    assert 'value="참가에 동의하십니까?"' in back
    for chosen in ('value="both" selected', 'value="text" selected', 'value="certificate" checked'):
        assert chosen in back
    # What was not ticked stays so.
    assert not re.search(r'name="slip_0_required"[^>]*checked', back)
    assert 'value="참가에 동의하십니까?"' not in visitor.get(f"{DESK}new/").text


def test_errors_of_letter_and_slip_stand_in_one_summary(world, desk):
    slip = {"slip_on": "on", "slip_due": "2020-01-01T09:00", "slip_0_text": "가시겠습니까?"}
    both = desk.post(f"{DESK}new/", entered(world, act="send", title="", **slip))
    assert both.status_code == 422
    assert both.text.count("data-error-summary") == 1
    assert "2가지를 고쳐 주세요" in both.text
    assert '<a href="#id_slip_due">마감이 이미 지났습니다.</a>' in both.text

    slip_alone = desk.post(f"{DESK}new/", entered(world, act="send", **slip)).text
    assert "1가지를 고쳐 주세요" in slip_alone
    assert "<title>오류: 가정통신문 쓰기" in slip_alone
    assert not Letter.objects.using("owner").exists()
