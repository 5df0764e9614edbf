"""The profile, its lint, and the two steps of issuing (npki.md §4, design.md §5)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.x509.oid import ExtendedKeyUsageOID

from baroalgi import certs
from baroalgi.certs import Code, Fault, vid
from tests.certs import cast, forge

OPERATOR = cast.operator()
DAY = timedelta(days=1)
VIRTUAL_ID = vid.virtual_id(cast.mother().h1)


def lint(certificate: bytes) -> set[Fault]:
    return set(certs.lint(certificate, authority=OPERATOR.authority, profile=cast.PROFILE))


def name(*, account: str = "20261124000000042", operator: str = "충청북도교육청") -> x509.Name:
    return certs.profile.subject_name(operator, "이서연", account)


FAULTS = {
    Fault.SERIAL: [{"serial": 2**126}, {"serial": 2**100}, {"serial": 2**150}],
    Fault.ISSUER: [{"issuer": cast.make_root(cast.ec_key(77), 5)}],
    Fault.SUBJECT: [
        {"subject": name(account="2026112400000004x")},
        {"subject": name(operator="다른 기관")},
        {"subject": x509.Name([])},
        {"identity": vid.alternative_name("이서윤", VIRTUAL_ID)},
    ],
    Fault.VALIDITY: [
        {"not_after": cast.NOW + 400 * DAY},
        {"not_before": cast.NOW - 200 * DAY},
    ],
    Fault.KEY: [{"key": cast.rsa_key(1024)}, {"key": ec.derive_private_key(9, ec.SECP384R1())}],
    Fault.SIGNATURE_ALGORITHM: [{"hash_algorithm": SHA384()}],
    Fault.EXTENSIONS: [
        {"without": (x509.KeyUsage,)},
        {"plus": ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),)},
        {"plus": ((x509.BasicConstraints(ca=False, path_length=None), True),)},
        {"without": (x509.AuthorityInformationAccess,)},
    ],
    Fault.KEY_USAGE: [
        {"plus": ((forge.usage(digital_signature=True), True),)},
        {"plus": ((forge.usage(digital_signature=True, content_commitment=True, crl_sign=True), True),)},
    ],
    Fault.CRITICALITY: [
        {"plus": ((forge.usage(digital_signature=True, content_commitment=True), False),)},
    ],
    Fault.AUTHORITY_KEY: [{"plus": ((x509.AuthorityKeyIdentifier(b"x" * 20, None, None), False),)}],
    Fault.SUBJECT_KEY: [{"plus": ((x509.SubjectKeyIdentifier(b"x" * 20), False),)}],
    Fault.POLICY: [
        {
            "plus": (
                (
                    x509.CertificatePolicies(
                        [x509.PolicyInformation(x509.ObjectIdentifier(cast.POLICY), None)]
                    ),
                    False,
                ),
            )
        }
    ],
    Fault.IDENTIFY_DATA: [
        {"without": (x509.SubjectAlternativeName,)},
        {"plus": ((x509.SubjectAlternativeName([x509.RFC822Name("a@example.kr")]), False),)},
    ],
    Fault.ADDRESSES: [
        {
            "plus": (
                (
                    x509.CRLDistributionPoints(
                        [
                            x509.DistributionPoint(
                                [x509.UniformResourceIdentifier("http://elsewhere.example/")],
                                None,
                                None,
                                None,
                            )
                        ]
                    ),
                    False,
                ),
            )
        }
    ],
}


def test_a_right_certificate_is_clean():
    assert lint(cast.mother().certificate) == set()
    assert lint(forge.parent().certificate) == set()


@pytest.mark.parametrize(
    ("fault", "changes"),
    [(fault, changes) for fault, cases in FAULTS.items() for changes in cases],
)
def test_each_deviation_is_found(fault, changes):
    assert fault in lint(forge.parent(**changes).certificate)


@pytest.mark.parametrize("data", [b"", b"\x30\x00", cast.mother().certificate + b"\0"])
def test_what_is_no_certificate_is_unreadable(data):
    assert lint(data) == {Fault.UNREADABLE}


def issue(**changes: object) -> bytes:
    not_before, not_after = certs.validity(cast.NOW, authority=OPERATOR.authority)
    given = {
        "authority": OPERATOR.authority,
        "profile": cast.PROFILE,
        "public_key": cast.ec_key(21).public_key(),
        "serial": cast.serial(3),
        "name": "이서연",
        "account": "20261124000000042",
        "virtual_id": VIRTUAL_ID,
        "not_before": not_before,
        "not_after": not_after,
    } | changes
    return certs.sign_tbs(certs.to_be_signed(**given), OPERATOR.key, authority=OPERATOR.authority)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"serial": 1}, Code.PROFILE, "serial"),
        ({"serial": 2**160}, Code.PROFILE, None),
        ({"serial": -5}, Code.PROFILE, None),
        ({"account": "1"}, Code.PROFILE, "subject"),
        ({"virtual_id": b"x" * 20}, Code.PROFILE, "subject"),
        ({"not_after": cast.NOW + 500 * DAY}, Code.PROFILE, "validity"),
        ({"not_after": cast.NOW - DAY}, Code.PROFILE, None),
        ({"public_key": cast.rsa_key(1024).public_key()}, Code.WEAK_KEY, None),
        ({"public_key": ec.derive_private_key(9, ec.SECP384R1()).public_key()}, Code.WEAK_KEY, None),
        ({"authority": b"no certificate"}, Code.CERTIFICATE, None),
        ({"profile": replace(cast.PROFILE, policy_oid="no number")}, Code.PROFILE, None),
    ],
)
def test_an_order_outside_the_profile_is_not_prepared(changes, code, place):
    with pytest.raises(certs.BadInput) as refused:
        issue(**changes)
    assert (refused.value.code, refused.value.place) == (code, place)


@pytest.mark.parametrize(
    "long_name", ["가" * 40, "Maria Alexandra de la Cruz y Fernández X", "이\u202e서\x00연"]
)
def test_the_whole_name_stands_in_identify_data_however_long(long_name):
    loaded = x509.load_der_x509_certificate(issue(name=long_name))

    assert vid.identify_data(loaded).real_name == long_name
    assert loaded.subject.rfc4514_string()


def test_another_key_does_not_sign_for_the_authority():
    tbs = cast.prepare(cast.ec_key(21).public_key(), authority=OPERATOR.authority)

    with pytest.raises(certs.BadInput) as refused:
        certs.sign_tbs(tbs, cast.ec_key(99), authority=OPERATOR.authority)
    assert refused.value.code is Code.SIGNER


def test_a_certificate_never_outlives_its_authority():
    end = x509.load_der_x509_certificate(OPERATOR.authority).not_valid_after_utc
    late = end - 10 * DAY

    assert certs.validity(late, authority=OPERATOR.authority) == (late - timedelta(minutes=5), end)
    begin, normal_end = certs.validity(cast.NOW, authority=OPERATOR.authority)
    assert normal_end - begin == 365 * DAY


def test_a_serial_takes_fifteen_random_bytes():
    assert certs.serial_number(bytes(15)) == 1 << 120
    with pytest.raises(certs.BadInput):
        certs.serial_number(bytes(14))


class TokenKey(ec.EllipticCurvePrivateKey):
    """A key whose numbers stay elsewhere, as in a PKCS#11 token (npki.md §8.3): it can only sign."""

    def __init__(self, inside: ec.EllipticCurvePrivateKey) -> None:
        self._inside = inside

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._inside.public_key()

    curve = property(lambda self: self._inside.curve)
    key_size = property(lambda self: self._inside.key_size)

    def sign(self, data: bytes, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        return self._inside.sign(data, signature_algorithm)

    def _refuse(self, *_arguments: object, **_named: object) -> bytes:
        raise NotImplementedError

    exchange = private_numbers = private_bytes = __copy__ = __deepcopy__ = _refuse


def test_a_token_signs_certificates_and_lists():
    key, tbs = (
        TokenKey(cast.ec_key(12)),
        cast.prepare(cast.ec_key(21).public_key(), authority=OPERATOR.authority),
    )

    assert certs.sign_tbs(tbs, key, authority=OPERATOR.authority) == cast.mother().certificate
    data = certs.make_crl(
        key,
        authority=OPERATOR.authority,
        number=1,
        this_update=cast.NOW,
        next_update=cast.NOW + DAY,
        revoked=[],
    )
    assert x509.load_der_x509_crl(data).is_signature_valid(cast.ec_key(12).public_key())


def test_a_revocation_list_says_what_it_was_given():
    revoked = [
        certs.Revoked(cast.serial(5), cast.NOW - DAY, x509.ReasonFlags.key_compromise),
        certs.Revoked(cast.serial(6), cast.NOW - DAY, x509.ReasonFlags.unspecified),
    ]
    data = certs.make_crl(
        OPERATOR.key,
        authority=OPERATOR.authority,
        number=42,
        this_update=cast.NOW,
        next_update=cast.NOW + 7 * DAY,
        revoked=revoked,
    )
    crl = x509.load_der_x509_crl(data)

    assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 42
    assert (crl.last_update_utc, crl.next_update_utc) == (cast.NOW, cast.NOW + 7 * DAY)
    assert [entry.serial_number for entry in crl] == [cast.serial(5), cast.serial(6)]
    assert [len(entry.extensions) for entry in crl] == [1, 0]


@pytest.mark.parametrize(
    ("operator", "common_name"), [("", "Root"), ("가" * 65, "Root"), ("교육청", ""), ("교육청", "가" * 22)]
)
def test_an_operator_needs_a_name_that_fits(operator, common_name):
    with pytest.raises(certs.BadInput) as refused:
        certs.self_signed_root(
            cast.ec_key(1),
            operator=operator,
            common_name=common_name,
            serial=cast.serial(1),
            not_before=cast.NOW,
            not_after=cast.NOW + DAY,
        )
    assert refused.value.code is Code.PROFILE
