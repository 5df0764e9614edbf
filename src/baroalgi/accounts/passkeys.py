"""Passkeys (WebAuthn): what a browser is asked, and what its answer shows.

The challenge is one of `challenges`, so it is used once and belongs to one session. Site and address come
from BAROALGI_URL alone, never from the request. The browser must have asked for fingerprint, face or PIN.
"""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from baroalgi.platform import crypto
from baroalgi.platform.refusal import Refused

REQUIRED = UserVerificationRequirement.REQUIRED


class PasskeyRefused(Refused):
    message = _("지문·얼굴로 확인하지 못했습니다. 다시 하시거나 아이디와 비밀번호로 로그인해 주세요.")


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer shows: which passkey, its counter, and (a new one) its public key."""

    credential_id: bytes
    count: int
    data: bytes = b""


def creation_options(
    *, nonce: str, person_id: int, login: str, name: str, known: list[bytes]
) -> dict[str, Any]:
    """Return what the browser needs to make a passkey, as JSON; `known`: those that the person has."""
    options, _state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=user_handle(person_id), name=login, display_name=name),
        [PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=one) for one in known],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=REQUIRED,
        challenge=websafe_decode(nonce),
    )
    return _json(options)


def request_options(*, nonce: str) -> dict[str, Any]:
    """Return what the browser needs to show a passkey, as JSON; any one of this site will do."""
    options, _state = _server().authenticate_begin(
        user_verification=REQUIRED, challenge=websafe_decode(nonce)
    )
    return _json(options)


def nonce_in(answer: str) -> str:
    """Return the challenge that an answer says it answers. Raises PasskeyRefused when it cannot be read."""
    with _readable():
        client_data = json.loads(websafe_decode(json.loads(answer)["response"]["clientDataJSON"]))
        return str(client_data["challenge"])[:64]


def credential_in(answer: str) -> bytes:
    """Return the identifier of the passkey that an answer is of. Raises PasskeyRefused."""
    with _readable():
        return bytes(AuthenticationResponse.from_dict(json.loads(answer)).raw_id)


def check_new(answer: str, *, nonce: str) -> Shown:
    """Check the answer of a browser that made a passkey. Raises PasskeyRefused."""
    with _readable():
        response = RegistrationResponse.from_dict(json.loads(answer))
        made = _server().register_complete(_state(nonce), response)
        if made.credential_data is None:
            raise PasskeyRefused
        return Shown(
            bytes(made.credential_data.credential_id), int(made.counter), bytes(made.credential_data)
        )


def check_shown(answer: str, *, nonce: str, data: bytes, person_id: int) -> Shown:
    """Check the answer of a browser that showed the passkey kept as `data`. Raises PasskeyRefused."""
    with _readable():
        response = AuthenticationResponse.from_dict(json.loads(answer))
        credential = _server().authenticate_complete(_state(nonce), [AttestedCredentialData(data)], response)
        handle = response.response.user_handle
        if handle and bytes(handle) != user_handle(person_id):
            raise PasskeyRefused
        return Shown(bytes(credential.credential_id), int(response.response.authenticator_data.counter))


def user_handle(person_id: int) -> bytes:
    """Return what passkeys name their person by: 32 bytes that say nothing to anybody else."""
    return bytes.fromhex(crypto.keyed_hash("passkey user", str(person_id)))


@contextmanager
def _readable() -> Iterator[None]:
    """Turn whatever the library says about bytes that are no good into one refusal.

    Bytes of strangers: it answers with whatever exception its parsers stumble into.
    """
    try:
        yield
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        AssertionError,
        ArithmeticError,
        RecursionError,
        NotImplementedError,
        struct.error,
        InvalidSignature,
        UnsupportedAlgorithm,
    ):
        raise PasskeyRefused from None


def _server() -> Fido2Server:
    here = settings.ENVIRONMENT
    parts = urlsplit(here.url)
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="바로알기", id=here.host),
        attestation=AttestationConveyancePreference.NONE,
        verify_origin=lambda origin: origin == f"{parts.scheme}://{parts.netloc}",
    )


def _state(nonce: str) -> dict[str, Any]:
    return {"challenge": nonce, "user_verification": REQUIRED}


def _json(options: Any) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json.dumps(dict(options["publicKey"]), default=dict))
    return said
