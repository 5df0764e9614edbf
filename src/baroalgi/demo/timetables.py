"""What is taught in planned schools: curricula, weekly timetables, lessons around today, weekly plans.

Subjects and hours follow the curricula in force in 2026 (domain.md §6.3); which teacher, which period and
every change are generated. A weekly timetable is cut from the curriculum: its hours add up to the plan.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from random import Random

from baroalgi.demo.calendar import SchoolYear
from baroalgi.demo.people import homeroom_login
from baroalgi.demo.schools import GRADES, Level, PlannedSchool, stream
from baroalgi.demo.types import ClassKey

WEEKS_BEFORE, WEEKS_AFTER = 5, 6
# Weeks of a school year in which a lesson a week is counted (domain.md §6.3): hours a year = 34 × a week.
WEEKS_OF_YEAR = 34

Cell = tuple[int, int]  # (weekday from 0 = Monday, period)


@dataclass(frozen=True, slots=True)
class Course:
    """A subject of a curriculum. `weekly`: lessons a week by (grade, term); term 0 is the whole year.

    Subjects with the same `choice` are held at the same time: each pupil has one of them (선택과목).
    """

    group: str
    subject: str
    type: str
    weekly: Mapping[tuple[int, int], int]
    choice: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """A lesson of a class on a day, or, without a day, of its base timetable."""

    grade: int
    class_name: str
    weekday: int
    period: int
    n: int
    subject: str
    teacher: str
    classroom: str
    day: date | None = None
    change: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """The weekly plan of an elementary class. `lessons` as they are stored (WeekPlan.lessons)."""

    monday: date
    grade: int
    class_name: str
    notice: str
    lessons: tuple[dict[str, object], ...]


def _years(group: str, subject: str, *weekly: int) -> Course:
    """Return a subject of elementary or middle school by its lessons a week in each grade."""
    return Course(group, subject, "", {(grade, 0): n for grade, n in enumerate(weekly, 1) if n})


def _terms(group: str, subject: str, type_: str, credits_: int, *terms: str, choice: str = "") -> Course:
    """Return a subject of high school in these terms, written "1-2"."""
    weekly = {(int(term[0]), int(term[2])): credits_ for term in terms}
    return Course(group, subject, type_, weekly, choice)


_ELEMENTARY = (
    _years("국어", "국어", 7, 7, 6, 6, 5, 5),
    _years("사회/도덕", "사회", 0, 0, 3, 3, 3, 3),
    _years("사회/도덕", "도덕", 0, 0, 1, 1, 1, 1),
    _years("수학", "수학", 4, 4, 4, 4, 4, 4),
    _years("과학/실과", "과학", 0, 0, 3, 3, 3, 3),
    _years("과학/실과", "실과", 0, 0, 0, 0, 2, 2),
    _years("체육", "체육", 0, 0, 3, 3, 3, 3),
    _years("예술", "음악", 0, 0, 2, 2, 2, 2),
    _years("예술", "미술", 0, 0, 2, 2, 2, 2),
    _years("영어", "영어", 0, 0, 2, 2, 3, 3),
    _years("통합교과", "바른 생활", 2, 2),
    _years("통합교과", "슬기로운 생활", 3, 3),
    _years("통합교과", "즐거운 생활", 4, 4),
    _years("창의적 체험활동", "창의적 체험활동", 3, 3, 3, 3, 2, 2),
)
_MIDDLE = (
    _years("국어", "국어", 5, 4, 4),
    _years("사회(역사/도덕 포함)", "사회", 3, 0, 3),
    _years("사회(역사/도덕 포함)", "역사", 0, 3, 3),
    _years("사회(역사/도덕 포함)", "도덕", 2, 1, 0),
    _years("수학", "수학", 4, 4, 4),
    _years("과학/기술·가정/정보", "과학", 4, 4, 4),
    _years("과학/기술·가정/정보", "기술·가정", 2, 3, 2),
    _years("과학/기술·가정/정보", "정보", 0, 0, 2),
    _years("체육", "체육", 3, 3, 2),
    _years("예술", "음악", 2, 2, 1),
    _years("예술", "미술", 2, 1, 2),
    _years("영어", "영어", 4, 4, 4),
    _years("선택", "한문", 0, 2, 0),
    _years("창의적 체험활동", "창의적 체험활동", 3, 3, 3),
)
_ALWAYS = ("1-1", "1-2", "2-1", "2-2", "3-1", "3-2")
# 174 credits of subjects and 18 of 창의적 체험활동 (domain.md §6.3).
_HIGH_2022 = (
    _terms("국어", "공통국어1", "공통", 4, "1-1"),
    _terms("국어", "공통국어2", "공통", 4, "1-2"),
    _terms("국어", "문학", "일반선택", 4, "2-1"),
    _terms("국어", "독서와 작문", "일반선택", 4, "2-2"),
    _terms("국어", "화법과 언어", "일반선택", 4, "3-1", "3-2"),
    _terms("수학", "공통수학1", "공통", 4, "1-1"),
    _terms("수학", "공통수학2", "공통", 4, "1-2"),
    _terms("수학", "대수", "일반선택", 4, "2-1"),
    _terms("수학", "미적분Ⅰ", "일반선택", 4, "2-2"),
    _terms("수학", "확률과 통계", "일반선택", 4, "3-1", "3-2"),
    _terms("영어", "공통영어1", "공통", 4, "1-1"),
    _terms("영어", "공통영어2", "공통", 4, "1-2"),
    _terms("영어", "영어Ⅰ", "일반선택", 4, "2-1"),
    _terms("영어", "영어Ⅱ", "일반선택", 4, "2-2"),
    _terms("영어", "영어 독해와 작문", "일반선택", 4, "3-1", "3-2"),
    _terms("사회(역사/도덕 포함)", "한국사1", "공통", 3, "1-1"),
    _terms("사회(역사/도덕 포함)", "한국사2", "공통", 3, "1-2"),
    _terms("사회(역사/도덕 포함)", "통합사회1", "공통", 4, "1-1"),
    _terms("사회(역사/도덕 포함)", "통합사회2", "공통", 4, "1-2"),
    _terms("사회(역사/도덕 포함)", "세계사", "일반선택", 4, "2-1", "2-2", choice="A"),
    _terms("사회(역사/도덕 포함)", "사회와 문화", "일반선택", 4, "3-1", "3-2"),
    _terms("과학", "통합과학1", "공통", 4, "1-1"),
    _terms("과학", "통합과학2", "공통", 4, "1-2"),
    _terms("과학", "과학탐구실험", "공통", 1, "1-1", "1-2"),
    _terms("과학", "물리학", "일반선택", 4, "2-1", "2-2", choice="A"),
    _terms("과학", "생명과학", "일반선택", 4, "2-1", "2-2"),
    _terms("과학", "지구과학", "일반선택", 4, "3-1", "3-2"),
    _terms("과학", "융합과학 탐구", "융합선택", 3, "3-1", "3-2"),
    _terms("체육", "체육", "일반선택", 2, *_ALWAYS),
    _terms("예술", "음악", "일반선택", 3, "1-1"),
    _terms("예술", "미술", "일반선택", 3, "1-2"),
    _terms("기술·가정/정보", "정보", "일반선택", 3, "2-1", "2-2"),
    _terms("제2외국어/한문", "일본어", "일반선택", 2, "2-1", "2-2"),
    _terms("제2외국어/한문", "한문", "일반선택", 2, "3-1", "3-2"),
    _terms("교양", "진로와 직업", "일반선택", 2, *_ALWAYS[2:]),
    _terms("창의적 체험활동", "창의적 체험활동", "", 3, *_ALWAYS),
)
_HIGH_2015 = (
    _terms("국어", "국어", "공통", 4, "1-1", "1-2"),
    _terms("국어", "문학", "일반선택", 4, "2-1"),
    _terms("국어", "독서", "일반선택", 4, "2-2"),
    _terms("국어", "언어와 매체", "일반선택", 4, "3-1", "3-2"),
    _terms("수학", "수학", "공통", 4, "1-1", "1-2"),
    _terms("수학", "수학Ⅰ", "일반선택", 4, "2-1"),
    _terms("수학", "수학Ⅱ", "일반선택", 4, "2-2"),
    _terms("수학", "미적분", "일반선택", 4, "3-1", "3-2"),
    _terms("영어", "영어", "공통", 4, "1-1", "1-2"),
    _terms("영어", "영어Ⅰ", "일반선택", 4, "2-1"),
    _terms("영어", "영어Ⅱ", "일반선택", 4, "2-2"),
    _terms("영어", "영어 독해와 작문", "일반선택", 4, "3-1", "3-2"),
    _terms("사회(역사/도덕 포함)", "한국사", "공통", 3, "1-1", "1-2"),
    _terms("사회(역사/도덕 포함)", "통합사회", "공통", 4, "1-1", "1-2"),
    _terms("사회(역사/도덕 포함)", "세계사", "일반선택", 4, "2-1", "2-2", choice="A"),
    _terms("사회(역사/도덕 포함)", "생활과 윤리", "일반선택", 4, "3-1", "3-2", choice="B"),
    _terms("과학", "통합과학", "공통", 4, "1-1", "1-2"),
    _terms("과학", "과학탐구실험", "공통", 1, "1-1", "1-2"),
    _terms("과학", "물리학Ⅰ", "일반선택", 4, "2-1", "2-2", choice="A"),
    _terms("과학", "생명과학Ⅰ", "일반선택", 4, "2-1", "2-2"),
    _terms("과학", "지구과학Ⅰ", "일반선택", 4, "3-1", "3-2", choice="B"),
    _terms("과학", "화학Ⅱ", "진로선택", 4, "3-1", "3-2"),
    _terms("과학", "생활과 과학", "진로선택", 3, "3-1", "3-2"),
    _terms("체육", "체육", "일반선택", 2, *_ALWAYS),
    _terms("예술", "음악", "일반선택", 3, "1-1"),
    _terms("예술", "미술", "일반선택", 3, "1-2"),
    _terms("기술·가정/정보", "정보", "일반선택", 3, "2-1", "2-2"),
    _terms("제2외국어/한문", "일본어Ⅰ", "일반선택", 2, "2-1", "2-2"),
    _terms("제2외국어/한문", "한문Ⅰ", "일반선택", 2, "3-1", "3-2"),
    _terms("교양", "진로와 직업", "일반선택", 2, *_ALWAYS[2:]),
    _terms("창의적 체험활동", "창의적 체험활동", "", 3, *_ALWAYS),
)
# Lessons on each day of the week, by level and grade; their sums are those of the curricula above.
_DAYS: dict[tuple[Level, int], tuple[int, ...]] = {
    **{("elementary", grade): (5, 5, 4, 5, 4) for grade in (1, 2)},
    **{("elementary", grade): (6, 6, 5, 6, 6) for grade in (3, 4)},
    **{("elementary", grade): (6, 6, 6, 6, 6) for grade in (5, 6)},
    **{("middle", grade): (7, 7, 6, 7, 7) for grade in (1, 2, 3)},
    **{("high", grade): (7, 6, 6, 7, 6) for grade in (1, 2, 3)},
}
# (first lesson, minutes of a lesson, minutes between, after which lesson lunch is, minutes of lunch)
_BELLS: dict[Level, tuple[time, int, int, int, int]] = {
    "elementary": (time(9, 0), 40, 10, 4, 60),
    "middle": (time(9, 0), 45, 10, 4, 65),
    "high": (time(8, 40), 50, 10, 4, 60),
}
_UNITS = {
    "국어": ("글을 읽고 중심 생각 찾기", "경험을 살려 글 쓰기", "작품을 읽고 생각 나누기"),
    "수학": ("여러 가지 도형 알아보기", "자료를 표와 그래프로 나타내기", "곱셈과 나눗셈의 관계"),
    "사회": ("우리 고장의 모습", "생활 모습의 변화", "지역 사람들이 함께 사는 길"),
    "과학": ("물질의 성질 관찰하기", "동물의 생활", "지표의 변화"),
    "도덕": ("함께 지키는 약속", "서로 다른 우리"),
    "영어": ("What do you like?", "Where is my book?"),
    "음악": ("장단에 맞추어 노래하기", "악기의 소리"),
    "미술": ("여러 가지 재료로 꾸미기", "작품 속 이야기"),
    "체육": ("이어달리기", "공 주고받기"),
    "실과": ("옷의 관리", "간단한 음식 만들기"),
    "바른 생활": ("고마운 마음 전하기",),
    "슬기로운 생활": ("우리 마을 살펴보기", "가을에 볼 수 있는 것"),
    "즐거운 생활": ("이웃과 함께하는 놀이", "가을 느낌 나타내기"),
    "창의적 체험활동": ("학급 회의", "안전 교육", "동아리 활동"),
}
_MATERIALS = {
    "미술": ("색연필, 사인펜", "색종이, 풀"),
    "음악": ("리코더",),
    "체육": ("운동화", "체육복"),
    "실과": ("앞치마",),
    "과학": ("실험 관찰",),
    "즐거운 생활": ("색종이, 가위", "리듬 악기"),
}
_NOTICES = (
    "아침에 겉옷을 꼭 챙겨 주세요.\n복도에서는 오른쪽으로 걷습니다.",
    "도서실에서 빌린 책은 금요일까지 돌려주세요.\n하루 한 번 교실 환기를 합니다.",
    "물통을 매일 가져오게 해 주세요.\n손 씻기를 함께 지켜요.",
)


def curricula(school: PlannedSchool, year: int) -> Iterator[tuple[int, str, tuple[Course, ...]]]:
    """Yield the plan of each entrance year that is at school: (entrance year, name of the plan, subjects)."""
    for grade in range(1, GRADES[school.level] + 1):
        entered = year - grade + 1
        yield entered, f"{entered}학년도 입학생 교육과정", _courses(school.level, entered)


def bell_times(school: PlannedSchool) -> Iterator[tuple[int, time, time]]:
    """Yield when each period begins and ends."""
    first, minutes, pause, lunch_after, lunch = _BELLS[school.level]
    begins = first.hour * 60 + first.minute
    for period in range(1, max(max(days) for (level, _), days in _DAYS.items() if level == school.level) + 1):
        ends = begins + minutes
        yield period, time(*divmod(begins, 60)), time(*divmod(ends, 60))
        begins = ends + (lunch if period == lunch_after else pause)


def base_timetable(
    school: PlannedSchool, year: int, semester: int, *, seed: int, names: Mapping[str, str]
) -> list[PlannedLesson]:
    """Return the weekly timetables of all classes. `names`: names of the staff by login.

    No teacher is in two classes at once as long as somebody else is free.
    """
    rng = stream(seed, school.code, year, semester, "timetable")
    classes = [(grade, no) for grade, no, _ in school.class_sizes()]
    teacher_of = _Teachers(school, year, names)
    left = {of: _courses_of_term(_courses(school.level, year - of[0] + 1), of[0], semester) for of in classes}
    lessons: list[PlannedLesson] = []
    for weekday in range(5):
        today: dict[Cell, set[str]] = {of: set() for of in classes}
        for period in range(1, 8):
            busy: set[str] = set()
            for of in classes:
                if period > _DAYS[school.level, of[0]][weekday]:
                    continue
                taken = {one.subject for slot in left[of] for one in slot if teacher_of(one, *of) in busy}
                slot = _draw(rng, left[of], today[of], taken)
                today[of].add(slot[0].subject)
                for n, course in enumerate(slot, 1):
                    teacher = teacher_of(course, *of)
                    busy.add(teacher)
                    room = f"선택교실 {n}" if len(slot) > 1 else _ROOMS.get(course.subject, "")
                    lessons.append(
                        PlannedLesson(of[0], str(of[1]), weekday, period, n, course.subject, teacher, room)
                    )
    return lessons


def lessons(
    base: Mapping[int, list[PlannedLesson]], year: SchoolYear, today: date, *, seed: int, changes: bool
) -> Iterator[PlannedLesson]:
    """Yield the lessons of the weeks around today. `base`: the weekly timetables by term.

    `changes`: whether some of this week differ from the plan, as they do at any school.
    """
    monday = today - timedelta(days=today.weekday())
    first, last = monday - timedelta(weeks=WEEKS_BEFORE), monday + timedelta(weeks=WEEKS_AFTER)
    for day in year.days:
        if not first <= day < last:
            continue
        held = [replace(one, day=day) for one in base[year.semester(day)] if one.weekday == day.weekday()]
        if changes and monday <= day < monday + timedelta(days=7):
            held = _changed(held, stream(seed, year.school.code, day.isoformat(), "changes"))
        yield from held


def teachings(base: list[PlannedLesson]) -> list[tuple[int, str, str, str]]:
    """Return who teaches what: (grade, class, subject, teacher), each once."""
    return sorted({(one.grade, one.class_name, one.subject, one.teacher) for one in base})


def weekly_plans(
    base: Mapping[int, list[PlannedLesson]], year: SchoolYear, today: date, *, seed: int
) -> Iterator[PlannedWeek]:
    """Yield the plans of the weeks from before the last one to the next, of elementary classes."""
    monday = today - timedelta(days=today.weekday())
    for week in (monday + timedelta(weeks=n) for n in (-2, -1, 0, 1)):
        days = [day for day in year.days if week <= day < week + timedelta(days=7)]
        if not days:
            continue
        weekdays = {day.weekday() for day in days}
        of_class: dict[tuple[int, str], list[PlannedLesson]] = {}
        for one in base[year.semester(days[-1])]:
            if one.weekday in weekdays:
                of_class.setdefault((one.grade, one.class_name), []).append(one)
        for (grade, name), found in of_class.items():
            rng = stream(seed, year.school.code, week.isoformat(), grade, name, "week")
            page = rng.randint(40, 90)
            yield PlannedWeek(
                week,
                grade,
                name,
                rng.choice(_NOTICES),
                tuple(_planned(one, rng, page + one.weekday * 2) for one in found),
            )


_ROOMS = {"체육": "체육관", "음악": "음악실", "과학": "과학실", "정보": "컴퓨터실", "과학탐구실험": "과학실"}


class _Teachers:
    """Who teaches a subject in a class: the homeroom teacher in elementary schools, else one per subject."""

    def __init__(self, school: PlannedSchool, year: int, names: Mapping[str, str]) -> None:
        self._school, self._year, self._names = school, year, names
        self._apart = [name for login, name in names.items() if login.startswith("s")]
        homerooms = [name for login, name in names.items() if login.startswith("t")]
        self._all = [*self._apart, *homerooms]
        self._places: dict[str, int] = {}

    def __call__(self, course: Course, grade: int, no: int) -> str:
        key = ClassKey(self._school.code, self._year, grade, no)
        own = self._names[homeroom_login(key)]
        if self._school.level != "elementary":
            place = self._places.setdefault(course.subject, len(self._places))
            return own if course.subject == "창의적 체험활동" else self._all[place % len(self._all)]
        apart = ("영어", "체육").index(course.subject) if course.subject in ("영어", "체육") else None
        return own if apart is None or grade < 3 else self._apart[apart % len(self._apart)]


def _courses(level: Level, entered: int) -> tuple[Course, ...]:
    if level == "elementary":
        return _ELEMENTARY
    if level == "middle":
        return _MIDDLE
    return _HIGH_2022 if entered >= 2025 else _HIGH_2015


def _courses_of_term(courses: tuple[Course, ...], grade: int, semester: int) -> "dict[_Slot, int]":
    """Return what a class has each week, and how often; subjects of one choice are one entry."""
    slots: dict[str, list[Course]] = {}
    weekly: dict[str, int] = {}
    for course in courses:
        n = course.weekly.get((grade, 0)) or course.weekly.get((grade, semester))
        if n:
            slots.setdefault(course.choice or course.subject, []).append(course)
            weekly[course.choice or course.subject] = n
    return {_Slot(found): weekly[key] for key, found in slots.items()}


class _Slot(tuple[Course, ...]):
    """What a class has in one period: hashed by its subjects, since courses hold mappings."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(tuple(course.subject for course in self))


def _draw(rng: Random, left: "dict[_Slot, int]", today: set[str], taken: set[str]) -> "_Slot":
    """Take the next slot: nothing twice a day and nobody in two places, as far as that can be had.

    `taken`: subjects whose teacher is in another class.
    """
    slots = sorted(left, key=lambda slot: (-left[slot], rng.random()))
    free = [slot for slot in slots if not any(course.subject in taken for course in slot)]
    fresh = [slot for slot in free if slot[0].subject not in today]
    slot = (fresh or free or slots)[0]
    left[slot] -= 1
    if not left[slot]:
        del left[slot]
    return slot


def _changed(held: list[PlannedLesson], rng: Random) -> list[PlannedLesson]:
    """Change some lessons of a day: a substitute, two that change places, one that is not held."""
    by_class: dict[tuple[int, str], list[PlannedLesson]] = {}
    for one in held:
        by_class.setdefault((one.grade, one.class_name), []).append(one)
    changed: list[PlannedLesson] = []
    teachers = sorted({one.teacher for one in held})
    for found in by_class.values():
        single = [one for one in found if sum(other.period == one.period for other in found) == 1]
        drawn = rng.random()
        if drawn < 0.35 and single:
            at = rng.choice(single)
            other = rng.choice([name for name in teachers if name != at.teacher] or [at.teacher])
            found = [replace(one, teacher=other, change="substitute") if one is at else one for one in found]
        elif drawn < 0.7 and len(single) > 3:
            one, two = rng.sample(single, 2)
            swap = {id(one): two, id(two): one}
            found = [
                replace(
                    each,
                    subject=swap[id(each)].subject,
                    teacher=swap[id(each)].teacher,
                    classroom=swap[id(each)].classroom,
                    change="swap",
                    instead_of=each.subject,
                )
                if id(each) in swap and one.subject != two.subject
                else each
                for each in found
            ]
        elif drawn < 0.8:
            last = max(each.period for each in found)
            found = [
                replace(each, change="cancelled", instead_of=each.subject) if each.period == last else each
                for each in found
            ]
        changed += found
    return changed


def _planned(one: PlannedLesson, rng: Random, page: int) -> dict[str, object]:
    textbook = one.subject not in ("체육", "창의적 체험활동")
    return {
        "weekday": one.weekday,
        "period": one.period,
        "subject": one.subject,
        "unit": rng.choice(_UNITS.get(one.subject, ("",))),
        "pages": f"{page}~{page + 1}" if textbook else "",
        "materials": rng.choice((*_MATERIALS.get(one.subject, ()), "")),
    }
