"""급식: number and word of every dish, and never a promise that one is safe."""

from datetime import timedelta
from decimal import Decimal

import pytest

from baroalgi.schoolinfo import queries
from baroalgi.schoolinfo.months import Month
from tests import rows
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("noon")

WARNING = "표시된 번호에 없어도 알레르기가 있을 수 있습니다. 반드시 영양(교)사에게 확인하세요."
PAGE = "/schools/8071028/meals/"


def test_today_each_dish_has_number_and_word(world, visitor):
    rows.meal(world.hwanggan, rows.today(), ("감자수제비국", [5, 6, 18]), "클로렐라밥", ("우유", [2]))
    page = visitor.get(PAGE).text
    for text in (
        '<span class="pair">5 대두,</span>',
        '<span class="pair">6 밀,</span>',
        '<span class="pair">18 조개류</span>',
        "표시된 번호 없음",
        "2 우유",
        "중식 702 kcal",
        WARNING,
        "19 잣",
    ):
        assert text in page, text


def test_a_number_that_nobody_knows_is_shown_as_it_stands(world, visitor):
    rows.meal(world.hwanggan, rows.today(), ("새 음식", [23]))
    assert '<span class="pair">23 </span>' in visitor.get(PAGE).text


def test_several_meals_a_day_have_headings(world, visitor):
    for kind, dish in ((1, "누룽지"), (2, "비빔밥"), (3, "잔치국수")):
        rows.meal(world.hwanggan, rows.today(), dish, kind=kind)
    page = visitor.get(PAGE).text
    assert page.index("<h3>조식") < page.index("<h3>중식") < page.index("<h3>석식")


def test_moved_dates_are_said_with_the_year_of_the_record(world, visitor):
    note = "이 식단은 2022년에 실제로 나온 식단입니다. 날짜만 옮겼습니다."
    rows.meal(world.hwanggan, rows.today(), "비빔밥")
    assert note not in visitor.get(PAGE).text
    rows.meal(world.hwanggan, rows.today(), "잔치국수", kind=3, moved_from="2022-03-14")
    assert note in visitor.get(PAGE).text


def test_another_schools_meals_never_stand_without_saying_so(world, visitor, as_guardian):
    note = "시연을 위해 주성초등학교의 2022년 3월 14일 식단을 빌려 이 날짜로 옮겼습니다."
    link = world.link(guardian=world.seoyeon, child=world.garam)
    rows.meal(world.hwanggan, rows.today(), "비빔밥", moved_from="2022-03-14", note=note)

    page = visitor.get(PAGE).text

    assert "다른 학교의 2022년 식단을 빌려 날짜를 옮겼습니다. 이 학교의 실제 식단이 아닙니다." in page
    assert note in page
    assert "날짜만 옮겼습니다" not in page
    assert note in as_guardian(world.seoyeon).get(f"/children/{link.public_id}/").text


def test_a_month_without_meals_says_so(world, visitor):
    page = visitor.get(PAGE, {"month": "2031-01"}).text
    assert "이달 식단이 아직 올라오지 않았습니다." in page
    assert "2031년 1월" in page
    assert WARNING in page


def test_the_switch_leads_over_the_turn_of_the_year(world, visitor):
    page = visitor.get(PAGE, {"month": "2026-12"}).text
    assert 'href="?month=2026-11"' in page
    assert 'href="?month=2027-01"' in page


@pytest.mark.parametrize(
    "month",
    [
        "",
        "2026-13",
        "2026-00",
        "11",
        "2026-1",
        "9999-99",
        "1999-12",
        "２０２６-１１",
        "2026-11-01",
        "\x00",
        "🏫",
    ],
)
def test_a_month_that_cannot_be_read_is_this_month(world, visitor, month):
    page = visitor.get(PAGE, {"month": month})
    assert page.status_code == 200
    assert f"{rows.today().year}년 {rows.today().month}월" in page.text


def test_weekends_have_columns_only_when_there_are_meals(world):
    # 2026-11-14 is a Saturday.
    rows.meal(world.hwanggan, Month(2026, 11).first.replace(day=13), "비빔밥")
    page = queries.meal_month(world.hwanggan.id, Month(2026, 11), rows.today())
    assert page.weekdays == (0, 1, 2, 3, 4)
    # Sunday the 1st stands alone in its week: four weeks from Monday the 2nd, and Monday the 30th.
    assert [week[0].day.day for week in page.weeks] == [2, 9, 16, 23, 30]
    rows.meal(world.hwanggan, Month(2026, 11).first.replace(day=14), "김밥")
    page = queries.meal_month(world.hwanggan.id, Month(2026, 11), rows.today())
    assert page.weekdays == (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("kcal", "words"), [("702.0", "702 kcal"), ("650.5", "650.5 kcal"), ("1200", "1200 kcal")]
)
def test_energy_has_no_needless_zeros(world, kcal, words):
    rows.meal(world.hwanggan, rows.today(), "비빔밥", kcal=kcal)
    (meal,) = queries.next_meals(world.hwanggan.id, rows.today())
    assert (meal.calories, meal.energy) == (Decimal(kcal), words)


def test_next_meals_are_those_of_one_day(world):
    tomorrow = rows.today() + timedelta(days=1)
    for kind in (1, 2, 3):
        rows.meal(world.hwanggan, tomorrow, "비빔밥", kind=kind)
    rows.meal(world.hwanggan, tomorrow + timedelta(days=1), "김밥")
    rows.meal(world.hwanggan, rows.today() - timedelta(days=1), "어제")
    assert [(meal.day, meal.kind) for meal in queries.next_meals(world.hwanggan.id, rows.today())] == [
        (tomorrow, 1),
        (tomorrow, 2),
        (tomorrow, 3),
    ]


@pytest.mark.parametrize("count", [1, 28])
def test_a_full_month_costs_no_more_statements_than_one_line(world, visitor, count):
    for n in range(count):
        rows.meal(world.hwanggan, rows.today().replace(day=n + 1), "비빔밥")
    with statements() as counted:
        visitor.get(PAGE)
    assert len(counted) == 3, counted


def test_a_day_in_full_has_nutrients_and_origins(world, visitor):
    rows.meal(
        world.hwanggan,
        rows.today(),
        ("감자국", [5]),
        nutrients=[{"name": "탄수화물", "unit": "g", "amount": "109.0"}],
        origins=[{"name": "쌀", "place": "국내산"}],
    )
    page = visitor.get(f"{PAGE}day/", {"day": "2026-11-24"}).text
    for text in ("11월 24일(화)", "109.0", "국내산", "5 대두", "702 kcal", WARNING):
        assert text in page, text
    assert "이날은 올라온 식단이 없습니다." in visitor.get(f"{PAGE}day/", {"day": "2026-11-25"}).text


def test_a_week_spells_allergens_out_on_demand(world, visitor):
    for kind, dish in ((1, "누룽지"), (2, "비빔밥")):
        rows.meal(world.hwanggan, rows.today(), (dish, [5, 6]), kind=kind)
    page = visitor.get(f"{PAGE}week/").text
    assert '<li data-allergens="5 6">비빔밥 <span class="dish-numbers">5.6</span>' in page
    assert "알레르기 말로 보기" in page
    assert WARNING in page
    assert page.index("조식") < page.index("중식")


def test_a_meal_that_was_taken_back_is_not_shown(world, visitor):
    rows.meal(world.hwanggan, rows.today(), "비빔밥", cancelled=True)
    assert "비빔밥" not in visitor.get(PAGE).text


@pytest.mark.parametrize("day", ["", "2026-11-31", "20261124", "1999-01-01", "\x00", "🍚"])
@pytest.mark.parametrize("page", ["day/", "week/"])
def test_a_day_that_cannot_be_read_is_today(world, visitor, day, page):
    rows.meal(world.hwanggan, rows.today(), "비빔밥")
    assert "비빔밥" in visitor.get(PAGE + page, {"day": day, "week": day}).text


@pytest.mark.parametrize("page", ["day/", "week/"])
def test_a_day_and_a_week_cost_three_statements(world, visitor, page):
    rows.meal(world.hwanggan, rows.today(), "비빔밥")
    with statements() as counted:
        visitor.get(PAGE + page)
    assert len(counted) == 3, counted
