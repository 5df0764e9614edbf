"""The progress of one's own application: whose turn it is, since when, what comes next."""

import pytest
from django.test import Client

from baroalgi.platform.models import Outbox
from tests.issuing import approved
from tests.registration.parent import STATUS, applied, opened
from tests.statements import assert_statements

WRONG = "인증번호와 발급용 비밀번호가 맞지 않습니다. 다시 확인해 주세요."


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("submitted", ["학부모님이 서류를 내실 차례입니다", "신청서 출력", "신청 취소"]),
        ("papers_received", ["황간초등학교 담당자가 서류를 확인하고 있습니다", "기다려 주세요."]),
        ("returned", ["학부모님이 서류를 보완하실 차례입니다", "서명 없음", "인증번호는 그대로입니다."]),
        ("approved", ["학부모님이 인증서를 받으실 차례입니다", "seo*****@example.kr로 보낸 발급 주소"]),
        ("issued", ["인증서가 발급되었습니다"]),
        ("cancelled", ["신청이 취소되었습니다", "다시 신청하기"]),
        ("lapsed", ["기간이 지나 신청이 끝났습니다", "다시 신청하기"]),
    ],
)
def test_each_state_says_whose_turn_it_is(world, state, words):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state=state)
    page = opened(application).get(STATUS)
    for sentence in words:
        assert sentence in page.text
    assert "seoyeon@example.kr" not in page.text
    assert state not in page.text.replace(STATUS, "")  # no word of the program


def test_a_parent_whose_mail_did_not_arrive_reads_it(world):
    application = approved(world, world.seoyeon).application
    mails = Outbox.objects.using("owner")
    lost = "seo*****@example.kr로 메일을 보내지 못했습니다. 이메일 주소가 맞는지 확인해 주세요."

    mails.create(key=f"application:{application.id}:link:1", state="sent")
    assert lost not in opened(application).get(STATUS).text
    mails.create(key=f"application:{application.id}:link:2", state="dead")
    page = opened(application).get(STATUS).text
    assert lost in page
    assert "스팸함" not in page


def test_number_and_password_together_open_it_and_a_wrong_pair_says_one_sentence(world):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    other = world.application(applicant=world.stranger, place=world.hwanggan_counter)
    browser = Client()
    for number, password in (
        (application.number, "Abcde12346"),
        (application.number, "abcde12345"),
        ("202611240000000", "Abcde12345"),
    ):
        wrong = browser.post(STATUS, {"number": number, "issue_password": password})
        assert wrong.status_code == 422
        assert WRONG in wrong.text
        assert number in wrong.text
        assert password not in wrong.text
    assert world.audit_names() == ["open_status.refused"] * 3
    assert other.number in opened(other).get(STATUS).text.replace(" ", "")
    assert world.audit_names()[-1] == "application.status_viewed"


def test_what_is_no_number_is_told_at_the_field(world, visitor):
    for number in ("", "1", "가나다", "1" * 40, "1\0" * 7):
        answer = visitor.post(STATUS, {"number": number, "issue_password": "Abcde12345"})
        assert answer.status_code == 422
        assert "Abcde12345" not in answer.text


def test_a_parent_cancels_and_may_apply_again(world, visitor):
    applied(visitor, world.hwanggan_counter)
    assert "되돌릴 수 없으며" in visitor.get("/certificate/status/cancel/").text
    assert visitor.post("/certificate/status/cancel/")["Location"] == STATUS
    assert "신청이 취소되었습니다" in visitor.get(STATUS).text
    visitor.post("/certificate/status/cancel/")
    assert "이미 처리된 신청입니다." in visitor.get(STATUS).text
    assert world.audit_names()[-2:] == ["application.cancelled", "cancel.refused"]
    applied(visitor, world.hwanggan_counter)


def test_nobody_cancels_what_the_session_does_not_carry(world, visitor):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    visitor.post("/certificate/status/cancel/")
    assert world.state_of(application) == "submitted"


def test_the_page_costs_three_statements(world):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    browser = opened(application)
    browser.get(STATUS)
    # two units, each entered; the application
    with assert_statements(3):
        browser.get(STATUS)
