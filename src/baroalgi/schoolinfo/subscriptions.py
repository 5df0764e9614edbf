"""What stands in the calendars that other programs subscribe to: rows of a school become lines of `ical`."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby

from django.utils.translation import gettext as _

from baroalgi.assessment import school_year, school_year_bounds
from baroalgi.organisation.types import School
from baroalgi.schoolinfo import ical, queries
from baroalgi.schoolinfo.ical import Line
from baroalgi.schoolinfo.timetables import Lesson, PeriodTime
from baroalgi.schoolinfo.types import EVENT_WORDS, ClassName, History, Meal, Span
from baroalgi.schoolinfo.weeks import Week

# So far back and ahead lessons and meals are told. The calendar tells three school years.
BACK, AHEAD = timedelta(weeks=5), timedelta(weeks=12)


def school_calendar(
    school: School, today: date, *, grade: int | None, only_exams: bool, address: str
) -> bytes:
    """Return the school calendar, of one grade or all, or its exams alone. One statement."""
    year = school_year(today)
    (first, _last), (_first, last) = school_year_bounds(year - 1), school_year_bounds(year + 1)
    rows = queries.calendar_rows(school.id, first, last)
    wanted = [
        row
        for row in rows
        if (grade is None or not row.grades or grade in row.grades)
        and (not only_exams or row.kind == "regular_exam")
    ]
    what = _("시험") if only_exams else _("학사일정")
    return ical.write(
        name=_titled(school, what, grade),
        description=_("%(school)s가 알린 %(what)s입니다.") % {"school": school.name, "what": what},
        address=address,
        lines=[_event(span, rows, school) for span in ical.joined(wanted)],
    )


def class_timetable(school: School, of: ClassName, today: date, *, address: str) -> bytes:
    """Return the lessons of a class: by the hour where the school tells its times. Two statements."""
    week = Week.of(today)
    rows = queries.lesson_history(school.id, of, week.first - BACK, week.last + AHEAD)
    times = queries.period_times(school.id)
    return ical.write(
        name=f"{school.name} {of.word} {_('시간표')}",
        description=_("바뀐 수업도 이 달력에 표시됩니다."),
        address=address,
        lines=_lessons(school, of, rows, times),
    )


def meals(school: School, today: date, *, address: str) -> bytes:
    """Return the meals, each as a line of its day. One statement."""
    week = Week.of(today)
    rows = queries.meal_history(school.id, week.first - BACK, week.last + AHEAD)
    return ical.write(
        name=f"{school.name} {_('급식')}",
        description=warning(),
        address=address,
        lines=[_meal(school, row) for row in rows],
    )


def warning() -> str:
    """Return what must stand beside every list of allergens (domain.md §6.6)."""
    return _("표시된 번호에 없어도 알레르기가 있을 수 있습니다. 반드시 영양(교)사에게 확인하세요.")


def _titled(school: School, what: str, grade: int | None) -> str:
    words = (school.name, _("%(grade)s학년") % {"grade": grade} if grade else "", what)
    return " ".join(word for word in words if word)


def _event(span: list[ical.Row], of_school: Iterable[ical.Row], school: School) -> Line:
    first = span[0]
    shown = Span(first.day, span[-1].day, first.name, "event", first.content, first.grades)
    grades = shown.grade_words(school.grades)
    around = ical.around(span, of_school)
    return Line(
        uid=min(span, key=lambda row: row.id).uid,  # of the oldest row: a day put before it renames nothing
        first=first.day,
        last=span[-1].day,
        summary=f"{first.name} ({grades})" if grades else first.name,
        sequence=max(row.sequence for row in around),
        changed_at=max(row.changed_at for row in around),
        description=first.content,
        categories=(_kind_word(first),),
        is_cancelled=first.cancelled,
    )


def _kind_word(row: ical.Row) -> str:
    if row.kind == "school_event" and row.day_kind != "school_day":
        return _("쉬는 날")
    return str(EVENT_WORDS[row.kind])


def _lessons(
    school: School, of: ClassName, rows: list[History[Lesson]], times: Mapping[int, PeriodTime]
) -> Iterable[Line]:
    for day, found in groupby(rows, key=lambda one: one.row.day):
        untimed: list[History[Lesson]] = []
        for period, parallel in groupby(found, key=lambda one: one.row.period):
            lessons = list(parallel)
            if (time := times.get(period)) is None:
                untimed += lessons
            else:
                yield from _at_one_time(school, of, lessons, time)
        if untimed:
            yield _whole_day(school, of, day, untimed)


def _at_one_time(
    school: School, of: ClassName, lessons: list[History[Lesson]], time: PeriodTime
) -> Iterable[Line]:
    """Yield the lessons of one period of a day, those that are held first: each place keeps its name."""
    sequence = _sum(lessons)
    for n, one in enumerate(sorted(lessons, key=lambda one: (one.cancelled, one.n, one.row.classroom)), 1):
        lesson = one.row
        yield Line(
            uid=ical.uid("lessons", school.code, of.grade, of.name, lesson.day, lesson.period, n),
            first=lesson.day,
            last=lesson.day,
            time=time,
            summary=lesson.subject or lesson.instead_of or _("수업"),
            sequence=sequence,
            changed_at=max(one.changed_at for one in lessons),
            description="\n".join(filter(None, (_period(lesson), lesson.teacher, _changed(lesson)))),
            location=lesson.classroom,
            categories=(lesson.change_word,) if lesson.change else (),
            is_cancelled=one.cancelled or lesson.change == "cancelled",
        )


def _sum(lessons: list[History[Lesson]]) -> int:
    """Return how often lessons have changed; none of them ever goes, so it never falls."""
    return sum(one.sequence + 1 for one in lessons) - 1


def _whole_day(school: School, of: ClassName, day: date, lessons: list[History[Lesson]]) -> Line:
    """Return one line for the lessons of a day whose times nobody has told."""
    told = [one.row for one in lessons if not one.cancelled]
    held = [lesson for lesson in told if lesson.change != "cancelled"]
    return Line(
        uid=ical.uid("lessons", school.code, of.grade, of.name, day),
        first=day,
        last=day,
        summary=" ".join(lesson.subject for lesson in held) or _("수업 없음"),
        sequence=_sum(lessons),
        changed_at=max(one.changed_at for one in lessons),
        description="\n".join(
            " ".join(filter(None, (_period(lesson), lesson.subject, _changed(lesson)))) for lesson in told
        ),
        is_cancelled=not held,
    )


def _period(lesson: Lesson) -> str:
    return _("%(period)s교시") % {"period": lesson.period}


def _changed(lesson: Lesson) -> str:
    return ", ".join(filter(None, (lesson.change_word, lesson.before)))


def _meal(school: School, one: History[Meal]) -> Line:
    meal = one.row
    lines = [
        f"{dish.name} ({', '.join(f'{a.number} {a.word}'.strip() for a in dish.allergens)})"
        if dish.allergens
        else dish.name
        for dish in meal.dishes
    ]
    return Line(
        uid=ical.uid("meals", school.code, meal.day, meal.kind),
        first=meal.day,
        last=meal.day,
        summary=f"{meal.word}: {meal.names}",
        sequence=one.sequence,
        changed_at=one.changed_at,
        description="\n".join(filter(None, (*lines, meal.energy, meal.origin, warning()))),
        categories=(_("급식"),),
        is_cancelled=one.cancelled,
    )
