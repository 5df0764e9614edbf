"""What two people, or two windows of one, do at the same moment: one result, and the other is told so.

The races of a single act stand with it: two officers (test_counter), two teachers (test_decide), teacher
and deputy (test_substitutes), two presses (test_applying, test_apply, test_undo), two browsers at one issuing
link (test_issuing), one recovery code twice (test_second_factor), one moved certificate twice (test_moving),
two new links (test_counter_second_thoughts). Here meet acts that are not the same.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.test import Client

from tests.accounts.test_certificate_sign_in import SIGN_IN, STALE, Door, receive
from tests.guardianship.rows import requested, second_teacher, typed
from tests.guardianship.test_decide import DESK, words
from tests.issuing import approved
from tests.races import at_once
from tests.registration.parent import STATUS, opened, ticks
from tests.registration.test_second_thoughts import typed as corrected

COUNTER = "/desk/certificates/"
HANDLED = "이미 처리된 신청입니다. 목록을 다시 확인해 주세요."


def twin(browser: Client) -> Client:
    """Return another window of the same browser."""
    other = Client()
    other.cookies = browser.cookies.copy()
    return other


def why(world: Any, act: str) -> list[str]:
    return [entry.facts["why"] for entry in world.audit() if entry.act == f"{act}.refused"]


# Two children ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(3))
def test_two_children_in_two_windows_each_get_their_own_request(world, as_guardian, count):
    """The number is matched for the session: one window's match must never serve the other's child."""
    from baroalgi.guardianship.models import ChildLink

    mother = as_guardian(world.seoyeon)
    children = [(world.garam, "8071028", "3"), (world.haneul, "8000001", "2")]

    def press(window, child, code, grade):
        return window.post(f"/children/apply/{code}/", typed(world, child, grade=grade))

    answers = at_once(*(partial(press, twin(mother), *which) for which in children))
    assert [answer.status_code for answer in answers] == [302, 302]
    links = ChildLink.objects.using("owner").order_by("student_id")
    expected = sorted((child.id, child.name, child.school_id) for child, *_ in children)
    assert [(link.student_id, link.typed_name, link.school_id) for link in links] == expected
    assert world.audit_names() == ["child_link.requested"] * 2


def test_a_wrong_number_beside_a_right_one_takes_nothing_from_it(world, as_guardian):
    from baroalgi.guardianship.models import ChildLink

    mother, address = as_guardian(world.seoyeon), "/children/apply/8071028/"
    right, wrong = at_once(
        lambda: twin(mother).post(address, typed(world, world.garam)),
        lambda: twin(mother).post(address, typed(world, world.doyun, child_rrn_1="4000099")),
    )
    assert (right.status_code, wrong.status_code) == (302, 422)
    (link,) = ChildLink.objects.using("owner").all()
    assert link.student_id == world.garam.id
    assert why(world, "apply") == ["ChildNotMatched"]


# A request: decided and taken back -------------------------------------------------------------------


def test_of_approving_and_withdrawing_at_once_one_counts(world, as_staff, as_guardian):
    link = requested(world, world.garam)
    teacher, mother = as_staff(world.homeroom_teacher), as_guardian(world.seoyeon)
    at_once(
        lambda: teacher.post(f"{DESK}{link.id}/approve/"),
        lambda: mother.post(f"/children/waiting/{link.public_id}/withdraw/"),
    )
    names = world.audit_names()
    if world.state_of(link) == "approved":
        assert "child_link.ended" not in names
        assert why(world, "withdraw") == ["Handled"]
        assert len(world.mails()) == 1
    else:
        assert world.state_of(link) == "ended"
        assert "child_link.approved" not in names
        assert why(world, "approve") == ["Handled"]
        assert HANDLED in words(teacher.get(DESK))
        assert world.mails() == []


def test_whoever_decides_what_was_taken_back_a_moment_ago_is_told(world, as_staff, as_guardian):
    link = requested(world, world.garam)
    teacher = as_staff(world.homeroom_teacher)
    as_guardian(world.seoyeon).post(f"/children/waiting/{link.public_id}/withdraw/")
    for act, sent in (("approve", {}), ("refuse", {"reason": "관계를 확인해 주세요."})):
        answer = teacher.post(f"{DESK}{link.id}/{act}/", sent, follow=True)
        assert HANDLED in words(answer), act
        assert why(world, act) == ["Handled"]
    assert world.state_of(link) == "ended"


def test_of_undoing_and_refusing_at_once_nothing_is_lost(world, as_staff):
    link = requested(world, world.garam)
    teacher = as_staff(world.homeroom_teacher)
    colleague = as_staff(second_teacher(world, world.class_3_1))
    teacher.post(f"{DESK}{link.id}/approve/")
    undone, refused = at_once(
        lambda: teacher.post(f"{DESK}{link.id}/undo/", {"reason": "다른 반입니다."}),
        lambda: colleague.post(f"{DESK}{link.id}/refuse/", {"reason": "관계를 확인해 주세요."}),
    )
    assert undone.status_code == 302
    if refused.status_code == 302:  # it came after the undoing, when the request was open again
        assert world.state_of(link) == "refused"
    else:
        assert refused.status_code == 422
        assert "박지훈 선생님이 먼저 정했습니다." in words(refused)
        assert world.state_of(link) == "requested"
        assert why(world, "refuse") == ["AlreadyDecided"]


# An application: the parent and the officer ------------------------------------------------------------


def test_of_a_correction_and_an_approval_at_once_one_counts(world, as_staff):
    """Approved is what the officer saw, or nothing."""
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state="returned")
    officer, mother = as_staff(world.officer), opened(application)
    number = {"rrn": world.number_of(world.seoyeon)}
    seen = {"seen": application.changed_at.isoformat()}
    decided, sent = at_once(
        lambda: officer.post(f"{COUNTER}{application.number}/approve/", ticks(**number, **seen)),
        lambda: mother.post("/certificate/status/correct/", corrected(world.hwanggan_counter, name="이서윤")),
    )
    fresh, names = world.fresh(application), world.audit_names()
    if fresh.state == "approved":
        assert (decided.status_code, fresh.name) == (302, "이서연")
        assert "application.corrected" not in names
        assert why(world, "correct") == ["AlreadyDecided"]
        told = words(sent) + words(mother.get(STATUS))
    else:
        assert (fresh.state, fresh.name, decided.status_code) == ("submitted", "이서윤", 422)
        assert "application.approved" not in names
        assert why(world, "approve") == ["AlreadyDecided"]
        told = words(decided)
    assert "이미 처리된 신청입니다." in told or "먼저 처리했습니다" in told


def test_of_a_cancelling_and_an_approval_at_once_one_counts_or_both_in_turn(world, as_staff):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    officer, mother = as_staff(world.officer), opened(application)
    number = {"rrn": world.number_of(world.seoyeon)}
    decided, _cancelled = at_once(
        lambda: officer.post(f"{COUNTER}{application.number}/approve/", ticks(**number)),
        lambda: mother.post("/certificate/status/cancel/"),
    )
    state, names = world.state_of(application), world.audit_names()
    if decided.status_code == 302 and state == "approved":
        assert why(world, "cancel") == ["AlreadyDecided"]
        assert "이미 처리된 신청입니다." in words(mother.get(STATUS))
    else:
        assert state == "cancelled"  # an approved one can be cancelled too
        if decided.status_code != 302:
            assert decided.status_code == 422
            assert "application.approved" not in names
            assert "이미 처리된 신청입니다." in words(decided)
            assert (why(world, "approve") + why(world, "check_identity"))[-1] == "AlreadyDecided"


def test_a_number_is_not_compared_with_an_application_that_is_gone(world):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state="cancelled")
    compare = "SELECT policy.identity_matches(%s, %s)"
    values = [application.id, application.identity_mac]
    assert world.sql_as_app(compare, values, person=world.officer) == [(None,)]


# Issuing and signing in --------------------------------------------------------------------------------


def test_two_wrong_and_a_right_password_at_one_link_are_all_counted(world, authority):
    """Tries of one moment can't be had for the price of one."""
    from baroalgi.registration.models import EnrolmentLink

    parents = [approved(world, world.seoyeon)]
    parents += [
        type(parents[0])(Client(), parents[0].token, parents[0].application, parents[0].rrn) for _ in "ab"
    ]
    for parent in parents[1:]:
        parent.issue_password = "Wrong12345"
    assert sorted(answer.status_code for answer in at_once(*(each.order for each in parents))) == [
        202,
        422,
        422,
    ]
    assert EnrolmentLink.objects.using("owner").get().tries in (2, 3)
    assert sorted(why(world, "certificate.try")) == ["WrongIssuePassword"] * 2


def test_of_two_sign_ins_with_one_answer_one_gets_in(world, sign):
    from baroalgi.accounts.models import Session

    door = Door(receive(world, world.seoyeon, sign))
    fields = door.answer()
    windows = [twin(door.browser), twin(door.browser)]
    answers = at_once(*(lambda window=window: window.post(SIGN_IN, fields) for window in windows))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    (told,) = (answer for answer in answers if answer.status_code == 422)
    assert told.json() == {"message": STALE}
    assert Session.objects.using("owner").filter(person=world.seoyeon).count() == 1
    assert why(world, "use_challenge") == ["StaleChallenge"]


def test_of_two_new_links_asked_for_at_once_one_goes_out(world, authority, server, database, as_role):
    """By the parent, in two windows: the worker sends one, and one link is alive."""
    from baroalgi.registration import jobs
    from baroalgi.registration.models import EnrolmentLink

    parent = approved(world, world.seoyeon)
    first = opened(parent.application)
    at_once(
        *(lambda window=window: window.post("/certificate/status/link/") for window in (first, twin(first)))
    )
    with server.admin(database) as admin:
        asked = admin.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'registration.send_link' ORDER BY id"
        ).fetchall()
    as_role("worker")
    for (arguments,) in asked:
        jobs.send_link(**arguments)
    assert len(world.mails()) == 1
    assert Client().get(parent.address()).status_code == 410
    assert EnrolmentLink.objects.using("owner").filter(application=parent.application).count() == 2
