"""Malformed certificate files (npki.md §9) in a real browser: each is refused for what it is, at once.

The last word of a case is the place that the module names, so that nothing is refused for another reason.
"""

import time
from collections.abc import Callable

import pytest

from baroalgi.certs.der import bits, explicit, integer, octets, oid, sequence
from tests.browser_module.conftest import Module
from tests.browser_module.test_files import prove, rsa_info
from tests.browser_module.test_programs import rsa_certificate
from tests.certs import cast
from tests.certs.keyfiles import (
    R_ATTRIBUTE,
    cert_bag,
    encrypted,
    file,
    key_bag,
    key_file,
    key_info,
    km_certificate,
    mac_data,
    random_number,
    seed_scheme,
    sign_pri,
    sign_pri_pbes2,
    wrapped,
)

SECONDS = 2.0  # of a busy machine; the slowest takes a tenth of one
WRONG, MISSING = {"error": "WrongPassword"}, {"error": "RandomMissing"}
M = cast.mother()
OWN = cert_bag(M.certificate)
SHROUDED = key_bag(encrypted(key_info(R_ATTRIBUTE)))
SAFE = wrapped(sequence(OWN, SHROUDED))


def damaged(place: str) -> dict[str, str]:
    return {"error": "Damaged", "at": place}


def r(*attributes: bytes) -> bytes:
    return sign_pri(rsa_info(*attributes))


def cost(salt: bytes, rounds: int, ciphertext: bytes = bytes(32)) -> bytes:
    return key_file(seed_scheme("15", salt, rounds), ciphertext)


KEYS: dict[str, tuple[Callable[[], bytes], dict[str, str]]] = {
    "0 iterations": (lambda: sign_pri(rsa_info(), counted=0), damaged("rounds")),
    "2^31 iterations": (lambda: sign_pri(rsa_info(), counted=2**31), damaged("integer out of range")),
    "-1 iterations": (lambda: sign_pri(rsa_info(), counted=-1), damaged("integer out of range")),
    "2^80 iterations": (lambda: sign_pri(rsa_info(), counted=2**80), damaged("integer out of range")),
    "-1 iterations of PBKDF2": (
        lambda: sign_pri_pbes2(rsa_info(), counted=-1),
        damaged("integer out of range"),
    ),
    "2^31 iterations of PBKDF2": (
        lambda: sign_pri_pbes2(rsa_info(), counted=2**31),
        damaged("integer out of range"),
    ),
    "salt of 0 bytes": (lambda: cost(b"", 2048), damaged("salt")),
    "salt of 64 bytes": (lambda: cost(bytes(64), 2048), damaged("salt")),
    "ciphertext of 33 bytes": (lambda: cost(b"saltsalt", 1, bytes(33)), damaged("length of ciphertext")),
    "no ciphertext": (lambda: cost(b"saltsalt", 1, b""), damaged("length of ciphertext")),
    "a cipher not known": (
        lambda: key_file(seed_scheme("6", b"saltsalt", 1), bytes(32)),
        damaged("encryption scheme"),
    ),
    "a right padding, no key inside": (lambda: sign_pri(b"x" * 64), WRONG),
    "a right padding, text that begins like a key": (
        lambda: sign_pri(sequence(integer(0), sequence())),
        WRONG,
    ),
    "a key of a kind not known": (
        lambda: sign_pri(sequence(integer(0), sequence(oid("1.2.3")), octets(b"x"))),
        damaged("kind of key"),
    ),
    "a key of garbage": (
        lambda: sign_pri(
            sequence(integer(0), sequence(oid("1.2.840.113549.1.1.1"), b"\5\0"), octets(b"x" * 99))
        ),
        damaged("private key"),
    ),
    "R absent": (lambda: sign_pri(key_info(key=cast.rsa_key())), MISSING),
    "R under another name": (lambda: r(random_number(bits(cast.R), kind="1.2.3")), MISSING),
    "R with unused bits": (lambda: r(random_number(b"\3\x16\1" + bytes(21))), damaged("unused bits")),
    "R twice": (lambda: r(R_ATTRIBUTE, R_ATTRIBUTE), damaged("one child expected")),
    "R of two values": (
        lambda: r(random_number(bits(cast.R), bits(bytes(20)))),
        damaged("one child expected"),
    ),
    "R of 3 bytes": (lambda: r(random_number(bits(b"abc"))), damaged("random number too short")),
    "R as octets": (lambda: r(random_number(octets(cast.R))), damaged("tag 3 expected")),
    "another certificate's key": (
        lambda: sign_pri(key_info(R_ATTRIBUTE)),
        damaged("key of another certificate"),
    ),
}


@pytest.mark.parametrize("case", KEYS)
def test_a_malformed_key_of_a_pair(case: str, browser_module: Module) -> None:
    make, expected = KEYS[case]
    assert refusal(browser_module, {"signCert.der": rsa_certificate(), "signPri.key": make()}) == expected


def refusal(module: Module, files: dict[str, bytes]) -> dict[str, str]:
    """Choose the first certificate, open it, prove its owner; returns what failed."""
    began = time.monotonic()
    answer = module.open_first(files)
    if "error" not in answer:
        answer = prove(module)
    assert time.monotonic() - began < SECONDS
    return answer


def nested(depth: int) -> bytes:
    """Return BER of indefinite lengths, one in another."""
    return b"\x30\x80" * depth + b"\0\0" * depth


def unending(depth: int) -> bytes:
    return b"\x30\x80\2\1\3" + b"\x30\x80" * depth


def ber(*parts: bytes) -> bytes:
    return b"\x30\x80" + b"".join(parts) + b"\0\0"


def pieces(*strings: bytes) -> bytes:
    """Return an OCTET STRING in pieces, as NSS writes it."""
    return b"\x24\x80" + b"".join(strings) + b"\0\0"


def in_pieces(*strings: bytes) -> bytes:
    content = b"\xa0\x80" + pieces(*strings) + b"\0\0"
    return ber(integer(3), ber(oid("1.2.840.113549.1.7.1"), content), mac_data(sequence(SAFE)))


def authenticated(*safes: bytes, mac: bool = True) -> bytes:
    content = sequence(*safes)
    return sequence(integer(3), wrapped(content), mac_data(content) if mac else b"")


def encrypted_part(rounds: int) -> bytes:
    kdf = sequence(oid("1.2.840.113549.1.12.1.6"), sequence(octets(b"saltsalt"), integer(rounds)))
    info = sequence(oid("1.2.840.113549.1.7.1"), kdf, b"\x80\x08" + bytes(8))
    return sequence(oid("1.2.840.113549.1.7.6"), explicit(0, sequence(integer(0), info)))


def other_key() -> bytes:
    return key_bag(encrypted(key_info(R_ATTRIBUTE, key=cast.ec_key(77))))


HALF = len(sequence(SAFE)) // 2

P12: dict[str, tuple[Callable[[], bytes], dict[str, str]]] = {
    "empty": (lambda: b"", damaged("damaged")),
    "text": (lambda: b"not a certificate", damaged("damaged")),
    "too large": (lambda: bytes(70_000), damaged("damaged")),
    "cut in the middle": (lambda: file(OWN, SHROUDED)[:900], damaged("damaged")),
    "more behind it": (lambda: file(OWN, SHROUDED) + b"\5\0", damaged("damaged")),
    "version 1": (lambda: file(OWN, SHROUDED, version=1), damaged("damaged")),
    "MAC of 10^9 iterations": (lambda: file(OWN, SHROUDED, counted=10**9), damaged("damaged")),
    "MAC of 0 iterations": (lambda: file(OWN, SHROUDED, counted=0), damaged("damaged")),
    "MAC of -1 iterations": (lambda: file(OWN, SHROUDED, counted=-1), damaged("damaged")),
    "wrong MAC, right password": (lambda: file(OWN, SHROUDED, counted=3), damaged("MAC")),
    "wrong MAC, wrong password": (
        lambda: file(OWN, key_bag(encrypted(key_info(R_ATTRIBUTE), password="another")), counted=3),
        WRONG,
    ),
    "another password inside": (
        lambda: file(OWN, key_bag(encrypted(key_info(R_ATTRIBUTE), password="another"))),
        damaged("another password inside"),
    ),
    "two keys": (lambda: file(OWN, SHROUDED, other_key()), damaged("one encrypted key expected")),
    "no key": (lambda: file(OWN), damaged("one encrypted key expected")),
    "no certificate": (lambda: file(SHROUDED), damaged("no certificate of this key")),
    "no bags": (lambda: file(), damaged("one encrypted key expected")),
    "another's certificate": (lambda: file(OWN, other_key()), damaged("no certificate of this key")),
    "a certificate of garbage": (lambda: file(cert_bag(b"garbage"), SHROUDED), damaged("damaged")),
    "no MAC, right password": (
        lambda: authenticated(wrapped(sequence(SHROUDED)), mac=False),
        damaged("no certificate of this key"),
    ),
    "five parts": (lambda: authenticated(*[SAFE] * 5), damaged("damaged")),
    "a part of 10^9 rounds": (
        lambda: authenticated(SAFE, encrypted_part(10**9)),
        damaged("integer out of range"),
    ),
    "a part of -1 rounds": (lambda: authenticated(SAFE, encrypted_part(-1)), damaged("integer out of range")),
    "R absent": (lambda: file(OWN, key_bag(encrypted(key_info()))), MISSING),
    "R twice": (
        lambda: file(OWN, key_bag(encrypted(key_info(R_ATTRIBUTE, R_ATTRIBUTE)))),
        damaged("one child expected"),
    ),
    "BER without its end": (lambda: in_pieces(octets(sequence(SAFE)))[:-2], damaged("damaged")),
    "BER with an end inside": (
        lambda: in_pieces(octets(sequence(SAFE)[:HALF]), b"\0\0", octets(sequence(SAFE)[HALF:])),
        damaged("damaged"),
    ),
    "BER with a wrong inner string": (
        lambda: in_pieces(octets(sequence(SAFE)[:HALF]), bits(sequence(SAFE)[HALF:])),
        damaged("damaged"),
    ),
    "BER with a primitive of no length": (
        lambda: ber(integer(3), b"\4\x80" + bytes(9) + b"\0\0"),
        damaged("damaged"),
    ),
    "10 000 levels": (lambda: ber(integer(3), nested(10_000)), damaged("damaged")),
    "10 000 levels without an end": (lambda: unending(10_000), damaged("damaged")),
    "30 000 small elements": (lambda: sequence(integer(3), b"\5\0" * 30_000), damaged("damaged")),
    "a length of 4 GB": (lambda: b"\x30\x84\xff\xff\xff\xff\2\1\3", damaged("damaged")),
    "a certificate for encryption": (
        lambda: file(cert_bag(km_certificate(M.key)), SHROUDED),
        damaged("encryption-only"),
    ),
}


@pytest.mark.parametrize("case", P12)
def test_a_malformed_p12(case: str, browser_module: Module) -> None:
    make, expected = P12[case]
    assert refusal(browser_module, {"인증서.p12": make()}) == expected


def test_the_cases_differ_from_right_files_by_what_they_say(browser_module: Module) -> None:
    right = (
        {"인증서.p12": file(OWN, SHROUDED)},
        {"인증서.p12": in_pieces(octets(sequence(SAFE)[:HALF]), octets(sequence(SAFE)[HALF:]))},
        {"인증서.p12": authenticated(SAFE)},
        {"인증서.p12": authenticated(SAFE, mac=False)},
        {"signCert.der": rsa_certificate(), "signPri.key": r(R_ATTRIBUTE)},
    )
    for files in right:
        assert "error" not in browser_module.open_first(files)
        assert "cms" in prove(browser_module)


CERTIFICATES = {
    "garbage": (lambda: b"\x30\x05hello", "damaged"),
    "cut": (lambda: rsa_certificate()[:-1], "damaged"),
    "BER": (lambda: b"\x30\x80" + rsa_certificate()[4:] + b"\0\0", "damaged"),
    "for encryption": (lambda: km_certificate(cast.rsa_key()), "encryption-only"),
}


@pytest.mark.parametrize("case", CERTIFICATES)
def test_a_malformed_certificate_of_a_pair(case: str, browser_module: Module) -> None:
    make, problem = CERTIFICATES[case]
    found = browser_module.candidates({"signCert.der": make(), "signPri.key": sign_pri(rsa_info())})
    assert found[0][1] == problem
    assert browser_module.ask("choose", at="0", password=cast.PASSWORD)["error"] == "Damaged"
