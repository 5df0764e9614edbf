"""Key files and .p12 files of every kind, right and wrong ones, written part by part.

Written beside `certs.pkcs12` and `certs.npki`, not with them, so that no reader is only tried against itself.
"""

import hashlib
import hmac
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import SEED, TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from baroalgi.certs import keys
from baroalgi.certs.der import bits, explicit, integer, null, octets, oid, sequence, set_of
from tests.certs import cast

DATA = oid("1.2.840.113549.1.7.1")
RANDOM_NUMBER = "1.2.410.200004.10.1.1.3"
SALT = b"salt" * 4


def random_number(*values: bytes, kind: str = RANDOM_NUMBER) -> bytes:
    return sequence(oid(kind), set_of(*values))


def key_info(*attributes: bytes, key: keys.PrivateKey | None = None, at: int = 0) -> bytes:
    plain = (key or cast.mother().key).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    body = plain[4:] if plain[1] == 0x82 else plain[3:]  # the header of the SEQUENCE
    return sequence(body, explicit(at, *attributes) if attributes else b"")


def encrypted(
    plain: bytes,
    *,
    password: str = cast.PASSWORD,
    rounds: int = 2,
    prf: bytes = sequence(oid("1.2.840.113549.2.9"), null()),
) -> bytes:
    padding = 16 - len(plain) % 16
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), SALT, max(rounds, 1) if rounds < 99 else 1, 32)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(SALT)).encryptor()
    ciphertext = encryptor.update(plain + bytes([padding]) * padding)
    kdf = sequence(oid("1.2.840.113549.1.5.12"), sequence(octets(SALT), integer(rounds), prf))
    cipher = sequence(oid("2.16.840.1.101.3.4.1.42"), octets(SALT))
    return sequence(sequence(oid("1.2.840.113549.1.5.13"), sequence(kdf, cipher)), octets(ciphertext))


def key_bag(shrouded: bytes) -> bytes:
    return sequence(oid("1.2.840.113549.1.12.10.1.2"), explicit(0, shrouded))


def cert_bag(certificate: bytes) -> bytes:
    value = sequence(oid("1.2.840.113549.1.9.22.1"), explicit(0, octets(certificate)))
    return sequence(oid("1.2.840.113549.1.12.10.1.3"), explicit(0, value))


def wrapped(content: bytes) -> bytes:
    return sequence(DATA, explicit(0, octets(content)))


def file(*bags: bytes, rounds: int = 2, counted: int | None = None, version: int = 3) -> bytes:
    """A .p12 with one SafeContents; `counted`: the iterations its MAC claims, if other than those made."""
    safes = sequence(wrapped(sequence(*bags)))
    return sequence(integer(version), wrapped(safes), mac_data(safes, rounds=rounds, counted=counted))


def mac_data(content: bytes, *, rounds: int = 2, counted: int | None = None) -> bytes:
    """The MAC over an AuthenticatedSafe."""
    secret = cast.PASSWORD.encode("utf-16-be") + b"\0\0"
    state = b"\3" * 64 + (SALT * 4) + (secret * 64)[: (len(secret) + 63) // 64 * 64]
    for _ in range(rounds):
        state = hashlib.sha256(state).digest()
    sha256 = sequence(oid("2.16.840.1.101.3.4.2.1"), null())
    return sequence(
        sequence(sha256, octets(hmac.digest(state, content, "sha256"))),
        octets(SALT),
        integer(rounds if counted is None else counted),
    )


def old_shrouded(plain: bytes, *, rounds: int = 1024) -> bytes:
    """A key under 3DES and the derivation of PKCS#12 with SHA-1, as accredited authorities write it."""
    material = [_derived(purpose, rounds) for purpose in (1, 2)]
    encryptor = Cipher(TripleDES(material[0][:24]), modes.CBC(material[1][:8])).encryptor()
    scheme = sequence(oid("1.2.840.113549.1.12.1.3"), sequence(octets(SALT), integer(rounds)))
    return key_file(scheme, encryptor.update(padded(plain, 8)) + encryptor.finalize())


def _derived(purpose: int, rounds: int) -> bytes:
    """Return 40 bytes of the derivation (RFC 7292 B.2), its numbers taken as integers."""
    secret = cast.PASSWORD.encode("utf-16-be") + b"\0\0"
    blocks = [(SALT * 4)[:64], (secret * 64)[:64]]  # the password is shorter than a block
    out = b""
    for _ in range(2):
        state = bytes([purpose]) * 64 + b"".join(blocks)
        for _ in range(rounds):
            state = hashlib.sha1(state, usedforsecurity=False).digest()
        out += state
        step = int.from_bytes((state * 4)[:64], "big") + 1
        blocks = [((int.from_bytes(each, "big") + step) % 2**512).to_bytes(64, "big") for each in blocks]
    return out


R_ATTRIBUTE = random_number(bits(cast.R))


# NPKI (npki.md §2.1)


def padded(plain: bytes, block: int = 16) -> bytes:
    length = block - len(plain) % block
    return plain + bytes([length]) * length


def seed_cbc(key: bytes, iv: bytes, plain: bytes) -> bytes:
    encryptor = Cipher(SEED(key), modes.CBC(iv)).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def pbkdf1(password: bytes, salt: bytes, rounds: int) -> bytes:
    """Return the 20 bytes of which K and the source of IV are parts."""
    state = password + salt
    for _ in range(rounds):
        state = hashlib.sha1(state, usedforsecurity=False).digest()
    return state


def key_file(scheme: bytes, ciphertext: bytes) -> bytes:
    return sequence(scheme, octets(ciphertext))


def seed_scheme(number: str, salt: bytes, rounds: int) -> bytes:
    return sequence(oid(f"1.2.410.200004.1.{number}"), sequence(octets(salt), integer(rounds)))


def sign_pri(
    plain: bytes,
    *,
    password: bytes = cast.PASSWORD.encode(),
    rounds: int = 2048,
    counted: int | None = None,
    salt: bytes = b"saltsalt",
) -> bytes:
    """Return a signPri.key of form (a); `counted`: the iterations it claims, if other than those made."""
    state = pbkdf1(password, salt, rounds)
    iv = hashlib.sha1(state[16:], usedforsecurity=False).digest()[:16]
    scheme = seed_scheme("15", salt, rounds if counted is None else counted)
    return key_file(scheme, seed_cbc(state[:16], iv, padded(plain)))


def sign_pri_fixed_iv(plain: bytes, *, password: bytes = cast.PASSWORD.encode()) -> bytes:
    """Return a signPri.key of form (b)."""
    key = pbkdf1(password, b"saltsalt", 2048)[:16]
    return key_file(seed_scheme("4", b"saltsalt", 2048), seed_cbc(key, b"0123456789012345", padded(plain)))


def sign_pri_pbes2(
    plain: bytes,
    *,
    password: bytes = cast.PASSWORD.encode(),
    prf: str | None = None,
    key_length: bool = False,
    rounds: int = 2048,
    counted: int | None = None,
) -> bytes:
    """Return a signPri.key of form (c). `prf`: "sha256", or None for HMAC-SHA1, which is not named."""
    key = hashlib.pbkdf2_hmac(prf or "sha1", password, SALT, rounds, 16)
    named = sequence(oid("1.2.840.113549.2.9"), null()) if prf else b""
    kdf = sequence(
        octets(SALT),
        integer(rounds if counted is None else counted),
        integer(16) if key_length else b"",
        named,
    )
    cipher = sequence(oid("1.2.410.200004.1.4"), octets(SALT))
    scheme = sequence(
        oid("1.2.840.113549.1.5.13"), sequence(sequence(oid("1.2.840.113549.1.5.12"), kdf), cipher)
    )
    return key_file(scheme, seed_cbc(key, SALT, padded(plain)))


def km_certificate(key: keys.PrivateKey) -> bytes:
    """Return a certificate that is for encryption alone, as kmCert.der is."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "이서연()0000")])
    only_encipherment = x509.KeyUsage(*(use == 2 for use in range(9)))
    return (
        x509.CertificateBuilder(name, name, key.public_key(), 7, cast.NOW, cast.NOW + timedelta(days=365))
        .add_extension(only_encipherment, critical=True)
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )
