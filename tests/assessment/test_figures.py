"""Rounding and means against the worked examples of domain.md §4.2-4.3."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baroalgi.assessment import mean, round_half_up

SAMPLE = (93, 88, 100, 76, 64, 82, 91, 55, 70, 97, 84, 61, 79, 88, 45, 73, 90, 67, 95, 82)


@pytest.mark.parametrize(
    ("score", "max_score", "weight", "weighted"),
    [
        ("94.7", 100, 30, "28.41"),
        ("88.3", 100, 30, "26.49"),
        ("40", 50, 10, "8.00"),
        ("27", 30, 30, "27.00"),
    ],
)
def test_weighted_scores_of_the_worked_example(score, max_score, weight, weighted):
    assert str(round_half_up(Fraction(score) / max_score * weight, 2)) == weighted


def test_the_level_follows_the_rounded_raw_score():
    # 28.41 + 26.49 + 8 + 27 = 89.90
    total = round_half_up(sum((Fraction("28.41"), Fraction("26.49"), Fraction(8), Fraction(27))), 2)

    assert total == Decimal("89.90")
    assert round_half_up(total) == 90
    assert round_half_up(Decimal("89.49")) == 89


def test_mean_of_the_sample_is_exact():
    assert mean(SAMPLE) == Fraction(1580, 20)
    assert str(round_half_up(mean(SAMPLE), 1)) == "79.0"


def test_shares_of_six_levels_round_up_and_need_not_sum_to_a_hundred():
    share = round_half_up(Fraction(100, 6), 1)

    assert str(share) == "16.7"
    assert share * 6 == Decimal("100.2")


def test_halves_go_away_from_zero_where_python_would_go_to_even():
    assert [round_half_up(Fraction(n, 2)) for n in (1, 3, 5, -1, -5)] == [1, 2, 3, -1, -3]
    assert round_half_up(Decimal("0.45"), 1) == Decimal("0.5")
    assert str(round_half_up(Fraction(-1, 1000), 1)) == "0.0"


def test_the_mean_of_nothing_is_none():
    assert mean([]) is None


@given(st.fractions(), st.integers(0, 6))
def test_rounding_moves_at_most_half_a_unit_and_shows_its_places(value, places):
    rounded = round_half_up(value, places)

    assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**places)
    assert -rounded.as_tuple().exponent == places


@given(st.lists(st.decimals(0, 100, places=1), min_size=1, max_size=40))
def test_the_mean_lies_between_the_lowest_and_the_highest(values):
    assert min(values) <= mean(values) <= max(values)
    assert mean(values) * len(values) == sum(map(Fraction, values))
