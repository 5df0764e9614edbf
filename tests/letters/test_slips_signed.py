"""Slips signed with the certificate: with real keys, by the acting person, once, for nothing else."""

import base64
import io
import json
import shlex
import subprocess
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from asn1crypto import cms as foreign
from django.db import connections

from baroalgi import certs
from baroalgi.certs import client
from baroalgi.letters.slips import chain, queries
from baroalgi.operations.commands import evidence as command
from baroalgi.pki import queries as pki
from baroalgi.pki.models import RevocationList
from tests.accounts.test_certificate_sign_in import bring, receive
from tests.guardianship.rows import staff
from tests.letters import slip_rows as rows
from tests.letters.slip_rows import JOINING
from tests.statements import assert_statements

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


# Evidence --------------------------------------------------------------------------------------------

WHOLE = "서명한 뒤에 바뀐 것이 없습니다."
CHANGED = "서명한 때와 맞지 않는 것이 있습니다."


@pytest.fixture
def signed(pen):
    """The pen, after its owner has signed an answer."""
    asked = pen.ask()
    assert pen.send(asked, pen.sign(asked["content"].encode())).status_code == 200
    return pen


@contextmanager
def changing_what_is_kept():
    """What nobody may: the owner of the tables, with the trigger out of the way."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE letters_slipanswer DISABLE TRIGGER letters_slipanswer_append_only")
        try:
            yield cursor
        finally:
            cursor.execute("ALTER TABLE letters_slipanswer ENABLE TRIGGER letters_slipanswer_append_only")


def test_a_signed_answer_is_proven_by_tools_that_know_nothing_of_this_program(world, signed, tmp_path):
    own = rows.address(signed.slip, "1/")
    assert own in signed.browser.get(rows.address(signed.slip)).text
    with assert_statements(6):
        page = signed.browser.get(own)
    assert WHOLE in page.text
    assert "이서연" in page.text
    with assert_statements(5):
        taken = signed.browser.get(f"{own}evidence.zip")
    assert taken.headers["Cache-Control"] == "no-store"
    assert taken.headers["Content-Disposition"].startswith("attachment")
    files = zipfile.ZipFile(io.BytesIO(taken.content))
    files.extractall(tmp_path)
    readme = files.read("README.txt").decode()
    begins = readme.index("  openssl cms -verify")
    line = readme[begins : readme.index("\n\n", begins)]
    assert _run(line, tmp_path) == 0
    content = json.loads(files.read("content.json"))
    assert content["text"] == sha256(files.read("slip.txt")).hexdigest()
    covered = files.read("chain.txt")
    assert sha256(covered).hexdigest() in readme
    assert sha256(files.read("content.json")).hexdigest().encode() in covered
    assert sha256(files.read("revoked.crl")).hexdigest() in readme

    message = foreign.ContentInfo.load(files.read("signature.p7s"))["content"]
    (signer,) = message["signer_infos"]
    told = {attribute["type"].native: attribute["values"][0] for attribute in signer["signed_attrs"]}
    assert told["message_digest"].native == sha256(files.read("content.json")).digest()
    (certificate,) = [each.chosen for each in message["certificates"]][:1]
    assert certificate.dump() == signed.owner.certificate
    assert signer["sid"].chosen["serial_number"].native == certificate.serial_number

    (tmp_path / "content.json").write_bytes(files.read("content.json").replace(b"q1", b"q9"))
    assert _run(line, tmp_path) != 0
    assert world.audit_names()[-2:] == ["slip.evidence_viewed", "slip.evidence_taken"]


def _run(line, folder):
    words = shlex.split(line.replace("\\\n", " "))
    return subprocess.run(words, cwd=folder, capture_output=True, check=False).returncode


def test_evidence_is_for_who_signed_who_wrote_the_letter_and_the_administrator(
    world, signed, as_staff, as_guardian, visitor
):
    letter, own = signed.slip.letter, rows.address(signed.slip, "1/")
    desk = rows.answers_of(letter, f"{signed.slip.public_id}/1/")
    writer = as_staff(world.homeroom_teacher)
    administrator = as_staff(staff(world, "관리자", "school_admin"))
    assert desk in writer.get(rows.answers_of(letter) + "?show=answered").text
    for browser in (writer, administrator):
        assert WHOLE in browser.get(desk).text
        assert browser.get(f"{desk}evidence.zip").status_code == 200
    assert world.audit_names().count("slip.evidence_viewed") == 2

    other = rows.letter(world, writer=world.next_door_teacher)
    father = rows.other_guardian(world, world.garam)
    for browser in (as_guardian(father), as_guardian(world.stranger)):
        for address in (own, f"{own}evidence.zip"):
            assert browser.get(address).status_code == 404
    far = staff(world, "먼관리", "school_admin", place=world.saeneoul_counter)
    for browser in (as_staff(world.next_door_teacher), as_staff(far)):
        for address in (desk, f"{desk}evidence.zip"):
            assert browser.get(address).status_code == 404
    # Under another letter, of another version, of no number that there is.
    for address in (
        rows.answers_of(other, f"{signed.slip.public_id}/1/"),
        rows.answers_of(letter, f"{signed.slip.public_id}/2/"),
        rows.answers_of(letter, f"{signed.slip.public_id}/99999999999999999999/"),
    ):
        assert administrator.get(address).status_code == 404
    assert visitor.get(own).headers["Location"].startswith("/sign-in/")
    holds = "SELECT policy.slip_answer_holds(id) FROM (SELECT %s::bigint AS id) one"
    kept = rows.given(letter)[0].id
    assert world.sql_as_app(holds, [kept], person=world.stranger, strength="certificate") == [(None,)]


def test_one_changed_byte_is_found_by_page_and_command(world, signed, as_staff, as_role, capsys):
    desk = as_staff(world.homeroom_teacher)
    page = rows.answers_of(signed.slip.letter, f"{signed.slip.public_id}/1/")

    def checked():
        as_role("worker")
        status, said = command.main(["check"]), capsys.readouterr().out
        as_role("app")
        return status, said

    assert checked() == (0, "Answers looked at: 1\n")
    flip = """UPDATE letters_slipanswer
              SET {0} = set_byte({0}, length({0}) - 9, get_byte({0}, length({0}) - 9) # 1)"""
    for column in ("cms", "content"):
        with changing_what_is_kept() as cursor:
            cursor.execute(flip.format(column))
        status, said = checked()
        assert status == 1
        assert "its signature does not fit its content" in said
        assert "the row was changed" in said
        assert CHANGED in desk.get(page).text
        with changing_what_is_kept() as cursor:
            cursor.execute(flip.format(column))  # and back
    assert checked()[0] == 0
    with changing_what_is_kept() as cursor:
        cursor.execute("UPDATE letters_slipanswer SET text = text || ' '")
    assert "another text" in checked()[1]
    # Cut off at the end, the chain holds; the trail knows.
    with changing_what_is_kept() as cursor:
        cursor.execute("DELETE FROM letters_slipanswer")
    status, said = checked()
    assert status == 1
    assert "the trail tells of it" in said
