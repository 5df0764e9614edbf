"""Letters on the boards of planned schools, home letters (가정통신문) first; their texts lie in data/.

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
from typing import Any, Literal

from baroalgi.demo.calendar import SchoolYear
from baroalgi.demo.schools import HWANGGAN, Level, PlannedSchool, stream
from baroalgi.demo.types import Letter

BOARD = "home-letters"
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
    """A letter that schools of these levels send every year; its texts have named places."""

    levels: tuple[Level, ...]
    month: int
    day: int
    department: str
    title: str
    paragraphs: tuple[str, ...]
    board: str = BOARD
    to: Literal["everyone", "grade", "class"] = "everyone"
    pinned: bool = False
    earlier: tuple[str, ...] = ()


def letters(
    school: PlannedSchool, years: tuple[SchoolYear, ...], *, seed: int, today: date
) -> Iterator[Letter]:
    """Yield the letters on the school's boards up to today, board by board, oldest first, numbered from 1."""
    for board in dict.fromkeys(template.board for template in templates()):
        found = list(_of_2009(school)) if board == BOARD and school.code == HWANGGAN else []
        for year in years:
            sent = [
                (day, template)
                for template in templates()
                if template.board == board and school.level in template.levels
                if (day := year.on_or_after(template.month, template.day)) <= today
                # Classes are those of the present year.
                if template.to == "everyone" or year is years[-1]
            ]
            for posted_on, template in sorted(sent, key=lambda each: each[0]):
                found.append(_invented(school, year, len(found) + 1, template, posted_on, seed))
        yield from found


def _of_2009(school: PlannedSchool) -> Iterator[Letter]:
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


def _invented(
    school: PlannedSchool, year: SchoolYear, no: int, template: Template, posted_on: date, seed: int
) -> Letter:
    places = _places(school, year)
    department = template.department.format(**places)
    return Letter(
        school_code=school.code,
        board=template.board,
        no=no,
        title=template.title.format(**places),
        department=department,
        author=f"{school.fact.name} {department}",
        posted_on=posted_on,
        views=stream(seed, school.code, year.year, template.title).randint(12, 12 + school.pupils),
        body=_body(school, template.paragraphs, places),
        origin="invented",
        grade=int(places["grade"]) if template.to != "everyone" else None,
        class_no=int(places["class_no"]) if template.to == "class" else None,
        pinned=template.pinned,
        earlier=_body(school, template.earlier, places) if template.earlier else "",
    )


def _places(school: PlannedSchool, year: SchoolYear) -> dict[str, str]:
    """Return what stands at the named places. Letters for some go to the grade of the first families."""
    summer, winter, _ = year.closing
    return {
        "year": str(year.year),
        "summer": _day(summer),
        "winter": _day(winter),
        "back": _day(next(day for day in year.days if day > summer)),
        "grade": "3" if school.level == "elementary" else "2",
        "class_no": "1",
    }


def _body(school: PlannedSchool, paragraphs: tuple[str, ...], places: dict[str, str]) -> str:
    greeting = "안녕하십니까? 학부모님 가정에 건강과 행복이 함께하기를 바랍니다."
    text = [paragraph.format(**places) for paragraph in paragraphs]
    return "\n\n".join([greeting, *text, f"{school.fact.name}장", INVENTED])


def _day(day: date) -> str:
    return f"{day.month}월 {day.day}일"


def _notice() -> str:
    return _text("notice-2009-04-24.txt").strip()


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """Return the letters that the demo's schools send."""
    rows: list[dict[str, Any]] = tomllib.loads(_text("letters.toml"))["letter"]
    return tuple(Template(**{key: _frozen(value) for key, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _text(name: str) -> str:
    return files("baroalgi.demo").joinpath("data").joinpath(name).read_text(encoding="utf-8")
