"""Attendance exceptions of a class: who was away, late or left early, and why (domain.md §3)."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Literal

from baroalgi.demo.schools import Level
from baroalgi.demo.types import AttendanceEntry

Kind = Literal["absence", "late", "early_leave", "class_absence"]
Cause = Literal["illness", "unexcused", "recognised", "other"]

PER_YEAR: dict[Level, int] = {"elementary": 4, "middle": 7, "high": 9}
"""Mean number of exceptions of a pupil in a whole year (domain.md §10.2)."""

_YEAR = 190
# (kind, cause, share per mille, longest run of days, reasons with the papers handed in)
_OCCASIONS: tuple[tuple[Kind, Cause, int, int, tuple[tuple[str, str], ...]], ...] = (
    ("absence", "illness", 330, 2, (("감기", "결석신고서"), ("장염", "결석신고서, 진료확인서"))),
    (
        "absence",
        "recognised",
        150,
        4,
        (
            ("교외체험학습(가족 여행)", "체험학습 신청서와 보고서"),
            ("독감", "결석신고서, 의사소견서"),
            ("조부모상", "결석신고서, 가족관계증명서"),
        ),
    ),
    ("absence", "unexcused", 25, 2, (("연락 없이 결석", ""),)),
    ("absence", "other", 35, 1, (("가족 간병", "결석신고서"), ("집안 사정", "결석신고서"))),
    ("late", "illness", 90, 1, (("병원 진료 뒤 등교", "진료확인서"), ("두통", "담임확인서"))),
    ("late", "unexcused", 130, 1, (("늦잠", ""), ("버스를 놓침", ""))),
    ("late", "recognised", 15, 1, (("통학버스 고장", ""),)),
    ("late", "other", 10, 1, (("집안 사정", ""),)),
    ("early_leave", "illness", 110, 1, (("복통", "보건실 확인증"), ("발열", "보건실 확인증"))),
    ("early_leave", "recognised", 35, 1, (("도 대회 참가", "공문"), ("생리통", "결석신고서"))),
    ("early_leave", "unexcused", 10, 1, (("말없이 귀가", ""),)),
    ("early_leave", "other", 10, 1, (("집안 사정", ""),)),
    ("class_absence", "illness", 30, 1, (("보건실에서 쉼", "보건실 확인증"),)),
    ("class_absence", "recognised", 12, 1, (("학생회 회의", ""),)),
    ("class_absence", "unexcused", 5, 1, (("수업에 들어오지 않음", ""),)),
    ("class_absence", "other", 3, 1, (("전학 서류 접수", ""),)),
)
_SHARES = [share for _, _, share, _, _ in _OCCASIONS]


def exceptions(
    rng: Random, student_rrn: str, sex: str, school_code: str, level: Level, days: Sequence[date]
) -> Iterator[AttendanceEntry]:
    """Yield the exceptions of one pupil on these school days, in order, at most one a day."""
    taken: dict[int, AttendanceEntry] = {}
    # The number of occasions spreads from none to twice the mean, and grows with the year.
    for _ in range(round(2 * PER_YEAR[level] * len(days) / _YEAR * rng.random())):
        kind, cause, _, longest, reasons = rng.choices(_OCCASIONS, _SHARES)[0]
        reason, papers = rng.choice(reasons)
        if reason == "생리통" and sex == "male":
            reason, papers = "도 대회 참가", "공문"
        start = rng.randrange(len(days))
        for at in range(start, min(start + rng.randint(1, longest), len(days))):
            periods = _periods(rng, kind, level)
            entry = AttendanceEntry(student_rrn, school_code, days[at], kind, cause, periods, reason, papers)
            taken.setdefault(at, entry)
    for at in sorted(taken):
        yield taken[at]


def _periods(rng: Random, kind: Kind, level: Level) -> tuple[int, ...]:
    last = {"elementary": 5, "middle": 6, "high": 7}[level]
    if kind == "absence":
        return ()
    if kind == "late":
        return tuple(range(1, rng.randint(1, 2) + 1))
    if kind == "early_leave":
        return tuple(range(rng.randint(last - 2, last), last + 1))
    return (rng.randint(2, last - 1),)
