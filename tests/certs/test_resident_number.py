"""Resident numbers, with the worked examples of domain.md §1.15."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baroalgi import certs
from baroalgi.certs import Code
from baroalgi.certs.resident_number import RANDOM_TAILS_SINCE, check_digit, parse

KOREAN = "9001011234568"  # 9·2+1·5+1·7+1·8+2·9+3·2+4·3+5·4+6·5 = 124; 124 mod 11 = 3; 11 − 3 = 8
FOREIGN = "9001015123452"  # 9·2+1·5+1·7+5·8+1·9+2·2+3·3+4·4+5·5 = 133; 133 mod 11 = 1; 13 − 1 = 12 → 2
DEMO = "9001011234567"


def code(text: str, **given_: bool) -> Code:
    with pytest.raises(certs.BadInput) as refused:
        parse(text, **({"accept_demo": False} | given_))
    assert str(refused.value) == refused.value.code.value  # the code, and nothing of the text
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    [
        "900101-1234568",
        "9001011234568",
        " 900101 - 1234568\n",
        "９００１０１－１２３４５６８",
        "900101–1234568",
        "9 0 0 1 0 1 1 2 3 4 5 6 8",
        "900101\u3000-\u00a01234568",
    ],
)
def test_a_number_is_read_as_people_type_it(text):
    assert parse(text, accept_demo=False).digits == KOREAN


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "900101-123456",
        "900101-12345688",
        "900101-123456a",
        "900101/1234568",
        "٩٠٠١٠١١٢٣٤٥٦٨",
        "①②",
        "900101-123456\U0001f600",
        pytest.param("9" * 10_000_000, id="ten million digits"),
        " " * 65,
    ],
)
def test_what_is_no_number_is_refused(text):
    assert code(text) is Code.NUMBER_SYNTAX


@pytest.mark.parametrize("text", ["900230-1234567", "901301-1234567", "900100-1234567", "010229-3234567"])
def test_a_day_that_never_was_is_refused_even_in_a_demo(text):
    assert code(text, accept_demo=True) is Code.NUMBER_DATE


def test_the_check_digit_counts_for_old_births_only():
    assert not parse(KOREAN, accept_demo=False).is_demo
    assert not parse(FOREIGN, accept_demo=False).is_demo
    assert code(DEMO) is Code.NUMBER_CHECK_DIGIT
    assert code("9001015123458") is Code.NUMBER_CHECK_DIGIT  # the Korean rule does not hold for foreigners
    assert code("200930-3000000") is Code.NUMBER_CHECK_DIGIT

    for tail in range(10):
        assert not parse(f"201001-333333{tail}", accept_demo=False).is_demo


def test_a_demo_number_is_taken_where_the_operator_says_so():
    number = parse(DEMO, accept_demo=True)

    assert number.is_demo
    assert parse(DEMO, accept_demo=False, accept_new_style=True) == number


@pytest.mark.parametrize(
    ("digits", "birth", "foreign"),
    [
        ("9001019", date(1890, 1, 1), False),
        ("9001010", date(1890, 1, 1), False),
        ("9001011", date(1990, 1, 1), False),
        ("9001012", date(1990, 1, 1), False),
        ("0402293", date(2004, 2, 29), False),
        ("1912314", date(2019, 12, 31), False),
        ("9001015", date(1990, 1, 1), True),
        ("9001016", date(1990, 1, 1), True),
        ("1502287", date(2015, 2, 28), True),
        ("1502288", date(2015, 2, 28), True),
    ],
)
def test_the_seventh_digit_gives_the_century(digits, birth, foreign):
    number = parse(digits + "000000", accept_demo=True)

    assert (number.birth_date, number.is_foreign) == (birth, foreign)


def test_age_turns_on_the_birthday():
    number = parse("120229-3000000", accept_demo=True)

    assert number.age_on(date(2026, 2, 28)) == 13
    assert number.age_on(date(2026, 3, 1)) == 14
    assert number.age_on(date(2011, 1, 1)) < 0


def test_only_the_mask_can_be_seen():
    number = parse(KOREAN, accept_demo=False)

    assert number.mask == "900101-1******"
    assert {repr(number), str(number), f"{number}"} == {"<ResidentNumber 900101-1******>"}


@settings(deadline=None)
@given(
    st.dates(date(1900, 1, 1), RANDOM_TAILS_SINCE - timedelta(days=1)),
    st.integers(0, 99999),
    st.booleans(),
    st.booleans(),
)
def test_of_ten_last_digits_one_is_real_shaped(birth, middle, female, foreign):
    seventh = 1 + female + 2 * (birth.year >= 2000) + 4 * foreign
    twelve = f"{birth:%y%m%d}{seventh}{middle:05}"
    numbers = [parse(f"{twelve}{last}", accept_demo=True) for last in range(10)]

    assert [number.digits[12] for number in numbers if not number.is_demo] == [check_digit(twelve)]
    assert {number.birth_date for number in numbers} == {birth}


@settings(deadline=None)
@given(st.text(max_size=70))
def test_no_text_crashes_the_reader(text):
    try:
        number = parse(text, accept_demo=True)
    except certs.BadInput:
        return
    assert len(number.digits) == 13
