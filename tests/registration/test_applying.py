"""Steps ① and ②: a parent agrees and fills in the form, with every mistake one can make."""

import re

import pytest
from django.test import Client

from tests.races import at_once
from tests.registration.parent import NUMBER, PASSWORD, answers, applied, at_the_form
from tests.statements import assert_statements

FORM = "/certificate/apply/form/"
CHILD = {"rrn_0": "200901", "rrn_1": "4000015"}  # a demo number; 14 years old in September 2034


def saved() -> list:
    from baroalgi.registration.models import Application

    return list(Application.objects.using("owner").order_by("id"))


def test_the_way_begins_with_what_the_certificate_is(world, visitor):
    page = visitor.get("/certificate/")
    assert page.status_code == 200
    assert 'href="/certificate/apply/"' in page.text
    assert 'href="/certificate/status/"' in page.text


def test_nobody_applies_without_the_required_consent(world, visitor):
    refused = visitor.post("/certificate/apply/", {"wants_news": "on"})
    assert refused.status_code == 422
    assert "필수 동의를 확인해 주세요." in refused.text
    assert visitor.get(FORM)["Location"] == "/certificate/apply/"
    at_the_form(visitor)
    assert visitor.get(FORM).status_code == 200


@pytest.mark.parametrize(("consent", "kept"), [({}, False), ({"wants_news": "on"}, True)])
def test_the_optional_consent_is_kept_apart(world, visitor, consent, kept):
    at_the_form(visitor, **consent)
    visitor.post(FORM, answers(world.hwanggan_counter))
    (row,) = saved()
    assert (row.wants_news, row.terms_version) == (kept, "2026-1")


def test_what_people_paste_is_understood(world, visitor):
    applied(
        visitor,
        world.hwanggan_counter,
        name=" 이은정　",
        rrn_0="８５０７０７ - 2345671",
        rrn_1="",
        mobile="＋82 10.1234.5678",
        postcode="291-15",
        email=" eunjeong@example.kr ",
    )
    (row,) = saved()
    assert (row.name, row.mobile, row.postcode) == ("이은정", "010-1234-5678", "29115")
    assert (row.identity_mask, str(row.birth_date)) == ("850707-2******", "1985-07-07")
    assert row.email == "eunjeong@example.kr"


MISTAKES = [
    ("name", "", "이름을 입력해 주세요."),
    ("name", "이", "이름은 글자로 2자에서 40자까지 적어 주세요."),
    ("name", "이은정😀", "이름은 글자로 2자에서 40자까지 적어 주세요."),
    ("name", "가" * 41, "이름은 글자로 2자에서 40자까지 적어 주세요."),
    ("name", "龘龘", "신청서에 인쇄할 수 없는 글자가 있습니다."),
    ("rrn_1", "234567", "주민등록번호 13자리를 확인해 주세요."),
    ("rrn_0", "851332", "주민등록번호 13자리를 확인해 주세요."),
    ("mobile", "010-123-567", "휴대전화 번호를 확인해 주세요."),
    ("mobile", "", "휴대전화 번호를 확인해 주세요."),
    ("phone_home", "전화", "전화번호를 숫자로 입력해 주세요."),
    ("email", "eunjeong@example", "이메일 주소 형식이 올바르지 않습니다. 예: name@example.kr"),
    ("email", "a" * 250 + "@example.kr", "이메일 주소 형식이 올바르지 않습니다. 예: name@example.kr"),
    ("postcode", "2911", "우편번호 5자리를 적거나 우편번호 찾기로 골라 주세요."),
    ("address1", "", "우편번호 찾기로 주소를 고르거나 직접 적어 주세요."),
    ("address1", "가" * 201, "주소가 너무 깁니다. 줄여서 적어 주세요."),
    ("address2", "101동 😀", "신청서에 인쇄할 수 없는 글자가 있습니다."),
    ("place", "", "서류를 낼 곳을 골라 주세요."),
    ("place", "황간", "서류를 낼 곳을 골라 주세요."),
    ("place", "999999", "서류를 낼 곳을 골라 주세요."),
    ("issue_password", "", "정확히 10자리로 입력해 주세요. 대문자와 소문자를 구분합니다. (지금 0자리)"),
    ("issue_password", "Hanul2026", "(지금 9자리)"),
    ("issue_password", "Hanul202601", "(지금 11자리)"),
    ("issue_password", "Hanulhanul", "영문과 숫자를 섞어 정확히 10자리로 입력해 주세요."),
    ("issue_password", "1234567890", "영문과 숫자를 섞어 정확히 10자리로 입력해 주세요."),
    ("issue_password", "Hanul2026!", "영문과 숫자를 섞어 정확히 10자리로 입력해 주세요."),
]


def test_each_mistake_is_told_at_its_field_and_the_rest_stays(world, visitor):
    at_the_form(visitor)
    for field, typed, sentence in MISTAKES:
        wrong = visitor.post(FORM, answers(world.hwanggan_counter, **{field: typed}))
        assert wrong.status_code == 422, (field, typed)
        assert sentence in wrong.text, (field, typed)
        assert "<title>오류: " in wrong.text
        # What was typed comes back, but never number and password.
        assert "101동" in wrong.text
        assert "010-1234-5678" in wrong.text or field == "mobile"
        assert "안전을 위해 지워졌습니다. 다시 입력해 주세요." in wrong.text
        for secret in (NUMBER[6:], PASSWORD, typed if field in ("rrn_0", "rrn_1", "issue_password") else ""):
            assert not secret or f'"{secret}"' not in wrong.text
    assert saved() == []
    assert world.mails() == []


NONSENSE = [
    {"name": "a" * 100_000},
    {"name": "이\0은정"},
    {"address1": "😀"},
    {"place": "9" * 400},
    {"place": "-1"},
    {"rrn_0": "9" * 10_000},
    {"issue_password": "\0" * 10},
    {"find_address": "1", "address_query": "\0😀" * 1000},
    {"find_place": "1", "place_query": "%_\\'" * 100},
    {"pick_address": "|" * 5000},
    {"pick_address": "\0"},
]


def test_nothing_that_is_sent_breaks_the_page(world, visitor):
    at_the_form(visitor)
    for changes in NONSENSE:
        answer = visitor.post(FORM, answers(world.hwanggan_counter, **changes))
        assert answer.status_code in (200, 422), changes
    for address in ("/certificate/apply/addresses/", "/certificate/apply/places/"):
        assert visitor.get(address, {"q": "\0😀%_" * 100}).status_code == 200
    assert saved() == []


def test_a_form_without_its_token_is_refused(world):
    answer = Client(enforce_csrf_checks=True).post("/certificate/apply/", {"agree": "on"})
    assert answer.status_code == 403
    assert "시간이 지나 화면이 닫혔습니다." in answer.text


def test_a_body_larger_than_any_form_is_refused(world, visitor):
    answer = at_the_form(visitor).post(FORM, answers(world.hwanggan_counter, address1="x" * 10_000_000))
    assert answer.status_code == 413


def test_a_child_does_not_apply(world, visitor):
    refused = at_the_form(visitor).post(FORM, answers(world.hwanggan_counter, **CHILD))
    assert refused.status_code == 422
    assert "만 14세 미만은 직접 신청할 수 없습니다." in refused.text
    assert saved() == []
    assert [(entry.act, entry.facts) for entry in world.audit()] == [("submit.refused", {"why": "TooYoung"})]


def test_an_open_application_is_told_with_its_day(world, visitor):
    applied(visitor, world.hwanggan_counter)
    second = at_the_form(Client()).post(FORM, answers(world.saeneoul_counter))
    assert second.status_code == 422
    assert re.search(r"이미 진행 중인 신청이 있습니다\(신청일 \d{4}년 \d+월 \d+일\)", second.text)
    assert len(saved()) == 1
    assert world.audit()[-1].facts == {"why": "OpenApplication"}


def test_a_second_press_lands_on_the_same_application(world, visitor):
    at_the_form(visitor)
    first = visitor.post(FORM, answers(world.hwanggan_counter))
    second = visitor.post(FORM, answers(world.hwanggan_counter))
    assert first["Location"] == second["Location"] == "/certificate/apply/done/"
    assert "이미 저장된 신청입니다." in visitor.get("/certificate/apply/done/").text
    assert len(saved()) == len(world.mails()) == 1
    assert world.audit_names() == ["application.submitted", "submit.refused"]
    assert visitor.get(FORM)["Location"] == "/certificate/apply/done/"


def test_two_presses_at_once_make_one_application(world, visitor):
    at_the_form(visitor)

    def press() -> str:
        browser = Client()
        browser.cookies = visitor.cookies
        return str(browser.post(FORM, answers(world.hwanggan_counter))["Location"])

    assert at_once(press, press) == ["/certificate/apply/done/"] * 2
    assert len(saved()) == len(world.mails()) == 1
    assert sorted(world.audit_names()) == ["application.submitted", "submit.refused"]


def test_two_browsers_at_once_make_one_application(world):
    first, second = at_the_form(Client()), at_the_form(Client())
    answered = at_once(
        lambda: first.post(FORM, answers(world.hwanggan_counter)),
        lambda: second.post(FORM, answers(world.hwanggan_counter)),
    )
    assert sorted(answer.status_code for answer in answered) == [302, 422]
    assert any("이미 진행 중인 신청이 있습니다" in answer.text for answer in answered)
    assert len(saved()) == 1


def test_the_second_parent_at_the_same_device_gets_an_own_application(world, visitor):
    first = applied(visitor, world.hwanggan_counter)
    second = applied(visitor, world.hwanggan_counter, name="김민수", rrn_0="830808", rrn_1="1345673")
    assert first != second
    assert second in visitor.get("/certificate/apply/done/").text


def test_a_number_that_is_taken_is_drawn_anew(world, visitor):
    from django.utils import timezone

    from baroalgi.certs import resident_number
    from baroalgi.platform.secret import Secret
    from baroalgi.platform.unit import unit_of_work
    from baroalgi.registration import actions, number

    now = timezone.now()
    taken = number.compose(timezone.localdate(now), 5)
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter, number=taken)
    key = at_the_form(visitor).cookies["baroalgi_session"].value
    drawn = iter([5, 5, 6])
    typed = answers(world.hwanggan_counter)
    with unit_of_work(key) as unit:
        filed = actions.submit(
            by=unit.actor,
            now=now,
            rrn=resident_number.parse(NUMBER, accept_demo=True),
            place=world.hwanggan_counter.id,
            issue_password=Secret(PASSWORD),
            wants_news=False,
            terms_version="2026-1",
            draw=lambda n: next(drawn),
            **{
                key: typed[key]
                for key in ("name", "mobile", "phone_home", "email", "postcode", "address1", "address2")
            },
        )
    assert filed.number == number.compose(timezone.localdate(now), 6)


def test_a_session_that_ended_in_the_form_gives_back_what_was_not_secret(world, visitor):
    visitor.cookies["baroalgi_session"] = "gone" * 10
    sent = visitor.post(FORM, answers(world.hwanggan_counter))
    assert sent["Location"] == "/certificate/apply/"
    assert "적으신 내용이 다시 나옵니다" in visitor.get("/certificate/apply/").text
    page = at_the_form(visitor).get(FORM).text
    assert 'value="이은정"' in page
    assert 'value="eunjeong@example.kr"' in page
    assert PASSWORD not in page
    assert NUMBER[6:] not in page


def test_addresses_are_found_with_and_without_script(world, visitor):
    found = visitor.get("/certificate/apply/addresses/", {"q": "영동 황간"}).json()
    assert {"postcode": "29115", "address": "충청북도 영동군"} in found["addresses"]
    assert visitor.get("/certificate/apply/addresses/", {"q": "없는 동네"}).json() == {"addresses": []}

    page = at_the_form(visitor).post(
        FORM, answers(world.hwanggan_counter, find_address="1", address_query="영동", postcode="")
    )
    assert page.status_code == 200
    assert 'value="29115|충청북도 영동군"' in page.text
    assert 'value="이은정"' in page.text
    assert PASSWORD not in page.text
    assert NUMBER[6:] not in page.text
    picked = visitor.post(FORM, answers(world.hwanggan_counter, pick_address="29115|충청북도 영동군"))
    assert 'value="충청북도 영동군"' in picked.text
    assert saved() == []


def test_places_are_found_by_name_and_first_sounds(world, visitor):
    for asked, names in (
        ("황간", ["황간초등학교"]),
        ("황 간", ["황간초등학교"]),
        ("ㅎㄱㅊ", ["황간초등학교"]),
        ("영동", ["충청북도영동교육지원청"]),
        ("없는학교", []),
        ("황", []),
    ):
        found = visitor.get("/certificate/apply/places/", {"q": asked}).json()["places"]
        assert [place["name"] for place in found] == names


def test_a_place_is_found_without_script(world, visitor):
    page = at_the_form(visitor).post(
        FORM, answers(world.hwanggan_counter, find_place="1", place_query="새너울", place="")
    )
    assert "1곳을 찾았습니다. 위에서 골라 주세요." in page.text
    assert f'value="{world.saeneoul_counter.id}"' in page.text


def test_the_school_that_led_here_is_proposed(world, visitor):
    visitor.post("/certificate/apply/", {"agree": "on", "school": "8071028"})
    page = visitor.get(FORM).text
    assert f'value="{world.hwanggan_counter.id}" checked' in page
    assert "자녀가 다니는 학교" in page


def test_a_guardians_first_child_proposes_its_school(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam)
    page = at_the_form(as_guardian(world.seoyeon)).get(FORM).text
    assert f'value="{world.hwanggan_counter.id}" checked' in page


def test_one_address_does_not_try_numbers_out_without_end(world, visitor):
    from baroalgi.registration.views import apply

    at_the_form(visitor)
    child = answers(world.hwanggan_counter, **CHILD)
    for _ in range(apply.HAND_INS):
        assert "만 14세" in visitor.post(FORM, child).text
    refused = visitor.post(FORM, answers(world.hwanggan_counter))
    assert refused.status_code == 422
    assert "여러 번 시도하셨습니다." in refused.text
    assert saved() == []


def test_the_pages_cost_few_statements(world, visitor):
    visitor.get("/certificate/")
    with assert_statements(1):
        visitor.get("/certificate/")
    with assert_statements(1):
        visitor.get("/certificate/apply/")
    at_the_form(visitor)
    # enter; nothing handed in yet; places to choose
    with assert_statements(3):
        visitor.get(FORM)
    # enter; count; place; open?; insert; read back; audit; mail and its job
    with assert_statements(9):
        visitor.post(FORM, answers(world.hwanggan_counter))
    with assert_statements(2):
        visitor.get("/certificate/apply/done/")
