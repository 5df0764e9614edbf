"""Taking an approval back within ten minutes: all of the act, by who approved, with a reason."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError

from tests.guardianship.rows import families, post, requested, second_teacher, staff, waited
from tests.guardianship.test_decide import DESK, words
from tests.races import at_once
from tests.statements import assert_statements
from tests.world import SEOUL

BACK = "UPDATE guardianship_childlink SET state = 'requested' WHERE id = %s"
WHY = {"reason": "다른 반 신청을 함께 골랐습니다."}


@pytest.fixture
def approved(world, as_staff):
    """The homeroom teacher's browser, and three links approved in one act."""
    links = families(world, 3)
    teacher = as_staff(world.homeroom_teacher)
    teacher.post(DESK, {"link": [link.id for link in links]})
    return teacher, links


def long_ago(world, links, minutes):
    rows = type(links[0]).objects.using("owner").filter(id__in=[link.id for link in links])
    rows.update(decided_at=datetime.now(SEOUL) - timedelta(minutes=minutes))


def test_many_are_taken_back_in_one_act_with_a_reason(world, approved):
    teacher, links = approved
    page = words(teacher.get(DESK))
    assert "3건을 승인했습니다. 보호자 3명에게 메일로 알렸습니다." in page
    until = world.fresh(links[0]).decided_at.astimezone(SEOUL) + timedelta(minutes=10)
    assert f"{until.hour}시 {until.minute:02d}분까지 되돌릴 수 있습니다. 3건 되돌리기" in page

    undo = f"{DESK}{links[1].id}/undo/"  # any one of them stands for the act
    without = teacher.post(undo, {"reason": " \u3000"})
    assert without.status_code == 422
    assert "되돌리는 이유를 한 줄로 적어 주세요." in without.text
    assert {world.state_of(link) for link in links} == {"approved"}

    page = words(teacher.post(undo, WHY | {"shown": 3}, follow=True))
    assert "3건을 되돌렸습니다." in page
    assert "기록과 모두 같은 신청 3건" in page
    assert "되돌릴 수 있습니다" not in page.replace("10분 안에 되돌릴 수 있습니다", "")
    assert {world.state_of(link) for link in links} == {"requested"}
    row = world.fresh(links[0])
    assert (row.reason, row.decided_at, row.decided_by_id) == (WHY["reason"], None, None)
    undone = [entry for entry in world.audit() if entry.act == "child_link.undone"]
    assert {(entry.student_id, entry.person_id) for entry in undone} == {
        (link.student_id, link.guardian_id) for link in links
    }
    assert "승인을 되돌린 신청입니다. " + WHY["reason"] in words(teacher.get(f"{DESK}{links[0].id}/"))


def test_the_guardian_loses_sight_at_the_next_request_and_is_told_only_that_it_is_looked_at_again(
    world, as_staff, as_guardian
):
    link = requested(world, world.garam)
    teacher, mother = as_staff(world.homeroom_teacher), as_guardian(world.seoyeon)
    teacher.post(f"{DESK}{link.id}/approve/")
    overview = f"/children/{link.public_id}/"
    assert mother.get(overview).status_code == 200
    teacher.post(f"{DESK}{link.id}/undo/", WHY)
    assert mother.get(overview).status_code == 404
    page = mother.get("/children/", follow=True).text
    assert "확인하고 있습니다" in page
    mail = world.mails()[-1]
    assert mail.subject == "[바로알기] 김가람 학생의 신청을 다시 확인합니다"
    for text in (page, mail.text):
        assert WHY["reason"] not in text
    # Approved again it is told again.
    teacher.post(f"{DESK}{link.id}/approve/")
    assert [mail.subject.split("의 ")[1] for mail in world.mails()] == [
        "열람이 승인되었습니다",
        "신청을 다시 확인합니다",
        "열람이 승인되었습니다",
    ]


def test_after_ten_minutes_it_is_too_late(world, approved):
    teacher, links = approved
    long_ago(world, links, 10)
    assert "되돌리기" not in words(teacher.get(DESK))
    late = teacher.post(f"{DESK}{links[0].id}/undo/", WHY)
    assert late.status_code == 422
    assert "승인한 지 10분이 지나 되돌릴 수 없습니다." in late.text
    assert {world.state_of(link) for link in links} == {"approved"}
    assert world.audit()[-2].facts["why"] == "TooLateToUndo"
    long_ago(world, links, 9)
    assert teacher.post(f"{DESK}{links[0].id}/undo/", WHY).status_code == 302


def test_nobody_else_takes_it_back(world, as_staff, approved):
    _teacher, links = approved
    colleague = second_teacher(world, world.class_3_1)
    browser = as_staff(colleague)
    assert "되돌리기" not in words(browser.get(DESK))
    refused = browser.post(f"{DESK}{links[0].id}/undo/", WHY)
    assert refused.status_code == 422
    assert "되돌릴 승인이 없습니다." in refused.text
    for person in (colleague, world.next_door_teacher):
        with pytest.raises(DatabaseError, match="undo by somebody else"):
            world.sql_as_app(BACK, [links[0].id], person=person)
    guardian = world.fresh(links[0]).guardian
    with pytest.raises(DatabaseError, match="undo by somebody else"):
        world.sql_as_app(BACK, [links[0].id], person=guardian, strength="certificate")
    long_ago(world, links, 12)
    with pytest.raises(DatabaseError, match="too late"):
        world.sql_as_app(BACK, [links[0].id], person=world.homeroom_teacher)
    assert {world.state_of(link) for link in links} == {"approved"}


def test_of_two_presses_at_once_one_takes_back_and_the_other_is_told(world, approved):
    teacher, links = approved
    from django.test import Client

    other = Client()
    other.cookies = teacher.cookies.copy()
    undo = f"{DESK}{links[0].id}/undo/"
    answers = at_once(*(lambda browser=browser: browser.post(undo, WHY) for browser in (teacher, other)))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    (told,) = (answer for answer in answers if answer.status_code == 422)
    assert "되돌릴 승인이 없습니다. 이미 되돌렸거나" in told.text
    assert world.audit_names().count("child_link.undone") == 3
    assert sum("다시 확인합니다" in mail.subject for mail in world.mails()) == 3


def test_what_the_parent_ended_meanwhile_stays_ended_and_is_said(world, approved):
    teacher, links = approved
    guardian = world.fresh(links[0]).guardian
    end = "UPDATE guardianship_childlink SET state = 'ended' WHERE id = %s"
    world.sql_as_app(end, [links[0].id], person=guardian, strength="certificate")
    page = words(teacher.post(f"{DESK}{links[1].id}/undo/", WHY | {"shown": 3}, follow=True))
    assert "2건을 되돌렸습니다." in page
    assert "1건은 그사이 끝나 되돌리지 않았습니다." in page
    assert [world.state_of(link) for link in links] == ["ended", "requested", "requested"]


def test_only_the_act_that_is_named_is_taken_back(world, as_staff):
    first, second = requested(world, world.garam), requested(world, world.doyun)
    teacher = as_staff(world.homeroom_teacher)
    for link in (first, second):
        teacher.post(f"{DESK}{link.id}/approve/")
    page = words(teacher.get(DESK))
    assert page.count("1건 되돌리기") == 2
    assert "10분 안에 승인한 것 1가지 더" in page
    teacher.post(f"{DESK}{first.id}/undo/", WHY)
    assert (world.state_of(first), world.state_of(second)) == ("requested", "approved")


def test_a_deputy_takes_back_what_the_deputy_approved(world, as_staff):
    deputy = staff(world, "남부담", "deputy", world.class_3_1)
    link = requested(world, world.garam, requested_at=waited(world, 3))
    browser = as_staff(deputy)
    browser.post(f"{DESK}{link.id}/approve/")
    assert "1건 되돌리기" in words(browser.get(DESK))
    assert browser.post(f"{DESK}{link.id}/undo/", WHY).status_code == 302
    assert world.state_of(link) == "requested"


def test_a_teacher_whose_post_has_ended_takes_nothing_back(world, approved):
    from tests.guardianship.rows import no_homeroom

    teacher, links = approved
    for led in (world.class_3_1, world.class_3_2):
        no_homeroom(led)
    post(world.homeroom_teacher, world.hwanggan_counter, "homeroom_teacher", world.class_3_2)
    assert teacher.post(f"{DESK}{links[0].id}/undo/", WHY).status_code == 404
    assert world.state_of(links[0]) == "approved"


@pytest.mark.parametrize("reason", ["가" * 201, "😀", "\x00", "１２"])
def test_strange_reasons_break_nothing(world, approved, reason):
    teacher, links = approved
    answer = teacher.post(f"{DESK}{links[0].id}/undo/", {"reason": reason, "shown": "９99999999999999999999"})
    assert answer.status_code in (302, 422)


@pytest.mark.parametrize("count", [1, 30])
def test_undoing_asks_the_same_for_one_and_thirty(world, as_staff, count):
    links = families(world, count)
    teacher = as_staff(world.homeroom_teacher)
    teacher.post(DESK, {"link": [link.id for link in links]})
    # enter, the request in four, lock, update, the undone in four, audit, mails, their jobs, session
    with assert_statements(15):
        assert teacher.post(f"{DESK}{links[0].id}/undo/", WHY).status_code == 302
    assert {world.state_of(link) for link in links} == {"requested"}
