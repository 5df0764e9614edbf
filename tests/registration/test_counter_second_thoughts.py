"""After the approval: taken back, the address sent again, to a corrected mail, or on a sealed slip."""

import re
import subprocess
from io import BytesIO

import pytest
import zxingcpp
from django.db import DatabaseError
from pypdf import PdfReader

from tests.issuing import approved
from tests.races import at_once
from tests.statements import assert_statements

DESK = "/desk/certificates/"
OWN = "내 신청은 내가 승인할 수 없습니다. 다른 담당자에게 부탁해 주세요."
LINK = re.compile(r"/certificate/issue/([\w-]+)/")
LINK_AS_APP = (
    "INSERT INTO registration_enrolmentlink (application_id, token_hash, valid_to, tries, created_at)"
    " VALUES (%s, %s, now() + interval '1 day', 0, now())"
)


@pytest.fixture
def seoyeon(world):
    """이서연, approved, with a live link and a browser at it."""
    return approved(world, world.seoyeon)


@pytest.fixture
def grandmother(world):
    """Somebody approved who has no e-mail, and no link yet."""
    from baroalgi.registration.models import EnrolmentLink

    parent = approved(world, world.stranger, email="")
    EnrolmentLink.objects.using("owner").all().delete()
    return parent


@pytest.fixture
def unused(server, database, as_role):
    """Do the job by which the worker revokes what nobody took."""

    def work():
        from baroalgi.pki.jobs import revoke_unused

        with server.admin(database) as admin:
            rows = admin.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'pki.revoke_unused'")
            ((arguments,),) = rows.fetchall()
        as_role("worker")
        revoke_unused(**arguments)
        as_role("app")

    return work


def at(parent, act=""):
    return f"{DESK}{parent.application.number}/{act}"


def is_open(parent, token):
    return parent.browser.get(f"/certificate/issue/{token}/").status_code == 200


def facts(world, act):
    return [entry.facts for entry in world.audit() if entry.act == act]


def text_of(pdf):
    return PdfReader(BytesIO(pdf)).pages[0].extract_text()


def pictures_of(pdf):
    """Return what the QR codes of the first page say, read from its picture as a phone does."""
    drawn = subprocess.run(
        ["pdftoppm", "-r", "150", "-gray", "-singlefile", "-"],
        input=pdf,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    _magic, width, height, _white, pixels = re.fullmatch(
        rb"(P5)\s(\d+) (\d+)\s(\d+)\s(.*)", drawn, re.S
    ).groups()
    view = memoryview(pixels).cast("B", shape=[int(height), int(width)])
    return [found.text for found in zxingcpp.read_barcodes(view)]


# Withdrawing ---------------------------------------------------------------------------------


def test_an_approval_is_withdrawn_only_with_a_reason(world, authority, desk, seoyeon):
    page = desk.get(at(seoyeon, "withdraw/"))
    assert "발급 주소는 바로 쓸 수 없게 되고 신청은 취소됩니다." in page.text
    without = desk.post(at(seoyeon, "withdraw/"), {"note": " "})
    assert without.status_code == 422
    assert "승인을 거두는 사유를 고르거나 적어 주세요." in without.text
    assert world.state_of(seoyeon.application) == "approved"
    assert is_open(seoyeon, seoyeon.token)

    done = desk.post(at(seoyeon, "withdraw/"), {"reasons": "other_person", "note": "죄송합니다."})
    assert done["Location"] == DESK
    assert "이서연 님의 승인을 거두었습니다." in desk.get(DESK).text
    row = world.fresh(seoyeon.application)
    reason = "다른 분의 신청을 잘못 승인했습니다. 죄송합니다."
    assert (row.state, row.reason, row.decided_by_name) == ("cancelled", reason, "정민호")
    assert not is_open(seoyeon, seoyeon.token)
    (mail,) = world.mails()
    assert mail.to == "seoyeon@example.kr"
    assert f"사유: {reason}" in mail.text
    assert "보내 드린 발급 주소는 이제 쓸 수 없습니다." in mail.text
    names = [name for name in world.audit_names() if "viewed" not in name]
    assert names == ["withdraw.refused", "application.withdrawn", "certificate.open_link.refused"]
    assert f"승인을 거두었습니다. 사유: {reason}" in desk.get(at(seoyeon)).text


def test_a_certificate_that_nobody_took_is_revoked_with_the_approval(world, desk, seoyeon, sign, unused):
    from baroalgi.pki.models import Certificate

    assert seoyeon.order().status_code == 202
    sign()
    assert seoyeon.wait()["state"] == "valid"
    desk.post(at(seoyeon, "withdraw/"), {"reasons": "asked"})
    assert seoyeon.confirm().status_code in (410, 422)
    assert world.state_of(seoyeon.application) == "cancelled"
    unused()
    (certificate,) = Certificate.objects.using("owner").all()
    assert (certificate.state, certificate.revocation_reason) == ("revoked", "cessationOfOperation")
    assert sign() > 0  # the list is published at once


def test_what_the_signer_had_begun_comes_into_the_world_revoked(world, desk, seoyeon, sign):
    from baroalgi.pki.models import Certificate, Issuance

    assert seoyeon.order().status_code == 202
    while Issuance.objects.using("owner").get().state != "prepared":
        sign(steps=1)
    desk.post(at(seoyeon, "withdraw/"), {"reasons": "asked"})
    sign()
    assert Issuance.objects.using("owner").get().state == "signed"
    (certificate,) = Certificate.objects.using("owner").all()
    assert (certificate.state, certificate.listed_in is not None) == ("revoked", True)


def test_what_is_issued_is_not_withdrawn(world, desk, seoyeon, sign):
    from baroalgi.pki.models import Certificate

    seoyeon.order()
    sign()
    seoyeon.wait()
    assert seoyeon.confirm().status_code == 200
    refused = desk.post(at(seoyeon, "withdraw/"), {"reasons": "asked"})
    assert refused.status_code == 422
    assert "이미 인증서를 받으신 분입니다." in refused.text
    assert world.state_of(seoyeon.application) == "issued"
    assert Certificate.objects.using("owner").get().state == "valid"
    assert facts(world, "withdraw.refused") == [{"why": "AlreadyIssued"}]


def test_of_withdrawing_and_confirming_at_once_one_wins(world, desk, seoyeon, sign):
    from baroalgi.pki.models import Certificate

    seoyeon.order()
    sign()
    seoyeon.wait()
    withdrawn, confirmed = at_once(
        lambda: desk.post(at(seoyeon, "withdraw/"), {"reasons": "asked"}), seoyeon.confirm
    )
    outcome = (withdrawn.status_code, confirmed.status_code)
    state, certificate = world.state_of(seoyeon.application), Certificate.objects.using("owner").get()
    if state == "issued":
        assert outcome == (422, 200)
        assert certificate.state == "valid"
    else:
        assert (state, certificate.confirmed_at) == ("cancelled", None)
        assert outcome[0] == 302
        assert outcome[1] in (410, 422)


def test_of_two_who_withdraw_the_second_is_told(world, desk, second_desk, seoyeon):
    seen = {"seen": world.fresh(seoyeon.application).changed_at.isoformat(), "reasons": "asked"}
    assert desk.post(at(seoyeon, "withdraw/"), seen).status_code == 302
    late = second_desk.post(at(seoyeon, "withdraw/"), seen)
    assert late.status_code == 422
    assert re.search(r"정민호 선생님이 \d+시 \d\d분에 먼저 처리했습니다\.", late.text)
    assert world.audit_names().count("application.withdrawn") == 1


def test_who_has_no_mail_reads_the_reason_at_the_status(world, desk, grandmother):
    desk.post(at(grandmother, "withdraw/"), {"reasons": "papers_differ"})
    assert world.mails() == []
    grandmother.browser.post(
        "/certificate/status/",
        {"number": grandmother.application.number, "issue_password": "Abcde12345"},
    )
    assert "서류에 틀린 곳이 있습니다." in grandmother.browser.get("/certificate/status/").text


# A new address -------------------------------------------------------------------------------


def test_a_new_address_kills_the_one_before(world, authority, desk, seoyeon):
    assert desk.post(at(seoyeon, "link/"))["Location"] == DESK
    said = desk.get(DESK).text
    assert (
        "이서연 님께 새 발급 주소를 보냈습니다(seo*****@example.kr). 앞의 주소는 이제 쓸 수 없습니다." in said
    )
    (mail,) = world.mails()
    fresh = LINK.search(mail.text)[1]
    assert fresh not in said
    assert (is_open(seoyeon, seoyeon.token), is_open(seoyeon, fresh)) == (False, True)
    assert "application.link_sent" in world.audit_names()


def test_of_two_who_send_at_once_one_sends(world, authority, desk, second_desk, seoyeon):
    shown = re.search(r'name="instead_of" value="(\d+)"', desk.get(at(seoyeon)).text)[1]
    answers = at_once(
        lambda: desk.post(at(seoyeon, "link/"), {"instead_of": shown}),
        lambda: second_desk.post(at(seoyeon, "link/"), {"instead_of": shown}),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    (late,) = [answer for answer in answers if answer.status_code == 422]
    assert "방금 새 발급 주소를 보냈습니다." in late.text
    (mail,) = world.mails()
    assert is_open(seoyeon, LINK.search(mail.text)[1])
    stale = {"email": "other@example.kr", "face_seen": "on", "instead_of": shown}
    assert second_desk.post(at(seoyeon, "email/"), stale).status_code == 422
    assert world.fresh(seoyeon.application).email == "seoyeon@example.kr"


def test_an_expired_address_is_told_and_replaced(world, authority, desk):
    late = approved(world, world.seoyeon, days=-1)
    assert "기간이 지난 주소입니다. 새 주소를 보내 주세요." in desk.get(at(late)).text
    assert not is_open(late, late.token)
    desk.post(at(late, "link/"))
    assert is_open(late, LINK.search(world.mails()[0].text)[1])


def test_a_corrected_mail_address_gets_the_new_one_alone(world, authority, desk, seoyeon):
    unseen = desk.post(at(seoyeon, "email/"), {"email": "seo.yeon@example.kr"})
    assert unseen.status_code == 422
    assert "확인하고 표시해 주세요." in unseen.text

    sent = {"email": "seo.yeon@example.kr", "face_seen": "on"}
    assert desk.post(at(seoyeon, "email/"), sent)["Location"] == DESK
    said = desk.get(DESK).text
    assert "이서연 님의 이메일을 고쳤습니다." in said
    assert "새 발급 주소를 seo*****@example.kr로 보냈습니다." in said
    assert "이메일을 고쳤습니다." not in desk.get(DESK).text  # said once
    (mail,) = world.mails()
    assert mail.to == world.fresh(seoyeon.application).email == "seo.yeon@example.kr"
    assert not is_open(seoyeon, seoyeon.token)
    assert is_open(seoyeon, LINK.search(mail.text)[1])
    assert facts(world, "application.readdressed") == [
        {"before": "seo*****@example.kr", "after": "seo*****@example.kr"}
    ]


def test_a_mail_address_is_corrected_to_something_that_can_be_one(world, desk, seoyeon):
    for wrong, sentence in (
        ({"email": "seoyeon"}, "이메일 주소 형식이 올바르지 않습니다."),
        ({"email": ""}, "새 이메일 주소를 적거나 「이메일 없음」을 표시해 주세요."),
        ({"email": "seoyeon@example.kr"}, "신청서에 적힌 것과 같은 주소입니다."),
        ({"email": "a" * 300 + "@example.kr"}, "이메일 주소 형식이 올바르지 않습니다."),
        ({"email": "a\0@example.kr"}, ""),
        ({"email": "😀@example.kr"}, ""),
    ):
        refused = desk.post(at(seoyeon, "email/"), wrong | {"face_seen": "on"})
        assert refused.status_code == 422
        assert sentence in refused.text
    assert world.fresh(seoyeon.application).email == "seoyeon@example.kr"
    assert world.mails() == []


def test_who_turns_out_to_have_no_mail_gets_a_slip(world, authority, desk, seoyeon):
    desk.post(at(seoyeon, "email/"), {"no_email": "on", "face_seen": "on", "email": "?"})
    assert "이메일이 없는 분입니다. 봉투를 인쇄해 드리세요." in desk.get(DESK).text
    assert world.fresh(seoyeon.application).email == ""
    assert not is_open(seoyeon, seoyeon.token)  # what went to the wrong address
    assert desk.post(at(seoyeon, "slip/"))["Content-Type"] == "application/pdf"
    assert world.mails() == []


# The sealed slip -----------------------------------------------------------------------------


def test_the_slip_holds_name_and_address_and_nothing_that_opens_it(world, authority, desk, grandmother):
    answer = desk.post(at(grandmother, "slip/"))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'inline; filename="baroalgi-slip.pdf"'
    page = PdfReader(BytesIO(answer.content)).pages[0]
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (420, 595)
    text = text_of(answer.content)
    for words in (
        "황간초등학교 등록업무 담당",
        "오낯선 님",
        "받는 분만 열어 주세요",
        "① 앞으로 접어 붙이는 선",
        "② 뒤로 접는 선",
        "덮는 면",
        "localhost:8000/certificate/issue/",
        "043-742-4088",
    ):
        assert words in text
    code = re.search(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){3}", text)[0]
    assert pictures_of(answer.content) == [f"http://localhost:8000/certificate/issue/{code}/"]
    assert is_open(grandmother, code)
    flat = re.sub(r"\D", "", text)
    for secret in (grandmother.application.number, grandmother.rrn, grandmother.rrn[6:], "Abcde12345"):
        assert secret not in text
        assert secret not in flat
    # It stands nowhere else: neither on a page, nor in the trail, nor in a mail.
    assert code not in desk.get(at(grandmother)).text + desk.get(DESK).text
    assert code not in str([(entry.act, entry.facts) for entry in world.audit()])
    assert world.mails() == []


def test_the_code_may_be_typed_as_people_type(world, authority, desk, visitor, grandmother):
    (address,) = pictures_of(desk.post(at(grandmother, "slip/")).content)
    code = LINK.search(address)[1]
    for typed in (code.lower(), code.replace("-", ""), code.lower().replace("-", " ")):
        assert visitor.get(f"/certificate/issue/{typed}/")["Location"] == f"/certificate/issue/{code}/"
        # Whoever typed only the first line is asked for the second one.
        assert (
            visitor.post("/certificate/issue/", {"code": typed})["Location"] == f"/certificate/issue/{code}/"
        )
    for wrong, sentence in (
        ("", "봉투에 굵게 적힌 글자 16자를 적어 주세요."),
        (code[:-1], "봉투에 굵게 적힌 글자 16자를 다시 확인해 주세요."),
        ("0" * 16, "봉투에 굵게 적힌 글자 16자를 다시 확인해 주세요."),
        ("😀\0" * 8, ""),
        ("//evil.example/x", "봉투에 굵게 적힌 글자 16자를 다시 확인해 주세요."),
        ("a" * 500, ""),
    ):
        refused = visitor.post("/certificate/issue/", {"code": wrong, "sent": "yes"})
        assert refused.status_code == 422
        assert sentence in refused.text


def test_each_print_makes_the_slip_before_useless(world, authority, desk, second_desk, grandmother):
    assert "앞의 봉투는 쓸 수 없습니다." not in desk.get(at(grandmother)).text
    first, second = (
        pictures_of(browser.post(at(grandmother, "slip/")).content)[0] for browser in (desk, second_desk)
    )
    assert "새 주소로 인쇄합니다. 앞의 봉투는 쓸 수 없습니다." in desk.get(at(grandmother)).text
    opened = [is_open(grandmother, LINK.search(address)[1]) for address in (first, second)]
    assert opened == [False, True]
    printed = [entry for entry in world.audit() if entry.act == "application.slip_printed"]
    assert [entry.actor_id for entry in printed] == [world.officer.id, world.second_officer.id]


def test_the_whole_way_from_the_slip_to_the_certificate(world, desk, grandmother, sign):
    (address,) = pictures_of(desk.post(at(grandmother, "slip/")).content)
    grandmother.token = LINK.search(address)[1]
    assert grandmother.order().status_code == 202
    sign()
    grandmother.wait()
    assert grandmother.confirm().status_code == 200
    assert world.state_of(grandmother.application) == "issued"


def test_a_slip_is_for_those_without_mail_and_a_mail_for_the_others(world, desk, seoyeon, grandmother):
    for parent, act, sentence in (
        (seoyeon, "slip/", "이메일이 있는 분입니다."),
        (grandmother, "link/", "이메일이 없는 분입니다. 봉투를 인쇄해 드리세요."),
    ):
        refused = desk.post(at(parent, act))
        assert (refused.status_code, refused["Content-Type"]) == (422, "text/html; charset=utf-8")
        assert sentence in refused.text
    assert world.mails() == []


def test_approving_somebody_without_mail_offers_the_slip(world, desk):
    from baroalgi.registration.models import EnrolmentLink
    from tests.registration.parent import ticks

    waiting = world.application(applicant=world.stranger, place=world.hwanggan_counter, email="")
    sent = ticks(rrn=world.number_of(world.stranger))
    desk.post(f"{DESK}{waiting.number}/approve/", sent)
    page = desk.get(DESK).text
    assert "오낯선 님의 신청을 승인했습니다." in page
    assert "이메일이 없는 분입니다. 봉투를 인쇄해 드리세요." in page
    assert f'action="{DESK}{waiting.number}/slip/"' in page
    assert f'href="{DESK}{waiting.number}/withdraw/"' in page
    assert 'aria-describedby="deed ' in page
    assert "오낯선 님의 신청을 승인했습니다." not in desk.get(DESK).text
    assert not EnrolmentLink.objects.using("owner").exists()
    totals = desk.get(f"{DESK}totals/").text
    assert "이메일 0 · 봉투 1" in totals


# Who may not ---------------------------------------------------------------------------------

ACTS = {
    "withdraw/": {"reasons": "asked"},
    "email/": {"email": "other@example.kr", "face_seen": "on"},
    "link/": {},
    "slip/": {},
}


def test_nobody_does_it_for_the_own_application(world, desk, second_desk, authority):
    own = approved(world, world.officer, email="")
    for act, sent in ACTS.items():
        refused = desk.post(at(own, act), sent)
        assert refused.status_code == 422
        assert OWN in refused.text
    assert is_open(own, own.token)
    assert world.state_of(own.application) == "approved"
    assert {name for name in world.audit_names() if name.endswith(".refused")} == {
        "withdraw.refused",
        "readdress.refused",
        "send_again.refused",
        "print_slip.refused",
    }
    for page in (desk.get(at(own)), desk.get(at(own, "withdraw/")), desk.get(at(own, "email/"))):
        assert OWN in page.text
        assert "봉투" not in page.text
    assert second_desk.post(at(own, "slip/")).status_code == 200


def test_another_place_can_do_nothing_and_learns_nothing(world, as_staff, authority, seoyeon):
    elsewhere = as_staff(world.other_school_officer)
    for act, sent in ACTS.items():
        foreign = elsewhere.post(at(seoyeon, act), sent)
        nothing = elsewhere.post(f"{DESK}202611240000000/{act}", sent)
        assert (foreign.status_code, nothing.status_code) == (404, 404)
        assert foreign.text == nothing.text
    assert is_open(seoyeon, seoyeon.token)
    assert world.mails() == []


def test_before_the_approval_and_after_the_end_there_is_no_address(world, desk, visitor):
    waiting = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    ended = world.application(applicant=world.stranger, place=world.hwanggan_counter, state="lapsed")
    for application in (waiting, ended):
        for act, sent in ACTS.items():
            assert desk.post(f"{DESK}{application.number}/{act}", sent).status_code == 422
    assert world.mails() == []


def test_the_database_gives_no_link_to_a_foreign_own_or_undecided_application(world, seoyeon, authority):
    own = approved(world, world.officer)
    waiting = world.application(applicant=world.stranger, place=world.hwanggan_counter)
    for person, application in (
        (world.other_school_officer, seoyeon.application),
        (world.homeroom_teacher, seoyeon.application),
        (world.officer, own.application),
        (world.officer, waiting),
    ):
        with pytest.raises(DatabaseError, match="row-level security"):
            world.sql_as_app(LINK_AS_APP, [application.id, "0" * 64], person=person)
    assert world.sql_as_app(LINK_AS_APP, [seoyeon.application.id, "0" * 64], person=world.officer) == 1
    assert world.sql_as_app(LINK_AS_APP, [own.application.id, "1" * 64], person=world.second_officer) == 1


def test_the_door_of_the_counter_opens_to_its_officers_alone(world, seoyeon):
    own = approved(world, world.officer)
    readdress = (
        "SELECT policy.application_readdress(id, changed_at, 'thief@example.kr')"
        " FROM unnest(%s::bigint[], %s::timestamptz[]) AS one (id, changed_at)"
    )
    for person, application in (
        (world.other_school_officer, seoyeon.application),
        (world.homeroom_teacher, seoyeon.application),
        (world.officer, own.application),
        (None, seoyeon.application),
    ):
        asked = [[application.id], [application.changed_at]]
        assert world.sql_as_app(readdress, asked, person=person) == [(False,)]
    asked = [[seoyeon.application.id], [seoyeon.application.changed_at]]
    assert world.sql_as_app(readdress, asked, person=world.officer) == [(True,)]


# Without the form ----------------------------------------------------------------------------


def test_the_form_is_printed_for_who_comes_without(world, desk):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    assert f'href="{DESK}print/"' in desk.get(DESK).text
    for asked in (
        {"number": application.number},
        {"name": "이서연", "born": "840312"},
        {"name": "이서연", "born": "1984-03-12"},
    ):
        found = desk.post(f"{DESK}print/", asked)
        assert found.status_code == 200
        assert f'href="{DESK}{application.number}/paper/"' in found.text
    sheet = desk.get(f"{DESK}{application.number}/paper/").content
    assert pictures_of(sheet) == [application.number]  # what the scanner types
    assert "application.printed" in world.audit_names()


def test_half_a_memory_finds_nobody(world, desk, as_staff):
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    for asked, sentence in (
        ({"number": ""}, "인증번호를 모르시면 이름과 생년월일을 모두 적어 주세요."),
        ({"name": "이서연"}, "인증번호를 모르시면 이름과 생년월일을 모두 적어 주세요."),
        ({"name": "이서연", "born": "840313"}, "이 접수처에 낸 신청이 없습니다."),
        ({"name": "이서", "born": "840312"}, "이 접수처에 낸 신청이 없습니다."),
        ({"name": "이서연", "born": "841332"}, "생년월일 6자리를 적어 주세요."),
        ({"number": "1" * 15}, "이 접수처에 낸 신청이 없습니다."),
        ({"number": "12"}, "인증번호는 숫자 15자리입니다."),
        ({"name": "😀\0" * 99, "born": "８４０３１２" * 9}, ""),
    ):
        answer = desk.post(f"{DESK}print/", asked)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "신청서 인쇄</" not in answer.text
    elsewhere = as_staff(world.other_school_officer)
    assert elsewhere.post(f"{DESK}print/", {"name": "이서연", "born": "840312"}).status_code == 422
    searched = facts(world, "application.searched")
    assert searched[-1] == {"sought": "name_and_birth_date", "found": 0}


def test_pages_cost_what_they_must(world, desk, seoyeon, grandmother):
    for page in (at(seoyeon), at(seoyeon, "withdraw/"), at(seoyeon, "email/")):
        desk.get(page)
        # enter; the application; its newest link; audit
        with assert_statements(4):
            desk.get(page)
    # enter; audit of the search; the matches
    with assert_statements(3):
        desk.post(f"{DESK}print/", {"name": "이서연", "born": "840312"})
