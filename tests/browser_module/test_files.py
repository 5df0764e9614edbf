"""Certificate files of other programs and other times, opened by the module in a real browser."""

import base64
import json
from datetime import timedelta
from pathlib import Path

import pypinksign
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from baroalgi import certs
from baroalgi.certs import certificate, client, keys
from tests.browser_module.conftest import BrowserModule, Issued, Module, issue_to
from tests.browser_module.test_programs import openssl_file, rsa_certificate, run
from tests.certs import cast
from tests.certs.keyfiles import (
    R_ATTRIBUTE,
    cert_bag,
    file,
    key_bag,
    key_info,
    km_certificate,
    old_shrouded,
    sign_pri,
    sign_pri_fixed_iv,
    sign_pri_pbes2,
)

PASSWORD = cast.PASSWORD
KOREAN = "황간초등학교2026"


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of an accredited authority's kind, in the clear."""
    path = tmp_path_factory.mktemp("pem") / "rsa.pem"
    path.write_bytes(
        cast.rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.load(rsa_certificate()).public_bytes(Encoding.PEM)
    )
    return path


def rsa_info(*attributes: bytes) -> bytes:
    return key_info(*(attributes or (R_ATTRIBUTE,)), key=cast.rsa_key())


OLD = {
    "RC2-40 and 3DES": ("-legacy",),
    "RC2-128": ("-legacy", "-certpbe", "PBE-SHA1-RC2-128", "-keypbe", "PBE-SHA1-RC2-128"),
    "3DES": ("-legacy", "-descert"),
    "3DES with two keys": ("-legacy", "-certpbe", "PBE-SHA1-2DES", "-keypbe", "PBE-SHA1-2DES"),
    "no MAC": ("-nomac",),
    "old, no MAC": ("-legacy", "-nomac"),
    "MAC with SHA-1": ("-macalg", "sha1"),
    "MAC with SHA-512": ("-macalg", "sha512"),
    "as OpenSSL 3 writes": (),
    "certificate in the clear": ("-certpbe", "NONE"),
    "many old rounds": ("-legacy", "-iter", "100000"),
    "PBES2 with 3DES": ("-certpbe", "DES-EDE3-CBC", "-keypbe", "DES-EDE3-CBC"),
}


@pytest.mark.parametrize("options", OLD.values(), ids=OLD.keys())
def test_a_p12_of_openssl_is_read(
    options: tuple[str, ...], browser_module: Module, pem: Path, tmp_path: Path
) -> None:
    pfx = openssl_file(tmp_path, pem, *options)

    opened = browser_module.open_first({"어머니.pfx": pfx})

    assert base64.b64decode(opened["certificate"]) == rsa_certificate()
    assert opened["shares"] == sorted(opened["shares"])
    assert browser_module.open_first({"어머니.pfx": pfx}, "Wrong#2026") == {"error": "WrongPassword"}


def test_r_comes_out_of_a_p12_as_accredited_authorities_write_it(browser_module: Module) -> None:
    pfx = file(cert_bag(rsa_certificate()), key_bag(old_shrouded(rsa_info())))

    assert base64.b64decode(browser_module.open_first({"a.pfx": pfx})["randomNumber"]) == cast.R
    assert "cms" in prove(browser_module)


def test_a_p12_that_firefox_exported_is_read_though_it_lost_r(
    browser_module: Module, pem: Path, tmp_path: Path
) -> None:
    database = f"sql:{tmp_path}"
    (tmp_path / "in.p12").write_bytes(openssl_file(tmp_path, pem, "-name", "mother"))
    run("certutil", "-N", "-d", database, "--empty-password")
    run("pk12util", "-i", tmp_path / "in.p12", "-d", database, "-W", PASSWORD)
    run("pk12util", "-o", tmp_path / "out.p12", "-d", database, "-n", "mother", "-W", PASSWORD)
    exported = (tmp_path / "out.p12").read_bytes()
    assert exported[:2] == b"\x30\x80", "NSS writes BER"

    opened = browser_module.open_first({"firefox.p12": exported})

    assert (opened["owner"], opened["randomNumber"]) == ("이서연", None)
    assert prove(browser_module) == {"error": "RandomMissing"}
    assert browser_module.open_first({"firefox.p12": exported}, "Wrong#2026") == {"error": "WrongPassword"}


def prove(module: Module) -> dict[str, str]:
    """Answer a challenge with the file opened last."""
    return module.ask("sign", challenge=json.dumps(cast.CHALLENGE), purpose="signin", number=cast.NUMBER)


KEYS = {
    "a": sign_pri(rsa_info()),
    "a, one round": sign_pri(rsa_info(), rounds=1),
    "a, 100 000 rounds": sign_pri(rsa_info(), rounds=100_000),
    "b": sign_pri_fixed_iv(rsa_info()),
    "c": sign_pri_pbes2(rsa_info()),
    "c with SHA-256": sign_pri_pbes2(rsa_info(), prf="sha256"),
    "c with its length of key": sign_pri_pbes2(rsa_info(), key_length=True),
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
def test_a_pair_of_npki_is_read(key: bytes, browser_module: Module) -> None:
    pair = {"signCert.der": rsa_certificate(), "signPri.key": key}

    opened = browser_module.open_first(pair)

    assert base64.b64decode(opened["randomNumber"]) == cast.R
    assert opened["shares"] == sorted(opened["shares"])
    assert browser_module.open_first(pair, "Wrong#2026") == {"error": "WrongPassword"}


def test_many_rounds_are_left_to_a_worker_and_told_as_they_go(browser_module: BrowserModule) -> None:
    few, many = (
        {"signCert.der": rsa_certificate(), "signPri.key": KEYS[form]} for form in ("a", "a, 100 000 rounds")
    )
    before = browser_module.workers

    browser_module.open_first(few)
    assert browser_module.workers == before

    shares = browser_module.open_first(many)["shares"]
    assert browser_module.workers == before + 1
    assert len(shares) >= 5
    assert shares[-1] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr", "cp949"])
def test_a_korean_password_is_tried_in_both_spellings(encoding: str, browser_module: Module) -> None:
    password = KOREAN + ("햏" if encoding == "cp949" else "")
    key = sign_pri(rsa_info(), password=password.encode(encoding))

    opened = browser_module.open_first({"signCert.der": rsa_certificate(), "signPri.key": key}, password)

    assert opened["owner"] == "이서연"


def test_what_lies_in_a_folder_is_told_by_what_it_is(browser_module: Module) -> None:
    pem = certificate.load(rsa_certificate()).public_bytes(Encoding.PEM)
    other = cast.mother()
    encryption = cast.ec_key(77)
    folder = {
        "NPKI/yessign/USER/cn=이서연()01/signCert.der": rsa_certificate(),
        "NPKI/yessign/USER/cn=이서연()01/signPri.key": KEYS["a"],
        "NPKI/yessign/USER/cn=이서연()01/kmCert.der": km_certificate(encryption),
        "NPKI/yessign/USER/cn=이서연()01/kmPri.key": sign_pri(key_info(R_ATTRIBUTE, key=encryption)),
        "NPKI/yessign/USER/cn=이서연()01/CaPubs": b"anything",
        "NPKI/yessign/ca.der": cast.operator().authority,
        "NPKI/.DS_Store": bytes(10),
        "USB/012이서연_sig.cer": pem,
        "USB/012이서연_sig.key": KEYS["c"],
        "alone/signCert.der": other.certificate,
        "lost/signPri.key": KEYS["b"],
        "notes.txt": "회의록".encode(),
        "broken.p12": b"\x30\x03\x02\x01",
        "large.p12": bytes(70_000),
    }

    assert browser_module.candidates(folder) == [
        ("이서연", None),
        ("이서연", "encryption-only"),
        ("이서연", None),
        ("이서연", "no-key"),
        ("broken.p12", "damaged"),
        ("large.p12", "damaged"),
        ("signPri.key", "no-certificate"),
    ]
    assert base64.b64decode(browser_module.ask("choose", at="2", password=PASSWORD)["randomNumber"]) == cast.R
    for at in ("1", "3", "4", "5", "6"):
        assert browser_module.ask("choose", at=at, password=PASSWORD)["error"] == "Damaged"


def test_the_key_is_matched_by_what_it_is_not_by_its_name(browser_module: Module) -> None:
    other = key_info(R_ATTRIBUTE, key=cast.ec_key(77))
    pair = {"signCert.der": rsa_certificate(), "signPri.key": sign_pri(other), "kmPri.key": KEYS["a"]}

    assert browser_module.open_first(pair)["owner"] == "이서연"

    del pair["kmPri.key"]
    assert browser_module.open_first(pair)["error"] == "Damaged"


@pytest.fixture(scope="module")
def rsa(browser_module: Module) -> Issued:
    """An issuing to a key of the kind that other programs for NPKI read, made in the browser."""
    return issue_to(browser_module, "RSA")


def test_openssl_verifies_the_request_of_an_rsa_key(rsa: Issued, tmp_path: Path) -> None:
    (tmp_path / "request.der").write_bytes(rsa.request)
    said = run(
        "openssl", "req", "-inform", "DER", "-in", tmp_path / "request.der", "-verify", "-noout", "-text"
    )
    assert "verify OK" in said
    assert "Public-Key: (2048 bit)" in said
    assert "Exponent: 65537" in said


def test_pypinksign_opens_the_pair_that_the_browser_made(rsa: Issued) -> None:
    assert rsa.npki_key
    judge = pypinksign.PinkSign(pubkey_data=rsa.certificate)
    judge.load_prikey(prikey_data=rsa.npki_key, prikey_password=PASSWORD.encode())
    assert judge._rand_num.asOctets() == rsa.r
    assert judge.verify(judge.sign(b"message"), b"message")


def test_our_own_commands_open_what_the_browser_made(rsa: Issued) -> None:
    assert rsa.npki_key
    pair = client.open_npki(rsa.npki_key, rsa.certificate, PASSWORD)
    p12 = client.read_p12(rsa.file, PASSWORD)
    assert (pair.r, p12.r, p12.certificate) == (rsa.r, rsa.r, rsa.certificate)
    assert keys.spki(pair.key.public_key()) == keys.spki(p12.key.public_key())


@pytest.mark.parametrize("form", ["pair", "p12"])
def test_what_the_browser_made_proves_its_owner_in_the_browser(
    form: str, rsa: Issued, browser_module: Module
) -> None:
    assert rsa.npki_key
    pair = {"signPri.key": rsa.npki_key, "signCert.der": rsa.certificate}
    assert "error" not in browser_module.open_first(pair if form == "pair" else {"a.p12": rsa.file})

    answer = prove(browser_module)

    h1 = certs.vid.h1(cast.NUMBER, rsa.r)
    content = certs.challenge_content(cast.CHALLENGE, h1)
    cms = base64.b64decode(answer["cms"])
    now = cast.NOW + timedelta(seconds=1)
    assert certs.verify(cms, content, h1, cast.operator().anchors, now).name == "이서연"
