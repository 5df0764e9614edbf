"""The list of malformed things in npki.md §9, numbers in the ids: each is refused, none crashes.

Each case is right but for one thing; `test_what_the_cases_start_from_is_accepted` holds that up.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.x509.oid import ExtendedKeyUsageOID

from baroalgi import certs
from baroalgi.certs import Reason, certificate, client, keys, vid
from baroalgi.certs.der import bits, explicit, integer, null, octets, oid, sequence, set_of, tlv
from tests.certs import cast, forge

M, C = cast.mother(), cast.content()
BASE = forge.message()


def verify(message: bytes, **changes: object) -> certs.Verified:
    given = {"h1": M.h1, "anchors": cast.operator().anchors, "now": cast.NOW, "content": C} | changes
    return certs.verify(message, given["content"], given["h1"], given["anchors"], given["now"])


def refusal(message: bytes, **changes: object) -> Reason:
    with pytest.raises(certs.Untrusted) as refused:
        verify(message, **changes)
    return refused.value.reason


def attributes(**instead: bytes | None) -> list[bytes]:
    parts = {
        "type": forge.content_type(),
        "time": forge.signing_time(),
        "digest": forge.message_digest(C),
        "ess": forge.ess(M.certificate),
    } | instead
    return sorted(part for part in parts.values() if part is not None)


def other_identity(signer: cast.Parent) -> dict[str, bytes]:
    parts = certificate.parts(signer.certificate)
    return {"issuer": parts.issuer, "serial": parts.serial}


def indefinite() -> bytes:
    return b"\x30\x80" + BASE[4:] + b"\0\0"


def long_length() -> bytes:
    return b"\x30\x83\x00" + BASE[2:]


def constructed_content() -> bytes:
    split = tlv(0x24, octets(C[:10]), octets(C[10:]))
    return forge.message(encapsulated=sequence(forge.DATA, explicit(0, split)))


def bomb() -> bytes:
    data = b"\x05\x00"
    for _ in range(3000):
        data = sequence(data)
    return data


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :]


def zero_ecdsa() -> bytes:
    return sequence(integer(0), integer(0))


STRANGER = forge.parent(key=cast.ec_key(23), number=901)
MALFORMED, BAD = Reason.MALFORMED, Reason.BAD_SIGNATURE
RSA_PARENT = forge.parent(key=cast.rsa_key(), number=902)

MESSAGES: dict[str, tuple[Callable[[], bytes], Reason]] = {
    "1 trailing byte": (lambda: BASE + b"\0", MALFORMED),
    "2 indefinite length": (indefinite, MALFORMED),
    "3 non-minimal length": (long_length, MALFORMED),
    "4 truncated": (lambda: BASE[:-1], MALFORMED),
    "5 other content type": (lambda: forge.message(content_kind=oid("1.2.840.113549.1.7.3")), MALFORMED),
    "5 other inner type": (
        lambda: forge.message(encapsulated=sequence(oid("1.2.840.113549.1.7.5"), explicit(0, octets(C)))),
        MALFORMED,
    ),
    "6 two signers": (
        lambda: forge.message(
            signers=[
                forge.own_signer_info(),
                forge.signer_info(
                    STRANGER.key, attributes(ess=forge.ess(STRANGER.certificate)), **other_identity(STRANGER)
                ),
            ]
        ),
        MALFORMED,
    ),
    "6 the same signer twice": (lambda: forge.message(signers=[forge.own_signer_info()] * 2), MALFORMED),
    "7 no signer": (lambda: forge.message(signers=[]), MALFORMED),
    "8 no signed attributes": (
        lambda: forge.message(attributes=[], signature=keys.sign(M.key, C)),
        MALFORMED,
    ),
    "9 wrong messageDigest": (
        lambda: forge.message(attributes=attributes(digest=forge.message_digest(b"other"))),
        BAD,
    ),
    "10 no messageDigest": (lambda: forge.message(attributes=attributes(digest=None)), MALFORMED),
    "11 messageDigest twice": (
        lambda: forge.message(attributes=sorted([*attributes(), forge.message_digest(C)])),
        MALFORMED,
    ),
    "11 messageDigest of two values": (
        lambda: forge.message(
            attributes=attributes(
                digest=forge.attribute("4", octets(sha256(C).digest()), octets(sha256(b"other").digest()))
            )
        ),
        MALFORMED,
    ),
    "12 contentType attribute wrong": (
        lambda: forge.message(attributes=attributes(type=forge.content_type(oid("1.2.840.113549.1.7.2")))),
        MALFORMED,
    ),
    "13 attributes unsorted": (lambda: forge.message(attributes=attributes()[::-1]), MALFORMED),
    "14 signed under tag A0": (lambda: forge.message(signed_tag=0xA0), BAD),
    "15 SHA-1 digest": (
        lambda: forge.message(digest=forge.SHA_1, digests=set_of(forge.SHA_1)),
        MALFORMED,
    ),
    "15 two digest algorithms": (
        lambda: forge.message(digests=set_of(forge.SHA_1, forge.SHA_256)),
        MALFORMED,
    ),
    "16 algorithm of another key type": (lambda: forge.message(algorithm=keys.RSA_SHA256), MALFORMED),
    "16 ECDSA with NULL": (
        lambda: forge.message(algorithm=sequence(oid("1.2.840.10045.4.3.2"), null())),
        MALFORMED,
    ),
    "16 ECDSA with SHA-384": (
        lambda: forge.message(
            algorithm=sequence(oid("1.2.840.10045.4.3.3")),
            signature=M.key.sign(tlv(0x31, *attributes()), ec.ECDSA(SHA384())),
        ),
        MALFORMED,
    ),
    "16 RSA without NULL": (
        lambda: forge.message(signer=RSA_PARENT, algorithm=sequence(oid("1.2.840.113549.1.1.11"))),
        MALFORMED,
    ),
    "17 last bit flipped": (lambda: flipped(BASE, -1 + len(BASE)), BAD),
    "18 empty signature": (lambda: forge.message(signature=b""), BAD),
    "19 ECDSA r=s=0": (lambda: forge.message(signature=zero_ecdsa()), BAD),
    "20 no certificates": (lambda: forge.message(certificates=[]), MALFORMED),
    "20 no signer certificate": (lambda: forge.message(certificates=[STRANGER.certificate]), MALFORMED),
    "20 five certificates": (
        lambda: forge.message(
            certificates=[M.certificate, *(forge.parent(number=n).certificate for n in range(4))]
        ),
        MALFORMED,
    ),
    "20 signer certificate twice": (lambda: forge.message(certificates=[M.certificate] * 2), MALFORMED),
    "20 other certificate sent along": (
        lambda: forge.message(certificates=[M.certificate, STRANGER.certificate]),
        Reason.BAD_PATH,
    ),
    "21 sid of another": (lambda: forge.message(**other_identity(STRANGER)), MALFORMED),
    "21 sid of another, sent too": (
        lambda: forge.message(certificates=[M.certificate, STRANGER.certificate], **other_identity(STRANGER)),
        BAD,
    ),
    "22 ESS hash of another": (
        lambda: forge.message(attributes=attributes(ess=forge.ess(STRANGER.certificate))),
        BAD,
    ),
    "23 no ESS": (lambda: forge.message(attributes=attributes(ess=None)), MALFORMED),
    "23 ESS with issuerSerial": (
        lambda: forge.message(attributes=attributes(ess=forge.ess(M.certificate, sequence()))),
        MALFORMED,
    ),
    "24 signed by another key": (lambda: forge.message(key=STRANGER.key), BAD),
    "25 constructed OCTET STRING": (constructed_content, MALFORMED),
    "26 over 64 KB": (lambda: forge.message(content=b"x" * 65536), MALFORMED),
    "27 depth bomb": (bomb, MALFORMED),
    "28 empty": (lambda: b"", MALFORMED),
    "29 detached": (lambda: forge.message(encapsulated=sequence(forge.DATA)), MALFORMED),
    "30 other nonce": (lambda: forge.message(cast.content(nonce="x" * 43)), Reason.WRONG_CONTENT),
    "31 other purpose": (lambda: forge.message(cast.content(purpose="first")), Reason.WRONG_CONTENT),
    "other aud": (lambda: forge.message(cast.content(aud="https://evil.example")), Reason.WRONG_CONTENT),
    "empty content": (
        lambda: client.sign(M.key, M.certificate, b"", at=cast.NOW),
        Reason.WRONG_CONTENT,
    ),
    "32 RSA-1024": (
        lambda: forge.message(signer=forge.parent(key=cast.rsa_key(1024))),
        Reason.WEAK_KEY,
    ),
    "32 RSA with e = 3": (
        lambda: forge.message(signer=forge.parent(key=cast.rsa_key(2048, 3))),
        Reason.WEAK_KEY,
    ),
    "32 P-521": (
        lambda: forge.message(signer=forge.parent(key=ec.derive_private_key(5, ec.SECP521R1()))),
        Reason.WEAK_KEY,
    ),
    "32 secp256k1": (
        lambda: forge.message(signer=forge.parent(key=ec.derive_private_key(5, ec.SECP256K1()))),
        Reason.WEAK_KEY,
    ),
    "version 3": (lambda: forge.message(cms_version=3), MALFORMED),
    "signer version 3": (lambda: forge.message(version=3), MALFORMED),
    "with crls": (lambda: forge.message(crls=explicit(1, sequence())), MALFORMED),
    "with unsigned attributes": (
        lambda: forge.message(unsigned=explicit(1, forge.signing_time())),
        MALFORMED,
    ),
    "no signing time": (lambda: forge.message(attributes=attributes(time=None)), MALFORMED),
    "further attribute": (
        lambda: forge.message(attributes=sorted([*attributes(), forge.attribute("52", null())])),
        MALFORMED,
    ),
    "SHA-256 with NULL": (
        lambda: forge.message(digest=sequence(oid("2.16.840.1.101.3.4.2.1"), null())),
        MALFORMED,
    ),
    "high tag": (lambda: sequence(b"\x1f\x01\x00"), MALFORMED),
    "only a certificate": (lambda: M.certificate, MALFORMED),
    "negative zero": (lambda: sequence(b"\x02\x02\x00\x01"), MALFORMED),
    "primitive sequence": (lambda: sequence(b"\x10\x00"), MALFORMED),
    "zeros": (lambda: bytes(1000), MALFORMED),
} | {
    f"signing time {text!r}": (
        lambda text=text, tag=tag: forge.message(attributes=attributes(time=forge.signing_time(text, tag))),
        MALFORMED,
    )
    for text, tag in [
        (b"261324013000Z", 0x17),
        (b"2611240130Z", 0x17),
        (b"26112 013000Z", 0x17),
        (b"261124013000+", 0x17),
        (b"20261124013000Z", 0x18),
        (b"\xff" * 13, 0x17),
        (b"261124013000Z", 0x04),
    ]
}


def test_what_the_cases_start_from_is_accepted():
    assert client.sign(M.key, M.certificate, C, at=cast.NOW) == BASE
    assert verify(BASE).name == "이서연"
    assert verify(forge.message(signer=STRANGER)).serial == cast.serial(901)
    assert verify(forge.message(signer=RSA_PARENT)).serial == cast.serial(902)
    assert verify(forge.message(signer=RSA_PARENT, algorithm=keys.RSA_ENCRYPTION)).name == "이서연"
    with_chain = forge.message(certificates=[M.certificate, cast.operator().authority])
    assert verify(with_chain).name == "이서연"


@pytest.mark.parametrize("case", MESSAGES)
def test_a_malformed_message_is_refused(case):
    make, reason = MESSAGES[case]

    assert refusal(make()) is reason


def identity(*names: bytes) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([x509.OtherName(vid.IDENTIFY_DATA, name) for name in names])


def identify_data(
    *,
    hash_algorithm: bytes = forge.SHA_256,
    value: bytes | None = None,
    kinds: tuple[bytes, ...] = (vid.VID,),
) -> bytes:
    value = vid.virtual_id(M.h1) if value is None else value
    infos = [sequence(kind, sequence(hash_algorithm, explicit(0, octets(value)))) for kind in kinds]
    return sequence(tlv(0x0C, "이서연".encode()), sequence(*infos))


def ca(**changes: object) -> dict[str, object]:
    return {"plus": ((x509.BasicConstraints(ca=True, path_length=None), True),), **changes}


FAKE_KEY = cast.ec_key(66)
FAKE_AUTHORITY = cast.make_authority(FAKE_KEY, cast.make_root(FAKE_KEY), FAKE_KEY)
FOREIGN_ROOT = certs.self_signed_root(
    FAKE_KEY,
    operator="어느 기관",
    common_name="Any CA\u202e\x00 1",
    serial=cast.serial(5),
    not_before=cast.NOW - timedelta(days=9),
    not_after=cast.NOW + timedelta(days=900),
)
DAY = timedelta(days=1)
PATH = Reason.BAD_PATH

PARENTS: dict[str, tuple[Callable[[], cast.Parent], Reason]] = {
    "33 expired": (
        lambda: forge.parent(not_before=cast.NOW - 9 * DAY, not_after=cast.NOW - timedelta(seconds=1)),
        Reason.EXPIRED,
    ),
    "34 not yet valid": (
        lambda: forge.parent(not_before=cast.NOW + timedelta(seconds=1)),
        Reason.NOT_YET_VALID,
    ),
    "35 fake CA of the same name": (lambda: forge.parent(by=FAKE_KEY, issuer=FAKE_AUTHORITY), PATH),
    "35 fake CA of the same name and key id": (lambda: forge.parent(by=FAKE_KEY), PATH),
    "35 foreign CA": (lambda: forge.parent(by=FAKE_KEY, issuer=FOREIGN_ROOT), Reason.UNKNOWN_ISSUER),
    "37 issued by an end entity": (
        lambda: forge.parent(by=M.key, issuer=M.certificate),
        Reason.UNKNOWN_ISSUER,
    ),
    "38 unknown critical extension": (
        lambda: forge.parent(
            plus=((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.7"), b"\5\0"), True),)
        ),
        PATH,
    ),
    "39 no digitalSignature": (
        lambda: forge.parent(plus=((forge.usage(content_commitment=True), True),)),
        PATH,
    ),
    "39 key exchange certificate (km)": (
        lambda: forge.parent(plus=((forge.usage(key_encipherment=True), True),)),
        PATH,
    ),
    "39 may sign certificates": (
        lambda: forge.parent(plus=((forge.usage(digital_signature=True, key_cert_sign=True), True),)),
        PATH,
    ),
    "40 no keyUsage": (lambda: forge.parent(without=(x509.KeyUsage,)), PATH),
    "41 CA:TRUE leaf": (
        lambda: forge.parent(plus=((x509.BasicConstraints(ca=True, path_length=None), True),)),
        PATH,
    ),
    "42 serverAuth only": (
        lambda: forge.parent(plus=((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),)),
        PATH,
    ),
    "43 policy not allowed": (
        lambda: forge.parent(
            plus=(
                (
                    x509.CertificatePolicies(
                        [x509.PolicyInformation(x509.ObjectIdentifier("1.2.410.200004.5.2.1.1"), None)]
                    ),
                    False,
                ),
            )
        ),
        Reason.POLICY,
    ),
    "43 any policy": (
        lambda: forge.parent(
            plus=(
                (
                    x509.CertificatePolicies(
                        [x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)]
                    ),
                    False,
                ),
            )
        ),
        Reason.POLICY,
    ),
    "44 no policy": (lambda: forge.parent(without=(x509.CertificatePolicies,)), PATH),
    "46 no SAN": (lambda: forge.parent(without=(x509.SubjectAlternativeName,)), PATH),
    "47 no identifyData": (
        lambda: forge.parent(identity=x509.SubjectAlternativeName([x509.RFC822Name("a@example.kr")])),
        Reason.VID_ABSENT,
    ),
    "47 no VID in it": (
        lambda: forge.parent(identity=identity(sequence(tlv(0x0C, "이서연".encode())))),
        MALFORMED,
    ),
    "48 two identifyData": (
        lambda: forge.parent(identity=identity(identify_data(), identify_data())),
        MALFORMED,
    ),
    "48 two VIDs in one": (
        lambda: forge.parent(identity=identity(identify_data(kinds=(vid.VID, vid.VID)))),
        MALFORMED,
    ),
    "49 garbage in it": (lambda: forge.parent(identity=identity(b"\x30\x03\x02\x01\x05")), MALFORMED),
    "49 a name that is no UTF-8": (
        lambda: forge.parent(
            identity=identity(identify_data().replace("이서연".encode(), b"\xff" * 9)),
        ),
        MALFORMED,
    ),
    "49 a short VID": (lambda: forge.parent(identity=identity(identify_data(value=b"x" * 31))), MALFORMED),
    "49 an empty VID": (lambda: forge.parent(identity=identity(identify_data(value=b""))), MALFORMED),
    "50 MD5": (
        lambda: forge.parent(
            identity=identity(
                identify_data(hash_algorithm=sequence(oid("1.2.840.113549.2.5")), value=b"x" * 16)
            )
        ),
        MALFORMED,
    ),
    "51 VID of another R": (lambda: forge.parent(r=bytes(20)), Reason.VID_MISMATCH),
    "weak signature of the authority": (
        lambda: cast.Parent(
            cast.ec_key(22),
            cast.R,
            forge.parent().certificate.replace(keys.ECDSA_SHA256, sequence(oid("1.2.840.10045.4.3.1"))),
        ),
        MALFORMED,
    ),
    "two SAN extensions": (
        lambda: cast.Parent(
            cast.ec_key(22),
            cast.R,
            # An extension of the same length under its own number is renamed to a second SAN.
            forge.respell(
                forge.parent(
                    plus=(
                        (
                            x509.UnrecognizedExtension(
                                x509.ObjectIdentifier("2.5.29.99"),
                                x509.SubjectAlternativeName([x509.RFC822Name("a@example.kr")]).public_bytes(),
                            ),
                            False,
                        ),
                    )
                ).certificate,
                oid("2.5.29.99"),
                oid("2.5.29.17"),
                cast.operator().key,
            ),
        ),
        MALFORMED,
    ),
    "version 1": (
        lambda: cast.Parent(
            cast.ec_key(22),
            cast.R,
            forge.respell(
                forge.parent().certificate,
                explicit(0, integer(2)),
                explicit(0, integer(0)),
                cast.operator().key,
            ),
        ),
        MALFORMED,
    ),
    "version 9": (
        lambda: cast.Parent(
            cast.ec_key(22),
            cast.R,
            forge.respell(
                forge.parent().certificate,
                explicit(0, integer(2)),
                explicit(0, integer(9)),
                cast.operator().key,
            ),
        ),
        MALFORMED,
    ),
    "negative serial": (
        lambda: cast.Parent(
            cast.ec_key(22),
            cast.R,
            forge.respell(
                forge.parent().certificate,
                integer(cast.serial(900)),
                b"\x02\x10\x81" + integer(cast.serial(900))[3:],
                cast.operator().key,
            ),
        ),
        MALFORMED,
    ),
}


@pytest.mark.parametrize("case", PARENTS)
@pytest.mark.parametrize("anchors", ["anchors", "anchors_with_root"])
def test_a_wrong_certificate_is_refused(case, anchors):
    make, reason = PARENTS[case]

    assert refusal(forge.message(signer=make()), anchors=getattr(cast.operator(), anchors)) is reason


def test_36_a_fake_authority_sent_along_helps_nothing():
    signer = forge.parent(by=FAKE_KEY, issuer=FAKE_AUTHORITY)

    assert refusal(forge.message(signer=signer, certificates=[signer.certificate, FAKE_AUTHORITY])) is PATH


def test_the_operators_own_root_is_not_taken_from_the_message():
    nothing_known = [certs.Anchor(FOREIGN_ROOT, frozenset({cast.POLICY}))]
    sent = [M.certificate, cast.operator().authority, cast.operator().root]

    assert refusal(forge.message(certificates=sent), anchors=nothing_known) is Reason.UNKNOWN_ISSUER
    assert refusal(BASE, anchors=[]) is Reason.UNKNOWN_ISSUER


def test_an_unknown_issuer_is_named_in_short_printable_text():
    signer = forge.parent(by=FAKE_KEY, issuer=FOREIGN_ROOT)

    with pytest.raises(certs.Untrusted) as refused:
        verify(forge.message(signer=signer))

    assert refused.value.issuer == "Any CA 1"


def test_an_authority_below_an_issuing_one_exceeds_the_path_length():
    operator, lower_key = cast.operator(), cast.ec_key(67)
    lower = certs.issuing_authority(
        operator.key,
        root=operator.authority,
        public_key=lower_key.public_key(),
        operator="충청북도교육청",
        common_name="너무 깊은 CA",
        serial=cast.serial(7),
        not_before=cast.NOW - DAY,
        not_after=cast.NOW + 900 * DAY,
        policy_oid=cast.POLICY,
        crl_uri="http://localhost:8000/crl",
        issuer_uri="http://localhost:8000/ca.cer",
    )
    signer = forge.parent(by=lower_key, issuer=lower)
    anchors = [certs.Anchor(operator.root, frozenset({cast.POLICY}), (operator.authority, lower))]

    assert refusal(forge.message(signer=signer), anchors=anchors) is PATH


def test_a_weak_authority_is_refused():
    weak_key = cast.rsa_key(1024)
    weak = cast.make_authority(cast.ec_key(11), cast.operator().root, weak_key)
    signer = forge.parent(by=weak_key, issuer=weak)
    anchors = [certs.Anchor(weak, frozenset({cast.POLICY}))]

    assert refusal(forge.message(signer=signer), anchors=anchors) in {PATH, Reason.WEAK_KEY}


def test_a_policy_counts_only_below_the_anchor_it_was_allowed_for():
    operator = cast.operator()
    other = certs.Anchor(cast.make_root(cast.ec_key(68), 9), frozenset({cast.POLICY}))
    own = certs.Anchor(operator.authority, frozenset({"1.2.3.4"}))

    assert refusal(BASE, anchors=[other, own]) is Reason.POLICY


@pytest.mark.parametrize(
    "h1",
    [
        certs.vid.h1("9001012234562", cast.R),
        certs.vid.h1(cast.NUMBER, bytes(20)),
        certs.vid.virtual_id(M.h1),
        b"",
        M.h1[:-1],
        M.h1 + b"\0",
    ],
    ids=["51 another number", "52 another R", "53 VID sent as H1", "54 empty", "short", "long"],
)
def test_a_wrong_h1_is_refused(h1):
    content = certs.challenge_content(cast.CHALLENGE, h1)
    message = client.sign(M.key, M.certificate, content, at=cast.NOW)

    assert refusal(message, content=content, h1=h1) is Reason.VID_MISMATCH


def test_h1_outside_the_signed_content_is_refused():
    other_h1 = certs.vid.h1(cast.NUMBER, bytes(20))

    assert refusal(BASE, h1=other_h1, content=certs.challenge_content(cast.CHALLENGE, other_h1)) is (
        Reason.WRONG_CONTENT
    )


def test_vid_hash_may_be_larger_and_carry_null():
    sha512 = sequence(oid("2.16.840.1.101.3.4.2.3"), null())
    h1 = certs.vid.h1(cast.NUMBER, cast.R, "sha512")
    data = identify_data(hash_algorithm=sha512, value=certs.vid.virtual_id(h1, "sha512"))
    content = certs.challenge_content(cast.CHALLENGE, h1)
    signer = forge.parent(identity=identity(data))

    assert verify(forge.message(content, signer), content=content, h1=h1).name == "이서연"
    assert refusal(forge.message(content, signer), content=content, h1=h1[:32]) is Reason.VID_MISMATCH


def test_a_signature_by_the_authority_with_extra_bits_is_refused():
    tbs = x509.load_der_x509_certificate(M.certificate).tbs_certificate_bytes
    odd = sequence(tbs, keys.ECDSA_SHA256, bits(b"\0" * 70))

    assert refusal(forge.message(signer=cast.Parent(M.key, M.r, odd))) is PATH
