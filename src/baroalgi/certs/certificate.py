"""Reading X.509 certificates: raw parts by our own strict reader, extensions by `cryptography`."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.utils import CryptographyDeprecationWarning

from baroalgi.certs import der, keys
from baroalgi.certs.errors import BadInput, Code

LONGEST = 16 * 1024

COMMON_NAME, ORGANISATION = der.oid("2.5.4.3"), der.oid("2.5.4.10")
_CHARSETS = {der.BMP_STRING: "utf-16-be"}

# What `cryptography` raises over a certificate it can't read; the x509 ones are no ValueErrors.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    # Where warnings are errors, what a later release of the library refuses is refused today.
    CryptographyDeprecationWarning,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a certificate as they lie, each with its header: for comparing bytes, never strings."""

    der: bytes
    tbs: bytes
    serial: bytes
    issuer: bytes
    subject: bytes
    spki: bytes
    signature_algorithm: bytes

    @property
    def serial_number(self) -> int:
        """Return the serial as a number."""
        return int.from_bytes(self.serial[2:], "big")  # at most 20 octets: the header has two

    @property
    def fingerprint(self) -> bytes:
        """Return the SHA-256 of the certificate."""
        return sha256(self.der).digest()


def parts(data: bytes) -> Parts:
    """Take a version 3 certificate apart.

    Refuses other versions, serials that are negative, zero or longer than 20 octets, differing or weak
    signature algorithms. Raises BadInput.
    """
    return parts_of(der.read(data, longest=LONGEST))


def parts_of(node: der.Node) -> Parts:
    """Do the same for a certificate inside something else that was read."""
    if len(node.raw) > LONGEST:
        raise BadInput(Code.TOO_LARGE, "certificate")
    tbs, algorithm, _signature = node.of(der.SEQUENCE, der.SEQUENCE, der.BIT_STRING)
    fields = tbs.children or ()
    if len(fields) < 7 or fields[0].raw != der.explicit(0, der.integer(2)):
        raise BadInput(Code.CERTIFICATE, "version")
    serial, inner, issuer, _validity, subject, spki = fields[1:7]
    if serial.tag != der.INTEGER or serial.number() <= 0 or len(serial.body) > 20:
        raise BadInput(Code.CERTIFICATE, "serial")
    if inner.raw != algorithm.raw or inner.raw not in keys.SIGNATURE_ALGORITHMS:
        raise BadInput(Code.SIGNATURE_ALGORITHM, "certificate")
    return Parts(node.raw, tbs.raw, serial.raw, issuer.raw, subject.raw, spki.raw, inner.raw)


@lru_cache(maxsize=64)
def subject(data: bytes) -> bytes:
    """Return the raw subject of an authority's certificate, whatever signed it. Raises BadInput."""
    fields = der.read(data, longest=LONGEST).of(der.SEQUENCE, der.SEQUENCE, der.BIT_STRING)[0].children or ()
    if len(fields) < 7:
        raise BadInput(Code.CERTIFICATE)
    return fields[5].raw


def name_text(name: bytes, kind: bytes) -> str:
    """Return the last value of this kind (an encoded OID) in a raw Name, or "" if there is none.

    Not by `cryptography`, which warns about values of more than 64 bytes: 22 Korean syllables.
    """
    values = [
        pair[1]
        for relative in der.read(name, longest=LONGEST).children or ()
        for pair in (each.children or () for each in relative.each(der.SEQUENCE))
        if len(pair) == 2 and pair[0].raw == kind
    ]
    return values[-1].body.decode(_CHARSETS.get(values[-1].tag, "utf-8"), "replace") if values else ""


def load(data: bytes) -> x509.Certificate:
    """Load a certificate, with its extensions tried once. Raises BadInput CERTIFICATE."""
    try:
        loaded = x509.load_der_x509_certificate(data)
        _ = loaded.extensions
    except UNREADABLE:
        raise BadInput(Code.CERTIFICATE) from None
    return loaded


def public_key(loaded: x509.Certificate) -> keys.PublicKey:
    """Return the certificate's key if it is one whose signatures count. Raises BadInput WEAK_KEY."""
    try:
        key = loaded.public_key()
    except UNREADABLE:
        raise BadInput(Code.WEAK_KEY) from None
    if isinstance(key, keys.PublicKey) and keys.strong(key):
        return key
    raise BadInput(Code.WEAK_KEY)
