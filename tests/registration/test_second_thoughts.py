"""Second thoughts of a parent: correct after a return, cancel, ask for a new address."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.issuing import Parent, approved
from tests.races import at_once
from tests.registration.parent import NUMBER, PASSWORD, STATUS, answers, applied, look_up, opened, ticks
from tests.statements import assert_statements

CORRECT = "/certificate/status/correct/"
LINK = "/certificate/status/link/"


def typed(counter, **changes):
    """What stands in the form of a correction: no number, no password."""
    return {
        name: value
        for name, value in answers(counter, **changes).items()
        if name not in ("rrn_0", "rrn_1", "issue_password")
    }


def row_of(number):
    from baroalgi.registration.models import Application

    return Application.objects.using("owner").get(number=number)


# Correcting -----------------------------------------------------------------------------------------


def test_a_parent_corrects_what_was_sent_back_and_it_is_approved_under_the_same_number(
    world, visitor, as_staff
):
    number = applied(visitor, world.hwanggan_counter)
    desk = as_staff(world.officer)
    assert visitor.get(CORRECT)["Location"] == STATUS  # nothing was sent back yet
    desk.post(f"/desk/certificates/{number}/return/", {"reasons": "name_differs"})

    browser = Client(REMOTE_ADDR="192.0.2.9")  # at home, another day
    assert look_up(browser, number, PASSWORD).status_code == 302
    assert 'href="/certificate/status/correct/"' in browser.get(STATUS).text
    page = browser.get(CORRECT).text
    for shown in ("신청서의 이름이 신분증과 다릅니다.", 'value="이은정"', "101동 202호", "850707-2******"):
        assert shown in page
    assert f'value="{world.hwanggan_counter.id}" checked' in page
    assert NUMBER[6:] not in page
    assert "rrn_1" not in page
    assert "issue_password" not in page

    moved = typed(world.regional_counter, name="이은정희", email="new@example.kr")
    sent = browser.post(CORRECT, moved)
    assert (sent.status_code, sent["Location"]) == (302, STATUS), sent.text
    page = browser.get(STATUS).text
    assert "새로 인쇄해 서명하고 다시 방문해 주세요." in page
    assert "학부모님이 서류를 내실 차례입니다" in page
    row = row_of(number)
    assert (row.state, row.name, row.email) == ("submitted", "이은정희", "new@example.kr")
    assert (row.place_id, row.identity_mask) == (world.regional_counter.id, "850707-2******")
    entry = next(entry for entry in world.audit() if entry.act == "application.corrected")
    assert entry.facts == {"changed": ["place_id", "name", "email"]}
    to_old, to_new = sorted(world.mails()[-2:], key=lambda mail: mail.to)
    assert (to_old.to, "이메일이 바뀌어" in to_old.text) == ("eunjeong@example.kr", True)
    assert (to_new.to, "새로 인쇄해 주세요." in to_new.text) == ("new@example.kr", True)
    assert "이은정희" not in to_old.text
    # It lies at the other counter now, and nowhere else.
    assert desk.get(f"/desk/certificates/{number}/").status_code == 404


def test_the_corrected_application_goes_on_to_its_approval(world, visitor, as_staff):
    number = applied(visitor, world.hwanggan_counter)
    desk = as_staff(world.officer)
    desk.post(f"/desk/certificates/{number}/return/", {"reasons": "no_id_back"})
    assert visitor.post(CORRECT, typed(world.hwanggan_counter, mobile="010-9999-8888")).status_code == 302
    assert desk.post(f"/desk/certificates/{number}/approve/", ticks()).status_code == 302
    row = row_of(number)
    assert (row.state, row.mobile) == ("approved", "010-9999-8888")


def test_mistakes_and_searches_bring_the_correction_back(world):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state="returned")
    browser = opened(application)
    wrong = browser.post(CORRECT, typed(world.hwanggan_counter, mobile="1"))
    assert (wrong.status_code, "휴대전화 번호를 확인해 주세요." in wrong.text) == (422, True)
    for changes in ({"place": "999999"}, {"name": "이\0은정"}, {"address1": "😀"}, {"place": "9" * 400}):
        assert browser.post(CORRECT, typed(world.hwanggan_counter, **changes)).status_code == 422
    found = browser.post(CORRECT, typed(world.hwanggan_counter, find_place="1", place_query="새너울"))
    assert "1곳을 찾았습니다. 위에서 골라 주세요." in found.text
    picked = browser.post(CORRECT, typed(world.hwanggan_counter, pick_address="29115|충청북도 영동군"))
    assert 'value="충청북도 영동군"' in picked.text
    assert world.state_of(application) == "returned"
    # Number and password are no part of a correction, whatever is sent.
    sent = answers(world.hwanggan_counter, rrn_1="1111111", issue_password="Other12345")
    assert browser.post(CORRECT, sent).status_code == 302
    kept = world.fresh(application)
    assert kept.identity_mac == application.identity_mac
    assert kept.issue_password_hash == application.issue_password_hash


@pytest.mark.parametrize(
    "state", ["submitted", "papers_received", "approved", "issued", "cancelled", "lapsed"]
)
def test_nothing_but_a_returned_application_is_corrected(world, state):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state=state)
    browser = opened(application)
    assert browser.get(CORRECT)["Location"] == STATUS
    assert browser.post(CORRECT, typed(world.hwanggan_counter, name="홍길동"))["Location"] == STATUS
    assert "이미 처리된 신청입니다." in browser.get(STATUS).text
    assert world.audit_names()[-2:] == ["correct.refused"] * 2
    assert world.fresh(application).name == "이서연"


def test_nobody_corrects_what_the_session_does_not_carry(world, visitor):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state="returned")
    assert visitor.post(CORRECT, typed(world.hwanggan_counter))["Location"] == STATUS
    assert world.state_of(application) == "returned"


def test_of_a_correction_and_a_cancelling_at_once_one_counts(world):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state="returned")
    mother, father = opened(application), opened(application)
    corrected, cancelled = at_once(
        lambda: mother.post(CORRECT, typed(world.hwanggan_counter)),
        lambda: father.post("/certificate/status/cancel/"),
    )
    names = world.audit_names()
    assert ("application.corrected" in names) + ("application.cancelled" in names) >= 1
    assert (corrected.status_code, cancelled.status_code) in ((302, 302), (422, 302))
    assert world.state_of(application) in ("submitted", "cancelled")


# Cancelling -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["submitted", "returned", "approved"])
def test_a_parent_cancels_and_applies_anew_at_once(world, visitor, as_staff, state):
    number = applied(visitor, world.hwanggan_counter)
    desk = as_staff(world.officer)
    if state == "returned":
        desk.post(f"/desk/certificates/{number}/return/", {"reasons": "no_signature"})
    if state == "approved":
        desk.post(f"/desk/certificates/{number}/approve/", ticks())
    assert row_of(number).state == state
    assert 'href="/certificate/status/cancel/"' in visitor.get(STATUS).text
    assert visitor.post("/certificate/status/cancel/")["Location"] == STATUS
    page = visitor.get(STATUS).text
    assert "신청이 취소되었습니다" in page
    assert "승인을 거둔 사유" not in page  # the reason of a return is no reason of this
    assert (row_of(number).state, row_of(number).reason) == ("cancelled", "")
    assert applied(visitor, world.hwanggan_counter) != number


@pytest.mark.parametrize("state", ["papers_received", "issued", "lapsed"])
def test_what_an_officer_holds_or_has_ended_is_not_cancelled(world, state):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state=state)
    browser = opened(application)
    assert 'href="/certificate/status/cancel/"' not in browser.get(STATUS).text
    browser.post("/certificate/status/cancel/")
    assert "이미 처리된 신청입니다." in browser.get(STATUS).text
    assert world.state_of(application) == state
    assert world.audit_names()[-1] == "cancel.refused"


@pytest.mark.parametrize(
    ("seen", "sentence"),
    [
        (False, "신청하신 뒤 30일 안에 서류가 접수되지 않아 끝났습니다."),
        (True, "승인된 뒤 30일 안에 인증서를 받지 않으셔서 끝났습니다."),
    ],
)
def test_a_lapsed_application_says_why(world, seen, sentence):
    application = world.application(
        applicant=world.seoyeon,
        place=world.hwanggan_counter,
        state="lapsed",
        identity_seen_at=timezone.now() if seen else None,
    )
    assert sentence in opened(application).get(STATUS).text


def test_a_withdrawn_approval_says_why(world):
    application = world.application(
        applicant=world.seoyeon,
        place=world.hwanggan_counter,
        state="cancelled",
        reason="서류가 바뀌었습니다.",
        identity_seen_at=timezone.now(),
    )
    page = opened(application).get(STATUS).text
    assert "황간초등학교에서 승인을 거둔 사유" in page
    assert "서류가 바뀌었습니다." in page


# A new address --------------------------------------------------------------------------------------


def deferred(server, database):
    with server.admin(database) as admin:
        rows = admin.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'registration.send_link' ORDER BY id"
        )
        return [arguments for (arguments,) in rows.fetchall()]


def run(as_role, arguments):
    from baroalgi.registration.jobs import send_link

    as_role("worker")
    send_link(**arguments)
    as_role("app")


def token_in(mail):
    return mail.text.partition("/certificate/issue/")[2].partition("/")[0]


def test_an_expired_address_is_sent_again_to_the_same_mail_address(
    world, authority, sign, as_role, server, database
):
    expired = approved(world, world.seoyeon, days=-1)
    assert expired.order().status_code == 410
    browser = opened(expired.application)
    page = browser.get(STATUS).text
    assert "발급 주소의 기간이 끝났습니다." in page
    assert "새 발급 주소 받기" in page
    assert browser.post(LINK)["Location"] == STATUS
    assert "seo*****@example.kr로 새 발급 주소를 보냅니다." in browser.get(STATUS).text
    (arguments,) = deferred(server, database)
    run(as_role, arguments)
    run(as_role, arguments)  # a worker killed at the end does it again: no second address
    (mail,) = world.mails()
    assert (mail.to, mail.subject) == ("seoyeon@example.kr", "[바로알기] 인증서를 받으실 차례입니다")
    again = Parent(Client(), token_in(mail), expired.application, expired.rrn)
    assert again.order().status_code == 202
    sign()
    assert again.wait()["state"] == "valid"
    assert again.confirm().status_code == 200
    names = [name for name in world.audit_names() if "link" in name]
    assert names == ["application.link_requested", "application.link_sent"]


def test_a_new_address_kills_the_one_before_and_never_outlives_the_approval(
    world, authority, as_role, server, database
):
    parent = approved(world, world.seoyeon, changed_at=timezone.now() - timedelta(days=20))
    browser = opened(parent.application)
    assert "발급 주소 다시 받기" in browser.get(STATUS).text
    browser.post(LINK)
    run(as_role, *deferred(server, database))
    assert parent.order().status_code == 410
    (mail,) = world.mails()
    from baroalgi.platform.templates import long_day

    last = timezone.localdate(parent.application.changed_at + timedelta(days=30))
    assert f"{long_day(last)}까지 한 번만 쓸 수 있습니다." in mail.text


def test_three_new_addresses_a_day_are_enough(world, authority, server, database):
    parent = approved(world, world.seoyeon)
    browser = opened(parent.application)
    for _asked in range(3):
        browser.post(LINK)
    browser.get(STATUS)
    browser.post(LINK)
    assert "발급 주소를 오늘 세 번 보냈습니다." in browser.get(STATUS).text
    assert len(deferred(server, database)) == 3
    assert world.audit()[-1].facts == {"why": "TooManyLinks"}


@pytest.mark.parametrize("state", ["submitted", "returned", "issued", "cancelled"])
def test_only_an_approved_application_is_sent_an_address(world, server, database, state):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state=state)
    browser = opened(application)
    browser.post(LINK)
    assert "이미 처리된 신청입니다." in browser.get(STATUS).text
    assert deferred(server, database) == []


def test_a_stranger_has_nothing_sent(world, authority, visitor, server, database):
    approved(world, world.seoyeon)
    assert visitor.post(LINK)["Location"] == STATUS
    assert Client(enforce_csrf_checks=True).post(LINK).status_code == 403
    assert deferred(server, database) == []


def test_the_pages_cost_few_statements(world, authority):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter, state="returned")
    browser = opened(application)
    browser.get(STATUS)
    # enter; the application; the chosen place
    with assert_statements(3):
        browser.get(CORRECT)
    # enter; the application; the place; the door; audit; read back; two mails with their jobs
    with assert_statements(11):
        browser.post(CORRECT, typed(world.hwanggan_counter))
    parent = approved(world, world.stranger)
    browser = opened(parent.application)
    browser.get(STATUS)
    # two units, each entered; the application; its link; whether the mail was lost
    with assert_statements(5):
        browser.get(STATUS)
    # four units, each entered; the count; the application; its link; job; audit; the message
    with assert_statements(10):
        browser.post(LINK)
