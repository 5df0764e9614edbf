"""What people type: folded where it is plain, refused at the field where it is not."""

import pytest
from django.utils.datastructures import MultiValueDict

from baroalgi.platform import forms


class Sample(forms.Form):
    name = forms.NameField(required=False)
    mobile = forms.MobileField(required=False)
    phone = forms.PhoneField(required=False)
    email = forms.MailField(required=False)
    rrn = forms.ResidentNumberField(required=False)


def typed(**values):
    data = MultiValueDict()
    for name, value in values.items():
        if isinstance(value, tuple):
            data.update({f"{name}_{place}": part for place, part in enumerate(value)})
        else:
            data[name] = value
    return Sample(data)


@pytest.mark.parametrize(
    ("field", "given", "cleaned"),
    [
        ("mobile", "01012345678", "010-1234-5678"),
        ("mobile", " ０１０－１２３４－５６７８ ", "010-1234-5678"),
        ("mobile", "+82 10-1234-5678", "010-1234-5678"),
        ("mobile", "010.123.4567", "010-123-4567"),
        ("phone", "02 123 4567", "02-123-4567"),
        ("phone", "(043)742-4088", "043-742-4088"),
        ("name", "  이은정 ", "이은정"),
        ("name", "\u1109\u1165\u110b\u1167\u11ab", "서연"),  # as macOS writes it, decomposed
        ("name", "Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("email", " eunjeong@example.kr ", "eunjeong@example.kr"),
    ],
)
def test_what_is_meant_is_taken(field, given, cleaned):
    form = typed(**{field: given})
    assert form.is_valid(), form.errors
    assert form.cleaned_data[field] == cleaned


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
        ("mobile", "02-123-4567", "휴대전화 번호를 확인해 주세요."),
        ("mobile", "010-12", "휴대전화 번호를 확인해 주세요."),
        ("phone", "전화 없음", "전화번호를 숫자로 입력해 주세요."),
        ("name", "이", "이름은 글자로 2자에서 40자까지 적어 주세요."),
        ("name", "이은정😀", "이름은 글자로 2자에서 40자까지 적어 주세요."),
        ("name", "가" * 41, "이름은 글자로 2자에서 40자까지 적어 주세요."),
        ("email", "eunjeong@", "이메일 주소 형식이 올바르지 않습니다. 예: name@example.kr"),
        ("email", f"{'a' * 260}@example.kr", "이메일 주소 형식이 올바르지 않습니다. 예: name@example.kr"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(field, given, sentence):
    form = typed(**{field: given})
    assert form.errors[field] == [sentence]
    assert form.status == 422


@pytest.mark.parametrize("value", ["이은정\x00", "\x00" * 50])
def test_null_characters_are_refused_and_never_stored(value):
    assert not typed(name=value).is_valid()


@pytest.mark.parametrize(
    "value",
    [
        ("840312", "2345670"),
        ("840312-2345670", ""),
        ("８４０３１２", "２３４５６７０"),
        (" 840312 ", "2345670 "),
    ],
)
def test_a_resident_number_is_taken_in_two_boxes_or_pasted_into_one(value):
    form = typed(rrn=value)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["rrn"].digits == "8403122345670"


@pytest.mark.parametrize(
    "value", [("840332", "2345670"), ("840312", "234"), ("abcdef", "ghijklm"), ("9" * 500, "1")]
)
def test_a_wrong_resident_number_is_said_and_never_written_back(value):
    form = typed(rrn=value)
    assert form.errors["rrn"] == ["주민등록번호 13자리를 확인해 주세요."]
    assert value[0] not in str(form["rrn"])
    assert "840312" not in repr(form.cleaned_data)
