"""The key file of an NPKI pair, signPri.key beside signCert.der (KCAC.TS.ENC; npki.md §2.1).

    EncryptedPrivateKeyInfo { AlgorithmIdentifier, OCTET STRING }, SEED-CBC, R inside the key

    (a) seedCBCWithSHA1 { salt, n }   Tn = SHA1(… SHA1(password ‖ salt)); K = Tn[0:16],
                                      IV = SHA1(Tn[16:20])[0:16]
    (b) seedCBC { salt, n }           the same K, IV = ASCII 0123456789012345
    (c) PBES2 { PBKDF2, seedCBC }

All three are read, (a) is written: every program for NPKI knows it. The scheme is old and its 2048
iterations cost a guesser little; the .p12 is the better place for a key.
"""

import hashlib
import os
from collections.abc import Callable, Iterator

from cryptography.hazmat.decrepit.ciphers.algorithms import SEED
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.padding import PKCS7

from baroalgi.certs import certificate, der, keys, private_key
from baroalgi.certs.errors import BadInput, Code
from baroalgi.certs.private_key import LONGEST, Opened

ITERATIONS = 2048
MOST_ITERATIONS = 5_000_000

_SALT_BYTES, _LONGEST_SALT, _KEY_BYTES, _IV_BYTES = 8, 32, 16, 16
_FIXED_IV = b"0123456789012345"
_SEED_CBC_WITH_SHA1 = der.oid("1.2.410.200004.1.15")
_SEED_CBC = der.oid("1.2.410.200004.1.4")
_PBES2 = der.oid("1.2.840.113549.1.5.13")
_PBKDF2 = der.oid("1.2.840.113549.1.5.12")
_PRFS = {
    der.sequence(der.oid(f"1.2.840.113549.2.{number}"), der.null()): name
    for number, name in {7: "sha1", 9: "sha256", 10: "sha384", 11: "sha512"}.items()
}

_Opener = Callable[[bytes], tuple[bytes, bytes]]
"""From the bytes of a password to key and initialisation vector."""


def write_npki(
    key: rsa.RSAPrivateKey,
    r: bytes,
    password: str,
    iterations: int = ITERATIONS,
    *,
    random: Callable[[int], bytes] = os.urandom,
) -> bytes:
    """Return signPri.key in form (a), DER. Other programs read RSA keys of an ASCII password only."""
    salt = random(_SALT_BYTES)
    seed_key, iv = _pbkdf1(password.encode(), salt, iterations)
    padder = PKCS7(SEED.block_size).padder()
    padded = padder.update(private_key.encode(key, r)) + padder.finalize()
    encryptor = Cipher(SEED(seed_key), modes.CBC(iv)).encryptor()
    parameters = der.sequence(der.octets(salt), der.integer(iterations))
    return der.sequence(
        der.sequence(_SEED_CBC_WITH_SHA1, parameters),
        der.octets(encryptor.update(padded) + encryptor.finalize()),
    )


def open_npki(key_file: bytes, certificate_der: bytes, password: str) -> Opened:
    """Open a pair: the key, its R, and the certificate, which must be of this key.

    Raises BadInput NPKI_PASSWORD, NPKI_FORM, NPKI_COST, NPKI_PAIR, PRIVATE_KEY, RANDOM_NUMBER, DER_….
    """
    algorithm, ciphertext = der.read(key_file, longest=LONGEST).of(der.SEQUENCE, der.OCTET_STRING)
    opener = _opener(algorithm)
    if not ciphertext.body or len(ciphertext.body) % _IV_BYTES:
        raise BadInput(Code.NPKI_FORM, "ciphertext")
    for secret in _spellings(password):
        info = _decrypt(ciphertext.body, *opener(secret))
        # One wrong password in about 256 leaves a right padding, but no key.
        if info is not None and private_key.looks_like_one(info):
            key, r = private_key.decode(info)
            if certificate.parts(certificate_der).spki != keys.spki(key.public_key()):
                raise BadInput(Code.NPKI_PAIR)
            return Opened(key, r, certificate_der, ())
    raise BadInput(Code.NPKI_PASSWORD)


def _spellings(password: str) -> Iterator[bytes]:
    """Yield UTF-8, and for Korean letters EUC-KR: programs took the bytes of their platform."""
    yield password.encode()
    if not password.isascii():
        try:
            yield password.encode("cp949")
        except UnicodeEncodeError:
            return


def _opener(algorithm: der.Node) -> _Opener:
    """Read the AlgorithmIdentifier, before any work. Raises BadInput NPKI_FORM, NPKI_COST."""
    try:
        scheme, parameters = algorithm.of(der.OID, der.SEQUENCE)
        if scheme.raw == _PBES2:
            return _pbes2(parameters)
        salt, rounds = _cost(*parameters.of(der.OCTET_STRING, der.INTEGER))
    except BadInput as bad:
        raise bad if bad.code is Code.NPKI_COST else BadInput(Code.NPKI_FORM, "algorithm") from None
    if scheme.raw == _SEED_CBC_WITH_SHA1:
        return lambda secret: _pbkdf1(secret, salt, rounds)
    if scheme.raw == _SEED_CBC:
        return lambda secret: (_pbkdf1(secret, salt, rounds)[0], _FIXED_IV)
    raise BadInput(Code.NPKI_FORM, "algorithm")


def _pbes2(parameters: der.Node) -> _Opener:
    kdf, cipher = parameters.of(der.SEQUENCE, der.SEQUENCE)
    name, derivation = kdf.of(der.OID, der.SEQUENCE)
    encryption, iv = cipher.of(der.OID, der.OCTET_STRING)
    salt_node, rounds_node, *optional = derivation.children or ()
    if optional and optional[0].tag == der.INTEGER and optional.pop(0).number() != _KEY_BYTES:
        raise BadInput(Code.NPKI_FORM, "length of key")
    prf = _PRFS.get(optional.pop(0).raw) if optional else "sha1"
    if (name.raw, encryption.raw) != (_PBKDF2, _SEED_CBC) or prf is None or optional:
        raise BadInput(Code.NPKI_FORM, "algorithm")
    if len(iv.body) != _IV_BYTES:
        raise BadInput(Code.NPKI_FORM, "initialisation vector")
    salt, rounds = _cost(salt_node, rounds_node)
    return lambda secret: (hashlib.pbkdf2_hmac(prf, secret, salt, rounds, _KEY_BYTES), iv.body)


def _cost(salt: der.Node, iterations: der.Node) -> tuple[bytes, int]:
    if (salt.tag, iterations.tag) != (der.OCTET_STRING, der.INTEGER):
        raise BadInput(Code.NPKI_FORM, "parameters")
    if not 1 <= len(salt.body) <= _LONGEST_SALT:
        raise BadInput(Code.NPKI_FORM, "salt")
    rounds = iterations.number()
    if not 1 <= rounds <= MOST_ITERATIONS:
        raise BadInput(Code.NPKI_COST)
    return salt.body, rounds


def _pbkdf1(secret: bytes, salt: bytes, rounds: int) -> tuple[bytes, bytes]:
    state = secret + salt
    for _ in range(rounds):
        state = hashlib.sha1(state, usedforsecurity=False).digest()
    return state[:_KEY_BYTES], hashlib.sha1(state[_KEY_BYTES:], usedforsecurity=False).digest()[:_IV_BYTES]


def _decrypt(ciphertext: bytes, key: bytes, iv: bytes) -> bytes | None:
    """Return what comes out, or None when the padding is wrong."""
    decryptor = Cipher(SEED(key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(SEED.block_size).unpadder()
    try:
        return unpadder.update(decryptor.update(ciphertext) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        return None
