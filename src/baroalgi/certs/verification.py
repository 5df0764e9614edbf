"""The whole check of a signature in its order (npki.md §6.1), but for what needs a database.

The caller still asks: is the challenge unused and in time, is the certificate revoked, whose is it.
"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from baroalgi.certs import vid
from baroalgi.certs.chain import Anchor, check_path
from baroalgi.certs.cms import Signed, signed_content
from baroalgi.certs.errors import BadInput, Code, Reason, Untrusted

_ABSENT = {Code.IDENTIFY_DATA_ABSENT}


@dataclass(frozen=True, slots=True)
class Verified:
    """Who signed. `fingerprint` and `spki_hash` are SHA-256; `path`: leaf to anchor, DER.

    `signing_time` is the signer's claim. `name` and `virtual_id` come from IdentifyData.
    """

    certificate: bytes = field(repr=False)
    fingerprint: bytes
    serial: int
    issuer: bytes = field(repr=False)
    name: str = field(repr=False)
    virtual_id: bytes = field(repr=False)
    spki_hash: bytes
    not_before: datetime
    not_after: datetime
    signing_time: datetime
    path: tuple[bytes, ...] = field(repr=False)


def verify(
    cms: bytes, expected_content: bytes, h1: bytes, anchors: Collection[Anchor], now: datetime
) -> Verified:
    """Check a signed challenge: form, signature, content, path, policy, and that h1 belongs to the owner.

    `cms`: SignedData with the content inside; `now` is aware. Raises Untrusted and nothing else.
    """
    try:
        signed = signed_content(cms)
        if not hmac.compare_digest(signed.content, expected_content):
            raise Untrusted(Reason.WRONG_CONTENT)
        verified, hash_name = _owner(signed, anchors, now)
    except BadInput as bad:
        raise Untrusted(Reason.MALFORMED, detail=bad.code) from None
    if not vid.matches(verified.virtual_id, h1, hash_name):
        raise Untrusted(Reason.VID_MISMATCH)
    return verified


def verify_document(cms: bytes, content: bytes, anchors: Collection[Anchor], now: datetime) -> Verified:
    """Check a detached signature over a document (a slip, a consent), where h1 does not belong.

    That the certificate is the one its owner registered is for the caller to see. Raises Untrusted only.
    """
    try:
        return _owner(signed_content(cms, detached=content), anchors, now)[0]
    except BadInput as bad:
        raise Untrusted(Reason.MALFORMED, detail=bad.code) from None


def _owner(signed: Signed, anchors: Collection[Anchor], now: datetime) -> tuple[Verified, str]:
    path = check_path(signed.leaf, signed.parts, anchors, now)
    # What was sent along is used for nothing; still, no byte of a message may be free to choose.
    if not set(signed.others) <= set(path):
        raise Untrusted(Reason.BAD_PATH)
    try:
        identity = vid.identify_data(signed.leaf)
    except BadInput as bad:
        if bad.code in _ABSENT:
            raise Untrusted(Reason.VID_ABSENT) from None
        raise
    verified = Verified(
        certificate=signed.parts.der,
        fingerprint=signed.parts.fingerprint,
        serial=signed.parts.serial_number,
        issuer=signed.parts.issuer,
        name=identity.real_name,
        virtual_id=identity.virtual_id,
        spki_hash=sha256(signed.parts.spki).digest(),
        not_before=signed.leaf.not_valid_before_utc,
        not_after=signed.leaf.not_valid_after_utc,
        signing_time=signed.signing_time,
        path=path,
    )
    return verified, identity.hash_name
