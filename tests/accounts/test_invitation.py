"""An invited member of staff makes the own login, once."""

from datetime import datetime, timedelta

import pytest

from tests.races import at_once
from tests.world import SEOUL

LOGIN = {"login": "newcomer", "password": "Fresh-start-26"}
WEAK = "영문, 숫자, 기호 가운데 두 가지 이상을 섞어 10자 이상으로 정해 주세요."
DEAD = "이 초대 주소는 이미 사용되었거나 기간이 지났습니다."


def invited(person, *, days=7):
    """Invite somebody; returns the address of the mail."""
    from baroalgi.accounts.models import Invitation
    from baroalgi.platform import crypto

    token = crypto.new_token()
    Invitation.objects.using("owner").create(
        token_hash=crypto.token_hash(token),
        person=person,
        valid_to=datetime.now(SEOUL) + timedelta(days=days),
    )
    return f"/sign-in/staff/invited/{token}/"


def logins(person):
    from baroalgi.accounts.models import Login

    return list(Login.objects.using("owner").filter(person=person).values_list("login", flat=True))


def test_an_invitation_makes_one_login(world, visitor):
    address = invited(world.stranger)
    assert "오낯선 선생님, 쓰실 아이디와 비밀번호를 정해 주세요." in visitor.get(address).text
    answer = visitor.post(address, LOGIN, follow=True)
    # Straight on to the second factor.
    assert answer.request["PATH_INFO"] == "/account/security/app/"
    assert "로그인을 만들었습니다." in answer.text
    assert logins(world.stranger) == ["newcomer"]

    again = visitor.post(address, LOGIN | {"login": "newcomer2"})
    assert again.status_code == 410
    assert DEAD in again.text
    assert logins(world.stranger) == ["newcomer"]
    assert world.audit_names() == [
        "staff.invitation_accepted",
        "session.opened",
        "accept_invitation.refused",
    ]


def test_an_invitation_ends(world, visitor):
    answer = visitor.get(invited(world.stranger, days=-1))
    assert answer.status_code == 410
    assert DEAD in answer.text
    assert visitor.get("/sign-in/staff/invited/no-such-token/").status_code == 410


def test_of_two_presses_at_once_one_makes_the_login(world, database):
    from django.test import Client

    address = invited(world.stranger)
    answers = at_once(
        lambda: Client().post(address, LOGIN), lambda: Client().post(address, LOGIN | {"login": "other"})
    )
    # The slower one finds the invitation used, before the form or behind it.
    assert sorted(answer.status_code for answer in answers)[0] == 302
    (slower,) = (answer for answer in answers if answer.status_code != 302)
    assert DEAD in slower.text
    assert len(logins(world.stranger)) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"login": "jihun"}, "이미 쓰고 있는 아이디입니다. 다른 아이디를 적어 주세요."),
        ({"login": "abc"}, "영문 소문자와 숫자로 4자 이상 적어 주세요."),
        ({"login": "선생님"}, "영문 소문자와 숫자로 4자 이상 적어 주세요."),
        ({"login": "new\0comer"}, "null 문자는 사용할 수 없습니다."),
        ({"login": ""}, "아이디를 정해 주세요."),
        ({"password": "short-1"}, WEAK),
        ({"password": "onlyletters"}, WEAK),
        ({"password": ""}, "비밀번호를 정해 주세요."),
    ],
)
def test_what_cannot_be_is_said_and_leaves_the_invitation_open(world, visitor, changes, sentence):
    address = invited(world.stranger)
    answer = visitor.post(address, LOGIN | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert LOGIN["password"] not in answer.text
    assert logins(world.stranger) == []
    assert visitor.post(address, LOGIN).status_code == 302
