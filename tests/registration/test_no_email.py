"""A parent without e-mail: nothing is sent, the page and the paper say it instead, and everything works."""

import pytest
from django.test import Client

from tests.issuing import Parent, approved, link
from tests.registration.parent import STATUS, answers, applied, at_the_form, look_up, opened, ticks

FORM = "/certificate/apply/form/"
PASSWORD = "Hanul20260"


def application(number):
    from baroalgi.registration.models import Application

    return Application.objects.using("owner").get(number=number)


def test_from_the_form_to_the_certificate_without_a_mail(world, visitor, as_staff, authority, sign):
    number = applied(visitor, world.hwanggan_counter, email="", no_email="on")
    assert application(number).email == ""
    done = visitor.get("/certificate/apply/done/").text
    assert "종이에 적어 두세요." in done
    assert "서류를 내신 곳에서 발급 주소가 든 봉투를 드립니다" in done
    assert "이메일로도 보냈습니다" not in done
    assert "황간초등학교에서 발급 주소가 든 봉투를 드립니다." in visitor.get(STATUS).text
    assert visitor.get("/certificate/apply/paper/").status_code == 200

    desk = as_staff(world.officer)
    assert desk.post(f"/desk/certificates/{number}/return/", {"reasons": "no_signature"}).status_code == 302
    assert "신청서에 서명이 없습니다." in visitor.get(STATUS).text
    assert desk.post(f"/desk/certificates/{number}/approve/", ticks()).status_code == 302
    waiting = visitor.get(STATUS).text
    assert "발급 주소가 든 봉투를 황간초등학교에서 받아 주세요." in waiting
    assert "*****@" not in waiting

    row = application(number)
    parent = Parent(Client(), link(row), row, "8507072345671", PASSWORD)  # what the slip says
    assert "황간초등학교에서 받으신 봉투의 발급 주소를 열어 주세요." in visitor.get(STATUS).text
    assert parent.order().status_code == 202
    sign()
    assert parent.wait()["state"] == "valid"
    assert parent.confirm().status_code == 200
    issued = visitor.get(STATUS).text
    assert "까지 쓸 수 있습니다." in issued
    assert "본인이 발급받지 않으셨다면 바로 황간초등학교에 알려 주세요." in issued
    assert world.mails() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": ""}, "이메일 주소를 입력해 주세요."),
        ({"no_email": "on"}, "이메일 주소를 지우거나 「이메일 없음」 표시를 지워 주세요."),
        (
            {"email": "nonsense", "no_email": "on"},
            "이메일 주소를 지우거나 「이메일 없음」 표시를 지워 주세요.",
        ),
    ],
)
def test_an_address_or_the_box_but_not_both(world, visitor, typed, sentence):
    wrong = at_the_form(visitor).post(FORM, answers(world.hwanggan_counter, **typed))
    assert wrong.status_code == 422
    assert sentence in wrong.text
    assert ("checked" in wrong.text.partition('name="no_email"')[2].partition(">")[0]) == (
        "no_email" in typed
    )


def test_the_box_stays_ticked_through_a_search(world, visitor):
    page = at_the_form(visitor).post(
        FORM, answers(world.hwanggan_counter, email="", no_email="on", find_place="1", place_query="새너울")
    )
    assert "checked" in page.text.partition('name="no_email"')[2].partition(">")[0]


def test_who_lost_the_slip_is_told_where_to_get_another_and_asks_for_none_by_mail(world, authority):
    parent = approved(world, world.seoyeon, days=-1, email="")
    browser = opened(parent.application)
    assert "발급 주소가 든 봉투를 황간초등학교에서 받아 주세요." in browser.get(STATUS).text
    assert browser.post("/certificate/status/link/")["Location"] == STATUS
    assert "봉투는 서류를 내신 곳에서 다시 받아 주세요." in browser.get(STATUS).text
    assert world.audit_names()[-1] == "ask_for_link.refused"


def test_five_wrong_passwords_are_told_on_the_page(world, authority, as_role):
    from baroalgi.registration.jobs import tell_blocked

    parent = approved(world, world.seoyeon, email="")
    parent.issue_password = "Wrong12345"
    for _try in range(5):
        parent.order()
    as_role("worker")
    tell_blocked(application_id=parent.application.id)
    as_role("app")
    assert world.mails() == []
    page = opened(parent.application).get(STATUS).text
    assert "발급용 비밀번호를 다섯 번 틀려 발급이 중지되었습니다." in page
    assert "다시 신청하기" in page


def test_contact_without_e_mail_is_contact_enough(world, as_guardian, as_staff):
    guardian = as_guardian(world.seoyeon)
    contact = {"mobile": "010-1234-5678", "postcode": "29115", "address1": "충청북도 영동군"}
    saved = guardian.post("/children/apply/8071028/contact/", contact)
    assert saved.status_code == 302, saved.text
    assert world.fresh(world.seoyeon).email == ""
    request = world.link(guardian=world.seoyeon, child=world.garam, state="requested", guardian_email="")
    assert (
        as_staff(world.homeroom_teacher)
        .post(f"/desk/child-links/{request.id}/approve/", {"link": request.id})
        .status_code
        == 302
    )
    assert world.state_of(request) == "approved"
    assert [mail for mail in world.mails() if "열람이 승인" in mail.subject] == []


def test_the_status_of_an_application_without_e_mail_opens_like_every_other(world, visitor):
    number = applied(visitor, world.hwanggan_counter, email="", no_email="on")
    assert look_up(Client(), number, PASSWORD).status_code == 302


def test_the_officer_is_not_told_that_somebody_without_e_mail_was_written_to(world, visitor, as_staff):
    number = applied(visitor, world.hwanggan_counter, email="", no_email="on")
    desk = as_staff(world.officer)
    desk.post(f"/desk/certificates/{number}/return/", {"reasons": "no_signature"})

    said = desk.get("/desk/certificates/").text
    assert "신청을 돌려보냈습니다. 이메일이 없어 사유는 진행 조회에서 보십니다." in said
    assert "돌려보내고 알렸습니다" not in said
    assert world.mails() == []
