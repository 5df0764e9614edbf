"""The base timetable: drafted cell by cell, published as dated lessons, changed for one day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import audit
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.refusal import Refused
from baroalgi.platform.templates import josa
from baroalgi.policy import Actor
from baroalgi.schoolinfo.entry.types import DayLesson, Place, Taught
from baroalgi.schoolinfo.models import BaseLesson, Lesson
from baroalgi.schoolinfo.types import ClassName, Term


@dataclass(frozen=True, slots=True)
class CellChange:
    """What somebody made of a cell, and what stood there when they began."""

    place: Place
    before: Taught
    after: Taught


class CellsTaken(Refused):
    """Somebody else was faster. `cells`: what stands now in the cells that are meant."""

    message = _("그사이 다른 분이 같은 칸을 고쳤습니다. 두 가지 가운데 하나를 골라 주세요.")

    def __init__(self, cells: dict[Place, Taught]) -> None:
        self.cells = cells
        super().__init__()


class ClashesLeft(Refused):
    message = _("한 선생님이 두 학급에 계신 시간이 있습니다. 먼저 고쳐 주세요.")


class NoSchoolDays(Refused):
    message = _("그 기간에 수업하는 날이 없습니다. 학사일정을 확인해 주세요.")
    field = "first"


class LessonTaken(Refused):
    message = _("%(period)s교시는 그사이 %(theirs)s 바뀌었습니다. 적으신 것은 「%(mine)s」입니다.")


@action
def draft_timetable(
    *,
    by: Actor,
    school_id: int,
    of: ClassName,
    term: Term,
    changes: Collection[CellChange],
    now: datetime,
) -> None:
    """Write cells of a class's week. Parents see nothing of it. Raises CellsTaken, then none is written."""
    rows = BaseLesson.objects.filter(**_week(school_id, of, term))
    there = {(row.weekday, row.period): row for row in rows.select_for_update().order_by("id")}
    stands = {place: Taught(row.subject, row.teacher, row.classroom) for place, row in there.items()}
    taken = {
        change.place: stands.get(change.place, Taught())
        for change in changes
        if stands.get(change.place, Taught()) not in (change.before, change.after)
    }
    if taken:
        raise CellsTaken(taken)
    try:
        _write_cells(school_id, of, term, changes, there)
    except IntegrityError:
        raise CellsTaken({}) from None  # an empty cell, filled by two at the same moment
    audit.record(by, Audit.TIMETABLE_DRAFTED, school_id=school_id, grade=of.grade, cells=len(changes))


@action
def publish_timetable(
    *,
    by: Actor,
    school_id: int,
    of: ClassName,
    term: Term,
    days: Collection[date],
    clashes: int,
    now: datetime,
) -> None:
    """Write the drafted week as lessons of these days. What was changed for one day stays as it is.

    A lesson that says the same is not touched; one that says something else counts up, so that calendars
    which hold it see the change. `clashes`: how many teachers the week still has in two places.
    Raises ClashesLeft, NoSchoolDays.
    """
    if clashes:
        raise ClashesLeft
    if not days:
        raise NoSchoolDays
    where: dict[str, Any] = {
        "school": school_id,
        "grade": of.grade,
        "name": of.name,
        "year": term.school_year,
        "semester": term.semester,
        "days": list(days),
        "now": now,
    }
    with connection.cursor() as cursor:
        for statement in PUBLISHING:
            cursor.execute(_WANTED + statement, where)
    audit.record(by, Audit.TIMETABLE_PUBLISHED, school_id=school_id, grade=of.grade, days=len(days))


_WANTED = """WITH wanted AS (
        SELECT day.day, base.period, base.subject, base.teacher, base.classroom
        FROM schoolinfo_baselesson base
        JOIN unnest(%(days)s::date[]) AS day(day) ON extract(isodow FROM day.day) - 1 = base.weekday
        WHERE base.school_id = %(school)s AND base.school_year = %(year)s AND base.semester = %(semester)s
          AND base.grade = %(grade)s AND base.class_name = %(name)s)
"""
# A lesson is known by day and period, not by its room or course: an imported one is taken over.
PUBLISHING = (
    # What the week has no more, and what stands twice, is taken back: other people's calendars are told.
    """
    UPDATE schoolinfo_lesson lesson
    SET cancelled = true, own = true, sequence = lesson.sequence + 1, changed_at = %(now)s, verbatim = '{}'
    WHERE lesson.school_id = %(school)s AND lesson.grade = %(grade)s AND lesson.class_name = %(name)s
      AND lesson.day = ANY (%(days)s::date[]) AND lesson.change = '' AND NOT lesson.cancelled
      AND (NOT EXISTS (SELECT FROM wanted WHERE wanted.day = lesson.day AND wanted.period = lesson.period)
           OR EXISTS (SELECT FROM schoolinfo_lesson other
                      WHERE other.school_id = lesson.school_id AND other.grade = lesson.grade
                        AND other.class_name = lesson.class_name AND other.day = lesson.day
                        AND other.period = lesson.period AND other.id < lesson.id))""",
    """
    UPDATE schoolinfo_lesson lesson
    SET content = wanted.subject, teacher = wanted.teacher, classroom = wanted.classroom, cancelled = false,
        own = true, sequence = lesson.sequence + 1, changed_at = %(now)s, verbatim = '{}'
    FROM wanted
    WHERE lesson.school_id = %(school)s AND lesson.grade = %(grade)s AND lesson.class_name = %(name)s
      AND lesson.day = wanted.day AND lesson.period = wanted.period AND lesson.change = ''
      AND (lesson.content, lesson.teacher, lesson.classroom, lesson.cancelled)
          IS DISTINCT FROM (wanted.subject, wanted.teacher, wanted.classroom, false)
      AND NOT EXISTS (SELECT FROM schoolinfo_lesson other
                      WHERE other.school_id = lesson.school_id AND other.grade = lesson.grade
                        AND other.class_name = lesson.class_name AND other.day = lesson.day
                        AND other.period = lesson.period AND other.id < lesson.id)""",
    """
    INSERT INTO schoolinfo_lesson (
        school_id, school_year, semester, day, course, day_night, track, department, grade, class_name,
        classroom, period, n, content, teacher, change, instead_of, own, sequence, changed_at)
    SELECT %(school)s, %(year)s, %(semester)s, wanted.day, coalesce(listed.course, ''),
           coalesce(listed.day_night, ''), coalesce(listed.track, ''), coalesce(listed.department, ''),
           %(grade)s, %(name)s, wanted.classroom, wanted.period, 1, wanted.subject, wanted.teacher,
           '', '', true, 0, %(now)s
    FROM wanted
    LEFT JOIN (SELECT min(course) AS course, min(day_night) AS day_night, min(track) AS track,
                      min(department) AS department
               FROM schoolinfo_classlisting
               WHERE school_id = %(school)s AND school_year = %(year)s
                 AND grade = %(grade)s AND name = %(name)s
               HAVING count(*) = 1) listed ON true
    WHERE NOT EXISTS (SELECT FROM schoolinfo_lesson lesson
                      WHERE lesson.school_id = %(school)s AND lesson.grade = %(grade)s
                        AND lesson.class_name = %(name)s AND lesson.day = wanted.day
                        AND lesson.period = wanted.period)
    ON CONFLICT DO NOTHING""",
)


@dataclass(frozen=True, slots=True)
class LessonChange:
    """What a lesson of one day becomes; `seen` is how it stood when the page was opened."""

    seen: DayLesson
    change: str  # Lesson.Change; empty: as the week's timetable says
    taught: Taught


@action
def change_day(
    *,
    by: Actor,
    school_id: int,
    of: ClassName,
    day: date,
    changes: Collection[LessonChange],
    now: datetime,
) -> None:
    """Change lessons of one day; parents see them marked. Raises LessonTaken; then none is changed."""
    stamp: dict[str, Any] = {"own": True, "sequence": F("sequence") + 1, "changed_at": now, "verbatim": {}}
    for one in changes:
        rows = Lesson.objects.filter(id=one.seen.id, school_id=school_id, day=day, sequence=one.seen.sequence)
        if not rows.update(**_becomes(one), **stamp):
            theirs = josa(f"「{_stands(one.seen.id)}」", "으로/로")
            raise LessonTaken(period=one.seen.period, theirs=theirs, mine=one.taught)
    audit.record(
        by,
        Audit.DAY_LESSONS_CHANGED,
        school_id=school_id,
        grade=of.grade,
        day=day.isoformat(),
        lessons=len(changes),
    )


def _becomes(one: LessonChange) -> dict[str, Any]:
    base = one.seen.base or one.seen.taught
    if not one.change:
        return {"change": "", "instead_of": "", "content": base.subject, "teacher": base.teacher}
    # What it is instead of is what stood there before the first change.
    instead = one.seen.instead_of or (str(base) if one.change == Lesson.Change.SUBSTITUTE else base.subject)
    taught = base if one.change == Lesson.Change.CANCELLED else one.taught
    return {
        "change": one.change,
        "instead_of": instead,
        "content": taught.subject,
        "teacher": taught.teacher,
    }


def _stands(lesson_id: int) -> str:
    row = Lesson.objects.filter(id=lesson_id).values_list("content", "teacher").first()
    return str(Taught(*row)) if row else str(_("빈칸"))


def _week(school_id: int, of: ClassName, term: Term) -> dict[str, Any]:
    return {
        "school_id": school_id,
        "school_year": term.school_year,
        "semester": term.semester,
        "grade": of.grade,
        "class_name": of.name,
    }


def _write_cells(
    school_id: int,
    of: ClassName,
    term: Term,
    changes: Collection[CellChange],
    there: dict[Place, BaseLesson],
) -> None:
    fresh, changed, emptied = [], [], []
    for change in changes:
        row = there.get(change.place)
        if not change.after:
            emptied += [row.id] if row else []
        elif row is None:
            weekday, period = change.place
            fresh.append(
                BaseLesson(
                    **_week(school_id, of, term),
                    weekday=weekday,
                    period=period,
                    subject=change.after.subject,
                    teacher=change.after.teacher,
                    classroom=change.after.classroom,
                )
            )
        else:
            row.subject, row.teacher = change.after.subject, change.after.teacher
            row.classroom = change.after.classroom
            changed.append(row)
    if emptied:
        BaseLesson.objects.filter(id__in=emptied).delete()
    if changed:
        BaseLesson.objects.bulk_update(changed, ["subject", "teacher", "classroom"])
    if fresh:
        BaseLesson.objects.bulk_create(fresh)
