"""Slips signed with the certificate: with real keys, by the acting person, once, for nothing else."""

import base64
import json
from datetime import UTC, datetime

import pytest

from baroalgi import certs
from baroalgi.certs import client
from baroalgi.letters.slips import chain, queries
from baroalgi.pki import queries as pki
from baroalgi.pki.models import RevocationList
from tests.accounts.test_certificate_sign_in import bring, receive
from tests.letters import slip_rows as rows
from tests.letters.slip_rows import JOINING

OTHER_CONTENT = "서명하신 내용과 보내신 회신이 다릅니다. 처음부터 다시 해 주세요."
UNREADABLE = "서명을 확인할 수 없습니다. 처음부터 다시 해 주세요."
OTHER_PERSON = "로그인하신 분의 인증서가 아닙니다. 본인의 인증서로 서명해 주세요."
NOT_VALID = "폐지되었거나 효력이 정지된 인증서입니다. 등록기관에 문의해 주세요."
STALE = "로그인 시간이 지났습니다. 처음부터 다시 해 주세요."
TOO_OLD = "서명할 시간이 지났습니다. 한 번 더 서명해 주세요."


class Pen:
    """A guardian's browser at a slip, with a certificate."""

    def __init__(self, browser, owner, slip):
        self.browser, self.owner, self.slip = browser, owner, slip

    def ask(self, **answers):
        asked = self.browser.post(rows.address(self.slip, "challenge/"), {**JOINING, **answers})
        assert asked.status_code == 200, asked.text
        return asked.json()

    def sign(self, content, **other):
        cms = client.sign(
            other.get("key", self.owner.key),
            other.get("certificate", self.owner.certificate),
            content,
            at=datetime.now(UTC),
            detached=other.get("detached", True),
        )
        return base64.b64encode(cms).decode()

    def send(self, asked, cms, **answers):
        fields = {**JOINING, **answers, "nonce": asked["nonce"], "cms": cms}
        return self.browser.post(rows.address(self.slip, "sign/"), fields)


@pytest.fixture
def seoyeon(world, sign):
    return receive(world, world.seoyeon, sign)


@pytest.fixture
def pen(world, as_guardian, seoyeon):
    world.link(guardian=world.seoyeon, child=world.garam)
    letter = rows.letter(world, signing="certificate")
    return Pen(as_guardian(world.seoyeon), seoyeon, rows.slip(letter, world.garam))


def refused(pen, answer, sentence):
    assert (answer.status_code, answer.json()) == (422, {"message": sentence})
    assert rows.given(pen.slip.letter) == []


def test_a_signed_answer_is_kept_with_all_that_proves_it(world, as_role, authority, pen):
    asked = pen.ask()
    content = json.loads(asked["content"])
    assert content["purpose"] == "slip"
    assert content["answers"]["q2"] == ["코딩", "배드민턴"]
    assert "김가람 · 3학년 1반 4번" in asked["text"]
    assert asked["text"].endswith("보호자 이서연\n")
    sent = pen.send(asked, pen.sign(asked["content"].encode()))
    assert (sent.status_code, sent.json()) == (
        200,
        {"next": rows.page_of(pen.slip.letter) + f"#slip-{pen.slip.public_id}"},
    )
    (row,) = rows.given(pen.slip.letter)
    assert bytes(row.content).decode() == asked["content"]
    assert row.text == asked["text"]
    assert (row.way, row.person_id) == ("certificate", world.seoyeon.id)
    assert [bytes(der) for der in row.path] == [pen.owner.certificate, authority.certificate]
    listed = RevocationList.objects.using("owner").order_by("-number").first()
    assert (row.crl_number, len(row.crl_digest)) == (listed.number, 64)
    # Provable from the row alone, without anything of the program but the check of a signature.
    verified = certs.verify_document(bytes(row.cms), bytes(row.content), pki.anchors(), row.answered_at)
    assert verified.name == "이서연"
    as_role("worker")
    assert chain.broken(queries.links()) == []
    as_role("app")
    page = pen.browser.get(rows.address(pen.slip)).text
    assert "인증서로 서명" in page


def test_before_anything_is_signed_the_answers_are_checked(world, pen):
    asked = pen.browser.post(rows.address(pen.slip, "challenge/"), {**JOINING, "q1": ""})
    assert (asked.status_code, asked.json()) == (422, {"errors": {"q1": "하나를 골라 주세요."}})
    # And the name alone is not enough.
    answer = pen.browser.post(rows.address(pen.slip), {"guardian_name": "이서연", **JOINING})
    assert answer.status_code == 422
    assert "이 회신서는 인증서로 서명해 보내셔야 합니다." in answer.text
    assert rows.given(pen.slip.letter) == []


def test_what_was_not_signed_by_this_person_with_this_key_is_refused(world, sign, pen):
    def why():
        entry = world.audit()[-1]
        return entry.act, entry.facts["why"]

    # Changed after signing.
    asked = pen.ask()
    refused(pen, pen.send(asked, pen.sign(asked["content"].encode()), q1="1"), OTHER_CONTENT)
    assert why() == ("sign_slip.refused", "OtherContent")
    # With a certificate that is the right one, and a key that is not.
    asked = pen.ask()
    cms = pen.sign(asked["content"].encode(), key=client.generate_key())
    refused(pen, pen.send(asked, cms), OTHER_CONTENT)
    # No signature at all.
    for cms in ("", "AAAA", "한글", "A" * 200_000, "%%%", base64.b64encode(b"\x30" * 900).decode()):
        refused(pen, pen.send(pen.ask(), cms), UNREADABLE)
        assert why() == ("sign_slip.refused", "Unreadable")
    # By somebody else, who is nobody's guardian here.
    other = receive(world, world.stranger, sign)
    asked = pen.ask()
    cms = pen.sign(asked["content"].encode(), key=other.key, certificate=other.certificate)
    refused(pen, pen.send(asked, cms), OTHER_PERSON)
    assert why() == ("sign_slip.refused", "OtherPerson")


def test_a_signature_is_taken_once(world, pen):
    asked = pen.ask()
    cms = pen.sign(asked["content"].encode())
    assert pen.send(asked, cms).status_code == 200
    again = pen.send(asked, cms)
    assert (again.status_code, again.json()) == (422, {"message": TOO_OLD})
    # Nor with another challenge than its own.
    assert pen.send(pen.ask(), cms).json() == {"message": OTHER_CONTENT}
    assert len(rows.given(pen.slip.letter)) == 1


def test_a_signature_for_signing_in_is_none_for_a_slip_nor_the_other_way(world, pen):
    """Both keys are the same, and so is the browser: only what was signed differs."""
    h1 = certs.vid.h1(pen.owner.rrn, pen.owner.r)
    challenge = pen.browser.post("/sign-in/challenge/").json()
    content = certs.challenge_content(challenge, h1)
    for detached in (True, False):
        asked = pen.ask()
        answer = pen.send(asked, pen.sign(content, detached=detached))
        assert answer.status_code == 422
        # The nonce of a sign-in opens no slip at all.
        assert pen.send(challenge, pen.sign(content, detached=detached)).json() == {"message": TOO_OLD}
    assert rows.given(pen.slip.letter) == []

    asked = pen.ask()
    for detached in (True, False):
        answer = pen.browser.post(
            "/sign-in/",
            {
                "name": "이서연",
                "nonce": asked["nonce"],
                "h1": base64.urlsafe_b64encode(h1).rstrip(b"=").decode(),
                "cms": pen.sign(asked["content"].encode(), detached=detached),
            },
        )
        assert (answer.status_code, answer.json()) == (422, {"message": STALE})


def test_a_certificate_that_is_good_no_more_signs_nothing(world, as_guardian, pen):
    for state in ("suspended", "revoked"):
        bring(pen.owner, state)
        # The session that it opened has ended with it; another certificate opened this one.
        pen.browser = as_guardian(world.seoyeon)
        asked = pen.ask()
        refused(pen, pen.send(asked, pen.sign(asked["content"].encode())), NOT_VALID)
