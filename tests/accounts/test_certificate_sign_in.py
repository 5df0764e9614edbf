"""Parents sign in with their certificate; whoever is not its owner, or comes too late, is told so."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from baroalgi import certs
from baroalgi.certs import client
from tests.issuing import Parent, approved
from tests.statements import assert_statements

SIGN_IN = "/sign-in/"
STALE = "로그인 시간이 지났습니다. 처음부터 다시 해 주세요."
NOT_THE_OWNER = "입력하신 이름·주민등록번호와 인증서의 소유자가 다릅니다."
UNREADABLE = "인증서 파일을 읽을 수 없습니다. 파일이 손상되었거나 지원하지 않는 형식입니다."
FOREIGN = "이 사이트에서 사용할 수 없는 인증서입니다. (발급자: {issuer})"
REVOKED = "폐지된 인증서입니다. 등록기관에 문의해 주세요."
SUSPENDED = "효력이 정지된 인증서입니다. 등록기관에 문의해 주세요."
UNFINISHED = "발급이 끝나지 않은 인증서입니다. 받으신 발급 주소를 다시 열어 주세요."

Fields = dict[str, str]


@dataclass
class Door:
    """A browser at the sign-in page, in the hands of somebody with a certificate."""

    owner: Any
    browser: Client = field(default_factory=Client)

    def challenge(self) -> dict[str, Any]:
        return dict(self.browser.post(SIGN_IN + "challenge/").json())

    def answer(self, challenge: dict[str, Any] | None = None, **other: Any) -> Fields:
        """Sign a challenge (a fresh one); `other`: name, rrn, r, key or certificate of somebody else."""
        challenge = challenge or self.challenge()
        h1 = certs.vid.h1(other.get("rrn", self.owner.rrn), other.get("r", self.owner.r))
        cms = client.sign(
            other.get("key", self.owner.key),
            other.get("certificate", self.owner.certificate),
            certs.challenge_content(challenge, h1),
            at=datetime.now(UTC),
        )
        return {
            "name": other.get("name", "이서연"),
            "nonce": challenge["nonce"],
            "h1": base64.urlsafe_b64encode(h1).rstrip(b"=").decode(),
            "cms": base64.b64encode(cms).decode(),
        }

    def send(self, fields: Fields) -> Any:
        return self.browser.post(SIGN_IN, fields)

    def is_open(self) -> bool:
        """Tell whether somebody is signed in at this browser."""
        return bool(self.browser.get("/children/").status_code == 200)


def receive(world: Any, person: Any, sign: Any, *, confirmed: bool = True) -> Parent:
    """Let a person of the cast receive a certificate as at step ⑤."""
    parent = approved(world, person)
    assert parent.order().status_code == 202
    sign()
    assert parent.wait()["state"] == "valid"
    if confirmed:
        assert parent.confirm().status_code == 200
    return parent


@pytest.fixture
def seoyeon(world: Any, sign: Any) -> Parent:
    """이서연 with a certificate in use."""
    return receive(world, world.seoyeon, sign)


def whys(world: Any, act: str) -> list[str]:
    """Return why such an act was refused, in order."""
    return [entry.facts["why"] for entry in world.audit() if entry.act == f"{act}.refused"]


def refused(world: Any, door: Door, fields: Fields, sentence: str, why: str) -> None:
    """Expect the sentence, nobody signed in, and the row of the trail."""
    answer = door.send(fields)
    assert (answer.status_code, answer.json()) == (422, {"message": sentence})
    assert not door.is_open()
    assert whys(world, "sign_in_by_certificate") == [why]


def bring(parent: Parent, to: str) -> None:
    """Bring a certificate into a state."""
    from baroalgi.pki.models import Certificate

    revoked = {"revoked_at": datetime.now(UTC), "revocation_reason": "keyCompromise"}
    Certificate.objects.using("owner").filter(application_id=parent.application.id).update(
        state=to, **(revoked if to == "revoked" else {})
    )


# The owner ------------------------------------------------------------------------------------------


def test_the_owner_signs_in_and_out(world, seoyeon):
    door = Door(seoyeon)
    assert door.browser.get(SIGN_IN).status_code == 200
    before = door.challenge()
    answer = door.send(door.answer())
    assert (answer.status_code, answer.json()) == (200, {"next": "/children/"})
    assert door.is_open()
    entry = world.audit()[-2]  # the last one is of the children's page
    assert (entry.act, entry.person_id) == ("session.opened", world.seoyeon.id)
    # A challenge of the browser before signing in belongs to nobody any more.
    assert door.send(door.answer(before)).json() == {"message": STALE}

    assert door.browser.post("/sign-out/").status_code == 302
    assert not door.is_open()


def test_the_name_may_be_written_with_blanks(world, seoyeon):
    door = Door(seoyeon)
    assert door.send(door.answer(name=" 이 서연　")).status_code == 200


def test_signing_in_costs_few_statements(world, seoyeon):
    door = Door(seoyeon)
    fields = door.answer()
    with assert_statements(13):
        assert door.send(fields).status_code == 200


# The challenge --------------------------------------------------------------------------------------


def test_an_answer_opens_the_door_once(world, seoyeon):
    door = Door(seoyeon)
    fields = door.answer()
    visitor = door.browser.cookies["baroalgi_session"].value
    assert door.send(fields).status_code == 200
    assert door.send(fields).json() == {"message": STALE}

    # Neither does it for a thief who saw request and cookie.
    thief = Door(seoyeon)
    thief.browser.cookies["baroalgi_session"] = visitor
    replayed = thief.send(fields)
    assert (replayed.status_code, replayed.json()) == (422, {"message": STALE})
    assert not thief.is_open()
    assert whys(world, "use_challenge") == ["StaleChallenge", "StaleChallenge"]


def test_a_refused_answer_uses_its_challenge_up(world, seoyeon):
    door = Door(seoyeon)
    challenge = door.challenge()
    assert door.send(door.answer(challenge, name="이서현")).json() == {"message": NOT_THE_OWNER}
    right = door.send(door.answer(challenge))
    assert (right.status_code, right.json()) == (422, {"message": STALE})
    assert not door.is_open()
    assert whys(world, "use_challenge") == ["StaleChallenge"]
    assert door.send(door.answer()).status_code == 200


def test_a_late_answer_is_refused(world, seoyeon):
    from baroalgi.accounts.models import Challenge

    door = Door(seoyeon)
    fields = door.answer()
    (made,) = Challenge.objects.using("owner").filter(purpose="signin")
    assert made.expires_at - made.issued_at == timedelta(minutes=3)
    # Three minutes and a second go by.
    Challenge.objects.using("owner").filter(pk=made.pk).update(
        issued_at=made.issued_at - timedelta(seconds=181), expires_at=made.expires_at - timedelta(seconds=181)
    )
    late = door.send(fields)
    assert (late.status_code, late.json()) == (422, {"message": STALE})
    assert not door.is_open()
    assert whys(world, "use_challenge") == ["StaleChallenge"]


def test_an_answer_to_the_challenge_of_another_browser_is_refused(world, seoyeon):
    here, elsewhere = Door(seoyeon), Door(seoyeon)
    elsewhere.challenge()
    answer = elsewhere.send(here.answer())
    assert (answer.status_code, answer.json()) == (422, {"message": STALE})
    assert whys(world, "use_challenge") == ["StaleChallenge"]


def test_what_was_signed_must_be_the_challenge(world, seoyeon):
    door = Door(seoyeon)
    signed, sent = door.challenge(), door.challenge()
    refused(world, door, door.answer(signed) | {"nonce": sent["nonce"]}, UNREADABLE, "Unreadable")


@pytest.mark.parametrize("member", ["aud", "purpose", "exp"])
def test_what_was_signed_for_another_site_or_purpose_opens_nothing(world, seoyeon, member):
    door = Door(seoyeon)
    challenge = door.challenge()
    other = {"aud": "https://example.kr", "purpose": "first", "exp": challenge["exp"] + 1}[member]
    refused(world, door, door.answer(challenge | {member: other}), UNREADABLE, "Unreadable")


# The owner's number and name ------------------------------------------------------------------------


def test_a_wrong_number_is_refused(world, seoyeon):
    door = Door(seoyeon)
    wrong = seoyeon.rrn[:-1] + str((int(seoyeon.rrn[-1]) + 1) % 10)
    refused(world, door, door.answer(rrn=wrong), NOT_THE_OWNER, "NotTheOwner")


def test_another_random_number_is_refused(world, seoyeon):
    door = Door(seoyeon)
    refused(world, door, door.answer(r=client.new_r()), NOT_THE_OWNER, "NotTheOwner")


def test_someone_elses_certificate_is_refused(world, sign):
    stranger = receive(world, world.stranger, sign)
    door = Door(stranger)
    # With the own name to it, or with the owner's name but the own number.
    refused(world, door, door.answer(name="이서연"), NOT_THE_OWNER, "NotTheOwner")
    own = world.number_of(world.seoyeon)
    assert door.send(door.answer(name="오낯선", rrn=own)).json() == {"message": NOT_THE_OWNER}
    assert not door.is_open()
    assert door.send(door.answer(name="오낯선")).status_code == 200


def test_a_certificate_without_its_key_is_refused(world, seoyeon):
    door = Door(seoyeon)
    refused(world, door, door.answer(key=client.generate_key()), UNREADABLE, "Unreadable")


# The certificate ------------------------------------------------------------------------------------


@dataclass
class Forger:
    """An authority that nobody trusts, and a certificate of it for 이서연, right in every other part."""

    key: ec.EllipticCurvePrivateKey
    r: bytes
    certificate: bytes
    rrn: str


def forger(operator: str, rrn: str) -> Forger:
    now = datetime.now(UTC)
    root_key, key, own = client.generate_key(), client.generate_key(), client.generate_key()
    names = {
        "operator": operator,
        "not_before": now - timedelta(days=1),
        "not_after": now + timedelta(days=900),
    }
    root = certs.self_signed_root(
        root_key,
        common_name=f"{operator} Root CA 1",
        serial=certs.serial_number(bytes(range(1, 16))),
        **names,
    )
    authority = certs.issuing_authority(
        root_key,
        root=root,
        public_key=key.public_key(),
        common_name=f"{operator} Parent CA 1",
        serial=certs.serial_number(bytes(range(2, 17))),
        policy_oid="1.3.6.1.4.1.99999.1.1",
        crl_uri="http://localhost:8000/pki/1/root.crl",
        issuer_uri="http://localhost:8000/pki/1/root.cer",
        **names,
    )
    r = client.new_r()
    not_before, not_after = certs.validity(now, authority=authority)
    tbs = certs.to_be_signed(
        authority=authority,
        profile=certs.Profile(
            operator=operator,
            policy_oid="1.3.6.1.4.1.99999.1.1",
            cps_uri="http://localhost:8000/pki/cps/",
            crl_uri="http://localhost:8000/pki/1/crl",
            ocsp_uri="http://localhost:8000/pki/1/ocsp",
            issuer_uri="http://localhost:8000/pki/1/ca.cer",
        ),
        public_key=own.public_key(),
        serial=certs.serial_number(bytes(range(3, 18))),
        name="이서연",
        account="20261124000000042",
        virtual_id=certs.vid.virtual_id(certs.vid.h1(rrn, r)),
        not_before=not_before,
        not_after=not_after,
    )
    return Forger(own, r, certs.sign_tbs(tbs, key, authority=authority), rrn)


@pytest.mark.parametrize(
    ("operator", "issuer"),
    [
        ("다른 인증기관", "다른 인증기관 Parent CA 1"),
        # The name of ours costs nothing; its key is what counts.
        ("충청북도교육청", "-"),
    ],
    ids=["another name", "our name"],
)
def test_a_certificate_of_a_foreign_authority_is_refused(world, authority, operator, issuer):
    door = Door(forger(operator, world.number_of(world.seoyeon)))
    refused(world, door, door.answer(), FOREIGN.format(issuer=issuer), "UnknownIssuer")


@pytest.mark.parametrize(
    ("to", "sentence", "why"),
    [("revoked", REVOKED, "Revoked"), ("suspended", SUSPENDED, "Suspended")],
    ids=["revoked", "suspended"],
)
def test_a_certificate_out_of_force_is_refused(world, seoyeon, to, sentence, why):
    before, after = Door(seoyeon), Door(seoyeon)
    fields = after.answer()
    assert before.send(before.answer()).status_code == 200
    bring(seoyeon, to)
    refused(world, after, fields, sentence, why)


def test_a_newer_certificate_ends_the_older_one(world, seoyeon, sign):
    from baroalgi.registration.models import Application

    Application.objects.using("owner").filter(id=seoyeon.application.id).update(number="202611249999990")
    newer = receive(world, world.seoyeon, sign)
    older = Door(seoyeon)
    refused(world, older, older.answer(), REVOKED, "Revoked")
    door = Door(newer)
    assert door.send(door.answer()).status_code == 200


def test_a_certificate_whose_issuing_was_not_finished_is_refused(world, sign):
    unfinished = receive(world, world.seoyeon, sign, confirmed=False)
    door = Door(unfinished)
    refused(world, door, door.answer(), UNFINISHED, "Unfinished")


def test_after_its_last_day_a_certificate_is_expired(world, seoyeon):
    from baroalgi.accounts import actions
    from baroalgi.pki import queries

    challenge = Door(seoyeon).challenge()
    fields = Door(seoyeon).answer(challenge)
    with pytest.raises(actions.Expired, match=r"인증서의 유효기간이 20[0-9]{2}년 .*일에 끝났습니다"):
        actions.checked_signature(
            cms=fields["cms"],
            h1=fields["h1"],
            content=challenge,
            anchors=queries.anchors(),
            now=datetime.now(UTC) + timedelta(days=366),
        )


# Bad input ------------------------------------------------------------------------------------------


NOISE = (
    {"cms": "kein Base64"},
    {"cms": base64.b64encode(b"0" * 500).decode()},
    {"cms": "A" * 200_000},
    {"cms": ""},
    {"h1": "ㅎ1"},
    {"h1": ""},
    {"nonce": "\0"},
    {"nonce": "x" * 10_000},
    {"name": "가" * 1000},
    {"name": "이서연\0"},
    {"name": "😀"},
)


def test_noise_is_refused_in_a_sentence(world, seoyeon):
    door = Door(seoyeon)
    for wrong in NOISE:
        answer = door.send(door.answer() | wrong)
        assert answer.status_code == 422, wrong
        assert answer.json()["message"] in (UNREADABLE, STALE, NOT_THE_OWNER), wrong
        assert not door.is_open()
    assert door.send(door.answer()).status_code == 200


def test_without_its_token_nothing_is_taken(world, seoyeon):
    door = Door(seoyeon, Client(enforce_csrf_checks=True))
    assert door.browser.post(SIGN_IN + "challenge/").status_code == 403
    assert door.browser.post(SIGN_IN, {"name": "이서연"}).status_code == 403


def test_the_page_can_submit_neither_number_nor_password(visitor):
    page = visitor.get(SIGN_IN).text
    for secret in ("resident-number_0", "resident-number_1", "cert_password"):
        (tag,) = [part.split(">")[0] for part in page.split("<input") if f'id="{secret}"' in part]
        assert " name=" not in tag
