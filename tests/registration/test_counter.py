"""Step ④: the officer at the counter, another officer, and those who are none."""

import re

import pytest

from tests.races import at_once
from tests.registration.parent import NUMBER, answers, applied, at_the_form, ticks
from tests.statements import assert_statements

DESK = "/desk/certificates/"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def number(world, visitor):
    """The application of 이은정, handed in at 황간초등학교."""
    return applied(visitor, world.hwanggan_counter)


def the(number):
    from baroalgi.registration.models import Application

    return Application.objects.using("owner").get(number=number)


def acts(world):
    return [name for name in world.audit_names() if not name.startswith("application.submitted")]


def compare(browser, number, rrn):
    return browser.post(f"{DESK}{number}/identity/", {"rrn": rrn}, **JSON)


# Finding -------------------------------------------------------------------------------------


def test_the_first_screen_shows_who_waits_and_what_was_done_today(world, desk, number):
    page = desk.get(DESK).text
    assert "인증번호를 찍거나 적어 주세요" in page
    assert "기다리는 신청 1건" in page
    assert "이은정" in page
    assert "85.07.07" in page
    assert "서류 기다림" in page
    assert re.search(r'id="id_q"[^>]*autofocus', page)


def test_an_empty_queue_says_so(world, desk):
    assert "기다리는 신청이 없습니다." in desk.get(DESK).text


def test_a_number_opens_its_application_at_once(world, desk, number):
    for shape in ("{0}", " {0} ", "{1} {2} {3}", "{1}-{2}-{3}"):
        asked = shape.format(number, number[:8], number[8:14], number[14:])
        assert desk.post(DESK, {"q": asked})["Location"] == f"{DESK}{number}/"


def test_a_name_lists_matches_with_their_birth_dates(world, desk, number):
    found = desk.post(DESK, {"q": "은정"})
    assert found.status_code == 200
    assert "「은정」 1건" in found.text
    assert "85.07.07" in found.text
    assert "그 이름의 신청이 없습니다." in desk.post(DESK, {"q": "홍길동"}).text
    searches = [entry.facts for entry in world.audit() if entry.act == "application.searched"]
    assert searches == [{"sought": "name", "found": 1}, {"sought": "name", "found": 0}]


def test_what_is_not_found_is_told_at_the_field(world, desk):
    for asked, sentence in (
        ("202611240000000", "이 인증번호의 신청이 없습니다. 숫자 15자리를 확인해 주세요."),
        ("1234", "이 인증번호의 신청이 없습니다. 숫자 15자리를 확인해 주세요."),
        ("", "인증번호나 이름을 적어 주세요."),
        ("이", "이름은 두 글자 이상 적어 주세요."),
    ):
        answer = desk.post(DESK, {"q": asked})
        assert answer.status_code == 422
        assert sentence in answer.text


def test_nothing_typed_into_the_field_breaks_it(world, desk):
    for asked in ("\0\0\0", "😀😀", "%%", "９" * 15, "a" * 5000, "'; --"):
        assert desk.post(DESK, {"q": asked}).status_code in (200, 422)


# One application -----------------------------------------------------------------------------


def test_the_officer_sees_what_was_typed_but_no_number_and_no_password(world, desk, number):
    page = desk.get(f"{DESK}{number}/").text
    for words in (
        "이은정",
        "1985년 7월 7일생",
        "850707-2••••••",
        "010-1234-5678",
        "eunjeong@example.kr",
        "신청서 인쇄",
    ):
        assert words in page
    assert NUMBER[6:] not in page
    assert acts(world) == ["application.viewed"]


def test_another_places_application_answers_as_one_that_is_not_there(world, as_staff, number):
    elsewhere = as_staff(world.other_school_officer)
    for act in ("", "identity/", "approve/", "return/", "paper/"):
        send = elsewhere.get if act in ("", "paper/") else elsewhere.post
        for_foreign = send(f"{DESK}{number}/{act}", ticks())
        for_nothing = send(f"{DESK}202611240000000/{act}", ticks())
        assert (for_foreign.status_code, for_nothing.status_code) == (404, 404)
        assert for_foreign.text == for_nothing.text
    assert the(number).identity_tries == 0
    assert acts(world) == ["page.open.refused"] * 10  # both alike


def test_another_places_application_is_not_found_by_number_or_name(world, as_staff, number):
    elsewhere = as_staff(world.other_school_officer)
    assert "이 인증번호의 신청이 없습니다." in elsewhere.post(DESK, {"q": number}).text
    assert "그 이름의 신청이 없습니다." in elsewhere.post(DESK, {"q": "이은정"}).text
    assert "이은정" not in elsewhere.get(f"{DESK}totals/").text


def test_only_officers_stand_at_the_counter(world, visitor, as_staff, as_guardian, number):
    for page in (DESK, f"{DESK}totals/", f"{DESK}{number}/"):
        assert visitor.get(page)["Location"].startswith("/sign-in/staff/")
        assert as_guardian(world.seoyeon).get(page)["Location"].startswith("/sign-in/staff/")
        assert as_staff(world.homeroom_teacher).get(page).status_code == 404


def test_the_form_is_printed_for_someone_without_a_printer(world, desk, number):
    answer = desk.get(f"{DESK}{number}/paper/")
    assert answer["Content-Type"] == "application/pdf"
    (entry,) = [entry for entry in world.audit() if entry.act == "application.printed"]
    assert (entry.actor_id, entry.application_id) == (world.officer.id, the(number).id)


# The number of the ID card -------------------------------------------------------------------


def test_the_system_says_only_equal_or_not(world, desk, number):
    wrong = compare(desk, number, "8507072345672").json()
    assert (wrong["equal"], wrong["left"]) == (False, 2)
    assert wrong["message"].startswith("같지 않습니다. 한 번 더 천천히 눌러 주세요. 두 번 남았습니다.")
    assert compare(desk, number, f"{NUMBER[:6]}-{NUMBER[6:]}").json() == {
        "equal": True,
        "left": 3,
        "message": "같습니다",
    }
    facts = [entry.facts for entry in world.audit() if entry.act == "application.identity_checked"]
    assert facts == [{"equal": False, "left": 2}, {"equal": True, "left": 3}]


def test_after_three_wrong_numbers_only_sending_back_is_left(world, desk, number):
    for left in (2, 1, 0):
        assert compare(desk, number, "8507072345672").json()["left"] == left
    right = compare(desk, number, NUMBER).json()
    assert (right["equal"], right["left"]) == (False, 0)
    assert desk.post(f"{DESK}{number}/approve/", ticks()).status_code == 422
    assert "세 번 모두 달랐습니다. 이 신청은 돌려보내 주세요." in desk.get(f"{DESK}{number}/").text
    desk.post(f"{DESK}{number}/return/", {"reasons": "number_differs"})
    assert the(number).state == "returned"
    # Whoever comes again shows the card again.
    assert compare(desk, number, NUMBER).json()["equal"] is True


def test_what_can_be_no_number_costs_no_try(world, desk, number):
    for typed in ("", "850707", "8513322345671", "가나다라마바사", "9" * 500):
        answer = compare(desk, number, typed)
        assert answer.status_code == 422
        assert answer.json()["errors"]["rrn"] == "주민등록번호 13자리를 확인해 주세요."
    assert the(number).identity_tries == 0


def test_without_script_the_page_comes_back_with_the_ticks(world, desk, number):
    address = f"{DESK}{number}/identity/"
    wrong = desk.post(address, ticks(rrn="8507072345672", id_copy=""))
    assert wrong.status_code == 422
    assert "같지 않습니다. 한 번 더 천천히 눌러 주세요." in wrong.text
    assert re.search(r'value="resident_card"[^>]*checked', wrong.text)
    assert "8507072345672" not in wrong.text
    right = desk.post(address, ticks(id_copy=""))
    assert right.status_code == 200
    assert "같습니다" in right.text
    assert the(number).state == "submitted"


# Approving -----------------------------------------------------------------------------------


def test_all_four_steps_are_needed(world, desk, number):
    address = f"{DESK}{number}/approve/"
    for missing in ("id_card", "face_seen", "form_paper", "id_copy"):
        refused = desk.post(address, ticks(**{missing: ""}))
        assert refused.status_code == 422
        assert the(number).state == "submitted"
    assert desk.post(address, ticks(id_card="library_card")).status_code == 422
    approved = desk.post(address, ticks(rrn=""))  # it was found equal before
    assert approved["Location"] == DESK
    assert the(number).state == "approved"


def test_without_the_number_nothing_is_approved(world, desk, number):
    refused = desk.post(f"{DESK}{number}/approve/", ticks(rrn=""))
    assert refused.status_code == 422
    assert "주민등록번호 13자리를 확인해 주세요." in refused.text
    wrong = desk.post(f"{DESK}{number}/approve/", ticks(rrn="8507072345672"))
    assert wrong.status_code == 422
    assert "같지 않습니다." in wrong.text
    assert the(number).state == "submitted"
    assert world.mails()[1:] == []


def test_what_the_colleague_compared_does_not_count_for_me(world, desk, second_desk, number):
    assert compare(second_desk, number, NUMBER).json()["equal"] is True
    assert desk.post(f"{DESK}{number}/approve/", ticks(rrn="")).status_code == 422
    assert the(number).state == "submitted"


def test_an_approval_keeps_papers_link_and_officer(world, desk, number):
    from baroalgi.platform import crypto
    from baroalgi.registration.models import Approval, EnrolmentLink, Paper

    desk.post(f"{DESK}{number}/approve/", ticks(id_card="passport"))
    application = the(number)
    assert application.decided_by_name == "정민호"
    papers = Paper.objects.using("owner").filter(application_id=application.id)
    assert sorted((paper.kind, paper.id_card) for paper in papers) == [
        ("form", "passport"),
        ("id_copy", "passport"),
    ]
    approval = Approval.objects.using("owner").get(application_id=application.id)
    assert (approval.officer_id, approval.officer_name) == (world.officer.id, "정민호")
    link = EnrolmentLink.objects.using("owner").get(application_id=application.id)
    assert (link.valid_to - link.created_at).days == 14
    token = re.search(r"/certificate/issue/([\w-]+)/", world.mails()[-1].text)[1]
    assert (len(token), link.token_hash) == (43, crypto.token_hash(token))


def test_nobody_approves_the_own_application(world, visitor, desk, second_desk):
    own = world.number_of(world.officer)
    at_the_form(visitor).post(
        "/certificate/apply/form/",
        answers(world.hwanggan_counter, name="정민호", rrn_0=own[:6], rrn_1=own[6:]),
    )
    number = re.search(r"certificates/(\d{15})/", desk.get(DESK).text)[1]
    sentence = "내 신청은 내가 승인할 수 없습니다. 다른 담당자에게 부탁해 주세요."
    assert sentence in desk.get(f"{DESK}{number}/").text
    assert "내 신청" in desk.get(DESK).text
    for act, sent in (
        ("approve/", ticks(rrn=own)),
        ("identity/", {"rrn": own}),
        ("return/", {"reasons": "no_signature"}),
    ):
        refused = desk.post(f"{DESK}{number}/{act}", sent)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert the(number).state == "submitted"
    assert {name for name in world.audit_names() if name.endswith(".refused")} == {
        "approve.refused",
        "check_identity.refused",
        "send_back.refused",
    }
    assert second_desk.post(f"{DESK}{number}/approve/", ticks(rrn=own))["Location"] == DESK


def test_of_two_officers_at_once_one_wins_and_the_other_is_told_who(world, desk, second_desk, number):
    address = f"{DESK}{number}/approve/"
    first, second = at_once(lambda: desk.post(address, ticks()), lambda: second_desk.post(address, ticks()))
    answered = {"정민호": first, "한지원": second}
    winners = [name for name, answer in answered.items() if answer.status_code == 302]
    assert len(winners) == 1, {name: answer.status_code for name, answer in answered.items()}
    (loser,) = set(answered) - set(winners)
    assert answered[loser].status_code == 422
    assert re.search(rf"{winners[0]} 선생님이 \d+시 \d\d분에 먼저 처리했습니다\.", answered[loser].text)
    assert world.audit_names().count("application.approved") == 1
    assert len(world.mails()) == 2


def test_a_screen_that_is_no_longer_true_changes_nothing(world, desk, second_desk, number):
    page = desk.get(f"{DESK}{number}/").text
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    second_desk.post(f"{DESK}{number}/return/", {"reasons": "no_signature"})
    late = desk.post(f"{DESK}{number}/approve/", ticks(seen=seen))
    assert late.status_code == 422
    assert "한지원 선생님이" in late.text
    assert the(number).state == "returned"


# Sending back --------------------------------------------------------------------------------


def test_an_application_goes_back_only_with_a_reason(world, visitor, desk, number):
    without = desk.post(f"{DESK}{number}/return/", {"note": "  "})
    assert without.status_code == 422
    assert "돌려보내는 사유를 고르거나 적어 주세요." in without.text
    assert the(number).state == "submitted"

    with_reason = desk.post(
        f"{DESK}{number}/return/", {"reasons": ["no_id_back", "no_signature"], "note": "도장도 됩니다."}
    )
    assert with_reason["Location"] == DESK
    application = the(number)
    assert application.state == "returned"
    assert (
        application.reason
        == "신분증 뒷면 사본이 없어 접수하지 못했습니다. 신청서에 서명이 없습니다. 도장도 됩니다."
    )
    mail = world.mails()[-1]
    assert mail.to == "eunjeong@example.kr"
    assert f"신청이 반려되었습니다. 사유: {application.reason}" in mail.text
    assert application.reason in visitor.get("/certificate/status/").text
    assert acts(world) == ["send_back.refused", "application.viewed", "application.returned"]


def test_all_reasons_together_fit(world, desk, number):
    reasons = ["no_id_back", "no_signature", "name_differs", "number_differs"]
    answer = desk.post(f"{DESK}{number}/return/", {"reasons": reasons, "note": "가" * 90})
    assert answer.status_code == 302
    assert desk.post(f"{DESK}{number}/return/", {"note": "가" * 91}).status_code == 422


def test_who_comes_again_is_approved_with_the_same_number(world, desk, second_desk, number):
    desk.post(f"{DESK}{number}/return/", {"reasons": "no_signature"})
    assert "돌려보냈습니다. 사유: 신청서에 서명이 없습니다." in second_desk.get(f"{DESK}{number}/").text
    assert second_desk.post(f"{DESK}{number}/approve/", ticks())["Location"] == DESK
    assert the(number).state == "approved"


def test_what_is_decided_stays_decided(world, desk, second_desk, number):
    desk.post(f"{DESK}{number}/approve/", ticks())
    for act, sent in (("approve/", ticks()), ("return/", {"reasons": "no_signature"})):
        late = second_desk.post(f"{DESK}{number}/{act}", sent)
        assert late.status_code == 422
        assert re.search(r"정민호 선생님이 \d+시 \d\d분에 먼저 처리했습니다\.", late.text)
    assert the(number).state == "approved"
    assert "정민호 선생님이" in second_desk.get(f"{DESK}{number}/").text


# Today ---------------------------------------------------------------------------------------


def test_todays_list_says_what_was_done_by_whom_and_no_number(world, desk, second_desk, number):
    returned = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    desk.post(f"{DESK}{number}/approve/", ticks(id_card="driving_licence"))
    second_desk.post(f"{DESK}{returned.number}/return/", {"reasons": "no_signature"})
    for browser in (desk, second_desk):
        page = browser.get(f"{DESK}totals/").text
        for words in (
            "이은정",
            "운전면허증",
            "정민호",
            "이서연",
            "돌려보냄: 신청서에 서명이 없습니다.",
            "한지원",
        ):
            assert words in page
        assert "******" not in page
    assert re.findall(r"<dd[^>]*>(\d+)<span", desk.get(f"{DESK}totals/").text) == ["2", "1", "1", "0", "1"]


def test_pages_cost_the_same_with_one_row_and_with_many(world, desk, number):
    def count():
        # enter; queue; two figures; audit
        with assert_statements(5):
            desk.get(DESK)
        with assert_statements(5):
            desk.get(f"{DESK}totals/")

    desk.get(DESK)
    count()
    from baroalgi.registration.models import Application

    first = the(number)
    for n in range(200):
        first.pk, first.number = None, f"20261123{n:07}"
        first.identity_mac = f"v1:{n}"
        Application.objects.using("owner").bulk_create([first])
    count()
    assert "오래 기다린 50건입니다." in desk.get(DESK).text
    # enter; the application; audit
    with assert_statements(3):
        desk.get(f"{DESK}{number}/")
