"""Signatures by other people's software for NPKI, made with a pair that was issued here."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pypinksign
import pytest

from baroalgi import certs
from baroalgi.certs import certificate, client, cms, keys
from baroalgi.certs.der import UTC_TIME, tlv
from tests.accounts.test_certificate_sign_in import UNREADABLE, Door, Fields, refused
from tests.issuing import Parent, approved

PASSWORD = "Mountain#2026"


@pytest.fixture
def seoyeon(world: Any, sign: Any) -> Parent:
    """이서연, who chose the files of NPKI."""
    parent = approved(world, world.seoyeon)
    parent.key, parent.r = client.generate_rsa_key(), client.new_r()
    parent.csr = client.make_csr(parent.key)
    assert parent.order().status_code == 202
    sign()
    assert parent.wait()["state"] == "valid"
    assert parent.confirm().status_code == 200
    return parent


@pytest.fixture
def software(seoyeon: Parent) -> Any:
    """PinkSign with her pair opened."""
    opened = pypinksign.PinkSign(pubkey_data=seoyeon.certificate)
    pair = client.write_npki(seoyeon.key, seoyeon.r, PASSWORD)
    opened.load_prikey(prikey_data=pair, prikey_password=PASSWORD.encode())
    return opened


def form(challenge: dict[str, Any], h1: bytes, message: bytes) -> Fields:
    return {
        "name": "이서연",
        "nonce": challenge["nonce"],
        "h1": urlsafe_b64encode(h1).rstrip(b"=").decode(),
        "cms": b64encode(message).decode(),
    }


def test_its_bare_signature_in_our_form_signs_in(seoyeon: Parent, software: Any) -> None:
    door = Door(seoyeon)
    challenge = door.challenge()
    h1 = certs.vid.h1(seoyeon.rrn, software._rand_num.asOctets())
    content = certs.challenge_content(challenge, h1)
    parts = certificate.parts(seoyeon.certificate)
    attributes = cms.attributes(
        digest=sha256(content).digest(),
        fingerprint=parts.fingerprint,
        signing_time=tlv(UTC_TIME, datetime.now(UTC).strftime("%y%m%d%H%M%SZ").encode()),
    )
    message = cms.Message(
        content=content,
        certificates=[seoyeon.certificate],
        issuer=parts.issuer,
        serial=parts.serial,
        attributes=attributes,
        algorithm=keys.RSA_SHA256,
        signature=software.sign(attributes),
    ).encode()

    assert door.send(form(challenge, h1, message)).status_code == 200
    assert door.is_open()


def test_its_own_form_of_message_is_refused(world: Any, seoyeon: Parent, software: Any) -> None:
    door = Door(seoyeon)
    challenge = door.challenge()
    h1 = certs.vid.h1(seoyeon.rrn, seoyeon.r)
    content = certs.challenge_content(challenge, h1)
    message = software.pkcs7_signed_msg(content)
    with pytest.raises(certs.Untrusted) as untrusted:
        certs.verify(message, content, h1, [], datetime.now(UTC))
    assert (untrusted.value.reason, untrusted.value.detail) == (certs.Reason.MALFORMED, certs.Code.SHAPE)

    refused(world, door, form(challenge, h1, message), UNREADABLE, "Unreadable")
