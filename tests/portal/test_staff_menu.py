"""A word in the menu leads somewhere: what a post cannot do yet is absent, not a dead end."""

import re
from datetime import date

import pytest

from baroalgi.organisation.models import StaffPost
from baroalgi.policy import Role


@pytest.fixture
def holder(world):
    """Give 오낯선 a post with this role and return the browser."""

    def appoint(role):
        place = world.hwanggan_counter
        if role is Role.OFFICE_ADMIN:
            place = type(place).objects.using("owner").get(school=None, regional_office=None)
        StaffPost.objects.using("owner").create(
            person=world.stranger, place=place, role=role, valid_from=date(2026, 3, 1)
        )
        return world.staff_browser(world.stranger)

    return appoint


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HOMEROOM_TEACHER])
def test_every_word_of_the_menu_opens_for_its_post(holder, role):
    browser = holder(role)
    page = browser.get("/desk/", follow=True)
    menu = re.search(r'<nav class="staff-menu".*?</nav>', page.text, re.DOTALL)[0]
    words = set(re.findall(r'href="([^"]+)"', menu))
    assert ("/office/" if role is Role.OFFICE_ADMIN else "/desk/") in words
    assert {address: browser.get(address, follow=True).status_code for address in words} == dict.fromkeys(
        words, 200
    )


def test_the_homeroom_teachers_menu_opens_too(world, as_staff):
    browser = as_staff(world.homeroom_teacher)
    assert 'href="/desk/child-links/"' in browser.get("/desk/").text
    assert browser.get("/desk/child-links/").status_code == 200


def test_a_subject_teacher_who_is_a_deputy_too_finds_the_requests(world, holder):
    """Each page belongs to the post that it is for, whichever comes first."""
    holder(Role.SUBJECT_TEACHER)
    browser = holder(Role.DEPUTY)
    for address in ("/desk/", "/desk/child-links/"):
        page = browser.get(address).text
        assert 'href="/desk/child-links/"' in page
        assert re.search(r'<p class="post-name"><b>황간초등학교</b> (.*?)</p>', page)[1] == "부담임"
