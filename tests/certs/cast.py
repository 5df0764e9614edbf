"""The cast of these tests: one operator with root and issuing authority, one mother with her key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from baroalgi import certs
from baroalgi.certs import client, keys

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
POLICY = "1.3.6.1.4.1.99999.1.1"
NUMBER = "9001012234567"  # a demo number: its check digit would be 1
R = bytes(range(20))
PASSWORD = "Mountain#2026"
PROFILE = certs.Profile(
    operator="충청북도교육청",
    policy_oid=POLICY,
    cps_uri="http://localhost:8000/pki/cps/",
    crl_uri="http://localhost:8000/pki/1/crl",
    ocsp_uri="http://localhost:8000/pki/1/ocsp",
    issuer_uri="http://localhost:8000/pki/1/ca.cer",
)
CHALLENGE: dict[str, str | int] = {
    "aud": "http://localhost:8000",
    "exp": 1795484100,
    "iat": 1795483800,
    "nonce": "w5t3xkq0m4Qy3mH1l8r0o6mJm3b1v2n4c5x6z7a8s9d",
    "purpose": "signin",
    "sid": "c2Vzc2lvbg",
    "v": 1,
}


@dataclass(frozen=True)
class Operator:
    root_key: keys.PrivateKey
    root: bytes
    key: keys.PrivateKey
    authority: bytes

    @property
    def anchors(self) -> list[certs.Anchor]:
        return [certs.Anchor(self.authority, frozenset({POLICY}))]

    @property
    def anchors_with_root(self) -> list[certs.Anchor]:
        return [certs.Anchor(self.root, frozenset({POLICY}), (self.authority,))]


@dataclass(frozen=True)
class Parent:
    key: keys.PrivateKey
    r: bytes
    certificate: bytes

    @property
    def h1(self) -> bytes:
        return certs.vid.h1(NUMBER, self.r)


@cache
def rsa_key(bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=exponent, key_size=bits)


def ec_key(number: int) -> ec.EllipticCurvePrivateKey:
    """The same key for the same number."""
    return ec.derive_private_key(number, ec.SECP256R1())


def serial(number: int) -> int:
    return certs.serial_number(number.to_bytes(15, "big"))


def make_root(key: keys.PrivateKey, number: int = 1) -> bytes:
    return certs.self_signed_root(
        key,
        operator=PROFILE.operator,
        common_name=f"충청북도교육청 Root CA {number}",
        serial=serial(number),
        not_before=NOW - timedelta(days=100),
        not_after=NOW + timedelta(days=7000),
    )


def make_authority(root_key: keys.PrivateKey, root: bytes, key: keys.PrivateKey) -> bytes:
    return certs.issuing_authority(
        root_key,
        root=root,
        public_key=key.public_key(),
        operator=PROFILE.operator,
        common_name="충청북도교육청 Parent CA 1",
        serial=serial(2),
        not_before=NOW - timedelta(days=99),
        not_after=NOW + timedelta(days=3000),
        policy_oid=POLICY,
        crl_uri="http://localhost:8000/pki/root/crl",
        issuer_uri="http://localhost:8000/pki/root/ca.cer",
    )


@cache
def operator() -> Operator:
    root_key, key = ec_key(11), ec_key(12)
    root = make_root(root_key)
    return Operator(root_key, root, key, make_authority(root_key, root, key))


def prepare(
    public_key: keys.PublicKey, *, authority: bytes, r: bytes = R, name: str = "이서연", number: int = 3
) -> bytes:
    not_before, not_after = certs.validity(NOW, authority=authority)
    return certs.to_be_signed(
        authority=authority,
        profile=PROFILE,
        public_key=public_key,
        serial=serial(number),
        name=name,
        account="20261124000000042",
        virtual_id=certs.vid.virtual_id(certs.vid.h1(NUMBER, r)),
        not_before=not_before,
        not_after=not_after,
    )


@cache
def mother() -> Parent:
    key, issuing = ec_key(21), operator()
    request = certs.read_csr(client.make_csr(key))
    tbs = prepare(request.public_key, authority=issuing.authority)
    return Parent(key, R, certs.sign_tbs(tbs, issuing.key, authority=issuing.authority))


def content(**changes: str | int) -> bytes:
    return certs.challenge_content(CHALLENGE | changes, mother().h1)
