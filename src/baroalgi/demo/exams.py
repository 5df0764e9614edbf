"""Regular exams of middle and high schools and their scores (domain.md §4.1-4.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from baroalgi.assessment import mean, round_half_up
from baroalgi.demo.calendar import SittingDays, exam_name, plan_school_year, school_year
from baroalgi.demo.schools import GRADES, Level, PlannedSchool, stream
from baroalgi.demo.types import Exam, ExamKey, ExamSubject, Score

MAX_SCORE = 100

# The names of the curricula in force in 2026.
_SUBJECTS: dict[tuple[Level, int], tuple[str, ...]] = {
    ("middle", 1): ("국어", "영어", "수학", "사회", "과학"),
    ("middle", 2): ("국어", "영어", "수학", "역사", "과학", "기술·가정"),
    ("middle", 3): ("국어", "영어", "수학", "사회", "역사", "과학"),
    ("high", 1): ("공통국어", "공통수학", "공통영어", "한국사", "통합사회", "통합과학"),
    ("high", 2): ("문학", "대수", "영어Ⅰ", "세계사", "물리학", "생명과학"),
    ("high", 3): ("언어와 매체", "미적분", "영어 독해와 작문", "생활과 윤리", "화학Ⅱ"),
}
_ABSENT_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Sitting:
    """An exam that has been sat, and the grade that its takers are in now."""

    days: SittingDays
    grade_now: int


def sat(school: PlannedSchool, *, seed: int, today: date) -> Iterator[Sitting]:
    """Yield the exams sat before `today`, earliest first.

    Those of this school year; until the first of them is released also the last one of the year
    before, taken by who was then one grade lower in this school.
    """
    year = school_year(today)
    this_year = [days for days in plan_school_year(school, year, seed).exams() if days.ends < today]
    if not any(days.released_on <= today for days in this_year):
        for days in plan_school_year(school, year - 1, seed).exams():
            if (days.key.term, days.key.ordinal) == (2, 2) and days.key.grade < GRADES[school.level]:
                yield Sitting(days, days.key.grade + 1)
    for days in this_year:
        yield Sitting(days, days.key.grade)


def exam(sitting: Sitting, today: date) -> Exam:
    """Return the exam with its state of today."""
    key, released_on = sitting.days.key, sitting.days.released_on
    out = released_on <= today
    return Exam(
        key=key,
        name=exam_name(key.term, key.ordinal),
        begins=sitting.days.begins,
        ends=sitting.days.ends,
        state="released" if out else "entered",
        released_on=released_on if out else None,
    )


def subjects(level: Level, key: ExamKey) -> tuple[str, ...]:
    """Return the subjects of an exam in the order of the report."""
    return _SUBJECTS[level, key.grade]


def scores(key: ExamKey, subject: str, takers: Sequence[str], *, seed: int) -> Iterator[Score]:
    """Yield the score of every taker (resident numbers, always in the same order)."""
    # A pupil keeps her strength from exam to exam; only the day and the subject differ.
    strength = stream(seed, "strength", *takers[:1])
    rng = stream(seed, key.school_code, key.year, key.term, key.ordinal, key.grade, subject)
    centre = rng.uniform(60, 78)
    for taker in takers:
        yield Score(key, subject, taker, _score(rng, centre, strength.gauss(0, 1)))


def exam_subject(key: ExamKey, subject: str, takers: Sequence[str], *, seed: int) -> ExamSubject:
    """Return a subject of an exam with the mean of those who sat it, over exactly `scores`."""
    sat_scores = [row.score for row in scores(key, subject, takers, seed=seed) if row.score is not None]
    return ExamSubject(
        exam=key,
        subject=subject,
        max_score=MAX_SCORE,
        takers=len(takers),
        sitters=len(sat_scores),
        grade_mean=round_half_up(mean(sat_scores) or 0, 1),
    )


def _score(rng: Random, centre: float, strength: float) -> Decimal | None:
    tenths = round(10 * (centre + 13 * strength + rng.gauss(0, 8)))
    if rng.random() < _ABSENT_SHARE:
        return None
    # An item is worth whole tenths, hence no score has more than one decimal.
    return Decimal(max(0, min(10 * MAX_SCORE, tenths))).scaleb(-1)
