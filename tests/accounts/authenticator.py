"""A device with passkeys, played in Python: it answers what `passkey.ts` would send."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestedCredentialData

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One passkey in one device; change its members to play one that is not in order."""

    origin: str = ORIGIN
    site: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: str = ""

    def make(self, options: dict[str, Any]) -> str:
        """Make the passkey that a page asks for."""
        self.handle = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AttestedCredentialData.create(Aaguid(bytes(16)), self.credential_id, public)
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + bytes(data)}
        return self._answer(
            attestationObject=websafe_encode(cbor.encode(attestation)),
            clientDataJSON=self._client_data("webauthn.create", options["challenge"]),
        )

    def show(self, options: dict[str, Any]) -> str:
        """Sign what a page asks for."""
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data()
        signed = data + hashlib.sha256(_decoded(client_data)).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            userHandle=self.handle,
        )

    def _data(self, flags: int = 0) -> bytes:
        head = hashlib.sha256(self.site.encode()).digest() + bytes([self.flags | flags])
        return head + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(said).encode())

    def _answer(self, **response: str) -> str:
        identifier = websafe_encode(self.credential_id)
        return json.dumps(
            {"id": identifier, "rawId": identifier, "type": "public-key", "response": response}
            | {"clientExtensionResults": {}}
        )


def _decoded(text: str) -> bytes:
    from fido2.utils import websafe_decode

    return bytes(websafe_decode(text))
