"""A guardian's own allergens: with the account, sealed, read by nobody else, and in no public page."""

import pytest
from django.db import connection

from baroalgi.accounts.models import OwnAllergens
from tests import rows

ADDRESS = "/account/allergens/"
MEALS = "/schools/8071028/meals/"


def test_a_choice_is_kept_changed_and_forgotten(world, as_guardian):
    mother = as_guardian(world.seoyeon)
    answer = mother.get(ADDRESS)
    assert (answer.json(), answer["Cache-Control"]) == ({"numbers": None}, "no-store")
    assert mother.post(ADDRESS, {"numbers": ["18", "2"]}).json() == {"numbers": [2, 18]}
    assert mother.post(ADDRESS, {"numbers": ["5"]}).json() == {"numbers": [5]}
    # On another device of hers, and for nobody else.
    assert as_guardian(world.seoyeon).get(ADDRESS).json() == {"numbers": [5]}
    assert as_guardian(world.stranger).get(ADDRESS).json() == {"numbers": None}
    kept = bytes(OwnAllergens.objects.using("owner").get().numbers_sealed)
    assert len(kept) > 28
    assert mother.post(ADDRESS, {}).json() == {"numbers": None}
    assert not OwnAllergens.objects.using("owner").exists()
    names = ["allergens.kept", "allergens.kept", "allergens.removed"]
    assert [(row.act, row.facts) for row in world.audit()] == [(name, {}) for name in names]


@pytest.mark.parametrize("number", ["0", "20", "-1", "x", "\x00", "２", "9" * 400])
def test_what_is_no_number_of_an_allergen_is_not_kept(world, as_guardian, number):
    answer = as_guardian(world.seoyeon).post(ADDRESS, {"numbers": ["2", number]})
    assert (answer.status_code, answer.json()["message"]) == (422, "보이는 것 가운데서 골라 주세요.")
    assert not OwnAllergens.objects.using("owner").exists()


def test_nobody_reads_or_writes_those_of_another(world, as_guardian):
    as_guardian(world.seoyeon).post(ADDRESS, {"numbers": ["2"]})
    for person, strength in ((world.stranger, "certificate"), (world.homeroom_teacher, "password")):
        who = {"person": person, "strength": strength}
        assert world.sql_as_app("SELECT * FROM accounts_ownallergens", **who) == []
        assert world.sql_as_app("UPDATE accounts_ownallergens SET changed_at = now()", **who) == 0
        assert world.sql_as_app("DELETE FROM accounts_ownallergens", **who) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('baroalgi_worker', 'accounts_ownallergens', 'SELECT')")
        assert cursor.fetchone() == (False,)


def test_the_public_page_asks_for_nobodys_and_is_kept_as_before(world, visitor, as_guardian, as_staff):
    rows.meal(world.hwanggan, rows.today(), ("우유", [2]))
    mother = as_guardian(world.seoyeon)
    mother.post(ADDRESS, {"numbers": ["2"]})
    public = visitor.get(MEALS)
    assert "public" in public["Cache-Control"]
    own = mother.get(MEALS, headers={"if-none-match": public["ETag"]})
    assert (own.status_code, own["Cache-Control"]) == (200, "no-store")
    assert f'data-account="{ADDRESS}"' in own.text
    for page in (public, as_staff(world.homeroom_teacher).get(MEALS)):
        assert "data-account" not in page.text
        assert "이 기기에만 남습니다." in page.text
    # Neither page marks a dish: the script does, with what it was told.
    assert "own-mark" not in own.text
