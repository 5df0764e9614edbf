"""The entrance, the list of children, the start page of staff."""

from datetime import date

import pytest

from tests.guardianship.rows import days_ago, families, requested, restriction
from tests.statements import assert_statements
from tests.world import YEAR


def offices():
    from baroalgi.organisation.models import Office

    Office.objects.using("owner").create(
        code="B10",
        name="서울특별시교육청",
        short_name="서울",
        homepage="https://www.sen.go.kr",
        phone="02-3999-114",
        address="서울특별시 종로구 송월길 48",
        position=1,
    )


def test_the_entrance_shows_the_own_office_and_the_ways(world, visitor):
    offices()
    with assert_statements(2):  # enter, offices
        page = visitor.get("/").text
    assert "충청북도교육청</b> 여기에서 바로 이용하세요" in page
    for address in ("/sign-in/", "/certificate/", "/schools/", "/certificate/status/", "/offices/B10/"):
        assert f'href="{address}"' in page


def test_another_office_is_named_with_its_address_and_nobody_is_sent_away_untold(world, visitor):
    offices()
    page = visitor.get("/offices/B10/").text
    assert "선택하신 교육청은 이 사이트에서 서비스하지 않습니다. 아래 주소로 이동해 주세요." in page
    assert "서울특별시교육청" in page
    assert 'href="https://www.sen.go.kr"' in page
    assert visitor.get("/offices/M10/")["Location"] == "/"


@pytest.mark.parametrize("code", ["X99", "%00", "가나다", "b10"])
def test_an_office_that_is_none_is_the_one_404(world, visitor, code):
    assert visitor.get(f"/offices/{code}/").status_code == 404


def test_who_has_no_child_yet_is_shown_the_one_way(world, as_guardian):
    with assert_statements(3):  # enter, requests, audit
        page = as_guardian(world.seoyeon).get("/children/").text
    assert "아직 볼 수 있는 자녀가 없습니다." in page
    assert 'href="/children/apply/"' in page


def test_who_waits_is_led_to_the_page_of_waiting(world, as_guardian):
    requested(world, world.garam)
    answer = as_guardian(world.seoyeon).get("/children/")
    assert (answer.status_code, answer["Location"]) == (302, "/children/waiting/")


def test_the_only_child_is_opened_at_once(world, as_guardian):
    link = world.link(guardian=world.seoyeon, child=world.garam)
    answer = as_guardian(world.seoyeon).get("/children/")
    assert (answer.status_code, answer["Location"]) == (302, f"/children/{link.public_id}/")


def test_several_children_stand_in_a_list_with_those_who_wait(world, as_guardian):
    for child in (world.garam, world.haneul):
        world.link(guardian=world.seoyeon, child=child)
    requested(world, world.doyun)
    mother = as_guardian(world.seoyeon)
    with assert_statements(4):
        page = mother.get("/children/").text
    assert "김가람" in page
    assert "새너울중학교 2학년 1반" in page
    assert "승인 대기" in page
    assert "자녀 추가 신청" in page


def test_a_child_seen_and_another_refused_are_both_said(world, as_guardian):
    world.link(guardian=world.seoyeon, child=world.garam)
    world.link(guardian=world.seoyeon, child=world.doyun, state="refused")
    page = as_guardian(world.seoyeon).get("/children/").text
    assert "승인 안 됨" in page


def test_the_start_page_says_what_waits_and_since_when(world, as_staff):
    requested(world, world.garam, requested_at=days_ago(30))
    requested(world, world.doyun, typed_name="이도융")
    restriction(world.garam, world.stranger)
    page = as_staff(world.homeroom_teacher).get("/desk/").text
    assert "1건은 기록과 모두 같고, 1건은 살펴보셔야 합니다." in page
    assert "가장 오래 기다린 분은" in page
    assert "보호자가 연결된 학생" in page
    assert 'href="/desk/child-links/"' in page


def test_nothing_to_do_is_said_too(world, as_staff):
    page = as_staff(world.homeroom_teacher).get("/desk/").text
    assert "지금 하실 일이 없습니다. 새 신청이 오면 메일로 알려 드립니다." in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_start_page_asks_the_same_for_one_request_and_thirty(world, as_staff, count):
    families(world, count)
    teacher = as_staff(world.homeroom_teacher)
    # enter, requests, other guardians, restrictions, school days, counter, pupils, linked pupils
    with assert_statements(8):
        assert teacher.get("/desk/").status_code == 200


def test_an_officer_of_a_counter_goes_straight_to_it(world, as_staff):
    answer = as_staff(world.officer).get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/certificates/")


def test_a_teacher_who_also_takes_papers_sees_both(world, as_staff):
    from baroalgi.organisation.models import StaffPost

    StaffPost.objects.using("owner").create(
        person=world.homeroom_teacher,
        place=world.hwanggan_counter,
        role="registration_officer",
        valid_from=date(YEAR, 3, 1),
    )
    requested(world, world.garam)
    world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    page = as_staff(world.homeroom_teacher).get("/desk/").text
    assert "학부모서비스 신청" in page
    assert "인증서 접수" in page
