"""What people type wrongly: an answer at the field, nothing half-saved, what was typed kept."""

import pytest

from tests.guardianship.rows import requested, typed

APPLY = "/children/apply/8071028/"


def applications():
    from baroalgi.guardianship.models import ChildLink

    return ChildLink.objects.using("owner").count()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("grade", "", "학년을 골라 주세요."),
        ("grade", "9", "학년을 골라 주세요."),
        ("class_no", "두 반", "반을 숫자로 적어 주세요."),
        ("class_no", "9" * 5000, "반을 숫자로 적어 주세요."),
        ("child_name", "", "자녀 이름을 입력해 주세요."),
        ("child_name", "가" * 41, "이름은 글자로 2자에서 40자까지 적어 주세요."),
        ("child_name", "김가람😀", "이름은 글자로 2자에서 40자까지 적어 주세요."),
        ("child_name", "김\0가람", "이름은 글자로 2자에서 40자까지 적어 주세요."),
        ("child_name", "<script>alert(1)</script>", "이름은 글자로 2자에서 40자까지 적어 주세요."),
        ("relationship", "", "자녀와의 관계를 골라 주세요."),
        ("relationship", "other", "어떤 관계인지 적어 주세요."),
        ("child_rrn_1", "40000", "주민등록번호 13자리를 확인해 주세요."),
        ("child_rrn_1", "", "주민등록번호 13자리를 확인해 주세요."),
        ("child_rrn_0", "\0\0\0\0\0\0", "주민등록번호 13자리를 확인해 주세요."),
        ("child_rrn_0", "9" * 10_000, "주민등록번호 13자리를 확인해 주세요."),
    ],
)
def test_a_wrong_field_is_said_at_the_field(world, as_guardian, field, value, sentence):
    answer = as_guardian(world.seoyeon).post(APPLY, typed(world, world.garam, **{field: value}))
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2  # above and at the field
    assert "<title>오류: " in answer.text
    assert applications() == 0
    if not field.startswith("child_name"):
        assert 'value="김가람"' in answer.text
    assert world.number_of(world.garam)[6:] not in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"child_rrn_0": "170505-4000010", "child_rrn_1": ""},
        {"child_rrn_0": "１７０５０５", "child_rrn_1": " ４００００１０ "},
        {"child_rrn_0": " 170 505 ", "child_rrn_1": "4000-010"},
        {"class_no": "１"},
        {"class_no": ""},
        {"child_name": " 김 가람 "},
        {"relationship": "other", "relationship_text": "고모"},
        {"relationship": "mother", "relationship_text": "가" * 500},  # a box that is hidden then
    ],
)
def test_pasted_blanks_hyphens_and_wide_digits_are_accepted(world, as_guardian, changes):
    answer = as_guardian(world.seoyeon).post(APPLY, typed(world, world.garam, **changes))
    assert answer.status_code == 302, answer.text
    assert applications() == 1


@pytest.mark.parametrize("sought", ["\0", "가" * 61, "😀", "%", "_", "\\", "'; --", "＂"])
def test_a_strange_search_never_breaks(world, as_guardian, sought):
    answer = as_guardian(world.seoyeon).get("/children/apply/", {"q": sought})
    assert answer.status_code in (200, 422)
    assert "황간초등학교" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/children/apply/%00/",
        "/children/apply/없는학교/",
        "/children/apply/8071028%27/",
        "/children/waiting/x/withdraw/",
    ],
)
def test_an_address_that_names_nothing_is_the_one_404(world, as_guardian, address):
    answer = as_guardian(world.seoyeon).get(address)
    assert answer.status_code == 404
    assert "열람 권한이 없습니다." in answer.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("mobile", "010", "휴대전화 번호를 확인해 주세요."),
        ("mobile", "010-1234-567\0", "휴대전화 번호를 확인해 주세요."),
        ("postcode", "2911", "우편번호 5자리를 적어 주세요."),
        ("postcode", "29a15", "우편번호 5자리를 적어 주세요."),
        ("address1", "가" * 201, "주소는 200자까지 적을 수 있습니다."),
        ("email", "이메일", "이메일 주소 형식이 올바르지 않습니다. 예: name@example.kr"),
    ],
)
def test_contact_data_that_cannot_be_is_not_saved(world, as_guardian, field, value, sentence):
    form = {
        "mobile": "010-9876-5432",
        "email": "new@example.kr",
        "postcode": "29115",
        "address1": "충청북도 영동군",
        "address2": "",
        field: value,
    }
    answer = as_guardian(world.seoyeon).post(APPLY + "contact/", form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert world.fresh(world.seoyeon).mobile == "010-1234-5678"


def test_a_form_without_its_token_is_answered_with_a_page(world):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.cookies = world.guardian_browser(world.seoyeon).cookies
    answer = browser.post(APPLY, typed(world, world.garam))
    assert answer.status_code == 403
    assert "시간이 지나 화면이 닫혔습니다." in answer.text
    assert applications() == 0


def test_a_body_of_two_megabytes_is_too_large(world, as_guardian):
    form = typed(world, world.garam, child_name="가" * 700_000)
    answer = as_guardian(world.seoyeon).post(APPLY, form)
    assert answer.status_code == 413
    assert "보내신 내용이 너무 큽니다." in answer.text
    assert applications() == 0


@pytest.mark.parametrize("links", [["\0"], ["x"], ["９"], ["9" * 30], ["-1"], ["0"], []])
def test_strange_ticks_approve_nothing(world, as_staff, links):
    link = requested(world, world.garam)
    answer = as_staff(world.homeroom_teacher).post("/desk/child-links/", {"link": links, "sent": "1"})
    assert answer.status_code in (302, 422)
    assert world.state_of(link) == "requested"


@pytest.mark.parametrize("reason", ["가" * 201, "확인\0필요"])
def test_a_reason_that_cannot_be_kept_is_not_sent(world, as_staff, reason):
    link = requested(world, world.garam)
    answer = as_staff(world.homeroom_teacher).post(f"/desk/child-links/{link.id}/refuse/", {"reason": reason})
    assert answer.status_code == 422
    assert world.state_of(link) == "requested"
    assert world.mails() == []


def test_a_number_beyond_all_rows_is_the_one_404(world, as_staff):
    answer = as_staff(world.homeroom_teacher).get(f"/desk/child-links/{10**30}/")
    assert answer.status_code == 404
