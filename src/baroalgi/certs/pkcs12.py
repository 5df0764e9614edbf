"""Our .p12 files: AES-256, SHA-256, and R kept inside the encrypted key (npki.md §2.1, §2.2 "Ours").

    PFX { 3, data { data { certBag … }, data { pkcs8ShroudedKeyBag } }, MacData SHA-256 }

The bag of the owner's certificate carries friendlyName and localKeyId = SHA-1 of the certificate, the
key's bag the same two; certificates of authorities follow without attributes. Other forms are not read.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from baroalgi.certs import certificate, der, keys, private_key
from baroalgi.certs.errors import BadInput, Code
from baroalgi.certs.private_key import LONGEST, Opened

ITERATIONS = 600_000
MOST_ITERATIONS = 5_000_000

_SALT_BYTES, _IV_BYTES, _KEY_BYTES = 16, 16, 32
_DATA = der.oid("1.2.840.113549.1.7.1")
_CERT_BAG = der.oid("1.2.840.113549.1.12.10.1.3")
_SHROUDED_KEY_BAG = der.oid("1.2.840.113549.1.12.10.1.2")
_X509 = der.oid("1.2.840.113549.1.9.22.1")
_FRIENDLY_NAME = der.oid("1.2.840.113549.1.9.20")
_LOCAL_KEY_ID = der.oid("1.2.840.113549.1.9.21")
_PBES2 = der.oid("1.2.840.113549.1.5.13")
_PBKDF2 = der.oid("1.2.840.113549.1.5.12")
_HMAC_SHA256 = der.sequence(der.oid("1.2.840.113549.2.9"), der.null())
_AES256_CBC = der.oid("2.16.840.1.101.3.4.1.42")
_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.null())


def write_p12(
    key: keys.PrivateKey,
    r: bytes,
    certificate_der: bytes,
    chain: Sequence[bytes],
    name: str,
    password: str,
    iterations: int = ITERATIONS,
    *,
    random: Callable[[int], bytes] = os.urandom,
) -> bytes:
    """Return a .p12, DER. `name` is shown by other programs.

    `iterations` counts for the key and the MAC: a guess at the password costs the cheaper of the two.
    """
    key_id = hashlib.sha1(certificate_der, usedforsecurity=False).digest()
    owner = der.set_of(
        _attribute(_FRIENDLY_NAME, der.tlv(der.BMP_STRING, name.encode("utf-16-be"))),
        _attribute(_LOCAL_KEY_ID, der.octets(key_id)),
    )
    shrouded = _encrypt(private_key.encode(key, r), password, iterations, random)
    safes = der.sequence(
        _data(der.sequence(_cert_bag(certificate_der, owner), *(_cert_bag(each) for each in chain))),
        _data(der.sequence(der.sequence(_SHROUDED_KEY_BAG, der.explicit(0, shrouded), owner))),
    )
    salt = random(_SALT_BYTES)
    mac = der.sequence(
        der.sequence(_SHA256, der.octets(_mac(safes, password, salt, iterations))),
        der.octets(salt),
        der.integer(iterations),
    )
    return der.sequence(der.integer(3), _data(safes), mac)


def read_p12(data: bytes, password: str) -> Opened:
    """Open a file of this form: one key with R, its certificate, the authorities above.

    Raises BadInput P12_PASSWORD (changed bytes too: the MAC can't tell), P12_FORM, P12_COST, P12_PAIR,
    RANDOM_NUMBER, DER_….
    """
    version, content, mac = der.read(data, longest=LONGEST).of(der.INTEGER, der.SEQUENCE, der.SEQUENCE)
    if version.number() != 3:
        raise BadInput(Code.P12_FORM, "version")
    safes = _inside(content)
    _check_mac(mac, safes, password)
    bags = [bag for safe in der.read(safes, longest=LONGEST).each(der.SEQUENCE) for bag in _bags(safe)]
    certificates = [_certificate(bag) for bag in bags if _kind(bag) == _CERT_BAG]
    shrouded = [bag for bag in bags if _kind(bag) == _SHROUDED_KEY_BAG]
    if len(shrouded) != 1 or len(certificates) + 1 != len(bags):
        raise BadInput(Code.P12_FORM, "bags")
    key, r = _open_key(_decrypt(_value(shrouded[0]), password))
    own = [each for each in certificates if certificate.parts(each).spki == keys.spki(key.public_key())]
    if len(own) != 1:
        raise BadInput(Code.P12_PAIR)
    return Opened(key, r, own[0], tuple(each for each in certificates if each is not own[0]))


def _data(content: bytes) -> bytes:
    return der.sequence(_DATA, der.explicit(0, der.octets(content)))


def _inside(content_info: der.Node) -> bytes:
    kind, wrapped = content_info.of(der.OID, der.CONTEXT_0)
    if kind.raw != _DATA:
        raise BadInput(Code.P12_FORM, "content")
    return wrapped.of(der.OCTET_STRING)[0].body


def _bags(safe: der.Node) -> tuple[der.Node, ...]:
    return der.read(_inside(safe), longest=LONGEST).each(der.SEQUENCE)


def _kind(bag: der.Node) -> bytes:
    return bag.children[0].raw if bag.children else b""


def _value(bag: der.Node) -> der.Node:
    children = bag.children or ()
    if not 2 <= len(children) <= 3 or children[1].tag != der.CONTEXT_0:
        raise BadInput(Code.P12_FORM, "bag")
    return children[1].of(der.SEQUENCE)[0]


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.sequence(kind, der.set_of(value))


def _cert_bag(data: bytes, attributes: bytes = b"") -> bytes:
    value = der.sequence(_X509, der.explicit(0, der.octets(data)))
    return der.sequence(_CERT_BAG, der.explicit(0, value), attributes)


def _certificate(bag: der.Node) -> bytes:
    kind, wrapped = _value(bag).of(der.OID, der.CONTEXT_0)
    if kind.raw != _X509:
        raise BadInput(Code.P12_FORM, "certificate")
    return wrapped.of(der.OCTET_STRING)[0].body


def _open_key(info: bytes) -> tuple[keys.PrivateKey, bytes]:
    try:
        return private_key.decode(info)
    except BadInput as bad:
        # The MAC was right, so it is not the password.
        raise BadInput(Code.P12_FORM, "key") if bad.code is Code.PRIVATE_KEY else bad from None


def _encrypt(plain: bytes, password: str, iterations: int, random: Callable[[int], bytes]) -> bytes:
    salt, iv = random(_SALT_BYTES), random(_IV_BYTES)
    padder = PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(_key(password, salt, iterations)), modes.CBC(iv)).encryptor()
    return der.sequence(
        _pbes2(salt, iterations, iv), der.octets(encryptor.update(padded) + encryptor.finalize())
    )


def _decrypt(encrypted: der.Node, password: str) -> bytes:
    algorithm, ciphertext = encrypted.of(der.SEQUENCE, der.OCTET_STRING)
    salt, iterations, iv = _pbes2_parameters(algorithm)
    decryptor = Cipher(algorithms.AES(_key(password, salt, iterations)), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(128).unpadder()
    try:
        padded = decryptor.update(ciphertext.body) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise BadInput(Code.P12_PASSWORD) from None


def _pbes2(salt: bytes, iterations: int, iv: bytes) -> bytes:
    kdf = der.sequence(_PBKDF2, der.sequence(der.octets(salt), der.integer(iterations), _HMAC_SHA256))
    return der.sequence(_PBES2, der.sequence(kdf, der.sequence(_AES256_CBC, der.octets(iv))))


def _pbes2_parameters(algorithm: der.Node) -> tuple[bytes, int, bytes]:
    try:
        _scheme, parameters = algorithm.of(der.OID, der.SEQUENCE)
        kdf, cipher = parameters.of(der.SEQUENCE, der.SEQUENCE)
        salt, iterations, _prf = kdf.of(der.OID, der.SEQUENCE)[1].of(
            der.OCTET_STRING, der.INTEGER, der.SEQUENCE
        )
        iv = cipher.of(der.OID, der.OCTET_STRING)[1]
    except BadInput:
        raise BadInput(Code.P12_FORM, "cipher") from None
    rounds = _rounds(iterations)
    if algorithm.raw != _pbes2(salt.body, rounds, iv.body) or len(iv.body) != _IV_BYTES or not salt.body:
        raise BadInput(Code.P12_FORM, "cipher")
    return salt.body, rounds, iv.body


def _rounds(node: der.Node) -> int:
    rounds = node.number()
    if not 1 <= rounds <= MOST_ITERATIONS:
        raise BadInput(Code.P12_COST)
    return rounds


def _key(password: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations, _KEY_BYTES)


def _check_mac(mac: der.Node, content: bytes, password: str) -> None:
    try:
        digest_info, salt, iterations = mac.of(der.SEQUENCE, der.OCTET_STRING, der.INTEGER)
        algorithm, digest = digest_info.of(der.SEQUENCE, der.OCTET_STRING)
    except BadInput:
        raise BadInput(Code.P12_FORM, "mac") from None
    if algorithm.raw != _SHA256 or not salt.body:
        raise BadInput(Code.P12_FORM, "mac")
    if not hmac.compare_digest(_mac(content, password, salt.body, _rounds(iterations)), digest.body):
        raise BadInput(Code.P12_PASSWORD)


def _mac(content: bytes, password: str, salt: bytes, iterations: int) -> bytes:
    """Return the HMAC keyed by the PKCS#12 KDF (RFC 7292 B.2): id 3, blocks of 64, one hash of output."""
    secret = password.encode("utf-16-be") + b"\0\0"
    state = b"\x03" * 64 + _repeated(salt) + _repeated(secret)
    for _ in range(iterations):
        state = hashlib.sha256(state).digest()
    return hmac.digest(state, content, "sha256")


def _repeated(value: bytes) -> bytes:
    length = -(-len(value) // 64) * 64
    return (value * (length // len(value) + 1))[:length]
