"""The NPKI pair: it comes back whole, others open it, and wrong ones are refused before they cost much."""

import subprocess
import time
from pathlib import Path

import pypinksign
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPrivateNumbers
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from baroalgi import certs
from baroalgi.certs import Code, client
from baroalgi.certs.der import bits, integer, octets, oid, sequence
from tests.certs import cast
from tests.certs.keyfiles import (
    R_ATTRIBUTE,
    key_file,
    key_info,
    random_number,
    seed_scheme,
    sign_pri,
    sign_pri_fixed_iv,
    sign_pri_pbes2,
)

PASSWORD = cast.PASSWORD
KEY, OPERATOR = cast.rsa_key(), cast.operator()
CERTIFICATE = certs.sign_tbs(
    cast.prepare(KEY.public_key(), authority=OPERATOR.authority), OPERATOR.key, authority=OPERATOR.authority
)
INFO = key_info(R_ATTRIBUTE, key=KEY)
INSIDE = (KEY.private_numbers(), cast.R)


def opened(data: bytes, password: str = PASSWORD) -> tuple[RSAPrivateNumbers, bytes]:
    found = client.open_npki(data, CERTIFICATE, password)
    assert (found.certificate, found.chain, repr(found)) == (CERTIFICATE, (), "<Opened •••>")
    assert isinstance(found.key, RSAPrivateKey)
    return found.key.private_numbers(), found.r


def code(data: bytes, password: str = PASSWORD, certificate: bytes = CERTIFICATE) -> Code:
    with pytest.raises(certs.BadInput) as refused:
        client.open_npki(data, certificate, password)
    return refused.value.code


@pytest.mark.parametrize("password", [PASSWORD, "비밀번호 열 글자 이상 1", "x" * 200])
def test_a_pair_gives_back_what_was_put_in(password: str) -> None:
    assert opened(client.write_npki(KEY, cast.R, password), password) == INSIDE


@pytest.mark.parametrize(
    "data",
    [
        sign_pri(INFO),
        sign_pri(INFO, password=PASSWORD.encode(), rounds=1, salt=b"s"),
        sign_pri_fixed_iv(INFO),
        sign_pri_pbes2(INFO),
        sign_pri_pbes2(INFO, prf="sha256"),
        sign_pri_pbes2(INFO, prf="sha256", key_length=True),
    ],
    ids=["a", "a, one round", "b", "c", "c with SHA-256", "c with its length of key"],
)
def test_all_three_forms_are_read(data: bytes) -> None:
    assert opened(data) == INSIDE
    assert code(data, "Wrong#2026") is Code.NPKI_PASSWORD


def test_a_korean_password_may_have_been_spelled_in_two_ways() -> None:
    for encoding in ("utf-8", "euc-kr"):
        data = sign_pri(INFO, password="황간초등학교2026".encode(encoding))
        assert opened(data, "황간초등학교2026") == INSIDE


def test_pypinksign_opens_our_pair_with_its_r() -> None:
    signer = pypinksign.PinkSign(pubkey_data=CERTIFICATE)
    key_file = client.write_npki(KEY, cast.R, PASSWORD)
    signer.load_prikey(prikey_data=key_file, prikey_password=PASSWORD.encode())

    assert signer.prikey.private_numbers() == KEY.private_numbers()
    assert signer._rand_num.asOctets() == cast.R
    assert signer.cn() == "이서연()20261124000000042"


def test_openssl_opens_form_c(tmp_path: Path) -> None:
    path = tmp_path / "signPri.key"
    path.write_bytes(sign_pri_pbes2(INFO))
    said = subprocess.run(
        [
            *("openssl", "pkcs8", "-provider", "legacy", "-provider", "default"),
            *("-inform", "DER", "-in", path, "-passin", f"pass:{PASSWORD}"),
        ],
        capture_output=True,
        check=True,
    )
    key = load_pem_private_key(said.stdout, None)
    assert isinstance(key, RSAPrivateKey)
    assert key.private_numbers() == KEY.private_numbers()


def test_no_wrong_password_is_taken_for_damage() -> None:
    # One in about 256 leaves a right padding.
    data = sign_pri(INFO, rounds=1)
    assert {code(data, f"wrong{attempt}") for attempt in range(600)} == {Code.NPKI_PASSWORD}


def cost(number: str, salt: bytes, rounds: int, ciphertext: bytes = bytes(32)) -> bytes:
    return key_file(seed_scheme(number, salt, rounds), ciphertext)


FILES = {
    "empty": (b"", Code.DER_TRUNCATED),
    "too large": (bytes(65537), Code.TOO_LARGE),
    "trailing": (sign_pri(INFO) + b"\5\0", Code.DER_TRAILING),
    "0 iterations": (sign_pri(INFO, counted=0), Code.NPKI_COST),
    "2^31 iterations": (sign_pri(INFO, counted=2**31), Code.NPKI_COST),
    "-1 iterations": (sign_pri(INFO, counted=-1), Code.NPKI_COST),
    "2^31 iterations of PBKDF2": (
        sign_pri_pbes2(INFO, counted=2**31),
        Code.NPKI_COST,
    ),
    "salt of 0 bytes": (cost("15", b"", 2048), Code.NPKI_FORM),
    "salt of 64 bytes": (cost("15", bytes(64), 2048), Code.NPKI_FORM),
    "ciphertext of 33 bytes": (cost("15", b"saltsalt", 1, bytes(33)), Code.NPKI_FORM),
    "no ciphertext": (cost("4", b"saltsalt", 1, b""), Code.NPKI_FORM),
    "another scheme": (cost("6", b"saltsalt", 1), Code.NPKI_FORM),
    "a right padding, no key inside": (sign_pri(b"x" * 64), Code.NPKI_PASSWORD),
    "a key of no kind": (
        sign_pri(sequence(integer(0), sequence(oid("1.2.3")), octets(b"x"))),
        Code.PRIVATE_KEY,
    ),
    "R absent": (sign_pri(key_info(key=KEY)), Code.RANDOM_NUMBER),
    "R with unused bits": (
        sign_pri(key_info(random_number(b"\3\x16\1" + bytes(21)), key=KEY)),
        Code.RANDOM_NUMBER,
    ),
    "R twice": (sign_pri(key_info(R_ATTRIBUTE, R_ATTRIBUTE, key=KEY)), Code.RANDOM_NUMBER),
    "R of 3 bytes": (sign_pri(key_info(random_number(bits(b"abc")), key=KEY)), Code.RANDOM_NUMBER),
}


@pytest.mark.parametrize("case", FILES)
def test_a_wrong_file_is_refused_at_once(case: str) -> None:
    data, expected = FILES[case]
    began = time.perf_counter()

    assert code(data) is expected
    assert time.perf_counter() - began < 0.5


def test_a_key_of_another_certificate_is_refused() -> None:
    assert code(sign_pri(INFO), certificate=cast.mother().certificate) is Code.NPKI_PAIR
