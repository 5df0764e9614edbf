"""학교 찾기 and 학교기본정보: open to everyone, in words of today."""

from datetime import date

import pytest

from baroalgi.organisation import initials, queries
from baroalgi.organisation.types import SchoolSearch
from tests import rows
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")


def names(**sought):
    return [school.name for school in queries.schools_found(SchoolSearch("M10", **sought))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("황간", ["황간초등학교"]),
        ("황간 초등", ["황간초등학교"]),
        ("ㅎㄱㅊ", ["황간초등학교", "황금초등학교"]),
        ("ㅅㄴㅇㅈ", ["새너울중학교"]),
        ("황", ["황간초등학교", "황금초등학교"]),
        ("학교", ["새너울중학교", "황간초등학교", "황금초등학교"]),
        ("없는학교", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_school_is_found_by_part_of_its_name_or_by_initial_consonants(world, text, found):
    assert names(text=text) == found


def test_names_that_begin_with_the_text_come_first(world):
    from baroalgi.organisation.models import School

    school = School.objects.using("owner").get(code="8000002")
    School.objects.using("owner").create(
        office_id=school.office_id,
        code="8000003",
        name="금성초등학교",
        initials="ㄱㅅㅊㄷㅎㄱ",
        kind="초등학교",
    )
    assert names(text="금") == ["금성초등학교", "황금초등학교"]


def test_consonants_that_the_keyboard_joined_are_taken_apart():
    assert initials.plain("ㄳㅊ") == "ㄱㅅㅊ"
    assert initials.of("가산초") == "ㄱㅅㅊ"


def test_level_and_region_narrow(world):
    from baroalgi.assessment import Level

    assert names(level=Level.MIDDLE) == ["새너울중학교"]
    assert names(level=Level.HIGH) == []
    assert names(region="영동군") == ["새너울중학교", "황간초등학교", "황금초등학교"]
    assert names(region="동군") == []
    assert queries.regions("M10") == ["영동군"]


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("초등학교", "elementary"),
        ("방송통신중학교", "middle"),
        ("각종학교(고)", "high"),
        ("평생학교(고)-2년6학기", "high"),
        ("특수학교", "special"),
        ("공동실습소", "other"),
        ("", "other"),
    ],
)
def test_every_kind_comes_down_to_a_level(kind, level):
    from baroalgi.assessment import Level

    assert Level.of(kind) == level


def test_a_visitor_finds_a_school_and_its_facts(world, visitor):
    found = visitor.get("/schools/", {"q": "ㅎㄱㅊ"})
    assert found.status_code == 200
    assert "학교 2곳" in found.text
    assert 'href="/schools/8071028/"' in found.text

    facts = visitor.get("/schools/8071028/")
    for text in (
        "<h1>황간초등학교</h1>",
        "초등학교 · 공립 · 충청북도 영동군",
        'href="tel:043-742-4088"',
        "(29115) 충청북도 영동군 황간면 남성1길 25",
        "충청북도영동교육지원청",
        'href="/schools/8071028/meals/"',
        'href="/schools/8071028/calendar/"',
        'href="/schools/8071028/boards/home-letters/"',
    ):
        assert text in facts.text, text


def test_empty_facts_are_left_out_and_raw_words_are_put_right(world, visitor):
    from baroalgi.organisation.models import School

    assert "팩스" not in visitor.get("/schools/8071028/").text
    School.objects.using("owner").filter(code="8071028").update(
        coeducation="남여공학", founded_on=date(1906, 4, 1), loaded_on=date(2023, 6, 15)
    )
    facts = visitor.get("/schools/8071028/").text
    assert "남녀공학" in facts
    assert "1906년 4월 1일" in facts
    assert "2023년 6월 15일에 고친 내용입니다." in facts


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "school.cbe.go.kr", "//elsewhere", "http://["])
def test_a_homepage_that_is_no_web_address_is_not_linked(world, visitor, homepage):
    from baroalgi.organisation.models import School

    School.objects.using("owner").filter(code="8071028").update(homepage=homepage)
    answer = visitor.get("/schools/8071028/")
    assert answer.status_code == 200
    assert "학교 누리집" not in answer.text


def test_what_a_school_was_before_is_said_in_a_sentence(world, visitor):
    from baroalgi.organisation.models import School, SchoolPast

    SchoolPast.objects.using("owner").create(
        school_id=world.hwanggan.id, valid_to=date(1996, 3, 1), office_id="M10", name="황간국민학교", kind=""
    )
    School.objects.using("owner").filter(code="8071028").update(closed_on=date(2026, 3, 1))
    facts = visitor.get("/schools/8071028/").text
    assert "1996년 3월 1일까지는 이름이 황간국민학교였습니다." in facts
    assert "2026년 3월 1일부터 학교 명단에 없습니다." in facts


def test_search_engines_read_the_facts(world, visitor):
    import json
    import re

    page = visitor.get("/schools/8071028/").text
    told = json.loads(re.search(r'<script type="application/ld\+json">(.+?)</script>', page)[1])
    assert (told["@type"], told["name"], told["identifier"]) == (
        "ElementarySchool",
        "황간초등학교",
        "8071028",
    )
    assert told["address"]["postalCode"] == "29115"
    assert '<link rel="canonical" href="http://localhost:8000/schools/8071028/">' in page


def test_a_name_cannot_leave_the_data_it_stands_in(world, visitor):
    rows.event(world.hwanggan, rows.today(), "</script><script>alert(1)</script>")
    page = visitor.get("/schools/8071028/calendar/").text
    assert "<script>alert" not in page


def test_nothing_found_says_what_to_do(world, visitor):
    page = visitor.get("/schools/", {"q": "zzz"})
    assert "찾으시는 학교가 없습니다. 학교 이름의 일부만 입력해 보세요." in page.text


def test_without_a_name_the_regions_are_offered(world, visitor):
    assert "영동군</a>" in visitor.get("/schools/").text
    assert "학교 3곳" in visitor.get("/schools/", {"region": "영동군"}).text


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "가" * 61},
        {"q": "황간\x00"},
        {"q": "🏫" * 30},
        {"q": "１２３"},
        {"q": "'; DROP TABLE--"},
        {"q": "황간", "page": "99999999999999999999"},
        {"q": "황간", "page": "둘"},
        {"q": "황간", "level": "university"},
        {"region": "x" * 5000},
        {"level": "\x00"},
    ],
)
def test_bad_input_is_answered_and_never_breaks(world, visitor, asked):
    assert visitor.get("/schools/", asked).status_code in (200, 422)


def test_a_name_that_is_too_long_is_answered_at_the_field(world, visitor):
    page = visitor.get("/schools/", {"q": "가" * 61})
    assert page.status_code == 422
    assert "학교 이름은 60자까지 적어 주세요." in page.text


@pytest.mark.parametrize(
    "page", ["", "meals/", "calendar/", "boards/home-letters/", "boards/home-letters/1/"]
)
@pytest.mark.parametrize("code", ["0000000", "x", "8071028%00", "-"])
def test_a_school_that_is_not_there_is_a_404(world, visitor, code, page):
    assert visitor.get(f"/schools/{code}/{page}").status_code == 404


def test_few_statements_for_list_and_facts(world, visitor):
    with statements() as counted:
        visitor.get("/schools/", {"q": "학교"})
    assert len(counted) == 4, counted
    rows.meal(world.hwanggan, rows.today(), "비빔밥")
    rows.event(world.hwanggan, rows.today(), "학예회")
    with statements() as counted:
        page = visitor.get("/schools/8071028/")
    assert len(counted) == 5, counted
    assert "비빔밥" in page.text
    assert "오늘 학예회" in page.text


def test_the_frame_shows_the_own_child_at_the_own_school_only(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam)
    browser = as_guardian(world.seoyeon)
    shown = '<p class="who-name">김가람</p>'
    assert shown in browser.get("/schools/8071028/").text
    assert shown not in browser.get(f"/schools/{world.saeneoul.code}/").text
