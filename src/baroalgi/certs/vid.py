"""VID: the resident number bound to a certificate without standing in it (npki.md §3).

virtualID = h(h1), h1 = h(DER of number and random number R). R is the only salt: with R and virtualID
known, every number of a birthday is tried in a second. So R and h1 are secrets, virtualID is public.
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography import x509

from baroalgi.certs import der
from baroalgi.certs.certificate import UNREADABLE
from baroalgi.certs.errors import BadInput, Code

IDENTIFY_DATA = x509.ObjectIdentifier("1.2.410.200004.10.1.1")
VID = der.oid("1.2.410.200004.10.1.1.1")
RANDOM_NUMBER = der.oid("1.2.410.200004.10.1.1.3")

_HASHES = {
    der.oid("2.16.840.1.101.3.4.2.1"): "sha256",
    der.oid("2.16.840.1.101.3.4.2.2"): "sha384",
    der.oid("2.16.840.1.101.3.4.2.3"): "sha512",
}
_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_SHORTEST_R, _LONGEST_R = 20, 64


@dataclass(frozen=True, slots=True)
class IdentifyData:
    """What a certificate says about its owner. `hash_name`: as hashlib knows it."""

    real_name: str
    hash_name: str
    virtual_id: bytes


def h1(number: str, r: bytes, hash_name: str = "sha256") -> bytes:
    """Return h(HashContent): `number` is 13 digits (or a passport number), `r` at least 20 random bytes.

    Raises BadInput RANDOM_NUMBER, NUMBER_SYNTAX.
    """
    if not _SHORTEST_R <= len(r) <= _LONGEST_R:
        raise BadInput(Code.RANDOM_NUMBER)
    if not 1 <= len(number) <= 32 or not (number.isascii() and number.isalnum()):
        raise BadInput(Code.NUMBER_SYNTAX)
    content = der.sequence(der.tlv(der.PRINTABLE_STRING, number.encode("ascii")), der.bits(r))
    return hashlib.new(hash_name, content).digest()


def virtual_id(h1_value: bytes, hash_name: str = "sha256") -> bytes:
    """Return the VID that belongs to an h1."""
    return hashlib.new(hash_name, h1_value).digest()


def matches(known: bytes, h1_value: bytes, hash_name: str = "sha256") -> bool:
    """Return whether an h1 belongs to a certificate's virtualID, in constant time."""
    if len(h1_value) != hashlib.new(hash_name).digest_size:
        return False
    return hmac.compare_digest(virtual_id(h1_value, hash_name), known)


def alternative_name(real_name: str, known: bytes) -> x509.SubjectAlternativeName:
    """Build the subjectAltName with the one otherName that carries name and SHA-256 virtualID."""
    identify_data = der.sequence(
        der.tlv(der.UTF8_STRING, real_name.encode()),
        der.sequence(
            der.sequence(VID, der.sequence(_SHA256, der.explicit(0, der.octets(known)))),
        ),
    )
    return x509.SubjectAlternativeName([x509.OtherName(IDENTIFY_DATA, identify_data)])


def identify_data(certificate: x509.Certificate) -> IdentifyData:
    """Read the one IdentifyData of a certificate.

    Raises BadInput IDENTIFY_DATA_ABSENT, IDENTIFY_DATA_TWICE, IDENTIFY_DATA, HASH_ALGORITHM.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = [name for name in names.get_values_for_type(x509.OtherName) if name.type_id == IDENTIFY_DATA]
    except x509.ExtensionNotFound:
        raise BadInput(Code.IDENTIFY_DATA_ABSENT) from None
    except UNREADABLE:
        raise BadInput(Code.IDENTIFY_DATA) from None
    if len(found) != 1:
        raise BadInput(Code.IDENTIFY_DATA_TWICE if found else Code.IDENTIFY_DATA_ABSENT)
    return _read(found[0].value)


def _read(data: bytes) -> IdentifyData:
    try:
        name, user_info = der.read(data, longest=4096).of(der.UTF8_STRING, der.SEQUENCE)
        values = [
            value
            for kind, value in (each.children or () for each in user_info.each(der.SEQUENCE))
            if kind.raw == VID
        ]
        (vid,) = values
        algorithm, wrapped = vid.of(der.SEQUENCE, der.CONTEXT_0)
        (value,) = wrapped.of(der.OCTET_STRING)
        real_name = name.body.decode()
    except (BadInput, ValueError):
        raise BadInput(Code.IDENTIFY_DATA) from None
    hash_name = _hash_name(algorithm)
    if len(value.body) != hashlib.new(hash_name).digest_size:
        raise BadInput(Code.IDENTIFY_DATA)
    return IdentifyData(real_name, hash_name, value.body)


def _hash_name(algorithm: der.Node) -> str:
    children = algorithm.children or ()
    # Parameters are absent in real certificates and NULL in some: both are met (npki.md §3.1).
    if children and [child.raw for child in children[1:]] in ([], [der.null()]):
        name = _HASHES.get(children[0].raw)
        if name:
            return name
    raise BadInput(Code.HASH_ALGORITHM)
