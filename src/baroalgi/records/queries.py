"""Reads of attendance and results. Each names its pupil; what is not released is not there."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import F, QuerySet

from baroalgi.assessment import Cause, Kind, school_year, school_year_bounds
from baroalgi.organisation import queries as organisation
from baroalgi.records import attendance_year
from baroalgi.records.models import AttendanceDay, Release, Score
from baroalgi.records.types import AttendanceEntry, AttendanceYear, ExamResult, SubjectScore


def attendance(student_id: int, school_id: int, until: date) -> AttendanceYear:
    """Return the school year of one pupil up to a day. Two statements: entries, days without lessons."""
    first, last = school_year_bounds(school_year(until))
    rows = AttendanceDay.objects.filter(student_id=student_id, day__range=(first, until)).order_by(
        "day", "id"
    )
    entries = [
        AttendanceEntry(row["day"], Kind(row["kind"]), Cause(row["cause"]), row["reason"])
        for row in rows.values("day", "kind", "cause", "reason")
    ]
    days = organisation.school_days(school_id, first, last)
    return attendance_year.put_together(entries, school_days=days, until=until)


def latest_exam(student_id: int) -> ExamResult | None:
    """Return the released exam that was sat last, or None. One statement."""
    newest = _released(student_id).order_by("-exam_subject__exam__last_day", "-exam_subject__exam_id")
    rows = _released(student_id).filter(exam_subject__exam_id=newest.values("exam_subject__exam_id")[:1])
    return next(iter(_results(rows)), None)


def released_exams(student_id: int) -> list[ExamResult]:
    """Return every released exam of one pupil, the last one first. One statement."""
    return _results(_released(student_id))


def _released(student_id: int) -> QuerySet[Score]:
    # The row policies say the same; a page asks for it in words too (domain.md §2.7).
    return Score.objects.filter(student_id=student_id, release__state=Release.State.RELEASED)


_COLUMNS = {
    "exam_id": F("exam_subject__exam_id"),
    "name": F("exam_subject__exam__name"),
    "school_year": F("exam_subject__exam__school_year"),
    "grade": F("exam_subject__exam__grade"),
    "first_day": F("exam_subject__exam__first_day"),
    "last_day": F("exam_subject__exam__last_day"),
    "subject": F("exam_subject__name"),
    "max_score": F("exam_subject__max_score"),
    "grade_mean": F("exam_subject__grade_mean"),
    "shows_mean": F("release__shows_mean"),
    "released_at": F("release__released_at"),
}
_ORDER = ("-exam_subject__exam__last_day", "-exam_subject__exam_id", "exam_subject__position", "id")


def _results(rows: QuerySet[Score]) -> list[ExamResult]:
    ordered: Iterable[dict[str, Any]] = rows.order_by(*_ORDER).values(*("points",), **_COLUMNS)
    return [_result(list(of_exam)) for _, of_exam in groupby(ordered, key=lambda row: row["exam_id"])]


def _result(rows: list[dict[str, Any]]) -> ExamResult:
    exam = rows[0]
    return ExamResult(
        id=exam["exam_id"],
        **{
            key: exam[key] for key in ("name", "school_year", "grade", "first_day", "last_day", "released_at")
        },
        subjects=tuple(_subjects(rows)),
    )


def _subjects(rows: Iterable[dict[str, Any]]) -> Iterable[SubjectScore]:
    for row in rows:
        mean = row["grade_mean"] if row["shows_mean"] else None
        yield SubjectScore(row["subject"], row["points"], row["max_score"], mean)
