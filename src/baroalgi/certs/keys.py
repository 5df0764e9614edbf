"""Which keys count, and signing and verifying with SHA-256 (npki.md §0.1, §6.1)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from baroalgi.certs import der

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
RSA_ENCRYPTION = der.sequence(der.oid("1.2.840.113549.1.1.1"), der.null())
RSA_SHA256 = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.null())
# What may stand in a certificate or request: SHA-256 and up, exact AlgorithmIdentifiers.
SIGNATURE_ALGORITHMS = frozenset(
    {der.sequence(der.oid(f"1.2.840.10045.4.3.{number}")) for number in (2, 3, 4)}
    | {der.sequence(der.oid(f"1.2.840.113549.1.1.{number}"), der.null()) for number in (11, 12, 13)}
)


def strong(key: object) -> bool:
    """Return whether signatures by this key count: P-256, P-384 or RSA of 2048-4096 bits, e = 65537."""
    match key:
        case ec.EllipticCurvePublicKey():
            return isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1)
        case rsa.RSAPublicKey():
            return 2048 <= key.key_size <= 4096 and key.public_numbers().e == 65537
    return False


def certifiable(key: object) -> bool:
    """Return whether we issue for this key: as `strong`, without P-384."""
    return strong(key) and not (isinstance(key, ec.EllipticCurvePublicKey) and key.key_size != 256)


def spki(key: PublicKey) -> bytes:
    """Return the SubjectPublicKeyInfo, DER."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def algorithm(key: PublicKey | PrivateKey) -> bytes:
    """Return the AlgorithmIdentifier of the signatures that `sign` makes with this key, DER."""
    return (
        ECDSA_SHA256
        if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey)
        else RSA_SHA256
    )


def sign(key: PrivateKey, data: bytes) -> bytes:
    """Sign with SHA-256: the same key and bytes always give the same signature (RFC 6979, PKCS#1 v1.5)."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(SHA256(), deterministic_signing=True))
    return key.sign(data, padding.PKCS1v15(), SHA256())


def signed_by(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Return whether this is the key's SHA-256 signature over the bytes."""
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(SHA256()))
        else:
            key.verify(signature, data, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def deterministic(key: PrivateKey) -> bool | None:
    """Return what `cryptography`'s builders want as ecdsa_deterministic: None for RSA, which is so anyway."""
    return True if isinstance(key, ec.EllipticCurvePrivateKey) else None
