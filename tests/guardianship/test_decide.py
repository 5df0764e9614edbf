"""The homeroom teacher's desk: look, approve, refuse; and who may not."""

import re
import time

import pytest

from tests.guardianship.rows import days_ago, families, requested, restriction, second_teacher
from tests.races import at_once
from tests.rows import closed
from tests.statements import assert_statements

DESK = "/desk/child-links/"
SAME = "기록과 모두 같은 신청"
LOOK = "살펴볼 신청"


def words(answer):
    """Return the page as people read it, without tags."""
    text = re.sub(r"<svg.*?</svg>|<head>.*?</head>", "", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_what_matches_and_what_differs_stand_apart(world, as_staff):
    requested(world, world.garam)
    requested(world, world.doyun, typed_name="이도융", typed_class_no=2)
    page = words(as_staff(world.homeroom_teacher).get(DESK))
    assert "학부모서비스 신청 2건" in page
    assert f"{LOOK} 1건" in page
    assert "이름, 반이 다릅니다 적은 이름 이도융, 기록 이도윤 · 적은 반 2반, 기록 1반" in page
    assert f"{SAME} 1건" in page
    assert world.audit_names() == ["child_link.list_viewed"]


def test_one_request_shows_everything_needed_but_the_number(world, as_staff):
    link = requested(world, world.garam, typed_name="김가랑")
    world.link(guardian=world.stranger, child=world.garam, relationship="father")
    page = as_staff(world.homeroom_teacher).get(f"{DESK}{link.id}/")
    assert page.status_code == 200
    assert "김가람 · 이서연(모)" in words(page)
    assert '김가<span class="differs">랑</span>' in page.text
    assert '김가<span class="differs">람</span>' in page.text
    assert "주민등록번호 번호는 보여 드리지 않습니다 같음" in words(page)
    assert "이미 보는 보호자 오낯선(부)" in words(page)
    assert 'href="tel:010-1234-5678"' in page.text
    for secret in (world.number_of(world.garam), world.number_of(world.seoyeon)):
        assert secret not in page.text.replace("-", "")
        assert secret[6:] not in page.text
    (viewed,) = world.audit()
    assert (viewed.act, viewed.student_id, viewed.person_id) == (
        "child_link.viewed",
        world.garam.id,
        world.seoyeon.id,
    )


def test_a_restriction_is_said_to_the_teacher_and_keeps_the_request_out_of_the_many(world, as_staff):
    link = requested(world, world.garam)
    restriction(world.garam, world.seoyeon)
    teacher = as_staff(world.homeroom_teacher)
    assert f"{LOOK} 1건" in words(teacher.get(DESK))
    page = words(teacher.get(f"{DESK}{link.id}/"))
    assert "학교가 남긴 제한: 열람 불가 · 2026년 3월 4일부터" in page
    assert "승인하셔도 이 분은 볼 수 없습니다." in page
    assert "법원 결정" not in page

    answer = teacher.post(DESK, {"link": [link.id]})
    assert answer.status_code == 302
    assert world.state_of(link) == "requested"


def test_an_ended_restriction_and_one_about_somebody_else_do_not_count(world, as_staff):
    requested(world, world.garam)
    restriction(world.garam, world.seoyeon, valid_to=days_ago(1).date())
    restriction(world.garam, world.stranger)
    assert f"{SAME} 1건" in words(as_staff(world.homeroom_teacher).get(DESK))


def test_a_barred_guardian_never_learns_of_it(world, as_staff, as_guardian):
    link = requested(world, world.garam)
    restriction(world.garam, world.seoyeon)
    as_staff(world.homeroom_teacher).post(f"{DESK}{link.id}/approve/")
    assert world.state_of(link) == "approved"
    page = as_guardian(world.seoyeon).get("/children/")
    assert "아직 볼 수 있는 자녀가 없습니다." in page.text
    assert "제한" not in page.text


def test_approving_opens_the_child_and_tells_the_guardian(world, as_staff, as_guardian):
    link = requested(world, world.garam)
    answer = as_staff(world.homeroom_teacher).post(f"{DESK}{link.id}/approve/", follow=True)
    assert "김가람 학생의 신청을 승인하고 이서연 님에게 알렸습니다." in answer.text
    assert world.state_of(link) == "approved"
    assert world.fresh(link).decided_by_name == "박지훈"
    assert world.audit_names() == ["child_link.approved", "child_link.list_viewed"]
    (mail,) = world.mails()
    assert mail.to == "seoyeon@example.kr"
    assert mail.subject == "[바로알기] 김가람 학생의 열람이 승인되었습니다"
    assert "http://localhost:8000/children/" in mail.text
    assert "김가람" in as_guardian(world.seoyeon).get("/children/", follow=True).text


def test_all_that_match_are_approved_in_one_act(world, as_staff):
    same = [requested(world, world.garam), requested(world, world.doyun)]
    differs = requested(world, world.garam, guardian=world.stranger, typed_name="김가랑")
    form = {"link": [link.id for link in [*same, differs]]}
    answer = as_staff(world.homeroom_teacher).post(DESK, form, follow=True)
    assert "2건을 승인했습니다. 보호자 1명에게 메일로 알렸습니다." in words(answer)
    assert [world.state_of(link) for link in [*same, differs]] == ["approved", "approved", "requested"]
    approved = [entry for entry in world.audit() if entry.act == "child_link.approved"]
    assert [entry.student_id for entry in approved] == [world.garam.id, world.doyun.id]
    assert len(world.mails()) == 2


def test_nobody_without_mail_is_said_to_have_been_told(world, as_staff):
    teacher = as_staff(world.homeroom_teacher)
    links = [requested(world, child, guardian_email="") for child in (world.garam, world.doyun)]
    one = teacher.post(f"{DESK}{links[0].id}/approve/", follow=True)
    assert "김가람 학생의 신청을 승인했습니다. 이서연 님은 이메일이 없어 로그인하시면" in words(one)
    refused = teacher.post(f"{DESK}{links[1].id}/refuse/", {"reason": "이름을 고쳐 주세요."}, follow=True)
    assert "이서연 님은 이메일이 없어 로그인하셔야 사유를 보십니다." in words(refused)
    both = [
        requested(world, world.doyun, guardian_email=""),
        requested(world, world.garam, guardian=world.stranger),
    ]
    many = teacher.post(DESK, {"link": [link.id for link in both]}, follow=True)
    assert "보호자 1명에게 메일로 알렸습니다. 이메일이 없는 1명은 로그인하시면 아시게 됩니다." in words(many)


def test_after_one_decision_the_next_request_of_its_list_opens(world, as_staff):
    first = requested(world, world.garam, typed_name="김가랑", requested_at=days_ago(3))
    second = requested(world, world.doyun, typed_name="이도융", requested_at=days_ago(2))
    requested(world, world.doyun, guardian=world.stranger)  # all the same: not of this list
    teacher = as_staff(world.homeroom_teacher)
    answer = teacher.post(f"{DESK}{first.id}/approve/")
    assert answer["Location"] == f"{DESK}{second.id}/"
    assert "김가람 학생의 신청을 승인하고" in teacher.get(answer["Location"]).text
    answer = teacher.post(f"{DESK}{second.id}/refuse/", {"reason": "이름을 고쳐 주세요."})
    assert answer["Location"] == DESK


def test_nothing_ticked_is_said(world, as_staff):
    requested(world, world.garam)
    answer = as_staff(world.homeroom_teacher).post(DESK, {"csrfmiddlewaretoken": "sent by each form"})
    assert answer.status_code == 422
    assert "승인할 신청을 골라 주세요." in answer.text


def test_refusing_needs_a_reason_and_tells_it(world, as_staff, as_guardian):
    link = requested(world, world.garam)
    teacher = as_staff(world.homeroom_teacher)
    without = teacher.post(f"{DESK}{link.id}/refuse/", {"reason": " \u3000 "})
    assert without.status_code == 422
    assert "이유를 적어 주세요. 보호자가 무엇을 고칠지 알 수 있어야 합니다." in without.text
    assert world.state_of(link) == "requested"
    assert world.mails() == []

    given = teacher.post(
        f"{DESK}{link.id}/refuse/", {"reason": "이름을 고쳐 다시 신청해 주세요."}, follow=True
    )
    assert "승인하지 않고 이서연 님에게 알렸습니다." in given.text
    assert world.state_of(link) == "refused"
    (mail,) = world.mails()
    assert "사유: 이름을 고쳐 다시 신청해 주세요." in mail.text
    assert (
        "사유: 이름을 고쳐 다시 신청해 주세요." in as_guardian(world.seoyeon).get("/children/waiting/").text
    )
    assert world.audit_names()[:2] == ["child_link.viewed", "child_link.refused"]


def test_the_own_request_is_for_somebody_else_to_decide(world, as_staff):
    own = requested(world, world.garam, guardian=world.homeroom_teacher)
    teacher = as_staff(world.homeroom_teacher)
    assert "내 신청입니다 부담임이나 학교 관리자가 정합니다." in words(teacher.get(DESK))
    page = teacher.get(f"{DESK}{own.id}/")
    assert "내 신청은 내가 승인할 수 없습니다." in page.text
    assert "승인하지 않기" not in page.text

    for attempt in (
        teacher.post(DESK, {"link": [own.id]}),
        teacher.post(f"{DESK}{own.id}/approve/"),
        teacher.post(f"{DESK}{own.id}/refuse/", {"reason": "확인"}),
    ):
        assert attempt.status_code in (302, 422)
    assert world.state_of(own) == "requested"
    refusals = [(entry.act, entry.facts["why"]) for entry in world.audit() if "refused" in entry.act]
    assert refusals == [
        ("approve.refused", "Handled"),
        ("approve.refused", "OwnRequestRefused"),
        ("refuse.refused", "OwnRequestRefused"),
    ]


def test_another_classs_request_is_the_same_404_as_none(world, as_staff, as_guardian):
    link = requested(world, world.garam)
    next_door = as_staff(world.next_door_teacher)
    form = {"reason": "확인"}
    for path, post in [("", False), ("approve/", True), ("refuse/", True)]:
        ask = (lambda address: next_door.post(address, form)) if post else next_door.get
        foreign, absent = ask(f"{DESK}{link.id}/{path}"), ask(f"{DESK}{link.id + 1000}/{path}")
        assert (foreign.status_code, absent.status_code) == (404, 404)
        assert foreign.text == absent.text
    assert "김가람" not in next_door.get(DESK).text
    next_door.post(DESK, {"link": [link.id]})
    assert world.state_of(link) == "requested"
    assert as_staff(world.officer).get(DESK).status_code == 404
    assert as_guardian(world.seoyeon).get(DESK).status_code == 302  # to the sign-in of staff


def test_of_two_teachers_at_once_one_decides_and_the_other_is_told_who(world, as_staff):
    link = requested(world, world.garam)
    colleague = second_teacher(world, world.class_3_1)
    browsers = [as_staff(world.homeroom_teacher), as_staff(colleague)]
    approve = f"{DESK}{link.id}/approve/"
    at_once(*(lambda browser=browser: browser.post(approve) for browser in browsers))
    winner = world.fresh(link).decided_by_name
    said = sorted(words(browser.get(DESK)) for browser in browsers)
    assert world.state_of(link) == "approved"
    assert any(f"{winner} 선생님이 먼저 정했습니다." in page for page in said)
    assert any("김가람 학생의 신청을 승인하고" in page for page in said)
    assert len(world.mails()) == 1
    decided = [name for name in world.audit_names() if name.startswith(("approve", "child_link.approved"))]
    assert sorted(decided) == ["approve.refused", "child_link.approved"]


def test_of_two_long_lists_at_once_each_request_is_decided_once(world, as_staff):
    links = families(world, 12)
    colleague = second_teacher(world, world.class_3_1)
    browsers = [as_staff(world.homeroom_teacher), as_staff(colleague)]
    ids = [link.id for link in links]
    forms = [{"link": ids}, {"link": ids[::-1]}]
    at_once(
        *(
            lambda browser=browser, form=form: browser.post(DESK, form)
            for browser, form in zip(browsers, forms, strict=True)
        )
    )
    assert {world.state_of(link) for link in links} == {"approved"}
    assert world.audit_names().count("child_link.approved") == 12
    assert len(world.mails()) == 12


def test_who_comes_later_is_told_which_part_was_left(world, as_staff):
    links = families(world, 3)
    first, second = as_staff(world.homeroom_teacher), as_staff(second_teacher(world, world.class_3_1))
    first.post(DESK, {"link": [links[0].id, links[1].id]})
    answer = second.post(DESK, {"link": [link.id for link in links]}, follow=True)
    assert "3건 가운데 1건을 승인했습니다. 2건은 박지훈 선생님이 먼저 정했습니다." in answer.text


def test_a_decided_request_says_what_became_of_it(world, as_staff):
    link = requested(world, world.garam)
    teacher = as_staff(world.homeroom_teacher)
    teacher.post(f"{DESK}{link.id}/approve/")
    page = words(teacher.get(f"{DESK}{link.id}/"))
    assert re.search(r"박지훈 선생님이 \d+월 \d+일\(.\) \d+시 \d\d분에 승인했습니다\.", page)
    again = teacher.post(f"{DESK}{link.id}/refuse/", {"reason": "늦었습니다"})
    assert again.status_code == 422
    assert "이미 처리된 신청입니다." in again.text


@pytest.mark.parametrize("count", [1, 30])
def test_pages_of_the_desk_ask_the_same_for_one_request_and_thirty(world, as_staff, count):
    links = families(world, count)
    teacher = as_staff(world.homeroom_teacher)
    # enter, requests, other guardians, restrictions, school days, what can be undone, audit
    with assert_statements(7):
        assert f"{SAME} {count}건" in words(teacher.get(DESK))
    # twice the four of requests, for the one and for its neighbours; what was just approved
    with assert_statements(11):
        teacher.get(f"{DESK}{links[0].id}/")
    # enter, requests as above, lock, update, audit, mails, their jobs, session with the message
    began = time.perf_counter()
    with assert_statements(11):
        teacher.post(DESK, {"link": [link.id for link in links]})
    assert time.perf_counter() - began < 1
    assert len(world.mails()) == count


def test_waiting_is_counted_in_school_days(world, as_staff):
    teacher = as_staff(world.homeroom_teacher)
    requested(world, world.garam, requested_at=days_ago(21))
    before = [days_ago(days).date() for days in range(1, 21)]
    open_days = [day for day in before if day.weekday() < 5][:4]
    closed(world.hwanggan, *({*before, days_ago(0).date()} - set(open_days)))
    assert "늦음 4일째" in words(teacher.get(DESK))
