"""Keys of the open interface: asked for, shown once, counted, blocked (domain.md §7.10)."""

import re

import pytest
from django.db import DatabaseError

from baroalgi.exchange.calls import Calls
from tests.exchange.hub import ask, code, key, rows
from tests.guardianship.rows import office, staff

KEY = re.compile(r"\b[0-9a-f]{32}\b")
PAGE = "/account/api-keys/"


@pytest.fixture
def counted_at_once(monkeypatch):
    """Let every call be counted by itself, however fast they come."""
    monkeypatch.setattr("baroalgi.exchange.calls.MOST", 1)


def asked_for(browser, name="급식 알림 앱"):
    page = browser.post(PAGE, {"name": name, "purpose": "우리 반 급식을 알립니다."})
    assert page.status_code == 200
    (found,) = set(KEY.findall(page.text))
    return found


def test_a_parent_asks_for_a_key_and_sees_it_once(world, visitor, as_guardian, counted_at_once):
    from baroalgi.platform.models import ApiKey

    browser = as_guardian(world.seoyeon)
    made = asked_for(browser)

    assert len(rows(ask(visitor, "schoolInfo", KEY=made, ATPT_OFCDC_SC_CODE="M10"))) > 0
    page = browser.get(PAGE)
    assert "급식 알림 앱" in page.text
    assert f"끝 네 자리 {made[-4:]}" in page.text
    assert "오늘 1번 호출" in page.text
    assert not KEY.search(page.text)
    row = ApiKey.objects.using("owner").get()
    assert made not in str(vars(row))
    assert world.audit_names() == ["api_key.given"]
    assert made not in str(world.audit()[0].facts)


def test_a_teacher_asks_renames_and_deletes(world, visitor, as_staff):
    from baroalgi.platform.models import ApiKey

    browser = as_staff(world.homeroom_teacher)
    made = asked_for(browser)
    row = ApiKey.objects.using("owner").get()
    renamed = browser.post(f"{PAGE}{row.id}/rename/", {"name": "학급 누리집"}, follow=True)
    assert "학급 누리집" in renamed.text
    assert code(ask(visitor, "schoolInfo", KEY=made, SCHUL_NM="없는 학교")) == "INFO-200"
    deleted = browser.post(f"{PAGE}{row.id}/delete/", follow=True)
    assert "인증키를 지웠습니다." in deleted.text
    assert code(ask(visitor, "schoolInfo", KEY=made, SCHUL_NM="없는 학교")) == "ERROR-290"
    again = browser.post(f"{PAGE}{row.id}/delete/", follow=True)
    assert "이미 지웠거나 바뀐 인증키입니다." in again.text
    assert world.audit_names() == [
        "api_key.given",
        "api_key.renamed",
        "api_key.deleted",
        "delete_key.refused",
    ]


def test_a_form_keeps_what_was_typed_and_nonsense_makes_no_key(world, as_guardian):
    from baroalgi.platform.models import ApiKey

    browser = as_guardian(world.seoyeon)
    for name, purpose in (
        ("", "쓸 곳"),
        ("가" * 41, "쓸 곳"),
        ("이름", ""),
        ("이름", "가" * 201),
        ("\x00", "곳"),
    ):
        page = browser.post(PAGE, {"name": name, "purpose": purpose})
        assert page.status_code == 422
        assert "새 인증키 받기" in page.text
    assert 'value="이름"' in browser.post(PAGE, {"name": "이름"}).text
    for path in ("0/rename/", "999999999999999999/rename/", "0/delete/"):
        assert browser.post(f"{PAGE}{path}", {"name": "x"}).status_code == 302
    assert browser.post(f"{PAGE}99999999999999999999/delete/").status_code == 404
    assert ApiKey.objects.using("owner").count() == 0


def test_ten_keys_are_enough(world, as_guardian):
    for _n in range(10):
        key(world)
    page = as_guardian(world.seoyeon).post(PAGE, {"name": "하나 더", "purpose": "시험"})
    assert page.status_code == 422
    assert "한 사람이 10개까지" in page.text


def test_nobody_touches_anothers_key(world, as_guardian, as_staff, visitor):
    from baroalgi.platform.models import ApiKey

    made = key(world)
    row = ApiKey.objects.using("owner").get()
    other = as_staff(world.homeroom_teacher)
    assert row.name not in other.get(PAGE).text
    for path in ("rename/", "delete/"):
        other.post(f"{PAGE}{row.id}/{path}", {"name": "남의 것"})
    assert world.fresh(row).name == "시험"
    assert "list_total_count" in str(ask(visitor, "schoolInfo", KEY=made, SCHUL_NM="황간"))
    for wrong in (
        "SELECT key_hash FROM platform_apikey",
        "UPDATE platform_apikey SET state = 'active'",
        "DELETE FROM platform_apikey",
        "INSERT INTO platform_apiuse (key_id, day, n) VALUES (1, now(), 1)",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            world.sql_as_app(wrong, person=world.seoyeon, strength="certificate")
    assert world.sql_as_app("SELECT count(*) FROM platform_apikey", person=world.homeroom_teacher) == [(0,)]


def test_the_office_blocks_a_key_with_a_reason_and_opens_it_again(world, visitor, as_staff, as_guardian):
    from baroalgi.platform.models import ApiKey

    made = key(world)
    row = ApiKey.objects.using("owner").get()
    desk = as_staff(staff(world, "청관리", "office_admin", place=office(world)))
    regional = as_staff(staff(world, "지원청", "office_admin", place=world.regional_counter))
    regional.post(f"/office/api-keys/{row.id}/block/", {"reason": "내 일이 아님"})
    assert "이서연" not in regional.get("/office/api-keys/").text
    assert world.fresh(row).state == "active"
    assert "이서연" in desk.get("/office/api-keys/").text

    refused = desk.post(f"/office/api-keys/{row.id}/block/", {"reason": " "}, follow=True)
    assert "막는 이유를 적어 주세요." in refused.text
    blocked = desk.post(f"/office/api-keys/{row.id}/block/", {"reason": "너무 자주 부름"}, follow=True)
    assert "막은 이유: 너무 자주 부름" in blocked.text
    assert code(ask(visitor, "schoolInfo", KEY=made, SCHUL_NM="황간", pSize="x")) == "INFO-300"
    assert code(ask(visitor, "schoolInfo", KEY=made, SCHUL_NM="황간")) == "INFO-300"
    owner = as_guardian(world.seoyeon)
    assert "이유: 너무 자주 부름" in owner.get(PAGE).text
    # The owner may throw it away, but not open it.
    owner.post(f"{PAGE}{row.id}/rename/", {"name": "새 이름"})
    assert world.fresh(row).state == "blocked"

    desk.post(f"/office/api-keys/{row.id}/unblock/")
    assert world.fresh(row).state == "active"
    assert "api_key.blocked" in world.audit_names()
    assert "api_key.unblocked" in world.audit_names()


def test_a_quota_ends_the_day_of_a_key_and_of_no_other(world, visitor, settings_environment, counted_at_once):
    settings_environment(hub_quota="3")
    mine, other = key(world), key(world, world.stranger)
    codes = [
        code(ask(visitor, service, KEY=mine, **asked))
        for service, asked in (
            ("schoolInfo", {"SCHUL_NM": "없는 학교"}),
            ("schoolInfo", {"pSize": "x"}),
            ("elsTimetable", {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": "8071028"}),
            ("elsTimetable", {"ATPT_OFCDC_SC_CODE": "M10", "SD_SCHUL_CODE": "8071028"}),
            ("schoolInfo", {"SCHUL_NM": "황간"}),
            ("schoolInfo", {"pSize": "x"}),
        )
    ]
    assert codes == ["INFO-200", "ERROR-333", "INFO-200", "ERROR-337", "ERROR-337", "ERROR-337"]
    assert rows(ask(visitor, "schoolInfo", KEY=other, SCHUL_NM="황간"))
    # Yesterday's calls are yesterday's.
    from datetime import timedelta

    from django.db.models import F

    from baroalgi.platform.models import ApiUse

    ApiUse.objects.using("owner").update(day=F("day") - timedelta(days=1))
    assert rows(ask(visitor, "schoolInfo", KEY=mine, SCHUL_NM="황간"))


def test_calls_that_come_fast_are_counted_by_the_dozen():
    calls = Calls()
    counts = [calls.one_more("a", 100_000).count for _n in range(101)]
    # The first at once, then fifty by fifty, unless a second has passed on a slow machine.
    assert counts[0] == 1
    assert sum(counts) >= 51
    assert max(counts) <= 50
    assert [calls.one_more("b", 3).count for _n in range(3)] == [1, 1, 1]
    assert calls.one_more("", 3).key_hash is None


def test_no_key_stands_in_the_log(world, visitor, as_guardian, caplog):
    made = asked_for(as_guardian(world.seoyeon))
    ask(visitor, "schoolInfo", KEY=made, pSize="x")
    visitor.get(f"/hub/x/y?KEY={made}")
    written = " ".join(str(vars(record)) for record in caplog.records)
    assert caplog.records
    assert made not in written


def test_the_catalogue_names_every_service_with_an_address_to_try(world, visitor):
    from datetime import date

    from baroalgi.exchange.neis import said
    from baroalgi.exchange.neis.services import SERVICES
    from tests import rows as arrange
    from tests.statements import assert_statements

    arrange.meal(world.hwanggan, date(2026, 11, 24), "비빔밥")
    with assert_statements(6):  # one of the frame
        page = visitor.get("/hub/").text
    for service in SERVICES.values():
        assert service.path in page
    for one in said.ALL:
        assert one.message.replace("&", "&amp;") in page
    assert "/hub/mealServiceDietInfo?Type=json&amp;ATPT_OFCDC_SC_CODE=M10&amp;SD_SCHUL_CODE=8071028" in page
