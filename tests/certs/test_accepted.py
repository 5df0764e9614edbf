"""What is accepted besides our own certificates: the shapes of other authorities (npki.md §6.2)."""

from datetime import timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from baroalgi import certs
from baroalgi.certs import Reason, client, keys
from tests.certs import cast, forge

M, C, OPERATOR = cast.mother(), cast.content(), cast.operator()
YESSIGN_BANK = "1.2.410.200005.1.1.4"
SEOUL = timezone(timedelta(hours=9))


def other_authority(*, name: x509.Name | None = None, key: keys.PrivateKey) -> bytes:
    """A self-signed issuing authority of the kind that an operator loads and pins."""
    name = name or x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "kr", _ASN1Type.PrintableString),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "yessign"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "AccreditedCA"),
            x509.NameAttribute(NameOID.COMMON_NAME, "yessignCA Class 9"),
        ]
    )
    any_policy = x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)
    return (
        x509.CertificateBuilder()
        .issuer_name(name)
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(4097)
        .not_valid_before(cast.NOW - timedelta(days=10))
        .not_valid_after(cast.NOW + timedelta(days=1000))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(forge.usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.CertificatePolicies([any_policy]), critical=True)
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )


def bank_policy() -> tuple[x509.CertificatePolicies, bool]:
    notice = x509.UserNotice(None, "이 인증서는 공동인증서입니다")
    policy = x509.PolicyInformation(
        x509.ObjectIdentifier(YESSIGN_BANK), [notice, "http://www.yessign.or.kr/cps.htm"]
    )
    return x509.CertificatePolicies([policy]), True  # critical, as NPKI has it


def test_a_certificate_in_the_shape_of_npki_is_accepted():
    key = cast.rsa_key()
    authority = other_authority(key=key)
    loaded = x509.load_der_x509_certificate(authority)
    long_key_id = x509.AuthorityKeyIdentifier(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest,
        [x509.DirectoryName(loaded.subject)],
        4097,
    )
    signer = forge.parent(
        key=cast.rsa_key(2049),
        by=key,
        issuer=authority,
        plus=(bank_policy(), (long_key_id, False)),
        serial=123456789,
    )
    anchors = [certs.Anchor(authority, frozenset({YESSIGN_BANK, "1.2.410.200005.1.1.1"})), *OPERATOR.anchors]

    verified = certs.verify(forge.message(signer=signer), C, M.h1, anchors, cast.NOW)

    assert (verified.serial, verified.path) == (123456789, (signer.certificate, authority))


@pytest.mark.parametrize(
    "changes",
    [
        {"plus": ((x509.BasicConstraints(ca=False, path_length=None), True),)},
        {"plus": ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),)},
        {"plus": ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), True),)},
        {"plus": ((forge.usage(digital_signature=True), False),)},
        {"key": ec.derive_private_key(77, ec.SECP384R1())},
        {"key": cast.rsa_key(4096)},
        {"hash_algorithm": SHA512()},
        {"subject": x509.Name([])},
        {"not_before": cast.NOW},
        {"not_after": cast.NOW},
    ],
)
def test_harmless_differences_are_accepted(changes):
    signer = forge.parent(**changes)

    for anchors in (OPERATOR.anchors, OPERATOR.anchors_with_root):
        certs.verify(forge.message(signer=signer), C, M.h1, anchors, cast.NOW)


def test_the_time_of_day_is_the_same_everywhere():
    signer = forge.parent(not_after=cast.NOW + timedelta(hours=1))
    message = forge.message(signer=signer)
    inside = (cast.NOW + timedelta(minutes=59)).astimezone(SEOUL)
    outside = (cast.NOW + timedelta(minutes=61)).astimezone(SEOUL)

    certs.verify(message, C, M.h1, OPERATOR.anchors, inside)
    with pytest.raises(certs.Untrusted) as refused:
        certs.verify(message, C, M.h1, OPERATOR.anchors, outside)
    assert refused.value.reason is Reason.EXPIRED


def test_an_expired_authority_ends_the_path():
    late = cast.NOW + timedelta(days=3001)
    signer = forge.parent(not_after=cast.NOW + timedelta(days=9000))

    with pytest.raises(certs.Untrusted) as refused:
        certs.verify(forge.message(signer=signer), C, M.h1, OPERATOR.anchors, late)
    assert refused.value.reason is Reason.BAD_PATH


def test_two_generations_of_one_authority_live_side_by_side():
    """After a change of keys both have the same name: the right one is found by key."""
    old_key = cast.ec_key(88)
    old = cast.make_authority(cast.ec_key(11), OPERATOR.root, old_key)
    anchors = [certs.Anchor(old, frozenset({"1.2.3"})), *OPERATOR.anchors]

    assert certs.verify(forge.message(), C, M.h1, anchors, cast.NOW).path[-1] == OPERATOR.authority
    old_parent = forge.parent(by=old_key, issuer=old)
    with pytest.raises(certs.Untrusted) as refused:
        certs.verify(forge.message(signer=old_parent), C, M.h1, anchors, cast.NOW)
    assert refused.value.reason is Reason.POLICY


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (_ASN1Type.BMPString, "한국정보인증", "한국정보인증"),
        (_ASN1Type.UTF8String, "\u202e\x00 ", "어느 기관"),
        (_ASN1Type.UTF8String, "x" * 64, "x" * 64),
    ],
)
def test_an_unknown_issuer_is_shown_by_name(kind, text, shown):
    key = cast.ec_key(89)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "어느 기관"),
            x509.NameAttribute(NameOID.COMMON_NAME, text, kind),
        ]
    )
    signer = forge.parent(by=key, issuer=other_authority(name=name, key=key))

    with pytest.raises(certs.Untrusted) as refused:
        certs.verify(forge.message(signer=signer), C, M.h1, OPERATOR.anchors, cast.NOW)
    assert (refused.value.reason, refused.value.issuer) == (Reason.UNKNOWN_ISSUER, shown)


def test_a_document_is_signed_beside_itself():
    document = "회신서: 참가합니다".encode()
    message = client.sign(M.key, M.certificate, document, at=cast.NOW, detached=True)

    verified = certs.verify_document(message, document, OPERATOR.anchors, cast.NOW)
    assert (verified.certificate, verified.signing_time) == (M.certificate, cast.NOW)

    attached = client.sign(M.key, M.certificate, document, at=cast.NOW)
    for wrong, content in [(message, document + b"!"), (message, b""), (attached, document), (b"", document)]:
        with pytest.raises(certs.Untrusted):
            certs.verify_document(wrong, content, OPERATOR.anchors, cast.NOW)


def test_a_signing_time_after_2049_is_written_in_four_digits():
    year_2050 = cast.NOW.replace(year=2050)
    message = client.sign(M.key, M.certificate, C, at=year_2050)

    assert certs.signed_content(message).signing_time == year_2050


def test_the_challenge_is_canonical():
    content = certs.challenge_content({"v": 1, "aud": "https://학교.example", "exp": 5}, bytes(32))

    assert (
        content
        == (
            '{"aud":"https://학교.example","exp":5,"h1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","v":1}'
        ).encode()
    )
