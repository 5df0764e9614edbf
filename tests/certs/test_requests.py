"""Requests and sealed numbers: what a browser sends to be issued a certificate."""

from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from baroalgi import certs
from baroalgi.certs import Code, client, der, keys
from tests.certs import cast

SEALING_KEY = cast.rsa_key(3072)
CSR_HASH = sha256(b"request").digest()


def request(key: keys.PrivateKey, *attributes: x509.ExtensionType, name: str = "누구") -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(
        x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    )
    for extension in attributes:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("key", [cast.ec_key(21), cast.rsa_key()], ids=["p256", "rsa"])
def test_a_request_gives_its_key_and_nothing_else(key):
    data = request(key, x509.BasicConstraints(ca=True, path_length=None))
    read = certs.read_csr(data)

    assert read.public_key == key.public_key()
    assert read.spki_hash == sha256(keys.spki(key.public_key())).digest()
    assert read.sha256 == sha256(data).digest()
    assert set(read.__slots__) == {"public_key", "spki", "spki_hash", "sha256"}


def other_signature() -> bytes:
    """A request whose subject was changed after signing."""
    return request(cast.ec_key(21), name="AAAA").replace(b"AAAA", b"BBBB")


def compressed_point() -> bytes:
    """The same key written another way, in a request signed again."""
    key = cast.ec_key(21)
    plain = client.make_csr(key)
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    info = der.read(plain, longest=4096).of(der.SEQUENCE, der.SEQUENCE, der.BIT_STRING)[0]
    version, subject, spki, attributes = info.children
    respelt = der.sequence(spki.children[0].raw, der.bits(point))
    changed = der.sequence(version.raw, subject.raw, respelt, attributes.raw)
    return der.sequence(changed, keys.ECDSA_SHA256, der.bits(keys.sign(key, changed)))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", Code.DER_TRUNCATED),
        (lambda: b"\x30\x00", Code.SHAPE),
        (lambda: client.make_csr(cast.ec_key(21)) + b"\5\0", Code.DER_TRAILING),
        (lambda: bytes(100_000), Code.TOO_LARGE),
        (lambda: request(cast.ec_key(21), name="x" * 60) + bytes(4096), Code.TOO_LARGE),
        (other_signature, Code.SIGNATURE),
        (lambda: client.make_csr(cast.ec_key(21))[:-1] + b"\0", Code.SIGNATURE),
        (lambda: client.make_csr(cast.rsa_key(1024)), Code.WEAK_KEY),
        (lambda: client.make_csr(cast.rsa_key(2048, 3)), Code.WEAK_KEY),
        (lambda: client.make_csr(ec.derive_private_key(5, ec.SECP521R1())), Code.WEAK_KEY),
        (lambda: client.make_csr(ec.derive_private_key(5, ec.SECP384R1())), Code.WEAK_KEY),
        (lambda: client.make_csr(ec.derive_private_key(5, ec.SECP256K1())), Code.WEAK_KEY),
        (lambda: client.make_csr(ec.derive_private_key(5, ec.SECP224R1())), Code.WEAK_KEY),
        (compressed_point, Code.WEAK_KEY),
        (lambda: cast.mother().certificate, Code.SHAPE),
    ],
)
def test_a_wrong_request_is_refused(make, code):
    with pytest.raises(certs.BadInput) as refused:
        certs.read_csr(make())
    assert refused.value.code is code


def test_no_single_bit_of_a_request_is_free():
    data = client.make_csr(cast.ec_key(21))
    for bit in range(0, len(data) * 8, 3):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(certs.BadInput):
            certs.read_csr(bytes(changed))


def test_sealed_parts_come_back_and_stay_out_of_sight():
    blob = certs.seal(SEALING_KEY.public_key(), cast.NUMBER, cast.R, CSR_HASH)
    opened = certs.open_sealed(SEALING_KEY, blob)

    assert (opened.number, opened.r, opened.csr_hash) == (cast.NUMBER, cast.R, CSR_HASH)
    assert repr(opened) == "Sealed()"


def sealed(message: bytes, label: bytes = b"baroalgi-vid-v1", old: bool = False) -> bytes:
    algorithm = SHA1() if old else SHA256()  # noqa: S303 - the wrong one, on purpose
    oaep = padding.OAEP(mgf=padding.MGF1(algorithm), algorithm=algorithm, label=label)
    return SEALING_KEY.public_key().encrypt(message, oaep)


RIGHT = cast.NUMBER.encode() + cast.R + CSR_HASH


@pytest.mark.parametrize(
    "make",
    [
        lambda: sealed(RIGHT, label=b"baroalgi-vid-v2"),
        lambda: sealed(RIGHT, old=True),
        lambda: sealed(RIGHT + b"\0"),
        lambda: sealed(RIGHT[:-1]),
        lambda: sealed(b""),
        lambda: sealed(b"90010\xd9\xa1" + RIGHT[7:]),
        lambda: sealed(b" " + RIGHT[1:]),
        lambda: bytes(384),
        lambda: b"",
        lambda: b"\xff" * 384,
        lambda: b"\1" * 385,
    ],
)
def test_what_was_sealed_otherwise_is_refused(make):
    with pytest.raises(certs.BadInput) as refused:
        certs.open_sealed(SEALING_KEY, make())
    assert refused.value.code is Code.SEALED


@pytest.mark.parametrize(
    ("number", "r", "csr_hash"),
    [("900101", cast.R, CSR_HASH), (cast.NUMBER, cast.R + b"\0", CSR_HASH[1:]), (cast.NUMBER, cast.R, b"")],
)
def test_parts_of_another_length_are_not_sealed(number, r, csr_hash):
    with pytest.raises(certs.BadInput):
        certs.seal(SEALING_KEY.public_key(), number, r, csr_hash)
