"""Reply slips: parents answer once per child, teachers see who has, and what was sent stays."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone

from baroalgi.letters.slips import chain, queries
from baroalgi.letters.slips.workflow import TRANSITIONS, State
from tests.letters import slip_rows as rows
from tests.letters.slip_rows import JOINING
from tests.statements import assert_statements


@pytest.fixture
def family(world):
    """이서연 is the mother of 김가람; nobody is linked to 이도윤."""
    return world.link(guardian=world.seoyeon, child=world.garam)


@pytest.fixture
def letter(world, family):
    return rows.letter(world)


def reply(browser, slip, **answers):
    return browser.post(rows.address(slip), {"guardian_name": "이서연", **JOINING, **answers})


# What a letter makes ---------------------------------------------------------------------------------


def test_publishing_makes_one_slip_for_each_child_of_the_audience(world, letter):
    from baroalgi.letters.models import Slip

    made = Slip.objects.using("owner").filter(letter=letter).order_by("student__number")
    assert [(slip.student.name, slip.state) for slip in made] == [("김가람", "open"), ("이도윤", "open")]


def test_what_was_sent_asks_nothing_new(world, letter):
    from baroalgi.letters.models import SlipForm

    form = SlipForm.objects.using("owner").filter(letter=letter)
    for act in (lambda: form.update(rule="both"), lambda: form.update(questions=[]), form.delete):
        with pytest.raises(DatabaseError, match="does not change"):
            act()


def test_no_other_way_between_states_than_the_listed_ones(world, letter):
    from baroalgi.letters.models import Slip

    row = Slip.objects.using("owner").filter(id=rows.slip(letter, world.garam).id)
    for source in State:
        for target in State:
            with connections["owner"].cursor() as cursor:
                cursor.execute("ALTER TABLE letters_slip DISABLE TRIGGER letters_slip_transition")
                row.update(state=source, answered_at=timezone.now())
                cursor.execute("ALTER TABLE letters_slip ENABLE TRIGGER letters_slip_transition")
            if target is source or target in TRANSITIONS[source]:
                assert row.update(state=target) == 1
            else:
                with pytest.raises(DatabaseError, match="is no transition"):
                    row.update(state=target)


# Guardians -------------------------------------------------------------------------------------------


def test_a_parent_answers_and_answers_again_and_the_last_one_counts(world, as_guardian, letter):
    parent, slip = as_guardian(world.seoyeon), rows.slip(letter, world.garam)
    page = parent.get(rows.address(slip)).text
    assert "참여하시겠습니까?" in page
    assert "회신 보내기" in page
    assert 'value="이서연"' in page

    sent = reply(parent, slip)
    assert sent.status_code == 302
    assert sent["Location"] == rows.page_of(letter) + f"#slip-{slip.public_id}"
    page = parent.get(rows.address(slip)).text
    assert "에 회신하셨습니다" in page
    assert "코딩, 배드민턴" in page
    assert "고치기" in page
    assert 'name="q1"' not in page

    assert 'name="q1" value="0" id="slip-' in parent.get(f"{rows.address(slip)}?edit-{slip.public_id}").text
    assert reply(parent, slip, q1="1", q2=[]).status_code == 302
    assert "참여하지 않습니다" in parent.get(rows.address(slip)).text
    assert [json.loads(bytes(row.content))["answers"] for row in rows.given(letter)] == [
        {"q1": ["참여합니다"], "q2": ["코딩", "배드민턴"], "q3": ["9시에 바로 갑니다."]},
        {"q1": ["참여하지 않습니다"], "q3": ["9시에 바로 갑니다."]},
    ]
    assert world.state_of(slip) == "answered"
    assert world.audit_names() == ["slip.answered", "slip.answered"]


def test_answering_costs_few_statements(world, as_guardian, letter):
    parent, slip = as_guardian(world.seoyeon), rows.slip(letter, world.garam)
    with assert_statements(10):
        assert reply(parent, slip).status_code == 302
    with assert_statements(4):
        parent.get(rows.address(slip))


CANNOT_BE_TAKEN = [
    ({"q1": ""}, "하나를 골라 주세요."),
    ({"q1": "7"}, "보이는 것 가운데서 골라 주세요."),
    ({"q1": "\x00"}, "골라 주세요."),
    ({"q2": ["0", "1", "2"]}, "2개까지 고를 수 있습니다."),
    ({"q2": ["0", "９"]}, "보이는 것 가운데서 골라 주세요."),
    ({"q3": "가" * 1001}, "1000자까지 적을 수 있습니다."),
    ({"guardian_name": "이정훈"}, "로그인하신 분의 이름을 적어 주세요."),
    ({"guardian_name": ""}, "이름을 입력해 주세요."),
]


def test_what_cannot_be_taken_is_told_and_kept(world, as_guardian, letter):
    parent, slip = as_guardian(world.seoyeon), rows.slip(letter, world.garam)
    for sent, sentence in CANNOT_BE_TAKEN:
        refused = reply(parent, slip, **{"q3": "<b>견과류 🥜</b>", **sent})
        assert refused.status_code == 422
        assert sentence in refused.text
        if "q3" not in sent:
            assert "&lt;b&gt;견과류 🥜&lt;/b&gt;" in refused.text
    assert rows.given(letter) == []
    assert reply(parent, slip).status_code == 302


def test_after_the_due_time_nobody_answers(world, as_guardian, as_role, letter):
    from baroalgi.letters.jobs import close_due_slips
    from baroalgi.letters.models import Slip

    late = "회신 기간이 끝났습니다. 담임선생님께 말씀해 주세요."
    parent, slip = as_guardian(world.seoyeon), rows.slip(letter, world.garam)
    assert reply(parent, slip).status_code == 302
    Slip.objects.using("owner").filter(letter=letter).update(due_at=timezone.now() - timedelta(minutes=1))
    # Before the job has come round, and after it.
    for state in ("answered", "closed"):
        assert world.state_of(slip) == state
        refused = reply(parent, slip, q1="1")
        assert refused.status_code == 422
        assert late in refused.text
        assert late in parent.get(rows.address(slip)).text
        as_role("worker")
        close_due_slips()
        close_due_slips()
        as_role("app")
    assert world.state_of(rows.slip(letter, world.doyun)) == "missed"
    assert len(rows.given(letter)) == 1


def test_a_slip_is_there_for_the_right_child_only(world, as_guardian, visitor, letter):
    slip = rows.slip(letter, world.garam)
    assert reply(as_guardian(world.stranger), slip).status_code == 404
    assert as_guardian(world.seoyeon).get(rows.address(rows.slip(letter, world.doyun))).status_code == 404
    assert visitor.get(rows.address(slip))["Location"].startswith("/sign-in/")
    assert rows.given(letter) == []


def test_a_slip_shows_its_child_to_who_has_several(world, as_guardian, letter):
    other = world.link(guardian=world.seoyeon, child=world.haneul)
    parent = as_guardian(world.seoyeon)
    assert 'class="who-name">김하늘<' in parent.get(f"/children/{other.public_id}/").text
    page = parent.get(rows.address(rows.slip(letter, world.garam))).text
    assert 'class="who-name">김가람<' in page


# Two guardians ---------------------------------------------------------------------------------------


def test_either_of_two_answers_and_the_other_is_told(world, as_guardian, as_staff, letter):
    father = rows.other_guardian(world, world.garam)
    slip = rows.slip(letter, world.garam)
    assert reply(as_guardian(world.seoyeon), slip).status_code == 302
    page = as_guardian(father).get(rows.address(slip)).text
    assert "다른 보호자가" in page
    assert "마지막에 보내신 것을 받습니다" in page
    assert "9시에 바로 갑니다." not in page
    assert reply(as_guardian(father), slip, guardian_name="김민수", q1="1", q3="").status_code == 302
    assert "다른 보호자가" in as_guardian(world.seoyeon).get(rows.address(slip)).text

    page = as_staff(world.homeroom_teacher).get(rows.answers_of(letter) + "?show=answered").text
    assert "김민수 · 이름 적음" in page
    assert "이서연 · 이름 적음" not in page
    assert "9시에 바로 갑니다." not in page


def test_both_answer_and_neither_answer_is_lost(world, as_guardian, as_staff, family):
    letter = rows.letter(world, rule="both")
    father = rows.other_guardian(world, world.garam)
    slip = rows.slip(letter, world.garam)
    mother, teacher = as_guardian(world.seoyeon), as_staff(world.homeroom_teacher)
    assert reply(mother, slip).status_code == 302
    assert world.state_of(slip) == "open"
    assert "다른 보호자는 아직 회신하지 않았습니다." in mother.get(rows.address(slip)).text
    assert "이서연 님만 회신함" in teacher.get(rows.answers_of(letter)).text

    assert reply(as_guardian(father), slip, guardian_name="김민수", q1="1").status_code == 302
    assert world.state_of(slip) == "answered"
    assert "다른 보호자도" in mother.get(rows.address(slip)).text
    page = teacher.get(rows.answers_of(letter) + "?show=answered").text
    assert page.index("이서연 · 이름 적음") < page.index("김민수 · 이름 적음")


# Teachers --------------------------------------------------------------------------------------------


def test_the_teacher_sees_who_read_who_answered_and_who_is_missing(world, as_guardian, as_staff, letter):
    teacher, parent = as_staff(world.homeroom_teacher), as_guardian(world.seoyeon)
    page = teacher.get(rows.answers_of(letter)).text
    for text in (
        "2명이 아직 회신하지 않았습니다",
        "읽지 않음 1명 · 연결된 보호자 없음 1명",
        "이서연(모)",
        "종이로 보내 주세요",
    ):
        assert text in page, text
    assert parent.get(rows.page_of(letter)).status_code == 200
    page = teacher.get(rows.answers_of(letter)).text
    assert "읽고 답하지 않음 1명" in page
    assert reply(parent, rows.slip(letter, world.garam)).status_code == 302
    page = teacher.get(rows.answers_of(letter)).text
    for text in ("1명이 아직 회신하지 않았습니다", "회신함 1", "회신 1 / 2명", "9시에 바로 갑니다."):
        assert text in page, text
    looked = [entry.student_id for entry in world.audit() if entry.act == "slip.answers_viewed"]
    assert looked == [world.garam.id, world.doyun.id] * 3


def test_thirty_children_cost_no_more_statements_than_two(world, as_staff, letter):
    from baroalgi.organisation.models import Student

    with assert_statements(8):
        as_staff(world.homeroom_teacher).get(rows.answers_of(letter))
    Student.objects.using("owner").bulk_create(
        Student(
            identity_mac=f"{n:064}",
            name=f"학생{n}",
            school=world.hwanggan,
            school_class=world.class_3_1,
            number=30 + n,
        )
        for n in range(30)
    )
    whole_class = rows.letter(world)
    with assert_statements(8):
        page = as_staff(world.homeroom_teacher).get(rows.answers_of(whole_class)).text
    assert "32명이 아직 회신하지 않았습니다" in page


def test_the_missing_are_reminded_in_one_act_once_a_day(world, as_staff, letter):
    teacher = as_staff(world.homeroom_teacher)
    assert "1명에게 다시 알리기" in teacher.get(rows.answers_of(letter)).text
    for _again in range(2):
        assert teacher.post(rows.answers_of(letter, "remind/")).status_code == 302
    (mail,) = world.mails()
    assert "김가람 학생의 회신을 기다립니다" in mail.subject
    assert "겨울방학 방과후학교 수요 조사" in mail.text
    assert rows.address(rows.slip(letter, world.garam)) in mail.text
    page = teacher.get(rows.answers_of(letter)).text
    assert "분에 알렸습니다." in page
    assert 'aria-disabled="true"' in page
    assert world.audit_names().count("slip.reminded") == 1
    assert "remind_slips.refused" in world.audit_names()


def test_what_came_on_paper_is_written_in_also_after_the_due_time(world, as_staff, as_guardian, letter):
    from baroalgi.letters.models import Slip

    teacher, slip = as_staff(world.homeroom_teacher), rows.slip(letter, world.doyun)
    paper = rows.answers_of(letter, f"{slip.public_id}/paper/")
    assert "이도윤" in teacher.get(paper).text
    assert teacher.post(paper, {"q2": ["0"]}).status_code == 422
    assert teacher.post(paper, {"q1": "1"}).status_code == 302
    assert world.state_of(slip) == "answered"
    Slip.objects.using("owner").filter(letter=letter).update(due_at=timezone.now() - timedelta(days=1))
    Slip.objects.using("owner").filter(id=rows.slip(letter, world.garam).id).update(state="missed")
    paper = rows.answers_of(letter, f"{rows.slip(letter, world.garam).public_id}/paper/")
    assert teacher.post(paper, {"q1": "0"}).status_code == 302
    assert world.state_of(rows.slip(letter, world.garam)) == "closed"
    assert [row.way for row in rows.given(letter)] == ["paper", "paper"]
    page = as_guardian(world.seoyeon).get(rows.address(rows.slip(letter, world.garam))).text
    assert "종이 회신을 받아 적었습니다" in page


def test_the_teacher_opens_again_what_is_over(world, as_staff, as_guardian, letter):
    from baroalgi.letters.models import Slip

    slip = rows.slip(letter, world.garam)
    over = timezone.now() - timedelta(days=1)
    Slip.objects.using("owner").filter(letter=letter).update(state="missed", due_at=over)
    teacher = as_staff(world.homeroom_teacher)
    for wrong in ("", "어제", "2020-01-01T09:00", "９" * 400):
        assert teacher.post(rows.answers_of(letter, "reopen/"), {"due_at": wrong}).status_code == 422
    new = timezone.localtime() + timedelta(days=2)
    sent = teacher.post(rows.answers_of(letter, "reopen/"), {"due_at": f"{new:%Y-%m-%dT%H:%M}"})
    assert sent.status_code == 302
    assert world.state_of(slip) == "open"
    assert reply(as_guardian(world.seoyeon), slip).status_code == 302


def test_those_with_nobody_linked_are_printed(world, as_staff, letter):
    from pypdf import PdfReader

    teacher = as_staff(world.homeroom_teacher)
    answer = teacher.get(rows.answers_of(letter, "print/"))
    assert answer["Content-Type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    text = "".join(page.extract_text().split())
    for words in ("이도윤·3학년1반11번", "겨울방학방과후학교수요조사", "참여하지않습니다", "(서명또는인)"):
        assert words in text, words
    assert "김가람" not in text
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [148, 210]


def test_a_parents_text_is_no_formula_in_the_workbook(world, as_staff, as_guardian, letter):
    from openpyxl import load_workbook

    parent, slip = as_guardian(world.seoyeon), rows.slip(letter, world.garam)
    evil = '=HYPERLINK("http://evil.example","누르세요")'
    assert reply(parent, slip, q3=evil).status_code == 302
    file = as_staff(world.homeroom_teacher).get(rows.answers_of(letter, "answers.xlsx"))
    assert "filename*=utf-8''" in file["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(file.content)).active
    heads, garam, doyun = sheet.iter_rows(values_only=True)
    assert heads[-3:] == ("참여하시겠습니까?", "바라는 강좌", "학교에 전할 말")
    assert garam[:5] == (3, 1, 4, "김가람", "회신함")
    assert garam[-3:] == ("참여합니다", "코딩, 배드민턴", evil)
    assert sheet.cell(2, len(heads)).data_type == "s"
    assert doyun[3:5] == ("이도윤", "회신 없음")


def test_only_those_in_charge_see_the_answers(world, as_staff, letter):
    assert as_staff(world.next_door_teacher).get(rows.answers_of(letter)).status_code == 404
    assert as_staff(world.officer).get(rows.answers_of(letter)).status_code == 404
    assert as_staff(world.homeroom_teacher).get(rows.answers_of(letter)).status_code == 200
    # Of a letter to all, a homeroom teacher sees the own class.
    to_all = rows.letter(world, audience="everyone", school_class=None, writer=world.next_door_teacher)
    page = as_staff(world.homeroom_teacher).get(rows.answers_of(to_all)).text
    assert "박하린" not in page
    assert "김가람" in page
    writer = as_staff(world.next_door_teacher)
    assert "박하린" in writer.get(rows.answers_of(to_all)).text
    page = writer.get(rows.answers_of(to_all) + f"?class_id={world.class_3_1.id}").text
    assert "김가람" in page


# Evidence --------------------------------------------------------------------------------------------


def test_answers_form_a_chain_that_nobody_can_change(world, as_guardian, as_role, letter):
    parent, slip = as_guardian(world.seoyeon), rows.slip(letter, world.garam)
    for choice in ("0", "1"):
        assert reply(parent, slip, q1=choice).status_code == 302
    as_role("worker")
    links = list(queries.links())
    as_role("app")
    assert [link.position for link in links] == [1, 2]
    assert links[1].previous == links[0].digest
    assert chain.broken(links) == []
    forged = type(links[0])(
        **{name: getattr(links[0], name) for name in links[0].__slots__} | {"text": "다른 글"}
    )
    assert chain.broken([forged, links[1]]) == [(world.hwanggan.id, 1)]
    assert chain.broken(links[1:]) == [(world.hwanggan.id, 2)]
    with connections["owner"].cursor() as cursor, pytest.raises(DatabaseError, match="append-only"):
        cursor.execute("UPDATE letters_slipanswer SET text = ''")
    digests = [entry.facts["digest"] for entry in world.audit() if entry.act == "slip.answered"]
    assert digests == [link.digest for link in links]


def test_the_second_wall_keeps_slips_apart(world, as_guardian, letter):
    slip = rows.slip(letter, world.garam)
    assert reply(as_guardian(world.seoyeon), slip).status_code == 302
    as_guardian(world.seoyeon).get(rows.page_of(letter))

    def counts(person, strength):
        return [
            world.sql_as_app(f"SELECT count(*) FROM {table}", person=person, strength=strength)[0][0]
            for table in ("letters_slip", "letters_slipanswer", "letters_reading")
        ]

    assert counts(world.seoyeon, "certificate") == [1, 1, 1]
    assert counts(world.stranger, "certificate") == [0, 0, 0]
    assert counts(world.next_door_teacher, "password") == [0, 0, 0]
    assert counts(world.homeroom_teacher, "password") == [2, 1, 1]
    assert counts(None, "") == [0, 0, 0]
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(
            """INSERT INTO letters_slipanswer (slip_id, person_id, person_name, way, content, text,
                   crl_digest, answered_at, version, student_id, school_id, letter_id, position,
                   previous, digest)
               VALUES (%s, %s, '오낯선', 'name', '{}', '', '', now(), 0, 0, 0, 0, 0, '', '')""",
            [slip.id, world.stranger.id],
            person=world.stranger,
            strength="certificate",
        )


def test_a_guardian_neither_sets_the_time_of_a_slip_nor_answers_after_it(world, letter):
    from baroalgi.letters.models import Slip, SlipForm

    slip = rows.slip(letter, world.garam)
    own = {"person": world.seoyeon, "strength": "certificate"}
    answer = """INSERT INTO letters_slipanswer (slip_id, person_id, person_name, way, content, text,
                    crl_digest, answered_at, version, student_id, school_id, letter_id, position,
                    previous, digest)
                VALUES (%s, %s, '이서연', 'name', '{}', '', '', now(), 0, 0, 0, 0, 0, '', '')"""
    later = "UPDATE letters_slip SET due_at = due_at + interval '9 days'"
    for change in (later, "UPDATE letters_slip SET reminded_at = now()"):
        with pytest.raises(DatabaseError, match="staff alone"):
            world.sql_as_app(change, **own)
    assert world.sql_as_app(answer, [slip.id, world.seoyeon.id], **own) == 1
    assert world.sql_as_app(later, person=world.homeroom_teacher) == 2

    assert world.state_of(slip) == "answered"
    Slip.objects.using("owner").filter(id=slip.id).update(state="closed")
    again = "UPDATE letters_slip SET state = 'answered', due_at = now() + interval '1 day'"
    with pytest.raises(DatabaseError, match="staff alone"):
        world.sql_as_app(again, **own)
    with pytest.raises(DatabaseError, match="no such answer now"):
        world.sql_as_app(answer, [slip.id, world.seoyeon.id], **own)

    signed = rows.letter(world, signing="certificate")
    assert SlipForm.objects.using("owner").filter(letter=signed, signing="certificate").exists()
    with pytest.raises(DatabaseError, match="no such answer now"):
        world.sql_as_app(answer, [rows.slip(signed, world.garam).id, world.seoyeon.id], **own)


# Asking ----------------------------------------------------------------------------------------------


def editor(**typed):
    from baroalgi.letters.slips.editor import SlipEditor

    due = timezone.localtime() + timedelta(days=3)
    usual = {"slip_on": "on", "slip_due": f"{due:%Y-%m-%dT%H:%M}", "slip_0_text": "가시겠습니까?"}
    return SlipEditor(usual | typed, now=timezone.now())


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"slip_due": "2026-01-01T09:00"}, "slip_due", "마감이 이미 지났습니다."),
        ({"slip_due": ""}, "slip_due", "마감 날짜와 시간을 적어 주세요."),
        ({"slip_due": "다음 주"}, "slip_due", "날짜와 시간을 2026-11-27 18:00처럼 적어 주세요."),
        ({"slip_0_text": " "}, "slip_0_text", "질문을 하나 이상 적어 주세요."),
        ({"slip_0_text": "가" * 201}, "slip_0_text", "질문은 200자까지 적어 주세요."),
        ({"slip_1_options": "코딩\n미술"}, "slip_1_text", "질문을 적어 주세요."),
        ({"slip_0_kind": "one", "slip_0_options": "하나"}, "slip_0_options", "2개에서 20개까지"),
        ({"slip_0_kind": "many", "slip_0_options": "하나\n 하나 "}, "slip_0_options", "두 번"),
        ({"slip_0_kind": "file"}, "slip_0_kind", "올바르게 선택해 주세요"),
        (
            {"slip_0_kind": "many", "slip_0_options": "ㄱ\nㄴ", "slip_0_most": "0"},
            "slip_0_most",
            "1부터 20까지",
        ),
    ],
)
def test_what_a_teacher_cannot_ask_is_told_at_the_field(typed, field, sentence):
    form = editor(**typed)
    assert not form.is_valid()
    assert sentence in str(form.errors[field])


def test_questions_are_numbered_as_they_stand(world):
    form = editor(
        slip_2_text="바라는 강좌",
        slip_2_kind="many",
        slip_2_options="코딩\r\n\r\n 미술 \r\n배드민턴",
        slip_2_most="２",
        slip_5_text="전할 말",
        slip_5_kind="text",
        slip_5_options="쓰이지 않는 것",
        slip_0_required="on",
    )
    assert form.is_valid(), form.errors
    first, second, third = form.questions()
    assert (first.id, first.kind, first.required) == ("q1", "yes_no", True)
    assert (second.id, second.options, second.most, second.required) == (
        "q2",
        ("코딩", "미술", "배드민턴"),
        2,
        False,
    )
    assert (third.id, third.kind, third.options) == ("q3", "text", ())
    # What stands in a slip that is not wanted is nobody's error.
    assert editor(slip_on="", slip_due="", slip_0_text="").is_valid()


def test_a_teacher_writes_a_letter_with_a_slip_and_sends_both(world, as_staff, as_guardian, family):
    from baroalgi.letters.models import Letter

    teacher = as_staff(world.homeroom_teacher)
    page = teacher.get("/desk/letters/new/").text
    assert "회신을 받습니다" in page
    # The slip stands beside the letter's form and is sent with it.
    beside = re.findall(r'<(?:input|select|textarea)[^>]*name="slip_[^>]*>', page)
    assert len(beside) > 60
    assert [tag for tag in beside if 'form="letter"' not in tag] == []
    due = timezone.localtime() + timedelta(days=3)
    typed = {
        "board": re.search(r'<option value="(\d+)"[^>]*>가정통신문', page)[1],
        "receivers": re.search(r'name="receivers" value="([^"]+)"[^>]*><span>3학년 1반', page)[1],
        "when": "now",
        "title": "체험학습 안내",
        "text": "모두 함께 갑니다.",
        "author": "3학년 1반",
        "act": "send",
        "slip_on": "on",
        "slip_due": "2026-01-01T09:00",
        "slip_rule": "either",
        "slip_signing": "name",
        "slip_0_text": "함께 갑니까?",
        "slip_0_kind": "yes_no",
        "slip_0_required": "on",
    }
    refused = teacher.post("/desk/letters/new/", typed)
    assert refused.status_code == 422
    assert "마감이 이미 지났습니다." in refused.text
    assert "함께 갑니까?" in refused.text
    assert not Letter.objects.using("owner").exists()

    sent = teacher.post("/desk/letters/new/", typed | {"slip_due": f"{due:%Y-%m-%dT%H:%M}"})
    assert sent.status_code == 302
    letter = Letter.objects.using("owner").get()
    assert letter.state == "published"
    slip = rows.slip(letter, world.garam)
    page = as_guardian(world.seoyeon).get(rows.page_of(letter)).text
    assert "함께 갑니까?" in page
    assert f'action="{rows.address(slip)}"' in page
    assert "회신 보기" in teacher.get(sent["Location"]).text
    assert "0 / 2" in teacher.get("/desk/letters/?state=published").text
    # What was sent stays, whatever comes with an edit of the letter.
    seen = re.search(r'name="seen" value="([^"]*)"', teacher.get(sent["Location"]).text)[1]
    edit = {**typed, "seen": seen, "title": "체험학습 안내 (고침)", "act": "save", "slip_0_text": "다른 질문"}
    assert teacher.post(sent["Location"], edit).status_code == 302
    assert "함께 갑니까?" in as_guardian(world.seoyeon).get(rows.page_of(letter)).text


def test_letters_of_visitors_and_of_other_parents_have_no_slip(world, as_guardian, visitor, family):
    letter = rows.letter(world, audience="everyone", school_class=None)
    assert "회신서" in as_guardian(world.seoyeon).get(rows.page_of(letter)).text
    for browser in (visitor, as_guardian(world.stranger)):
        page = browser.get(rows.page_of(letter))
        assert page.status_code == 200
        assert "회신서" not in page.text
