"""What only the signer may read: number, R and the hash of the request, sealed by RSA-OAEP (npki.md §7.1)."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from baroalgi.certs.errors import BadInput, Code

_OAEP = padding.OAEP(mgf=padding.MGF1(SHA256()), algorithm=SHA256(), label=b"baroalgi-vid-v1")
_NUMBER, _R, _HASH = 13, 20, 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """The opened parts. The repr shows nothing of them."""

    number: str = field(repr=False)
    r: bytes = field(repr=False)
    csr_hash: bytes = field(repr=False)


def seal(public_key: rsa.RSAPublicKey, number: str, r: bytes, csr_hash: bytes) -> bytes:
    """Seal 13 digits, 20 bytes of R and the SHA-256 of the request for the holder of the key."""
    message = number.encode("ascii") + r + csr_hash
    if (len(number), len(r), len(csr_hash)) != (_NUMBER, _R, _HASH):
        raise BadInput(Code.SEALED)
    return public_key.encrypt(message, _OAEP)


def open_sealed(private_key: rsa.RSAPrivateKey, blob: bytes) -> Sealed:
    """Open what `seal` made. Raises BadInput SEALED, the same for every fault."""
    try:
        message = private_key.decrypt(blob, _OAEP)
    except ValueError:
        raise BadInput(Code.SEALED) from None
    number, r, csr_hash = message[:_NUMBER], message[_NUMBER : _NUMBER + _R], message[_NUMBER + _R :]
    if len(csr_hash) != _HASH or not number.isdigit():  # of bytes: ASCII digits only
        raise BadInput(Code.SEALED)
    return Sealed(number.decode("ascii"), r, csr_hash)
