"""The certificate number: its shape, its check digit, its days."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis.strategies import dates, integers

from baroalgi.registration import number
from baroalgi.registration.period import hand_in_by

serials = integers(0, number.SERIALS - 1)


def test_a_number_is_day_serial_and_check_digit():
    # From the right, every second digit doubled, digits of 10…18 added:
    # 2 0 2 6 1 1 2 4 0 0 0 3 1 7 → 2+0+2+(12→3)+1+2+2+(8)+0+0+0+(6)+1+(14→5) = 32, and 32 + 8 = 40.
    assert number.compose(date(2026, 11, 24), 317) == "202611240003178"
    assert number.groups("202611240003178") == "20261124 000317 8"


@given(dates(date(2000, 1, 1), date(2099, 12, 31)), serials)
def test_what_is_composed_is_a_number(day, serial):
    assert number.is_number(number.compose(day, serial))


@given(serials, integers(0, 14), integers(1, 9))
def test_one_wrong_digit_is_noticed(serial, place, off):
    right = number.compose(date(2026, 11, 24), serial)
    wrong = right[:place] + str((int(right[place]) + off) % 10) + right[place + 1 :]
    assert number.check_digit(wrong[:14]) != wrong[14]


@pytest.mark.parametrize("text", ["", "20261124000317", "2026112400031788", "８" * 15, "a" * 15])
def test_other_texts_are_no_number(text):
    assert not number.is_number(text)


@pytest.mark.parametrize("serial", [-1, number.SERIALS])
def test_a_serial_has_six_digits(serial):
    with pytest.raises(ValueError, match="serial"):
        number.compose(date(2026, 11, 24), serial)


def test_papers_are_taken_for_thirty_days_by_the_calendar_of_seoul():
    # 2026-11-23 23:30 UTC is 08:30 of the 24th in Seoul.
    assert hand_in_by(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == date(2026, 12, 24)
