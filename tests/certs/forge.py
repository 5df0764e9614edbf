"""Making wrong things on purpose: messages and certificates that differ from right ones in one part.

Written beside `cms.Message`, not with it: what both agree on was said twice.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from baroalgi.certs import keys, profile, vid
from baroalgi.certs.der import (
    bits,
    explicit,
    integer,
    octets,
    oid,
    read,
    sequence,
    set_of,
    tlv,
)
from tests.certs import cast

DATA = oid("1.2.840.113549.1.7.1")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")
SHA_256 = sequence(oid("2.16.840.1.101.3.4.2.1"))
SHA_1 = sequence(oid("1.3.14.3.2.26"))


def attribute(number: str, *values: bytes) -> bytes:
    return sequence(oid(f"1.2.840.113549.1.9.{number}"), set_of(*values))


def content_type(kind: bytes = DATA) -> bytes:
    return attribute("3", kind)


def signing_time(text: bytes = b"261124013000Z", tag: int = 0x17) -> bytes:
    return attribute("5", tlv(tag, text))


def message_digest(content: bytes) -> bytes:
    return attribute("4", octets(sha256(content).digest()))


def ess(leaf: bytes, *rest: bytes) -> bytes:
    return attribute("16.2.47", sequence(sequence(sequence(octets(sha256(leaf).digest()), *rest))))


def signer_info(
    key: keys.PrivateKey,
    attributes: list[bytes],
    *,
    issuer: bytes,
    serial: bytes,
    version: int = 1,
    digest: bytes = SHA_256,
    algorithm: bytes | None = None,
    signature: bytes | None = None,
    signed_tag: int = 0x31,
    unsigned: bytes = b"",
) -> bytes:
    """One SignerInfo; the attributes stay in the order given."""
    body = tlv(signed_tag, *attributes)
    return sequence(
        integer(version),
        sequence(issuer, serial),
        digest,
        explicit(0, *attributes) if attributes else b"",
        algorithm or keys.algorithm(key),
        octets(keys.sign(key, body) if signature is None else signature),
        unsigned,
    )


def message(content: bytes | None = None, signer: cast.Parent | None = None, **parts: Any) -> bytes:
    """One message, right unless `parts` say otherwise.

    `attributes` and the keywords of `signer_info`; `signers`, `certificates` (lists), `encapsulated`,
    `content_kind`, `digests`, `cms_version`, `crls`.
    """
    content, signer = content or cast.content(), signer or cast.mother()
    issuer, serial = issuer_and_serial(signer.certificate)
    attributes = parts.pop("attributes", None)
    if attributes is None:
        attributes = sorted(
            [content_type(), signing_time(), message_digest(content), ess(signer.certificate)]
        )
    certificates = parts.pop("certificates", [signer.certificate])
    encapsulated = parts.pop("encapsulated", sequence(DATA, explicit(0, octets(content))))
    kind = parts.pop("content_kind", SIGNED_DATA)
    version, crls = parts.pop("cms_version", 1), parts.pop("crls", b"")
    digests, signers = parts.pop("digests", set_of(SHA_256)), parts.pop("signers", None)
    if signers is None:
        given = {"issuer": issuer, "serial": serial, **parts}
        signers = [signer_info(given.pop("key", signer.key), attributes, **given)]
    return sequence(
        kind,
        explicit(
            0,
            sequence(
                integer(version),
                digests,
                encapsulated,
                explicit(0, *certificates) if certificates else b"",
                crls,
                set_of(*signers),
            ),
        ),
    )


def issuer_and_serial(data: bytes) -> tuple[bytes, bytes]:
    fields = read(data, longest=99999).children[0].children
    return fields[3].raw, fields[1].raw


def own_signer_info() -> bytes:
    """The one SignerInfo of `message()`."""
    issuer, serial = issuer_and_serial(cast.mother().certificate)
    attributes = sorted(
        [content_type(), signing_time(), message_digest(cast.content()), ess(cast.mother().certificate)]
    )
    return signer_info(cast.mother().key, attributes, issuer=issuer, serial=serial)


def usage(**on: bool) -> x509.KeyUsage:
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: on.get(name, False) for name in names})


def parent(
    *,
    key: keys.PrivateKey | None = None,
    by: keys.PrivateKey | None = None,
    issuer: bytes | None = None,
    without: tuple[type[x509.ExtensionType], ...] = (),
    plus: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    identity: x509.SubjectAlternativeName | None = None,
    subject: x509.Name | None = None,
    not_before: datetime = cast.NOW - timedelta(days=1),
    not_after: datetime = cast.NOW + timedelta(days=300),
    r: bytes = cast.R,
    number: int = 900,
    serial: int | None = None,
    hash_algorithm: Any = None,
) -> cast.Parent:
    """A parent whose certificate is the operator's own, right unless told otherwise.

    `without` drops extensions, `plus` adds some (replacing those of the same kind).
    """
    operator = cast.operator()
    key = key or cast.ec_key(22)
    authority = x509.load_der_x509_certificate(issuer or operator.authority)
    virtual_id = vid.virtual_id(vid.h1(cast.NUMBER, r))
    identity = identity or vid.alternative_name("이서연", virtual_id)
    dropped = (*without, *(type(extension) for extension, _ in plus))
    usual_subject = profile.subject_name(cast.PROFILE.operator, "이서연", "20261124000000042")
    builder = (
        x509.CertificateBuilder()
        .issuer_name(authority.subject)
        .subject_name(usual_subject if subject is None else subject)
        .public_key(key.public_key())
        .serial_number(serial or cast.serial(number))
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    usual = profile.extensions(cast.ec_key(22).public_key(), authority, cast.PROFILE, identity)
    for extension, critical in [each for each in usual if not isinstance(each[0], dropped)] + list(plus):
        builder = builder.add_extension(extension, critical=critical)
    signed = builder.sign(by or operator.key, hash_algorithm or SHA256())
    return cast.Parent(key, r, signed.public_bytes(Encoding.DER))


def respell(data: bytes, old: bytes, new: bytes, by: keys.PrivateKey) -> bytes:
    """Change bytes inside a certificate's TBS (of equal length) and sign it again."""
    assert len(old) == len(new)
    assert data.count(old) == 1
    tbs, algorithm, _signature = read(data, longest=99999).children
    changed = tbs.raw.replace(old, new)
    return sequence(changed, algorithm.raw, bits(keys.sign(by, changed)))
