"""Meals, calendar and letters read by keyboard alone, on a phone and at a desk, and printed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.journeys.keyboard import Typist, nothing_but_keys
from tests.journeys.main_job import Demo

SCHOOL = "/schools/8071028/"
NAME = "황간초등학교"
BOARD = f"{SCHOOL}boards/home-letters/"
# A letter of 2009, which is there on every day of the year.
LETTER = "'내 자녀 바로알기'학부모 서비스 안내-붙임 파일 참조"
MONTH = re.compile(r"^\d+월$")


@pytest.fixture(params=["phone", "desk"])
def reader(request: pytest.FixtureRequest, demo: Demo, chromium: Browser) -> Iterator[Typist]:
    typist = Typist(chromium, demo.url, request.param)
    with nothing_but_keys():
        yield typist
    person = typist.person
    person.close()
    assert (typist.barriers, typist.pointers) == ([], [])
    assert (person.troubles, person.barriers, person.wide) == ([], [], [])


def month_of_meals(demo: Demo) -> str:
    """Return a month before or after this one in which meals stand; "" in the long holidays."""
    middle = datetime.now(ZoneInfo("Asia/Seoul")).date().replace(day=15)
    for days in (-30, -60, 30):
        month = f"{middle + timedelta(days=days):%Y-%m}"
        page = httpx.get(f"{demo.url}{SCHOOL}meals/?month={month}", timeout=30, trust_env=False)
        if 'class="day-link"' in page.raise_for_status().text:
            return month
    return ""


def test_a_month_of_meals_and_of_the_calendar(demo: Demo, reader: Typist) -> None:
    reader.open(f"{SCHOOL}meals/", "급식")
    reader.skip()
    reader.follow(MONTH, "급식")
    reader.skip()
    reader.follow("하루", "급식")
    if month := month_of_meals(demo):
        reader.open(f"{SCHOOL}meals/?month={month}", "급식")
        reader.skip()
        # On a phone a day is a row with its dishes, at the desk a number in the grid.
        reader.follow(re.compile(r"^\d+ (일 식단 자세히|[월화수목금토일] .)"), "급식")

    reader.open(f"{SCHOOL}calendar/", "학사일정")
    reader.skip()
    reader.follow(MONTH, "학사일정")
    reader.skip()
    reader.follow("3학년", "학사일정")
    reader.skip()
    reader.follow("한 해", re.compile("학년도 학사일정$"))
    reader.skip()
    reader.follow(re.compile(r"^(\d+년 )?5월$"), "학사일정")


def test_a_board_and_its_letters(reader: Typist) -> None:
    reader.open(BOARD, "가정통신문")
    reader.skip()
    reader.write("글 찾기", "붙임 파일 참조", role="searchbox")
    reader.lead("Enter", "가정통신문")
    reader.skip()
    reader.follow(re.compile(LETTER), LETTER)
    reader.skip()
    reader.reach("DisclosureTriangle", "공유")
    reader.press("Enter")
    reader.reach("link", re.compile("^네이버 밴드에 공유"))
    reader.reach("textbox", "이 글의 주소")
    reader.reach("button", "주소 복사")
    reader.press("Escape")
    reader.comes_to("DisclosureTriangle", "공유")
    reader.reach("link", "RSS")
    reader.follow(re.compile("^다음 글"), re.compile("."))
    reader.skip()
    reader.follow(re.compile("^이전 글"), LETTER)
    reader.skip()
    reader.follow("인쇄", LETTER)
    reader.reach("button", "인쇄")
    reader.follow("글로 돌아가기", LETTER)


def test_paper_says_what_it_is_and_nothing_of_the_frame(demo: Demo, chromium: Browser) -> None:
    context = chromium.new_context(locale="ko-KR", timezone_id="Asia/Seoul")
    page = context.new_page()
    page.goto(f"{demo.url}{BOARD}?q=붙임")
    page.get_by_role("link", name=LETTER).click()
    page.get_by_role("link", name="인쇄").click()
    page.get_by_role("heading", level=1, name=LETTER).wait_for()
    papers = {LETTER: page.pdf(format="A4"), "작은 종이": page.pdf(format="A5")}
    for title, address in (("급식", "meals"), ("학사일정", "calendar")):
        page.goto(f"{demo.url}{SCHOOL}{address}/")
        papers[title] = page.pdf(format="A4")
    context.close()

    for title, paper in papers.items():
        read = "".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(paper)).pages)
        words = re.sub(r"\s", "", read)
        assert NAME in words, title
        assert title == "작은 종이" or re.sub(r"\s", "", title) in words
        assert not [frame for frame in ("본문으로", "글자크기", "고대비", "이전글", "한해") if frame in words]
