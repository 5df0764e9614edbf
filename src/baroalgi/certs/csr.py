"""PKCS#10 requests: of all that stands in one, only the public key is used (npki.md §7.1)."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509

from baroalgi.certs import der, keys
from baroalgi.certs.certificate import UNREADABLE
from baroalgi.certs.errors import BadInput, Code

LONGEST = 4 * 1024


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """A request whose sender holds the key. `sha256`: of the whole request; `spki_hash`: SHA-256."""

    public_key: keys.PublicKey
    spki: bytes
    spki_hash: bytes
    sha256: bytes


def read_csr(data: bytes) -> CertificateRequest:
    """Read a request of at most 4 KB, check its key (P-256 or RSA 2048-4096, e = 65537) and self-signature.

    Raises BadInput TOO_LARGE, DER_…, SHAPE, SIGNATURE_ALGORITHM, WEAK_KEY, SIGNATURE.
    """
    info, algorithm, _signature = der.read(data, longest=LONGEST).of(
        der.SEQUENCE, der.SEQUENCE, der.BIT_STRING
    )
    version, _subject, spki, _attributes = info.of(der.INTEGER, der.SEQUENCE, der.SEQUENCE, der.CONTEXT_0)
    if version.number() != 0:
        raise BadInput(Code.SHAPE, "version")
    if algorithm.raw not in keys.SIGNATURE_ALGORITHMS:
        raise BadInput(Code.SIGNATURE_ALGORITHM)
    try:
        request = x509.load_der_x509_csr(data)
        key = request.public_key()
    except UNREADABLE:
        raise BadInput(Code.SHAPE) from None
    # One key has one SPKI here: another encoding of it would pass for a key not used before.
    if not isinstance(key, keys.PublicKey) or not keys.certifiable(key) or keys.spki(key) != spki.raw:
        raise BadInput(Code.WEAK_KEY)
    try:
        valid = request.is_signature_valid
    except UNREADABLE:
        valid = False
    if not valid:
        raise BadInput(Code.SIGNATURE)
    return CertificateRequest(key, spki.raw, sha256(spki.raw).digest(), sha256(data).digest())
