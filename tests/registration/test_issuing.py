"""Step ⑤: a parent with an approved application receives a certificate, once, and nobody else does."""

import copy
import subprocess
from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db import DatabaseError
from django.test import Client

from baroalgi import certs
from baroalgi.certs import client
from baroalgi.registration.number import groups
from tests.issuing import ISSUE_PASSWORD, Parent, approved, link
from tests.races import at_once
from tests.statements import assert_statements

WRONG = (
    "발급용 비밀번호가 맞지 않습니다. "
    "({left}번 더 틀리면 발급이 중지되고, 등록기관에서 다시 신청해야 합니다.)"
)
BLOCKED = "발급용 비밀번호를 다섯 번 틀려 발급이 중지되었습니다. 등록기관에서 다시 신청해 주세요."
DEAD = "이 발급 주소는 이미 사용되었거나 기간이 지났습니다. 등록기관에 재발송을 요청해 주세요."
OTHER_NUMBER = "주민등록번호가 신청서의 번호와 다릅니다. 확인한 뒤 다시 입력해 주세요."
STARTED_ELSEWHERE = "다른 화면에서 발급을 다시 시작했습니다. 나중에 연 화면에서 이어서 해 주세요."
NOT_MADE = "인증서를 만들지 못했습니다. 화면을 새로 열고 처음부터 다시 해 주세요."


@pytest.fixture
def seoyeon(world, authority):
    return approved(world, world.seoyeon)


def certificates(state="valid"):
    from baroalgi.pki.models import Certificate

    return list(Certificate.objects.using("owner").filter(state=state).order_by("id"))


def tries(parent):
    from baroalgi.registration.models import EnrolmentLink

    return EnrolmentLink.objects.using("owner").get(application=parent.application).tries


def refusals(world):
    return [(entry.act, entry.facts["why"]) for entry in world.audit() if entry.act.endswith(".refused")]


def received(parent, sign):
    assert parent.order().status_code == 202
    sign()
    assert parent.wait()["state"] == "valid"
    return parent


def test_a_parent_receives_a_certificate_and_the_link_is_used_up(world, seoyeon, sign):
    assert seoyeon.browser.get(seoyeon.address()).status_code == 200
    assert seoyeon.order().status_code == 202
    assert seoyeon.state() == {"status": 200, "state": "ordered"}
    sign()
    assert seoyeon.wait()["state"] == "valid"
    confirmed = seoyeon.confirm()
    assert confirmed.status_code == 200
    assert (confirmed.json()["name"], confirmed.json()["kind"]) == ("이서연", "개인인증서(학부모서비스용)")
    assert world.state_of(seoyeon.application) == "issued"
    (mail,) = world.mails()
    assert mail.subject == "[바로알기] 인증서가 발급되었습니다"
    assert groups(seoyeon.application.number) in mail.text
    assert seoyeon.rrn not in mail.text
    closed = seoyeon.browser.get(seoyeon.address())
    assert (closed.status_code, DEAD in closed.content.decode()) == (410, True)
    assert {"certificate.ordered", "certificate.issued", "certificate.confirmed"} <= set(world.audit_names())


def test_the_sealed_number_is_gone_once_the_signer_has_read_it(world, seoyeon, sign, server, database):
    received(seoyeon, sign)
    with server.admin(database) as admin:
        assert admin.execute("SELECT sealed FROM pki_issuance").fetchall() == [(None,)]


def test_nothing_secret_is_at_rest(world, seoyeon, sign, server, database):
    seoyeon.issue_password = "Wrong12345"
    seoyeon.order()
    seoyeon.issue_password = ISSUE_PASSWORD
    received(seoyeon, sign)
    assert seoyeon.confirm().status_code == 200
    with server.admin(database) as admin:
        tables = admin.execute("SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'").fetchall()
        rows = [admin.execute(f"SELECT to_jsonb(t)::text FROM {table} t").fetchall() for (table,) in tables]
    stored = str(rows).lower()
    assert seoyeon.application.number in stored  # it looks at what is there
    h1 = certs.vid.h1(seoyeon.rrn, seoyeon.r)
    for secret in (seoyeon.rrn, ISSUE_PASSWORD, "Wrong12345"):
        assert secret.lower() not in stored
    for secret in (seoyeon.r, h1, seoyeon.rrn.encode()):
        assert secret.hex() not in stored


def test_openssl_accepts_certificate_and_list(world, seoyeon, sign, authority, tmp_path):
    received(seoyeon, sign)
    asked = {name: Client().get(f"/pki/1/{name}") for name in ("ca.cer", "root.cer", "crl", "root.crl")}
    kinds = {name: answer.headers["Content-Type"] for name, answer in asked.items()}
    assert kinds == {
        "ca.cer": "application/pkix-cert",
        "root.cer": "application/pkix-cert",
        "crl": "application/pkix-crl",
        "root.crl": "application/pkix-crl",
    }
    assert all(answer.headers["Cache-Control"].startswith("public") for answer in asked.values())
    files = {name: answer.content for name, answer in asked.items()} | {"leaf": seoyeon.certificate}
    for name, der in files.items():
        kind = "crl" if "crl" in name else "x509"
        subprocess.run(["openssl", kind, "-inform", "DER", "-out", tmp_path / name], input=der, check=True)
    verified = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-crl_check_all", "-CAfile", "root.cer", "-untrusted", "ca.cer",
         "-CRLfile", "crl", "-CRLfile", "root.crl", "leaf"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (verified.stdout, verified.stderr) == ("leaf: OK\n", "")


# Passwords and links --------------------------------------------------------------------------------


def test_five_wrong_passwords_end_the_application(world, seoyeon):
    seoyeon.issue_password = "Wrong12345"
    for left in (4, 3, 2, 1):
        answer = seoyeon.order()
        assert (answer.status_code, answer.json()) == (
            422,
            {"errors": {"issue_password": WRONG.format(left=left)}},
        )
    fifth = seoyeon.order()
    assert (fifth.status_code, fifth.json()) == (410, {"message": BLOCKED})
    assert world.state_of(seoyeon.application) == "cancelled"
    seoyeon.issue_password = "Abcde12345"
    sixth = seoyeon.order()
    assert (sixth.status_code, sixth.json()) == (410, {"message": DEAD})
    assert refusals(world) == [
        *[("certificate.try.refused", "WrongIssuePassword")] * 4,
        ("certificate.try.refused", "Blocked"),
        ("certificate.try.refused", "LinkDead"),
    ]
    assert {entry.application_id for entry in world.audit()} == {seoyeon.application.id}


def test_the_applicant_is_told_that_issuing_was_stopped(world, seoyeon, as_role, server, database):
    from baroalgi.registration.jobs import tell_blocked

    seoyeon.issue_password = "Wrong12345"
    for _wrong in range(5):
        seoyeon.order()
    with server.admin(database) as admin:
        (deferred,) = admin.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = 'registration.tell_blocked'"
        ).fetchall()
    as_role("worker")
    for _twice in range(2):
        tell_blocked(**deferred[0])
    (mail,) = world.mails()
    assert (mail.subject, mail.to) == ("[바로알기] 인증서 발급이 중지되었습니다", seoyeon.application.email)


def test_a_refusal_after_the_right_password_does_not_give_the_try_back(world, seoyeon, sign):
    seoyeon.order(csr=client.make_csr(ec.generate_private_key(ec.SECP384R1())))
    assert tries(seoyeon) == 1
    received(seoyeon, sign)
    assert tries(seoyeon) == 0


def test_a_shape_that_no_password_has_costs_no_try(world, seoyeon):
    for wrong in ("short", "한글비밀번호입니다요", "Abcde1234567", "abcdefghij", "1234567890", "Abcde1234\0"):
        answer = seoyeon.order(issue_password=wrong)
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["issue_password"])
    assert tries(seoyeon) == 0


def test_the_number_is_taken_as_people_paste_it(world, seoyeon):
    number = seoyeon.application.number
    assert seoyeon.order(number=f" {number[:8]}-{number[8:14]} {number[14:]}\u3000").status_code == 202


@pytest.mark.parametrize("number", ["", "123", "9" * 400, "😀" * 15, "1\0" * 15])
def test_another_number_is_answered_at_its_field(world, seoyeon, number):
    answer = seoyeon.order(number=number)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["number"])


def test_an_expired_an_unknown_and_a_replaced_link_say_the_same(world, authority):
    expired = approved(world, world.seoyeon, days=-1)
    unknown = Parent(Client(), "A" * 43, expired.application, expired.rrn)
    replaced = approved(world, world.stranger)
    link(replaced.application)
    for parent in (expired, unknown, replaced):
        page, answer = parent.browser.get(parent.address()), parent.order()
        assert (page.status_code, DEAD in page.content.decode()) == (410, True)
        assert (answer.status_code, answer.json()) == (410, {"message": DEAD})
    told = [("certificate.open_link.refused", "LinkDead"), ("certificate.try.refused", "LinkDead")]
    assert refusals(world) == told * 3


def test_without_its_token_a_form_is_refused(world, seoyeon):
    seoyeon.browser = Client(enforce_csrf_checks=True)
    assert seoyeon.order().status_code == 403
    assert tries(seoyeon) == 0


# What the browser sends ------------------------------------------------------------------------------


def test_another_persons_number_is_told_by_the_signer(world, seoyeon, sign):
    seoyeon.rrn = world.number_of(world.stranger)
    assert seoyeon.order().status_code == 202
    sign()
    assert seoyeon.wait() == {"status": 200, "state": "rejected", "message": OTHER_NUMBER}
    assert refusals(world) == [("certificate.issued.refused", "other_identity")]
    assert (world.state_of(seoyeon.application), tries(seoyeon)) == ("approved", 1)


def test_the_right_number_after_a_wrong_one_is_enough(world, seoyeon, sign):
    seoyeon.rrn = world.number_of(world.stranger)
    seoyeon.order()
    sign()
    assert seoyeon.wait()["state"] == "rejected"
    seoyeon.rrn = world.number_of(world.seoyeon)
    seoyeon.make_key()
    received(seoyeon, sign)
    assert seoyeon.confirm().status_code == 200


def test_a_key_is_certified_once(world, seoyeon, sign):
    received(seoyeon, sign)
    again = seoyeon.order()
    assert (again.status_code, list(again.json()["errors"])) == (422, ["csr"])
    assert refusals(world) == [("order.refused", "KeyUsed")]
    assert len(certificates()) == 1  # the refusal gave nothing up


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(public_exponent=65537, key_size=1024),  # noqa: S505
        rsa.generate_private_key(public_exponent=3, key_size=2048),
        ec.generate_private_key(ec.SECP384R1()),
    ],
    ids=["rsa-1024", "e-3", "p-384"],
)
def test_a_weak_request_is_refused(world, seoyeon, key):
    answer = seoyeon.order(csr=client.make_csr(key))
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["csr"])
    assert refusals(world) == [("order.refused", "UnfitRequest")]


@pytest.mark.parametrize("field", ["csr", "sealed"])
@pytest.mark.parametrize("sent", ["", "%%%", "한글", "AAAA", "A" * 20_000, "\0"])
def test_what_is_no_request_is_answered_at_its_field(world, seoyeon, field, sent):
    answer = seoyeon.order(**{field: sent})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_what_was_sealed_for_another_request_is_rejected(world, seoyeon, sign):
    seoyeon.make_key()
    other = client.make_csr(client.generate_key())
    sealed = certs.seal(seoyeon.sealing_key(), seoyeon.rrn, seoyeon.r, certs.read_csr(other).sha256)
    seoyeon.order(sealed=b64encode(sealed).decode())
    sign()
    assert seoyeon.wait() == {"status": 200, "state": "rejected", "message": NOT_MADE}
    assert refusals(world) == [("certificate.issued.refused", "other_request")]


def test_noise_of_the_right_length_is_rejected(world, seoyeon, sign):
    seoyeon.order(sealed=b64encode(b"\1" * 384).decode())
    sign()
    assert seoyeon.wait()["state"] == "rejected"
    assert refusals(world) == [("certificate.issued.refused", "sealed")]


# Rounds ------------------------------------------------------------------------------------------------


def test_a_reload_begins_again_and_leaves_one_valid_certificate(world, seoyeon, sign):
    received(seoyeon, sign)
    seoyeon.make_key()
    received(seoyeon, sign)
    assert seoyeon.confirm().status_code == 200
    (left,) = certificates()
    assert bytes(left.der) == seoyeon.certificate
    (given_up,) = certificates("revoked")
    assert (given_up.revocation_reason, given_up.listed_in) == ("superseded", 2)


def test_of_two_browsers_one_gets_the_certificate_and_the_other_is_told(world, seoyeon, sign):
    other = Parent(Client(), seoyeon.token, seoyeon.application, seoyeon.rrn)
    received(seoyeon, sign)
    received(other, sign)
    assert seoyeon.state() == {"status": 200, "state": "rejected", "message": STARTED_ELSEWHERE}
    late = seoyeon.confirm()
    assert (late.status_code, late.json()) == (422, {"message": STARTED_ELSEWHERE})
    assert other.confirm().status_code == 200
    assert [bytes(row.der) for row in certificates()] == [other.certificate]


def test_a_repeated_confirmation_changes_nothing_and_is_answered_the_same(world, seoyeon, sign):
    received(seoyeon, sign)
    first = seoyeon.confirm()
    seoyeon.wait()  # a fresh challenge, as the browser asks for when no answer came
    again = seoyeon.confirm()
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(world.mails()) == 1


def test_a_further_certificate_supersedes_the_one_before(world, seoyeon, sign):
    received(seoyeon, sign)
    assert seoyeon.confirm().status_code == 200
    again = approved(world, world.seoyeon, number="202611250000019")
    received(again, sign)
    assert again.confirm().status_code == 200
    assert [bytes(row.der) for row in certificates()] == [again.certificate]
    assert [row.revocation_reason for row in certificates("revoked")] == ["superseded"]


def test_of_two_orders_at_the_same_moment_one_stays(world, seoyeon, sign):
    other = Parent(Client(), seoyeon.token, seoyeon.application, seoyeon.rrn)
    assert [answer.status_code for answer in at_once(seoyeon.order, other.order)] == [202, 202]
    sign()
    states = {parent.wait()["state"]: parent for parent in (seoyeon, other)}
    assert sorted(states) == ["rejected", "valid"]
    assert states["valid"].confirm().status_code == 200
    assert [bytes(row.der) for row in certificates()] == [states["valid"].certificate]


def test_two_presses_of_the_last_button_issue_once(world, seoyeon, sign):
    received(seoyeon, sign)
    first = seoyeon.answer
    second = dict(first) | {"challenge": seoyeon.wait()["challenge"]}
    twins = []
    for answer in (first, second):
        twin = copy.copy(seoyeon)
        twin.__dict__ |= seoyeon.__dict__
        twin.browser, twin.answer = Client(), answer
        twin.browser.cookies = seoyeon.browser.cookies
        twins.append(twin)
    assert [answer.status_code for answer in at_once(*(twin.confirm for twin in twins))] == [200, 200]
    assert (world.state_of(seoyeon.application), len(world.mails())) == ("issued", 1)


def test_after_twenty_rounds_the_registration_office_must_help(world, seoyeon, sign):
    for _round in range(20):
        seoyeon.make_key()
        received(seoyeon, sign)
    seoyeon.make_key()
    last = seoyeon.order()
    assert (last.status_code, "너무 여러 번" in last.json()["message"]) == (422, True)
    assert seoyeon.state()["state"] == "valid"  # what was delivered last can still be put into use


# The first signature -----------------------------------------------------------------------------------


def test_a_used_challenge_is_not_accepted_again(world, seoyeon, sign):
    received(seoyeon, sign)
    refused = seoyeon.confirm(key=client.generate_key())
    assert (refused.status_code, "시험 서명" in refused.json()["message"]) == (422, True)
    late = seoyeon.confirm()
    assert (late.status_code, "시간이 지났습니다" in late.json()["message"]) == (422, True)
    assert refusals(world) == [
        ("confirm.refused", "FirstSignatureWrong"),
        ("use_challenge.refused", "StaleChallenge"),
    ]
    assert world.state_of(seoyeon.application) == "approved"


def test_another_browser_can_neither_ask_nor_confirm(world, seoyeon, sign):
    received(seoyeon, sign)
    stranger = Parent(Client(), seoyeon.token, seoyeon.application, seoyeon.rrn)
    assert stranger.state()["status"] == 422
    stranger.key, stranger.r, stranger.answer = seoyeon.key, seoyeon.r, seoyeon.answer
    assert stranger.confirm().status_code == 422
    assert world.state_of(seoyeon.application) == "approved"


@pytest.mark.parametrize("field", ["nonce", "h1", "cms"])
@pytest.mark.parametrize("sent", ["", "%%%", "한글😀", "A" * 200_000, "\0"])
def test_what_is_no_signature_is_refused(world, seoyeon, sign, field, sent):
    received(seoyeon, sign)
    assert seoyeon.confirm(**{field: sent}).status_code == 422
    assert world.state_of(seoyeon.application) == "approved"


# Walls -------------------------------------------------------------------------------------------------

ORDER = """INSERT INTO pki_issuance (application_id, round, person_id, name, identity_mac, csr, spki_hash,
               sealed, state, reason, serial, virtual_id, ordered_at)
           VALUES (%s, 1, %s, '이서연', %s, 'x', 'x', 'x', 'ordered', '', '', '', now())"""


def test_sql_alone_orders_nothing_for_an_application_it_did_not_open(world, seoyeon):
    application = seoyeon.application
    with pytest.raises(DatabaseError, match="row-level security"):
        world.sql_as_app(ORDER, [application.id, world.seoyeon.id, application.identity_mac])


def test_the_database_takes_no_order_without_approval(world, authority, server, database):
    application = world.application(applicant=world.seoyeon, place=world.hwanggan_counter)
    with (
        server.admin(database) as admin,
        pytest.raises(Exception, match="order without approved application"),
    ):
        admin.execute(ORDER, [application.id, world.seoyeon.id, application.identity_mac])


def test_an_approval_withdrawn_meanwhile_stops_the_signer(world, seoyeon, sign, server, database):
    seoyeon.order()
    with server.admin(database) as admin:
        admin.execute("UPDATE registration_application SET state = 'cancelled'")
    sign()
    assert certificates() == []
    assert refusals(world) == [("certificate.issued.refused", "not_approved")]


def test_each_step_costs_few_statements(world, seoyeon, sign):
    seoyeon.make_key()
    with assert_statements(3):
        seoyeon.browser.get(seoyeon.address())
    with assert_statements(18):
        seoyeon.order()
    sign()
    with assert_statements(7):
        seoyeon.wait()
    with assert_statements(19):
        seoyeon.confirm()
