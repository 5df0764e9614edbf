"""The worked examples of domain.md §3.7, and what must hold of any year."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import builds, integers, lists, sampled_from

from baroalgi.assessment import Cause, Event, Kind, attendance_totals, attended_enough, near_limit

MONDAY = date(2026, 6, 8)


def days(kind, cause, count, start=MONDAY):
    return [Event(start + timedelta(days=n), kind, cause) for n in range(count)]


def line(totals):
    """The record line: 결석, 지각, 조퇴, 결과, each 질병/미인정/기타."""
    causes = (Cause.ILLNESS, Cause.UNEXCUSED, Cause.OTHER)
    return [
        "/".join(str(totals.of(kind, cause)) for cause in causes)
        for kind in (Kind.ABSENCE, Kind.LATE, Kind.EARLY_LEAVE, Kind.CLASS_ABSENCE)
    ]


def test_a_recognised_days_leave_the_line_empty_and_do_not_spoil_perfect_attendance():
    totals = attendance_totals(days(Kind.ABSENCE, Cause.RECOGNISED, 5))
    assert line(totals) == ["0/0/0", "0/0/0", "0/0/0", "0/0/0"]
    assert (totals.recognised, totals.absences, totals.perfect) == (5, 0, True)


def test_b_two_days_cold_and_one_late():
    totals = attendance_totals(
        [
            *days(Kind.ABSENCE, Cause.ILLNESS, 2),
            *days(Kind.LATE, Cause.UNEXCUSED, 1, date(2026, 9, 1)),
        ]
    )
    assert line(totals) == ["2/0/0", "0/1/0", "0/0/0", "0/0/0"]
    assert not totals.perfect


@pytest.mark.parametrize("why", ["C: a trip without approval", "G: the paper came on the ninth day"])
def test_c_and_g_three_days_unexcused(why):
    assert line(attendance_totals(days(Kind.ABSENCE, Cause.UNEXCUSED, 3)))[0] == "0/3/0"


def test_d_late_and_left_early_on_one_day_counts_as_leaving_early():
    totals = attendance_totals(
        [Event(MONDAY, Kind.LATE, Cause.ILLNESS), Event(MONDAY, Kind.EARLY_LEAVE, Cause.ILLNESS)]
    )
    assert line(totals) == ["0/0/0", "0/0/0", "1/0/0", "0/0/0"]


def test_e_two_thirds_of_192_are_128():
    totals = attendance_totals(days(Kind.ABSENCE, Cause.ILLNESS, 65, date(2026, 3, 2)))
    assert totals.absences == 65
    assert not attended_enough(192 - 65, 192)
    assert attended_enough(192 - 64, 192)


def test_f_a_subject_of_64_lessons_needs_43():
    # 64 × 2/3 = 42.67
    assert not attended_enough(64 - 22, 64)
    assert attended_enough(43, 64)


def test_the_gravest_cause_decides_the_day_before_the_kind_does():
    totals = attendance_totals(
        [
            Event(MONDAY, Kind.EARLY_LEAVE, Cause.ILLNESS),
            Event(MONDAY, Kind.LATE, Cause.OTHER),
            Event(MONDAY, Kind.CLASS_ABSENCE, Cause.UNEXCUSED),
        ]
    )
    assert line(totals) == ["0/0/0", "0/0/0", "0/0/0", "0/1/0"]


def test_a_recognised_one_stands_aside_for_any_other_of_the_day():
    totals = attendance_totals(
        [Event(MONDAY, Kind.EARLY_LEAVE, Cause.RECOGNISED), Event(MONDAY, Kind.LATE, Cause.ILLNESS)]
    )
    assert (totals.of(Kind.LATE, Cause.ILLNESS), totals.recognised) == (1, 0)


def test_without_the_rule_each_kind_counts_but_several_lessons_of_a_day_still_once():
    events = [
        Event(MONDAY, Kind.LATE, Cause.ILLNESS),
        Event(MONDAY, Kind.CLASS_ABSENCE, Cause.ILLNESS),
        Event(MONDAY, Kind.CLASS_ABSENCE, Cause.UNEXCUSED),
    ]
    totals = attendance_totals(events, one_event_per_day=False)
    assert line(totals) == ["0/0/0", "1/0/0", "0/0/0", "0/1/0"]


def test_three_times_late_is_no_absence():
    assert attendance_totals(days(Kind.LATE, Cause.UNEXCUSED, 3)).absences == 0


def test_parents_are_told_before_the_limit():
    # 192 / 3 × 0.8 = 51.2
    assert not near_limit(51, 192)
    assert near_limit(52, 192)


events = builds(
    Event,
    day=integers(0, 30).map(lambda n: MONDAY + timedelta(days=n)),
    kind=sampled_from(Kind),
    cause=sampled_from(Cause),
)


@given(lists(events, max_size=60))
def test_no_day_counts_more_than_once_and_order_does_not_matter(entries):
    totals = attendance_totals(entries)
    assert sum(totals.cells.values()) == len({event.day for event in entries})
    assert attendance_totals(reversed(entries)) == totals
    assert sum(totals.counted(kind) for kind in Kind) + totals.recognised == sum(totals.cells.values())
