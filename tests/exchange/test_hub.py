"""The hub answers as the Open API of NEIS does (domain.md §7)."""

from datetime import date

from tests import rows as arrange
from tests.exchange.hub import ask, key
from tests.statements import statements

SCHOOL = {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": "8071028"}


def test_a_meal_is_served_with_exactly_the_fields_of_neis(world, visitor):
    arrange.meal(
        world.hwanggan,
        date(2026, 11, 24),
        ("현미밥", []),
        ("배추김치", [9]),
        loaded_on=date(2026, 11, 20),
        diners="123",
        nutrients=[{"name": "탄수화물", "unit": "g", "amount": "109.0"}],
    )
    with statements() as asked:
        said = ask(visitor, "mealServiceDietInfo", MLSV_YMD="20261124", **SCHOOL)
    assert len(asked) == 1, asked
    assert said == {}


def test_key(world, visitor):
    mine = key(world)
    for _n in range(2):
        print(ask(visitor, "schoolInfo", KEY=mine, SCHUL_NM="황간"))
