"""How pages write days and addresses."""

from datetime import date

import pytest

from baroalgi.platform import templates


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (date(2026, 12, 8), "12월 8일"),
        (date(2026, 12, 10), "12월 8일~10일"),
        (date(2027, 1, 31), "12월 8일~1월 31일"),
        (date(2027, 12, 8), "12월 8일~12월 8일"),
    ],
)
def test_days_that_follow_one_another_are_written_once(last, words):
    assert templates.days(date(2026, 12, 8), last) == words


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("eunjeong@example.kr", "eun*****@example.kr"),
        ("eun@example.kr", "e*****@example.kr"),
        ("e@example.kr", "e*****@example.kr"),
    ],
)
def test_a_mail_address_is_known_to_its_owner_only(address, shown):
    assert templates.masked(address) == shown


@pytest.mark.parametrize(
    ("word", "pair", "said"),
    [
        ("체험학습", "을/를", "체험학습을"),
        ("「운동회」", "을/를", "「운동회」를"),
        ("「음악실」", "으로/로", "「음악실」로"),
        ("21", "은/는", "21은"),
        ("25", "은/는", "25는"),
        ("Kim", "이/가", "Kim이(가)"),
    ],
)
def test_a_particle_fits_its_word_as_it_is_read(word, pair, said):
    assert templates.josa(word, pair) == said
