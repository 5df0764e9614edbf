"""`baroalgi staff invite` brings the first person into an installation that is not a demo.

`baroalgi staff reset-factor` helps whoever lost the phone.
"""

import re

import pytest

from baroalgi.operations import cli
from baroalgi.organisation.models import StaffPost


@pytest.fixture
def invite(world, as_role, capsys):
    """Run the command as the worker's role and return status, output and complaint."""
    as_role("worker")

    def run(*arguments):
        status = cli.main(["staff", "invite", "--name", "윤서진", "--email", "seojin@example.kr", *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_an_invited_administrator_makes_a_login_and_signs_in(invite, as_role, visitor):
    status, out, _ = invite("--role", "school_admin", "--school", "8071028")
    as_role("app")
    address = re.search(r"http://localhost:8000(/sign-in/staff/invited/\S+/)", out)[1]
    assert status == 0
    assert "윤서진" in visitor.get(address).content.decode()

    weak = visitor.post(address, {"login": "seojin", "password": "short"})
    assert weak.status_code == 422
    assert visitor.post(address, {"login": "seojin", "password": "School-2026-x"}).status_code == 302
    signed_in = visitor.post("/sign-in/staff/", {"login": "seojin", "password": "School-2026-x"})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/desk/")
    post = StaffPost.objects.using("owner").get(person__name="윤서진")
    assert (post.role, post.place.name) == ("school_admin", "황간초등학교")

    again = visitor.get(address)
    assert again.status_code == 410
    assert "이미 사용되었거나 기간이 지났습니다" in again.content.decode()


def test_the_audit_trail_tells_of_post_and_invitation(invite, world):
    invite()
    assert world.audit_names() == ["staff.appointed", "staff.invited"]


def test_a_school_that_is_not_there_is_said_in_one_sentence(invite, world):
    status, out, err = invite("--school", "9999999")
    assert (status, out) == (1, "")
    assert err.startswith("baroalgi: There is no school or office '9999999' here;")
    assert not StaffPost.objects.using("owner").filter(person__name="윤서진").exists()


def test_outside_a_demo_the_invitation_goes_on_to_the_second_factor(invite, as_role, visitor):
    from tests.accounts.staff import SET_UP, no_demo, person_at, set_up

    no_demo()
    _status, out, _ = invite("--role", "school_admin", "--school", "8071028")
    as_role("app")
    address = re.search(r"http://localhost:8000(/sign-in/staff/invited/\S+/)", out)[1]
    answer = visitor.post(address, {"login": "seojin", "password": "School-2026-x"}, follow=True)
    assert answer.request["PATH_INFO"] == SET_UP
    assert person_at(visitor) == 302
    set_up(visitor)
    assert person_at(visitor) == 200


@pytest.mark.parametrize("role", ["worker", "owner"])
def test_who_lost_the_phone_registers_anew(world, as_role, capsys, role):
    from tests.accounts.staff import CODE, SECOND, SET_UP, half, no_demo, person_at, set_up

    no_demo()
    browser = half()
    _app, codes = set_up(browser)
    as_role(role)
    assert cli.main(["staff", "reset-factor", "jihun"]) == 0
    printed = capsys.readouterr()
    as_role("app")
    assert "no second factor any more" in printed.out
    assert person_at(browser) == 302  # signed out everywhere
    assert half().get(SECOND)["Location"] == SET_UP
    assert half().post(CODE, {"code": codes[0]}).status_code == 422
    (entry,) = [entry for entry in world.audit() if entry.act == "factor.reset"]
    assert entry.person_id == world.homeroom_teacher.id


def test_the_web_process_resets_nothing_and_an_unknown_login_is_said(world, as_role, capsys):
    assert cli.main(["staff", "reset-factor", "jihun"]) == 1
    assert "use the role baroalgi_owner" in capsys.readouterr().err
    as_role("worker")
    assert cli.main(["staff", "reset-factor", "nobody"]) == 1
    assert capsys.readouterr().err == "baroalgi: There is no login 'nobody'.\n"
