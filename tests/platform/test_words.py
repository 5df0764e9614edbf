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
