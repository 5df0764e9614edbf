"""The six sheets: their columns, how a line becomes entries, and an entry a line."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baroalgi.assessment import school_year_bounds
from baroalgi.exchange.sheets import cells
from baroalgi.exchange.sheets.cells import WEEKDAYS, Facts, Reader, Wrong
from baroalgi.schoolinfo.types import (
    EVENT_WORDS,
    MEAL_WORDS,
    MOST_DAYS,
    Entry,
    Key,
    Sheet,
    Values,
    as_lines,
    held_on,
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. `missing`: what to say of an empty cell; without it the cell may be empty."""

    name: str
    read: Reader
    example: str
    missing: str | Promise = ""
    choices: tuple[str, ...] = ()
    width: int = 10


@dataclass(frozen=True, slots=True)
class Kind:
    """A sheet. `entries`: of the values of a line; `cells`: a line again, of what is kept."""

    sheet: Sheet
    title: str | Promise
    detail: str | Promise
    columns: tuple[Column, ...]
    entries: Callable[[tuple[Any, ...], Facts], list[Entry]]
    cells: Callable[[Key, Values], tuple[str, ...]]
    label: Callable[[Key], str]

    def among(self, facts: Facts, today: date) -> list[Any]:
        """Return what the keys of the present lines begin with: the lines of a filled sheet."""
        if self.sheet in (Sheet.TIMETABLE, Sheet.TEACHING):
            return [facts.school_year]
        if self.sheet is Sheet.CURRICULUM:
            return [facts.school_year - grade + 1 for grade in facts.grades]
        if self.sheet is Sheet.MEALS:
            first = today.replace(day=1)
            return [first + timedelta(days=n) for n in range(62)]
        if self.sheet is Sheet.CALENDAR:
            first, last = school_year_bounds(facts.school_year)
            return [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [cells.monday_of(today) + timedelta(weeks=n) for n in range(5)]


class WrongIn(Wrong):
    """A wrong cell that shows only beside another one: the column by its number, from 0."""

    def __init__(self, column: int, advice: str) -> None:
        self.column = column
        super().__init__(advice)


def _beside(column: int, check: Callable[..., None], *values: Any) -> None:
    try:
        check(*values)
    except Wrong as wrong:
        raise WrongIn(column, wrong.advice) from None


# ── 시간표, 담당교사 ──


def _timetable(values: tuple[Any, ...], facts: Facts) -> list[Entry]:
    year, semester, grade, name, weekday, period, subject, teacher, room = values
    _beside(3, cells.in_classes, grade, name, facts)
    return [Entry((year, semester, grade, name, weekday, period), (subject, teacher, room))]


def _timetable_cells(key: Key, values: Values) -> tuple[str, ...]:
    year, semester, grade, name, weekday, period = key
    return (str(year), str(semester), str(grade), name, WEEKDAYS[weekday], str(period), *values)


def _teaching(values: tuple[Any, ...], facts: Facts) -> list[Entry]:
    _beside(3, cells.in_classes, values[2], values[3], facts)
    return [Entry(values, ())]


CLASS_COLUMNS = (
    Column("학년도", cells.year, "2026", gettext_lazy("학년도를 적어 주세요.")),
    Column("학기", cells.semester, "2", gettext_lazy("학기를 적어 주세요."), ("1", "2"), width=7),
    Column("학년", cells.grade, "2", gettext_lazy("학년을 적어 주세요."), ("1", "2", "3", "4", "5", "6"), 7),
    Column("반", cells.class_name, "1", gettext_lazy("반을 적어 주세요."), width=9),
)
SUBJECT = Column("과목", cells.line(60), "국어", gettext_lazy("과목을 적어 주세요."), width=18)
TEACHER = Column("선생님", cells.line(40), "박서연", width=14)
WEEKDAY = Column("요일", cells.weekday, "월", gettext_lazy("요일을 적어 주세요."), WEEKDAYS, 7)
PERIOD = Column("교시", cells.period, "1", gettext_lazy("교시를 적어 주세요."), width=7)


# ── 학사일정 ──

EVENT_KINDS = {str(word): kind for kind, word in EVENT_WORDS.items()}
OLD_EVENT_KINDS = {"정기고사": "regular_exam", "학부모": "guardian_event"}  # of sheets downloaded before
DAY_KINDS = {"수업": "school_day", "쉬는 날": "closed", "공휴일": "public_holiday"}
DAY_WORDS = {kind: word for word, kind in DAY_KINDS.items()}


def _calendar(values: tuple[Any, ...], facts: Facts) -> list[Entry]:
    first, last, name, kind, day_kind, grades, content = values
    last = last or first
    if last < first:
        raise WrongIn(1, _("끝 날짜가 시작 날짜보다 앞입니다."))
    if (last - first).days >= MOST_DAYS:
        raise WrongIn(1, _("한 줄은 1년을 넘을 수 없습니다."))
    if (kind, day_kind) == ("discretionary_holiday", "school_day"):
        raise WrongIn(4, _("재량휴업일은 수업하는 날이 아닙니다. 「쉬는 날」로 적어 주세요."))
    said = (kind, day_kind, content, grades)
    return [Entry((day, name), said) for day in held_on(first, last, day_kind)]


def _calendar_cells(key: Key, values: Values) -> tuple[str, ...]:
    day, name = key
    kind, day_kind, content, grades = values
    if (kind, day_kind) == ("discretionary_holiday", "school_day"):
        kind = "school_event"  # as NEIS has it, of a 개교기념일 with lessons; nobody can type that
    return (
        day.isoformat(),
        "",
        name,
        str(EVENT_WORDS[kind]),
        DAY_WORDS.get(day_kind, "수업"),
        ",".join(map(str, grades)),
        content,
    )


# ── 급식 ──

MEAL_KINDS = {str(word): kind for kind, word in MEAL_WORDS.items()}


def _meal(values: tuple[Any, ...], facts: Facts) -> list[Entry]:
    day, kind, dishes, calories = values
    return [Entry((day, kind), (dishes, calories))]


def _meal_cells(key: Key, values: Values) -> tuple[str, ...]:
    calories = "" if values[1] is None else f"{values[1]:f}"
    return (key[0].isoformat(), str(MEAL_WORDS[key[1]]), as_lines(values[0]), calories)


# ── 교육과정 ──


def _curriculum(values: tuple[Any, ...], facts: Facts) -> list[Entry]:
    year, plan, group, subject, subject_type, grade, semester, units, unit_kind = values
    return [Entry((year, plan, subject, grade, semester), (group, subject_type, units, unit_kind))]


def _curriculum_cells(key: Key, values: Values) -> tuple[str, ...]:
    year, plan, subject, grade, semester = key
    group, subject_type, units, unit_kind = values
    return (
        str(year),
        plan,
        group,
        subject,
        subject_type,
        str(grade),
        "" if semester is None else str(semester),
        f"{units.normalize():f}",
        unit_kind,
    )


def _or_nothing(read: Reader) -> Reader:
    return lambda text, facts: read(text, facts) if text else None


# ── 주간학습안내 ──


def _week(values: tuple[Any, ...], facts: Facts) -> list[Entry]:
    _beside(2, cells.in_classes, values[1], values[2], facts)
    return [Entry(values[:5], values[5:])]


def _week_cells(key: Key, values: Values) -> tuple[str, ...]:
    monday, grade, name, weekday, period = key
    return (monday.isoformat(), str(grade), name, WEEKDAYS[weekday], str(period), *values)


def _of_class(key: Key) -> str:
    places = {"grade": key[2], "name": key[3]}
    return _("%(grade)s학년 %(name)s반") % places


KINDS = {
    kind.sheet: kind
    for kind in (
        Kind(
            Sheet.TIMETABLE,
            gettext_lazy("시간표"),
            gettext_lazy("학급마다 요일과 교시의 과목, 선생님"),
            (
                *CLASS_COLUMNS,
                WEEKDAY,
                PERIOD,
                SUBJECT,
                TEACHER,
                Column("강의실", cells.line(40), "", width=14),
            ),
            _timetable,
            _timetable_cells,
            lambda key: f"{_of_class(key)} {WEEKDAYS[key[4]]} {key[5]}",
        ),
        Kind(
            Sheet.CALENDAR,
            gettext_lazy("학사일정"),
            gettext_lazy("행사와 시험, 방학과 쉬는 날"),
            (
                Column("시작 날짜", cells.day, "2026-12-08", gettext_lazy("날짜를 적어 주세요."), width=13),
                Column("끝 날짜", _or_nothing(cells.day), "2026-12-10", width=13),
                Column(
                    "행사 이름",
                    cells.line(100),
                    "2학기 2차 정기시험",
                    gettext_lazy("이름을 적어 주세요."),
                    width=30,
                ),
                Column(
                    "종류",
                    cells.word(EVENT_KINDS, OLD_EVENT_KINDS),
                    "평가",
                    gettext_lazy("종류를 골라 주세요."),
                    tuple(EVENT_KINDS),
                    12,
                ),
                Column(
                    "수업",
                    cells.word(DAY_KINDS),
                    "수업",
                    gettext_lazy("수업하는 날인지 쉬는 날인지 골라 주세요."),
                    tuple(DAY_KINDS),
                ),
                Column("학년", cells.grades, "1,2,3", width=12),
                Column("내용", cells.line(200), "", width=40),
            ),
            _calendar,
            _calendar_cells,
            lambda key: f"{key[0].month}.{key[0].day}. {key[1]}",
        ),
        Kind(
            Sheet.MEALS,
            gettext_lazy("급식"),
            gettext_lazy("날마다의 식단, 알레르기 번호, 열량"),
            (
                Column("날짜", cells.day, "2026-12-01", gettext_lazy("날짜를 적어 주세요."), width=13),
                Column(
                    "식사",
                    cells.word(MEAL_KINDS),
                    "중식",
                    gettext_lazy("조식, 중식, 석식 가운데 골라 주세요."),
                    tuple(MEAL_KINDS),
                ),
                Column(
                    "식단",
                    cells.dishes,
                    "현미밥\n소고기감자국 (5.6.16)\n배추김치 (9)",
                    gettext_lazy("식단을 한 줄에 한 가지씩 적어 주세요."),
                    width=42,
                ),
                Column("열량", cells.number(99_999, 1), "702.5"),
            ),
            _meal,
            _meal_cells,
            lambda key: f"{key[0].month}.{key[0].day}. {MEAL_WORDS[key[1]]}",
        ),
        Kind(
            Sheet.CURRICULUM,
            gettext_lazy("교육과정"),
            gettext_lazy("입학 연도별 편제와 학점, 시간"),
            (
                Column("입학 연도", cells.year, "2026", gettext_lazy("입학 연도를 적어 주세요."), width=11),
                Column(
                    "편제 이름",
                    cells.line(60),
                    "2026학년도 입학생 교육과정",
                    gettext_lazy("편제 이름을 적어 주세요."),
                    width=28,
                ),
                Column("교과(군)", cells.line(40), "국어", gettext_lazy("교과(군)를 적어 주세요."), width=16),
                SUBJECT,
                Column(
                    "과목 유형",
                    cells.line(20),
                    "공통",
                    choices=("공통", "일반선택", "진로선택", "융합선택", "전문"),
                    width=12,
                ),
                Column("학년", cells.grade, "1", gettext_lazy("학년을 적어 주세요."), width=7),
                Column("학기", _or_nothing(cells.semester), "1", choices=("1", "2"), width=7),
                Column(
                    "학점·시간", cells.number(9_999, 1), "4", gettext_lazy("학점이나 시간을 적어 주세요.")
                ),
                Column(
                    "단위",
                    cells.word({"학점": "학점", "단위": "단위", "시간": "시간"}),
                    "학점",
                    gettext_lazy("학점, 단위, 시간 가운데 골라 주세요."),
                    ("학점", "단위", "시간"),
                ),
            ),
            _curriculum,
            _curriculum_cells,
            lambda key: f"{key[0]} {key[2]}",
        ),
        Kind(
            Sheet.TEACHING,
            gettext_lazy("담당교사"),
            gettext_lazy("학급마다 과목을 맡은 선생님"),
            (
                *CLASS_COLUMNS,
                SUBJECT,
                Column(
                    "선생님", cells.line(40), "박서연", gettext_lazy("선생님 이름을 적어 주세요."), width=14
                ),
            ),
            _teaching,
            lambda key, values: tuple(map(str, key)),
            lambda key: f"{_of_class(key)} {key[4]} {key[5]}",
        ),
        Kind(
            Sheet.WEEK_PLAN,
            gettext_lazy("주간학습안내"),
            gettext_lazy("초등학교 학급의 한 주 수업과 준비물"),
            (
                Column(
                    "주", cells.monday, "2026-11-30", gettext_lazy("그 주의 날짜를 적어 주세요."), width=13
                ),
                *CLASS_COLUMNS[2:],
                WEEKDAY,
                PERIOD,
                Column("교과", cells.line(60), "국어", gettext_lazy("교과를 적어 주세요."), width=14),
                Column("단원·학습 내용", cells.line(200), "7. 글을 읽고 소개해요", width=36),
                Column("쪽수", cells.line(40), "214~217"),
                Column("준비물", cells.line(200), "소개할 책", width=24),
            ),
            _week,
            _week_cells,
            lambda key: f"{key[1]}-{key[2]} {WEEKDAYS[key[3]]} {key[4]}",
        ),
    )
}


def of(kind: str) -> Kind | None:
    """Return the sheet of this name in addresses, or None."""
    return next((one for one in KINDS.values() if one.sheet.value == kind), None)


def filled(there: Collection[tuple[Key, Values]], kind: Kind) -> list[tuple[str, ...]]:
    """Return what is kept as lines of a sheet, in order."""
    ordered = sorted(there, key=lambda one: tuple((part is None, part) for part in one[0]))
    return [kind.cells(key, values) for key, values in ordered]
