"""Home letters (가정통신문) of planned schools; their texts lie in data/.

황간초등학교 has the letter of 2009-04-24 that this service comes from: title, date, number of
views and the titles of its neighbours are real (domain.md §1.14); its text is put together from
what is known of it (§1.1-1.13). All other letters are invented and say so.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from baroalgi.demo.calendar import SchoolYear
from baroalgi.demo.schools import HWANGGAN, Level, PlannedSchool, stream
from baroalgi.demo.types import Letter

BOARD = "가정통신문"
INVENTED = "이 글은 시연을 위해 지은 가정통신문입니다. 학교가 실제로 보낸 글이 아닙니다."
TITLE_ONLY = (
    "이 글은 제목만 전해집니다. 본문과 등록일은 남아 있지 않아, 등록일은 앞뒤 순서에 맞추어 정했습니다."
)

Origin = Literal["notice", "title_only", "invented"]

# (title, day, views, origin); views of the neighbours are not known.
_BOARD_OF_2009: tuple[tuple[str, date, int, Origin], ...] = (
    ("e-충북교육 뉴스레터 서비스 신청을 받습니다.", date(2009, 4, 20), 0, "title_only"),
    ("'내 자녀 바로알기'학부모 서비스 안내-붙임 파일 참조", date(2009, 4, 24), 212, "notice"),
    ("★★이전홈페이지 게시물 이관 완료★★", date(2009, 5, 6), 0, "title_only"),
)


@dataclass(frozen=True, slots=True)
class Template:
    """A letter that schools of these levels send every year; `paragraphs` have named places."""

    levels: tuple[Level, ...]
    month: int
    day: int
    department: str
    title: str
    paragraphs: tuple[str, ...]


def letters(
    school: PlannedSchool, years: tuple[SchoolYear, ...], *, seed: int, today: date
) -> Iterator[Letter]:
    """Yield the letters on the school's board up to today, oldest first, numbered from 1."""
    no = 0
    if school.code == HWANGGAN:
        for no, (title, posted_on, views, origin) in enumerate(_BOARD_OF_2009, 1):
            yield Letter(
                school_code=school.code,
                board=BOARD,
                no=no,
                title=title,
                department="정보부",
                author=f"{school.fact.name} 담당자",
                posted_on=posted_on,
                views=views,
                body=_notice() if origin == "notice" else TITLE_ONLY,
                origin=origin,
            )
    for year in years:
        for template in _templates():
            posted_on = year.on_or_after(template.month, template.day)
            if school.level in template.levels and posted_on <= today:
                no += 1
                yield _invented(school, year, no, template, posted_on, seed)


def _invented(
    school: PlannedSchool, year: SchoolYear, no: int, template: Template, posted_on: date, seed: int
) -> Letter:
    return Letter(
        school_code=school.code,
        board=BOARD,
        no=no,
        title=template.title.format(year=year.year),
        department=template.department,
        author=f"{school.fact.name} {template.department}",
        posted_on=posted_on,
        views=stream(seed, school.code, year.year, template.title).randint(12, 12 + school.pupils),
        body=_body(school, year, template),
        origin="invented",
    )


def _body(school: PlannedSchool, year: SchoolYear, template: Template) -> str:
    summer, winter, _ = year.closing
    places = {
        "year": str(year.year),
        "summer": _day(summer),
        "winter": _day(winter),
        "back": _day(next(day for day in year.days if day > summer)),
    }
    greeting = "안녕하십니까? 학부모님 가정에 건강과 행복이 함께하기를 바랍니다."
    text = [paragraph.format(**places) for paragraph in template.paragraphs]
    return "\n\n".join([greeting, *text, f"{school.fact.name}장", INVENTED])


def _day(day: date) -> str:
    return f"{day.month}월 {day.day}일"


def _notice() -> str:
    return _text("notice-2009-04-24.txt").strip()


@lru_cache(maxsize=1)
def _templates() -> tuple[Template, ...]:
    rows = tomllib.loads(_text("letters.toml"))["letter"]
    return tuple(
        Template(**{**row, "levels": tuple(row["levels"]), "paragraphs": tuple(row["paragraphs"])})
        for row in rows
    )


def _text(name: str) -> str:
    return files("baroalgi.demo").joinpath("data").joinpath(name).read_text(encoding="utf-8")
