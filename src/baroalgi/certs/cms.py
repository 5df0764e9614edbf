"""The one accepted form of CMS SignedData (npki.md §6.1): what our own clients make, byte for byte.

A message is read into its parts, the parts are put together again, and the bytes must be the same. So
nothing in it can be changed, reordered or encoded otherwise without being refused.

    ContentInfo signedData { 1, {SHA-256}, data [0] content (absent when detached), certificates [0] 1..4,
      { SignerInfo { 1, issuerAndSerial, SHA-256, [0] signed attributes, algorithm, signature } } }

Signed attributes, sorted: contentType = data, signingTime, messageDigest, signingCertificateV2 with one
SHA-256 of the certificate and neither algorithm nor issuerSerial. SHA-256 stands without parameters,
RSA as rsaEncryption or sha256WithRSAEncryption with NULL, ECDSA as ecdsa-with-SHA256 without parameters.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from cryptography import x509

from baroalgi.certs import certificate, der, keys
from baroalgi.certs.errors import BadInput, Code, Reason, Untrusted

LONGEST = 64 * 1024
MOST_CERTIFICATES = 4

_DATA = der.oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = der.oid("1.2.840.113549.1.9.5")
_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_ONE = der.integer(1)
_ATTRIBUTES = {_CONTENT_TYPE, _SIGNING_TIME, _MESSAGE_DIGEST, _SIGNING_CERTIFICATE_V2}


@dataclass(frozen=True, slots=True)
class Signed:
    """Content with a good signature by the key of `leaf`, about which nothing else is known yet.

    `others`: further certificates sent along, DER, candidates for nothing. `signing_time`: as claimed.
    """

    content: bytes
    leaf: x509.Certificate
    parts: certificate.Parts
    others: tuple[bytes, ...]
    signing_time: datetime


class Message(NamedTuple):
    """Everything in a message that can differ from one to another. `content` None: detached."""

    content: bytes | None
    certificates: Sequence[bytes]
    issuer: bytes
    serial: bytes
    attributes: bytes  # the signed attributes under their signed tag, SET
    algorithm: bytes
    signature: bytes

    def encode(self) -> bytes:
        """Put the message together."""
        signer = der.sequence(
            _ONE,
            der.sequence(self.issuer, self.serial),
            _SHA256,
            # Signed as SET OF (31), sent under [0]: the same bytes but the first.
            bytes((der.CONTEXT_0,)) + self.attributes[1:],
            self.algorithm,
            der.octets(self.signature),
        )
        wrapped = () if self.content is None else (der.explicit(0, der.octets(self.content)),)
        signed_data = der.sequence(
            _ONE,
            der.set_of(_SHA256),
            der.sequence(_DATA, *wrapped),
            der.explicit(0, *self.certificates),
            der.set_of(signer),
        )
        return der.sequence(_SIGNED_DATA, der.explicit(0, signed_data))


def attributes(*, digest: bytes, fingerprint: bytes, signing_time: bytes) -> bytes:
    """Return the signed attributes as the SET OF that is signed. `signing_time` is an encoded Time."""
    ess = der.sequence(der.sequence(der.sequence(der.octets(fingerprint))))
    values = {
        _CONTENT_TYPE: _DATA,
        _SIGNING_TIME: signing_time,
        _MESSAGE_DIGEST: der.octets(digest),
        _SIGNING_CERTIFICATE_V2: ess,
    }
    return der.set_of(*(der.sequence(kind, der.set_of(value)) for kind, value in values.items()))


def signed_content(data: bytes, *, detached: bytes | None = None) -> Signed:
    """Read a message, check its form and its signature. `detached`: the content, if it is not inside.

    Raises BadInput for the form, Untrusted BAD_SIGNATURE or WEAK_KEY for the signature.
    """
    message, claims = _read(data, attached=detached is None)
    content = message.content if message.content is not None else detached or b""
    if not hmac.compare_digest(claims.digest, sha256(content).digest()):
        raise Untrusted(Reason.BAD_SIGNATURE)
    signer, others = _signer(message, claims.sent)
    # Before any library parses the certificate, it is known to be the one that was signed with.
    if not hmac.compare_digest(claims.fingerprint, signer.fingerprint):
        raise Untrusted(Reason.BAD_SIGNATURE)
    loaded = certificate.load(signer.der)
    try:
        key = certificate.public_key(loaded)
    except BadInput:
        raise Untrusted(Reason.WEAK_KEY) from None
    if message.algorithm not in _algorithms(key):
        raise BadInput(Code.SIGNATURE_ALGORITHM, "signer")
    if not keys.signed_by(key, message.signature, message.attributes):
        raise Untrusted(Reason.BAD_SIGNATURE)
    return Signed(content, loaded, signer, others, claims.signing_time)


class _Claims(NamedTuple):
    """What the signed attributes say, and the certificates that came along."""

    signing_time: datetime
    digest: bytes
    fingerprint: bytes
    sent: list[certificate.Parts]


def _read(data: bytes, *, attached: bool) -> tuple[Message, _Claims]:
    _kind, wrapped = der.read(data, longest=LONGEST).of(der.OID, der.CONTEXT_0)
    (signed_data,) = wrapped.of(der.SEQUENCE)
    _version, _digests, encapsulated, certificates, signers = signed_data.of(
        der.INTEGER, der.SET, der.SEQUENCE, der.CONTEXT_0, der.SET
    )
    (signer,) = signers.of(der.SEQUENCE)
    _version, sid, _digest, signed, algorithm, signature = signer.of(
        der.INTEGER, der.SEQUENCE, der.SEQUENCE, der.CONTEXT_0, der.SEQUENCE, der.OCTET_STRING
    )
    issuer, serial = sid.of(der.SEQUENCE, der.INTEGER)
    values = _attribute_values(signed)
    time, digest = values[_SIGNING_TIME], values[_MESSAGE_DIGEST].body
    fingerprint = _ess_fingerprint(values[_SIGNING_CERTIFICATE_V2])
    message = Message(
        _content(encapsulated) if attached else None,
        [each.raw for each in certificates.each(der.SEQUENCE)],
        issuer.raw,
        serial.raw,
        attributes(digest=digest, fingerprint=fingerprint, signing_time=time.raw),
        algorithm.raw,
        signature.body,
    )
    if not hmac.compare_digest(message.encode(), data):
        raise BadInput(Code.SHAPE, "cms")
    sent = [certificate.parts_of(each) for each in certificates.each(der.SEQUENCE)]
    return message, _Claims(_time(time), digest, fingerprint, sent)


def _content(encapsulated: der.Node) -> bytes:
    _type, inside = encapsulated.of(der.OID, der.CONTEXT_0)
    return inside.of(der.OCTET_STRING)[0].body


def _attribute_values(signed: der.Node) -> dict[bytes, der.Node]:
    values = {}
    for attribute in signed.each(der.SEQUENCE):
        kind, wrapped = attribute.of(der.OID, der.SET)
        if kind.raw in values or len(wrapped.children or ()) != 1:
            raise BadInput(Code.SHAPE, "attributes")
        values[kind.raw] = (wrapped.children or ())[0]
    if values.keys() != _ATTRIBUTES:
        raise BadInput(Code.SHAPE, "attributes")
    return values


def _ess_fingerprint(value: der.Node) -> bytes:
    (certificates,) = value.of(der.SEQUENCE)
    (entry,) = certificates.of(der.SEQUENCE)
    return entry.of(der.OCTET_STRING)[0].body


def _time(node: der.Node) -> datetime:
    """Read a Time as RFC 5652 §11.3 writes it: UTCTime until 2049, seconds, Z."""
    formats = {der.UTC_TIME: (13, "%y%m%d%H%M%SZ"), der.GENERALIZED_TIME: (15, "%Y%m%d%H%M%SZ")}
    length, form = formats.get(node.tag, (0, ""))
    try:
        time = datetime.strptime(node.body.decode("ascii"), form).replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(Code.SHAPE, "signing time") from None
    if (
        len(node.body) != length
        or not node.body[:-1].isdigit()
        or (time.year >= 2050) != (node.tag == der.GENERALIZED_TIME)
    ):
        raise BadInput(Code.SHAPE, "signing time")
    return time


def _signer(message: Message, sent: list[certificate.Parts]) -> tuple[certificate.Parts, tuple[bytes, ...]]:
    """Find the certificate with the signer's issuer bytes and serial; there must be exactly one."""
    if len(sent) > MOST_CERTIFICATES or len(set(message.certificates)) < len(sent):
        raise BadInput(Code.SHAPE, "certificates")
    found = [each for each in sent if (each.issuer, each.serial) == (message.issuer, message.serial)]
    if len(found) != 1:
        raise BadInput(Code.SHAPE, "signer")
    return found[0], tuple(each.der for each in sent if each is not found[0])


def _algorithms(key: keys.PublicKey) -> tuple[bytes, ...]:
    ecdsa = keys.algorithm(key) == keys.ECDSA_SHA256
    return (keys.ECDSA_SHA256,) if ecdsa else (keys.RSA_ENCRYPTION, keys.RSA_SHA256)
