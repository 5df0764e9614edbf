"""Typed beside recorded, and days of waiting, as pure functions."""

from datetime import date, timedelta

import pytest

from baroalgi.guardianship import comparison


def compared(**changes):
    return comparison.compared(
        **{
            "typed_name": "김가람",
            "recorded_name": "김가람",
            "typed_grade": 3,
            "recorded_grade": 3,
            "typed_class_no": 1,
            "recorded_class_no": 1,
            "school_name": "황간초등학교",
        }
        | changes
    )


def test_all_the_same():
    assert all(field.same for field in compared())
    assert [field.label for field in compared()] == ["이름", "학년", "반", "학교"]


def test_what_differs_comes_first():
    fields = compared(typed_class_no=2)
    assert [(field.label, field.same) for field in fields][:2] == [("반", False), ("이름", True)]
    assert (fields[0].typed, fields[0].recorded) == ("2반", "1반")
    assert fields[0].typed_pieces == (("2", True), ("반", False))


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [("김 가람", "김가람"), ("Nguyen Thi Lan", "NGUYEN THI LAN"), ("김가람 ", "김가람")],
)
def test_blanks_and_capitals_of_a_name_do_not_count(typed, recorded):
    assert all(field.same for field in compared(typed_name=typed, recorded_name=recorded))


def test_a_class_that_was_not_typed_is_not_compared():
    assert [field.label for field in compared(typed_class_no=None)] == ["이름", "학년", "학교"]


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("김서윤", "김서연", (("김서", False), ("윤", True))),
        ("김서연", "김서윤", (("김서", False), ("연", True))),
        ("남궁", "남궁현", (("남궁", False),)),
        ("이도윤", "박하린", (("이도윤", True),)),
    ],
)
def test_the_differing_syllable_is_cut_out(text, other, expected):
    assert comparison.pieces(text, other) == expected


# 2026-11-19 is a Thursday.
THURSDAY = date(2026, 11, 19)


def school_days(*closed):
    days = [THURSDAY + timedelta(days=n) for n in range(-3, 6)]  # Monday before to Tuesday after
    return [day for day in days if day.weekday() < 5 and day not in closed]


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ((), 3),  # Friday, Monday, Tuesday: 「오늘이 3일째」 of pages.md §5.3
        ((date(2026, 11, 23),), 2),
    ],
)
def test_days_are_counted_from_the_day_after_the_request(closed, expected):
    assert comparison.school_day(THURSDAY, school_days(*closed)) == expected


def test_the_day_of_the_request_itself_is_none():
    assert comparison.school_day(date(2026, 11, 24), school_days()) == 0
