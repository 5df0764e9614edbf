"""What a client does with its key: request, signature, files. Used by commands, demo and tests.

The server never uses it; the browser does the same in TypeScript. New parents' keys are P-256; who needs
an NPKI pair for other programs takes RSA-2048.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from baroalgi.certs import certificate, cms, der, keys
from baroalgi.certs.npki import open_npki, write_npki
from baroalgi.certs.pkcs12 import ITERATIONS, read_p12, write_p12

__all__ = [
    "ITERATIONS",
    "generate_key",
    "generate_rsa_key",
    "make_csr",
    "new_r",
    "open_npki",
    "read_p12",
    "sign",
    "write_npki",
    "write_p12",
]

R_BYTES = 20


def generate_key() -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def generate_rsa_key() -> rsa.RSAPrivateKey:
    """Make an RSA key of 2048 bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def new_r(random: Callable[[int], bytes] = os.urandom) -> bytes:
    """Make the random number R that goes with a key: 20 bytes."""
    return random(R_BYTES)


def make_csr(key: keys.PrivateKey) -> bytes:
    """Return a PKCS#10 request, DER, with an empty subject: nothing but the key is taken from it."""
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return request.sign(key, SHA256(), ecdsa_deterministic=keys.deterministic(key)).public_bytes(Encoding.DER)


def sign(
    key: keys.PrivateKey, certificate_der: bytes, content: bytes, *, at: datetime, detached: bool = False
) -> bytes:
    """Return CMS SignedData in the form of `cms`, the content inside unless `detached`. `at` is aware."""
    parts = certificate.parts(certificate_der)
    attributes = cms.attributes(
        digest=sha256(content).digest(), fingerprint=parts.fingerprint, signing_time=_time(at)
    )
    return cms.Message(
        content=None if detached else content,
        certificates=[certificate_der],
        issuer=parts.issuer,
        serial=parts.serial,
        attributes=attributes,
        algorithm=keys.algorithm(key),
        signature=keys.sign(key, attributes),
    ).encode()


def _time(at: datetime) -> bytes:
    moment = at.astimezone(UTC)
    if moment.year < 2050:
        return der.tlv(der.UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode("ascii"))
    return der.tlv(der.GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode("ascii"))
