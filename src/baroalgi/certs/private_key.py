"""A private key with its random number R in the clear: PKCS#8 with one attribute (npki.md §2.1).

PrivateKeyInfo { 0, algorithm, key, [0] SET OF { randomNum, SET { BIT STRING R } } }
"""

from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from baroalgi.certs import der, keys, vid
from baroalgi.certs.errors import BadInput, Code

LONGEST = 64 * 1024
_SHORTEST_R = 20


class Opened(NamedTuple):
    """What a file or a pair of files holds. `chain`: certificates of authorities, DER. Never print one."""

    key: keys.PrivateKey
    r: bytes
    certificate: bytes
    chain: tuple[bytes, ...]

    def __repr__(self) -> str:
        return "<Opened •••>"


def encode(key: keys.PrivateKey, r: bytes) -> bytes:
    """Return PKCS#8 with R as its one attribute: [0] IMPLICIT SET OF."""
    plain = der.read(
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), longest=LONGEST
    ).of(der.INTEGER, der.SEQUENCE, der.OCTET_STRING)
    attribute = der.sequence(vid.RANDOM_NUMBER, der.set_of(der.bits(r)))
    return der.sequence(*(part.raw for part in plain), der.explicit(0, attribute))


def looks_like_one(info: bytes) -> bool:
    """Return whether the outermost parts are those of PKCS#8: a wrong password leaves anything else."""
    try:
        children = der.read(info, longest=LONGEST).children or ()
    except BadInput:
        return False
    return tuple(child.tag for child in children[:3]) == (der.INTEGER, der.SEQUENCE, der.OCTET_STRING)


def decode(info: bytes) -> tuple[keys.PrivateKey, bytes]:
    """Return key and R. Raises BadInput PRIVATE_KEY, RANDOM_NUMBER."""
    try:
        children = der.read(info, longest=LONGEST).children or ()
        key = load_der_private_key(der.sequence(*(child.raw for child in children[:3])), password=None)
    except (BadInput, ValueError, TypeError, UnsupportedAlgorithm):
        raise BadInput(Code.PRIVATE_KEY) from None
    if not isinstance(key, keys.PrivateKey):
        raise BadInput(Code.PRIVATE_KEY)
    return key, _random_number(children[3:])


def _random_number(rest: Sequence[der.Node]) -> bytes:
    """Read R: exactly one attribute, one value, whole bytes, 20 or more."""
    try:
        (attributes,) = rest
        (attribute,) = attributes.of(der.SEQUENCE)
        kind, values = attribute.of(der.OID, der.SET)
        (value,) = values.of(der.BIT_STRING)
    except (ValueError, BadInput):
        raise BadInput(Code.RANDOM_NUMBER) from None
    if (
        attributes.tag != der.CONTEXT_0
        or kind.raw != vid.RANDOM_NUMBER
        or value.body[0]
        or len(value.body) <= _SHORTEST_R
    ):
        raise BadInput(Code.RANDOM_NUMBER)
    return value.body[1:]
