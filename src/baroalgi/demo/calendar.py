"""The school year of a planned school: school days, holidays, exams, events (domain.md §3.3, §6.5).

No calendar of a school of 충청북도 was recorded, so all but the public holidays is generated,
and every generated line says so in its content.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from baroalgi.demo.schools import GRADES, PlannedSchool, stream
from baroalgi.demo.types import ExamKey, SchoolEvent
from baroalgi.organisation import data
from baroalgi.schoolinfo.types import term_of

GENERATED = "시연용으로 만든 일정입니다. 학교의 실제 일정이 아닙니다."
LEAST_SCHOOL_DAYS = 190

_DAY = timedelta(days=1)
DayType = Literal["school_day", "closed", "public_holiday"]
Line = tuple[date, str, str, DayType, tuple[int, ...]]


def school_year(day: date) -> int:
    """Return the school year (학년도) of a day: 1 March to the end of February."""
    return day.year if day.month >= 3 else day.year - 1


@lru_cache(maxsize=1)
def holidays() -> dict[date, str]:
    """Return the names of the public holidays that are shipped, 2024-2027."""
    return {holiday.day: holiday.name for holiday in data.public_holidays()}


def is_workday(day: date) -> bool:
    """Tell whether offices are open: neither a weekend nor a public holiday."""
    return day.weekday() < 5 and day not in holidays()


@lru_cache(maxsize=512)
def workday_before(day: date, count: int) -> date:
    """Return the `count`-th workday before a day."""
    while count:
        day -= _DAY
        count -= is_workday(day)
    return day


def _next_workday(day: date) -> date:
    while not is_workday(day):
        day += _DAY
    return day


@dataclass(frozen=True, slots=True)
class SittingDays:
    """The days of a regular exam, and the day its results are opened to parents."""

    key: ExamKey
    begins: date
    ends: date
    released_on: date


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school year of one school. `days` are its school days in order."""

    school: PlannedSchool
    year: int
    days: tuple[date, ...]
    vacations: tuple[tuple[str, date, date], ...]
    own_holidays: tuple[tuple[str, date], ...]
    closing: tuple[date, date, date]

    def on_or_after(self, month: int, day: int) -> date:
        """Return the first school day from that date on, the last one of the year if none is left."""
        wanted = date(self.year if month >= 3 else self.year + 1, month, day)
        return self.days[min(bisect_left(self.days, wanted), len(self.days) - 1)]

    def until(self, day: date) -> tuple[date, ...]:
        """Return the school days up to and including a day."""
        return self.days[: bisect_right(self.days, day)]

    def exams(self) -> Iterator[SittingDays]:
        """Yield the regular exams of every grade, earliest first; elementary schools have none.

        The first grade of a middle school has none in the first term (자유학기).
        """
        if self.school.level == "elementary":
            return
        for term, ordinal, month, day in ((1, 1, 4, 27), (1, 2, 7, 1), (2, 1, 10, 12), (2, 2, 12, 9)):
            start = bisect_left(self.days, self.on_or_after(month, day))
            begins, ends, released = self.days[start], self.days[start + 2], self.days[start + 12]
            for grade in range(1, GRADES[self.school.level] + 1):
                if (self.school.level, grade, term) != ("middle", 1, 1):
                    yield SittingDays(
                        ExamKey(self.school.code, self.year, term, ordinal, grade), begins, ends, released
                    )

    def semester(self, day: date) -> int:
        """Return the semester of a day: the second one begins when school does after the summer."""
        return term_of(day, [self._opening(self.closing[0])]).semester

    def events(self) -> Iterator[SchoolEvent]:
        """Yield the lines of the calendar by day; a vacation has one line for each of its days."""
        lines = sorted(self._lines(), key=lambda line: line[0])
        n, previous = 0, None
        for day, name, kind, day_type, grades in lines:
            n = n + 1 if day == previous else 1
            previous = day
            content = "" if kind == "public_holiday" else GENERATED
            yield SchoolEvent(self.school.code, day, n, name, kind, day_type, grades, content)

    def _opening(self, closing: date) -> date:
        """Return the first school day after a last one."""
        return self.days[bisect_right(self.days, closing)]

    def _lines(self) -> Iterator[Line]:
        every = self._present(*range(1, 7))
        for day, name in holidays().items():
            if school_year(day) == self.year:
                yield day, name, "public_holiday", "public_holiday", every
        for name, day in self.own_holidays:
            yield day, name, "discretionary_holiday", "closed", every
        for name, first, last in self.vacations:
            for offset in range((last - first).days + 1):
                yield first + timedelta(days=offset), name, "vacation", "closed", every
        for offset in range((self.days[0] - date(self.year, 3, 1)).days):
            day = date(self.year, 3, 1) + timedelta(days=offset)
            if is_workday(day):
                yield day, "학년 준비 기간", "vacation", "closed", every
        for day, name, kind, grades in (*self._turns(), *self._exam_lines(), *self._occasions()):
            yield day, name, kind, "school_day", grades

    def _turns(self) -> Iterator[tuple[date, str, str, tuple[int, ...]]]:
        every, top = self._present(*range(1, 7)), self._present(GRADES[self.school.level])
        summer, winter, last = self.closing
        yield self.days[0], "시업식", "term", every
        yield self.days[0], "입학식", "ceremony", self._present(1)
        yield summer, "여름방학식", "term", every
        yield self._opening(summer), "개학식", "term", every
        yield winter, "겨울방학식", "term", every
        yield self._opening(winter), "개학식", "term", every
        yield last, "졸업식", "ceremony", top
        yield last, "종업식", "ceremony", every

    def _exam_lines(self) -> Iterator[tuple[date, str, str, tuple[int, ...]]]:
        sittings: dict[tuple[int, int], list[SittingDays]] = {}
        for sitting in self.exams():
            sittings.setdefault((sitting.key.term, sitting.key.ordinal), []).append(sitting)
        for (term, ordinal), of_grades in sittings.items():
            start = bisect_left(self.days, of_grades[0].begins)
            for day in self.days[start : start + 3]:
                grades = self._present(*(sitting.key.grade for sitting in of_grades))
                yield day, exam_name(term, ordinal), "regular_exam", grades

    def _occasions(self) -> Iterator[tuple[date, str, str, tuple[int, ...]]]:
        for level, month, day, length, name, kind, grades in _OCCASIONS:
            if level in ("every", self.school.level):
                start = bisect_left(self.days, self.on_or_after(month, day))
                for school_day in self.days[start : start + length]:
                    yield school_day, name, kind, self._present(*grades)

    def _present(self, *grades: int) -> tuple[int, ...]:
        top = GRADES[self.school.level]
        return tuple(grade for grade in grades if grade <= top)


def exam_name(term: int, ordinal: int) -> str:
    """Return what schools call a regular exam today (domain.md §4.1)."""
    return f"{term}학기 {ordinal}차 정기시험"


_ALL = (1, 2, 3, 4, 5, 6)
_OCCASIONS: tuple[tuple[str, int, int, int, str, str, tuple[int, ...]], ...] = (
    ("elementary", 3, 11, 1, "기초학력 진단검사", "regular_exam", (2, 3, 4, 5, 6)),
    ("middle", 3, 11, 1, "기초학력 진단검사", "regular_exam", _ALL),
    ("high", 3, 24, 1, "전국연합학력평가", "regular_exam", _ALL),
    ("every", 3, 18, 1, "학부모총회", "guardian_event", _ALL),
    ("every", 3, 23, 5, "학부모 상담주간", "guardian_event", _ALL),
    ("every", 4, 9, 1, "학생 건강검진", "health_event", (1, 4)),
    ("elementary", 4, 21, 1, "과학의 날 행사", "school_event", _ALL),
    ("elementary", 4, 29, 1, "현장체험학습", "school_event", (1, 2, 3, 4)),
    ("elementary", 5, 4, 1, "봄 운동회", "school_event", _ALL),
    ("middle", 5, 8, 1, "체육대회", "school_event", _ALL),
    ("high", 5, 8, 1, "체육대회", "school_event", _ALL),
    ("every", 5, 19, 1, "지진·화재 대피훈련", "health_event", _ALL),
    ("elementary", 6, 10, 1, "학부모 공개수업", "guardian_event", _ALL),
    ("high", 6, 4, 1, "대학수학능력시험 모의평가", "regular_exam", (3,)),
    ("middle", 6, 16, 3, "수학여행", "school_event", (2,)),
    ("high", 9, 2, 1, "대학수학능력시험 모의평가", "regular_exam", (3,)),
    ("every", 9, 8, 1, "진로의 날", "school_event", _ALL),
    ("every", 9, 15, 5, "2학기 학부모 상담주간", "guardian_event", _ALL),
    ("elementary", 9, 29, 2, "수학여행", "school_event", (6,)),
    ("elementary", 10, 14, 1, "현장체험학습", "school_event", (1, 2, 3, 4, 5)),
    ("high", 10, 20, 1, "전국연합학력평가", "regular_exam", (1, 2)),
    ("every", 10, 27, 1, "지진·화재 대피훈련", "health_event", _ALL),
    ("elementary", 11, 6, 1, "학예회", "school_event", _ALL),
    ("middle", 11, 5, 1, "학교 축제", "school_event", _ALL),
    ("high", 11, 19, 1, "대학수학능력시험", "regular_exam", (3,)),
    ("elementary", 11, 26, 1, "PAPS 학생건강체력평가", "health_event", (4, 5, 6)),
    ("elementary", 12, 3, 1, "다음 학년도 교육과정 설명회", "guardian_event", _ALL),
    ("middle", 12, 22, 1, "고등학교 진학 설명회", "guardian_event", (3,)),
    ("high", 12, 28, 1, "학교 축제", "school_event", _ALL),
)
"""(level, month, day, school days long, name, kind, grades); moved to the next school day."""


@lru_cache(maxsize=8)
def plan_school_year(school: PlannedSchool, year: int, seed: int) -> SchoolYear:
    """Plan a school year with at least 190 school days (domain.md §3.3)."""
    rng = stream(seed, school.code, year, "calendar")
    start = _next_workday(date(year, 3, 2))
    summer = _last_workday(date(year, 7, rng.randint(20, 24)))
    after_summer = _next_workday(date(year, 8, rng.randint(18, 24)))
    winter = _last_workday(date(year, 12, 30))
    after_winter = _next_workday(date(year + 1, 2, 1))

    own = _own_holidays(school, year)
    closed = {day for _, day in own}
    days = _workdays(start, summer, closed) + _workdays(after_summer, winter, closed)
    february = _workdays(after_winter, date(year + 1, 2, 26), closed)
    days += february[: max(4, LEAST_SCHOOL_DAYS + rng.randint(0, 2) - len(days))]
    vacations = (
        ("여름방학", summer + _DAY, after_summer - _DAY),
        ("겨울방학", winter + _DAY, after_winter - _DAY),
        ("학년말방학", days[-1] + _DAY, date(year + 1, 3, 1) - _DAY),
    )
    return SchoolYear(school, year, tuple(days), vacations, own, (summer, winter, days[-1]))


def _own_holidays(school: PlannedSchool, year: int) -> tuple[tuple[str, date], ...]:
    founded = school.fact.anniversary
    wanted = [
        ("개교기념일", date(year if founded.month >= 3 else year + 1, founded.month, min(founded.day, 28))),
        ("재량휴업일", date(year, 5, 6)),
        ("재량휴업일", date(year, 10, 8)),
    ]
    # In vacations and on weekends a school needs no holiday of its own.
    in_term = [(name, day) for name, day in wanted if is_workday(day) and day.month not in (1, 2, 7, 8)]
    return tuple({day: (name, day) for name, day in reversed(in_term) if day > date(year, 3, 4)}.values())


def _workdays(first: date, last: date, closed: set[date]) -> list[date]:
    span = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [day for day in span if is_workday(day) and day not in closed]


def _last_workday(day: date) -> date:
    while not is_workday(day):
        day -= _DAY
    return day
