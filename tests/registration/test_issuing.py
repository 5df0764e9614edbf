"""Step ⑤: a parent with an approved application receives a certificate, once, and nobody else does."""

import pytest

from tests.issuing import approved

WRONG = "발급용 비밀번호가 맞지 않습니다. ({left}번 더 틀리면 발급이 중지되고, 등록기관에서 다시 신청해야 합니다.)"
DEAD = "이 발급 주소는 이미 사용되었거나 기간이 지났습니다. 등록기관에 재발송을 요청해 주세요."


@pytest.fixture
def seoyeon(world, authority):
    return approved(world, world.seoyeon)


def test_a_parent_receives_a_certificate_and_the_link_is_used_up(world, seoyeon, sign):
    assert seoyeon.browser.get(seoyeon.address()).status_code == 200
    ordered = seoyeon.order()
    assert (ordered.status_code, seoyeon.state()["state"]) == (202, "ordered")
    sign()
    assert seoyeon.wait()["state"] == "valid"
    confirmed = seoyeon.confirm()
    assert confirmed.status_code == 200, confirmed.content.decode()
    assert (confirmed.json()["name"], confirmed.json()["kind"]) == ("이서연", "개인인증서(학부모서비스용)")
    assert world.state_of(seoyeon.application) == "issued"
    (mail,) = world.mails()
    assert mail.subject == "인증서가 발급되었습니다"
    assert seoyeon.application.number in mail.text
    closed = seoyeon.browser.get(seoyeon.address())
    assert (closed.status_code, DEAD in closed.content.decode()) == (410, True)
    assert {"certificate.ordered", "certificate.issued", "certificate.confirmed"} <= set(world.audit_names())
