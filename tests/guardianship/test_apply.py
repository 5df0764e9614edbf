"""A guardian applies for a child, waits, and takes the application back."""

import re

import pytest

from tests.guardianship.rows import days_ago, requested, typed
from tests.races import at_once
from tests.statements import assert_statements

APPLY = "/children/apply/8071028/"
NOT_MATCHED = "입력하신 정보와 맞는 학생을 찾을 수 없습니다. 학년·이름·주민등록번호를 확인해 주세요."


def links(world):
    from baroalgi.guardianship.models import ChildLink

    return list(ChildLink.objects.using("owner").order_by("id"))


def sentence(answer):
    """Return the sentence at the top of a refused form."""
    return re.search(r"data-error-summary.*?<p>(.*?)</p>", answer.text, re.DOTALL)[1]


def test_a_child_whose_school_and_number_fit_waits_for_the_homeroom_teacher(world, as_guardian, as_role):
    from baroalgi.guardianship import jobs

    mother = as_guardian(world.seoyeon)
    answer = mother.post(APPLY, typed(world, world.garam))
    assert (answer.status_code, answer["Location"]) == (302, "/children/waiting/")

    page = mother.get("/children/waiting/")
    assert "김가람 신청 상황" in page.text
    assert "담임선생님이 확인하고 있습니다" in page.text
    assert "seo*****@example.kr로 알려 드립니다" in page.text
    (link,) = links(world)
    assert (link.state, link.guardian_name, link.guardian_mobile) == ("requested", "이서연", "010-1234-5678")
    assert world.audit_names() == ["child_link.requested", "child.list_viewed"]
    assert world.audit()[0].student_id == world.garam.id

    as_role("worker")
    jobs.tell_homeroom(link_id=link.id)
    jobs.tell_homeroom(link_id=link.id)  # a killed worker's job runs again: nobody is told twice
    (mail,) = world.mails()
    assert mail.subject == "[바로알기] 학부모서비스 신청이 왔습니다"
    assert "http://localhost:8000/desk/child-links/" in mail.text


def test_the_job_tells_nobody_about_a_request_that_was_taken_back(world, as_role):
    from baroalgi.guardianship import jobs

    link = world.link(guardian=world.seoyeon, child=world.garam, state="ended")
    as_role("worker")
    jobs.tell_homeroom(link_id=link.id)
    assert world.mails() == []


def test_the_answer_does_not_tell_a_wrong_number_from_an_absent_child(world, as_guardian):
    mother = as_guardian(world.seoyeon)
    wrong_number = mother.post(APPLY, typed(world, world.garam, child_rrn_1="4000099"))
    nobody = mother.post(APPLY, typed(world, world.garam, child_name="없는아이", child_rrn_1="4000098"))
    other_school = mother.post("/children/apply/8000001/", typed(world, world.garam))
    for answer in (wrong_number, nobody, other_school):
        assert answer.status_code == 422
        assert sentence(answer) == NOT_MATCHED
        assert "4000099" not in answer.text
        assert "4000098" not in answer.text
    assert 'value="없는아이"' in nobody.text
    assert links(world) == []
    assert world.audit_names() == ["apply.refused"] * 3
    assert {entry.facts["why"] for entry in world.audit()} == {"ChildNotMatched"}


def test_a_name_that_differs_is_for_the_teacher_to_judge(world, as_guardian):
    answer = as_guardian(world.seoyeon).post(APPLY, typed(world, world.garam, child_name="김가랑"))
    assert answer.status_code == 302
    assert links(world)[0].typed_name == "김가랑"


def test_guessing_numbers_ends_after_thirty_tries_though_each_was_refused(world, as_guardian):
    from baroalgi.accounts.models import Attempt

    mother = as_guardian(world.seoyeon)
    assert mother.post(APPLY, typed(world, world.garam, child_rrn_1="4000099")).status_code == 422
    (attempt,) = Attempt.objects.using("owner").all()
    assert attempt.n == 1
    Attempt.objects.using("owner").update(n=30)

    answer = mother.post(APPLY, typed(world, world.garam))
    assert answer.status_code == 422
    assert sentence(answer) == NOT_MATCHED
    assert links(world) == []


def test_who_waits_or_sees_already_is_told_so(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam, state="requested", requested_at=days_ago(2))
    world.link(guardian=world.seoyeon, child=world.doyun)
    mother = as_guardian(world.seoyeon)

    pending = mother.post(APPLY, typed(world, world.garam))
    assert pending.status_code == 422
    assert sentence(pending) == f"담임교사 승인을 기다리는 중입니다(신청일 {days_ago(2):%Y-%m-%d})."

    approved = mother.post(APPLY, typed(world, world.doyun))
    assert approved.status_code == 422
    assert sentence(approved) == "이미 승인된 자녀입니다."
    assert [entry.facts["why"] for entry in world.audit()] == ["AlreadyRequested", "AlreadyApproved"]


def test_a_second_and_a_third_child_with_the_same_certificate(world, as_guardian):
    mother = as_guardian(world.seoyeon)
    assert mother.post(APPLY, typed(world, world.garam)).status_code == 302
    assert mother.post(APPLY, typed(world, world.doyun)).status_code == 302
    third = mother.post("/children/apply/8000001/", typed(world, world.haneul, grade="2"))
    assert third.status_code == 302
    page = mother.get("/children/waiting/").text
    names = re.findall(r"<h2>(...)</h2>", page)
    assert names == ["김하늘", "이도윤", "김가람"]


def test_of_two_presses_at_once_one_applies_and_the_other_is_told(world, as_guardian):
    browsers = [as_guardian(world.seoyeon), as_guardian(world.seoyeon)]
    form = typed(world, world.garam)
    answers = at_once(*(lambda browser=browser: browser.post(APPLY, form) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    (told,) = (answer for answer in answers if answer.status_code == 422)
    assert "담임교사 승인을 기다리는 중입니다" in told.text
    assert len(links(world)) == 1
    assert sorted(world.audit_names()) == ["apply.refused", "child_link.requested"]


def test_a_refused_guardian_reads_why_and_asks_again(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam, state="refused", reason="이름을 고쳐 주세요.")
    mother = as_guardian(world.seoyeon)
    page = mother.get("/children/waiting/").text
    assert "신청이 승인되지 않았습니다" in page
    assert "사유: 이름을 고쳐 주세요." in page

    assert mother.post(APPLY, typed(world, world.garam)).status_code == 302
    again = mother.get("/children/waiting/").text
    assert "담임선생님이 확인하고 있습니다" in again
    assert "승인되지 않았습니다" not in again


def test_an_old_refusal_is_not_shown_for_ever(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam, state="refused", decided_at=days_ago(31))
    answer = as_guardian(world.seoyeon).get("/children/waiting/")
    assert (answer.status_code, answer["Location"]) == (302, "/children/")


def test_a_guardian_takes_the_own_request_back_and_nobody_elses(world, as_guardian):
    own = requested(world, world.garam)
    foreign = requested(world, world.garam, guardian=world.stranger)
    mother = as_guardian(world.seoyeon)

    refused = mother.post(f"/children/waiting/{foreign.public_id}/withdraw/")
    assert refused.status_code == 404
    assert world.state_of(foreign) == "requested"

    taken = mother.post(f"/children/waiting/{own.public_id}/withdraw/", follow=True)
    assert "김가람 자녀의 신청을 취소했습니다." in taken.text
    assert world.state_of(own) == "ended"
    assert world.audit_names()[:2] == ["page.open.refused", "child_link.ended"]
    assert world.audit()[1].student_id == world.garam.id
    again = mother.post(f"/children/waiting/{own.public_id}/withdraw/", follow=True)
    assert "이미 처리된 신청입니다." in again.text
    assert world.audit()[-2].facts == {"why": "Handled"}


def test_contact_data_is_corrected_on_the_way(world, as_guardian):
    mother = as_guardian(world.seoyeon)
    form = {
        "mobile": "０１０ 9876 5432",
        "phone_home": "043)742-4088",
        "email": "new@example.kr",
        "postcode": "２９１１５",
        "address1": "충청북도 영동군 황간면 남성1길 12",
        "address2": "101동 202호",
    }
    answer = mother.post(APPLY + "contact/", form)
    assert (answer.status_code, answer["Location"]) == (302, APPLY)
    person = world.fresh(world.seoyeon)
    assert (person.mobile, person.phone_home, person.postcode) == ("010-9876-5432", "043-742-4088", "29115")
    assert world.audit_names() == ["person.contact_changed"]
    assert "010-9876-5432" in mother.get(APPLY).text


@pytest.mark.parametrize("sought", ["황간", "ㅎㄱㅊ", "  황 간 초등 "])
def test_a_school_is_found_by_a_part_of_its_name(world, as_guardian, sought):
    page = as_guardian(world.seoyeon).get("/children/apply/", {"q": sought}).text
    assert 'href="/children/apply/8071028/"' in page


def test_no_school_found_says_what_to_do(world, as_guardian):
    page = as_guardian(world.seoyeon).get("/children/apply/", {"q": "하버드"}).text
    assert "찾으시는 학교가 없습니다. 학교 이름의 일부만 입력해 보세요." in page


def test_pages_of_applying_ask_little_of_the_database(world, as_guardian):
    mother = as_guardian(world.seoyeon)
    # enter, schools
    with assert_statements(2):
        mother.get("/children/apply/", {"q": "황간"})
    # enter, school, contact
    with assert_statements(3):
        mother.get(APPLY)
    requested(world, world.garam)
    # enter, requests, schools, closed days, audit
    with assert_statements(5):
        mother.get("/children/waiting/")
    requested(world, world.doyun)
    requested(world, world.haneul)
    with assert_statements(5):
        mother.get("/children/waiting/")
