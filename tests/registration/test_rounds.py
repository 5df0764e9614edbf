"""A key lost between issue and save: the same link again, and one certificate is good, whatever happened."""

import pytest
from cryptography import x509
from django.test import Client

from tests.issuing import Parent, approved
from tests.registration.parent import opened


@pytest.fixture
def seoyeon(world, authority):
    return approved(world, world.seoyeon)


def certificates(state="valid"):
    from baroalgi.pki.models import Certificate

    return list(Certificate.objects.using("owner").filter(state=state).order_by("id"))


def listed():
    """The serials on the newest revocation list, as everyone reads it."""
    crl = x509.load_der_x509_crl(Client().get("/pki/1/crl").content)
    return sorted(f"{revoked.serial_number:x}" for revoked in crl)


def ordered(parent, sign):
    assert parent.order().status_code == 202


def prepared(parent, sign):
    ordered(parent, sign)
    sign(1)


def signed(parent, sign):
    ordered(parent, sign)
    sign()


def stored(parent, sign):
    """The browser has key and certificate, and has signed nothing yet."""
    signed(parent, sign)
    assert parent.wait()["state"] == "valid"


def refused(parent, sign):
    """The browser sent a first signature that was not good."""
    stored(parent, sign)
    assert parent.confirm(h1="A" * 27).status_code == 422


@pytest.mark.parametrize("closed_after", [ordered, prepared, signed, stored, refused])
def test_the_same_link_begins_again_and_one_certificate_is_good(world, seoyeon, sign, closed_after):
    sign()  # the list of the day is out
    closed_after(seoyeon, sign)
    assert len(certificates()) <= 1
    assert world.state_of(seoyeon.application) == "approved"

    again = Parent(Client(), seoyeon.token, seoyeon.application, seoyeon.rrn)  # a browser opened anew
    assert again.browser.get(again.address()).status_code == 200
    assert again.order().status_code == 202
    assert certificates() == []  # from the new order on nothing of the round before is good
    sign()
    assert again.wait()["state"] == "valid"
    (before,) = certificates()
    assert before.confirmed_at is None
    assert again.confirm().status_code == 200
    (good,) = certificates()
    assert bytes(good.der) == again.certificate
    given_up = certificates("revoked")
    assert len(given_up) == (0 if closed_after is ordered else 1)
    assert listed() == sorted(row.serial for row in given_up)
    assert {row.revocation_reason for row in given_up} <= {"superseded"}
    # What the first browser still holds is told at once, and puts nothing into use.
    if hasattr(seoyeon, "answer"):
        seoyeon.answer["challenge"] = again.answer["challenge"]
        assert seoyeon.confirm().status_code == 422
    assert certificates() == [good]


def test_after_the_first_signature_the_link_is_used_and_the_page_says_what_to_do(world, seoyeon, sign):
    stored(seoyeon, sign)
    assert seoyeon.confirm().status_code == 200  # and the answer was lost on its way
    page = Client().get(seoyeon.address())
    assert page.status_code == 410
    for sentence in (
        "이 발급 주소는 이미 사용되었거나 기간이 지났습니다. 등록기관에 재발송을 요청해 주세요.",
        "같은 주소로는 다시 받으실 수 없습니다. 새로 신청해 주세요.",
        "로그인하러 가기",
        "진행 조회에서 새 발급 주소 받기",
    ):
        assert sentence in page.text
    late = Parent(Client(), seoyeon.token, seoyeon.application, seoyeon.rrn)
    assert late.order().status_code == 410
    (good,) = certificates()
    assert bytes(good.der) == seoyeon.certificate
    assert "까지 쓸 수 있습니다." in opened(seoyeon.application).get("/certificate/status/").text


def test_what_the_signer_had_begun_when_the_application_ended_comes_into_the_world_revoked(
    world, seoyeon, sign
):
    prepared(seoyeon, sign)
    assert opened(seoyeon.application).post("/certificate/status/cancel/").status_code == 302
    sign()
    assert certificates() == []
    assert listed() == [row.serial for row in certificates("revoked")] != []


def cancelled(world, parent, as_role):
    assert opened(parent.application).post("/certificate/status/cancel/").status_code == 302
    return "cancelled"


def lapsed(world, parent, as_role):
    from datetime import timedelta

    from baroalgi.registration.jobs import lapse_overdue
    from baroalgi.registration.models import Application

    rows = Application.objects.using("owner").filter(id=parent.application.id)
    rows.update(changed_at=parent.application.changed_at - timedelta(days=31))
    as_role("worker")
    lapse_overdue()
    return "lapsed"


def blocked(world, parent, as_role):
    stranger = Parent(Client(), parent.token, parent.application, parent.rrn, "Wrong12345")
    for _try in range(5):
        stranger.order()
    return "cancelled"


@pytest.mark.parametrize("ended", [cancelled, lapsed, blocked])
def test_what_nobody_put_into_use_is_revoked_when_the_application_ends(
    world, seoyeon, sign, as_role, server, database, ended
):
    from baroalgi.pki.jobs import revoke_unused

    stored(seoyeon, sign)
    after = ended(world, seoyeon, as_role)
    assert world.state_of(seoyeon.application) == after
    with server.admin(database) as admin:
        deferred = admin.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'pki.revoke_unused'")
        ((arguments,),) = deferred.fetchall()
    as_role("worker")
    for _twice in range(2):
        revoke_unused(**arguments)
    as_role("app")
    assert certificates() == []
    (revoked,) = certificates("revoked")
    assert revoked.revocation_reason == "cessationOfOperation"
    assert world.audit_names().count("certificate.revoked") == 1
    sign()
    assert listed() == [revoked.serial]
    assert seoyeon.confirm().status_code in (410, 422)
