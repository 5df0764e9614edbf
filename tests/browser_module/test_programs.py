"""Requests, signatures and files of the browser, read by our server and other programs, and theirs by it."""

import base64
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from baroalgi import certs
from baroalgi.certs import certificate, client, keys
from tests.browser_module.conftest import Issued, Module
from tests.certs import cast

PASSWORD = cast.PASSWORD


def run(*command: str | Path, fails: bool = False) -> str:
    """Run a program and return what it said."""
    program = shutil.which(str(command[0]))
    if program is None and command[0] in ("keytool", "pk12util", "certutil"):
        pytest.skip(f"{command[0]} is not on this machine")
    assert program, f"These tests need {command[0]} on the PATH."
    done = subprocess.run([program, *map(str, command[1:])], capture_output=True, timeout=60, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert (done.returncode != 0) == fails, said
    return said


@pytest.fixture
def p12(issued: Issued, tmp_path: Path) -> Path:
    path = tmp_path / "mother.p12"
    path.write_bytes(issued.file)
    return path


@pytest.fixture
def pem(p12: Path, tmp_path: Path) -> Path:
    """Key and certificate in the clear, without R: openssl drops it."""
    path = tmp_path / "mother.pem"
    run("openssl", "pkcs12", "-in", p12, "-passin", f"pass:{PASSWORD}", "-nodes", "-out", path)
    return path


@pytest.fixture
def rsa_pem(tmp_path: Path) -> Path:
    """A key and a certificate as of an accredited authority, RSA-2048, in the clear."""
    path = tmp_path / "rsa.pem"
    path.write_bytes(
        cast.rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.load(rsa_certificate()).public_bytes(Encoding.PEM)
    )
    return path


def openssl_file(tmp_path: Path, source: Path, *options: str) -> bytes:
    """Return a .p12 that openssl made of a PEM file."""
    target = tmp_path / "openssl.p12"
    run(
        *("openssl", "pkcs12", "-export", "-in", source, "-out", target),
        *("-passout", f"pass:{PASSWORD}", *options),
    )
    return target.read_bytes()


def rsa_certificate() -> bytes:
    operator = cast.operator()
    tbs = cast.prepare(cast.rsa_key().public_key(), authority=operator.authority)
    return certs.sign_tbs(tbs, operator.key, authority=operator.authority)


def rsa_file() -> bytes:
    """Return a .p12 with an RSA key and R, as an accredited authority's, in our own form."""
    chain = [cast.operator().authority]
    return client.write_p12(cast.rsa_key(), cast.R, rsa_certificate(), chain, "이서연", PASSWORD, 1000)


# What the browser writes


def test_openssl_verifies_the_request(issued: Issued, tmp_path: Path) -> None:
    path = tmp_path / "request.der"
    path.write_bytes(issued.request)
    said = run("openssl", "req", "-inform", "DER", "-in", path, "-verify", "-noout", "-text")
    assert "verify OK" in said
    assert "prime256v1" in said


def test_openssl_opens_the_file_without_old_ciphers(p12: Path) -> None:
    said = run("openssl", "pkcs12", "-in", p12, "-passin", f"pass:{PASSWORD}", "-info", "-noout")
    assert "MAC: sha256, Iteration 600000" in said
    assert "PBES2, PBKDF2, AES-256-CBC, Iteration 600000, PRF hmacWithSHA256" in said
    run("openssl", "pkcs12", "-in", p12, "-passin", "pass:wrong", "-noout", fails=True)


def test_our_own_commands_open_the_file(issued: Issued) -> None:
    opened = client.read_p12(issued.file, PASSWORD)
    assert (opened.r, opened.certificate) == (issued.r, issued.certificate)
    assert keys.spki(opened.key.public_key()) == keys.spki(certs.read_csr(issued.request).public_key)


def test_java_opens_the_file(p12: Path) -> None:
    said = run("keytool", "-J-Duser.language=en", "-list", "-v", "-keystore", p12, "-storepass", PASSWORD)
    assert "PrivateKeyEntry" in said


def test_firefox_imports_the_file(p12: Path, tmp_path: Path) -> None:
    database = f"sql:{tmp_path}"
    run("certutil", "-N", "-d", database, "--empty-password")
    assert "IMPORT SUCCESSFUL" in run("pk12util", "-i", p12, "-d", database, "-W", PASSWORD)
    assert "이서연" in run("certutil", "-L", "-d", database)


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_server_and_openssl_verify_the_signature(
    kind: str, module: Module, issued: Issued, tmp_path: Path
) -> None:
    file, r = (issued.file, issued.r) if kind == "p256" else (rsa_file(), cast.R)
    assert "error" not in module.ask("open", file=file, password=PASSWORD)
    answer = module.ask("sign", challenge=json.dumps(cast.CHALLENGE), purpose="signin", number=cast.NUMBER)
    cms = base64.b64decode(answer["cms"])

    h1 = certs.vid.h1(cast.NUMBER, r)
    assert answer["h1"] == base64.urlsafe_b64encode(h1).decode().rstrip("=")
    assert answer["nonce"] == cast.CHALLENGE["nonce"]
    content = certs.challenge_content(cast.CHALLENGE, h1)
    operator = cast.operator()
    now = cast.NOW + timedelta(seconds=1)
    assert certs.verify(cms, content, h1, operator.anchors, now).name == "이서연"

    (tmp_path / "signed.der").write_bytes(cms)
    authorities = (
        certificate.load(der).public_bytes(Encoding.PEM) for der in (operator.root, operator.authority)
    )
    (tmp_path / "authorities.pem").write_bytes(b"".join(authorities))
    run(
        *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", tmp_path / "signed.der"),
        *("-CAfile", tmp_path / "authorities.pem", "-purpose", "any", "-attime", str(int(now.timestamp()))),
        *("-out", tmp_path / "content.json"),
    )
    assert (tmp_path / "content.json").read_bytes() == content


def test_another_number_is_not_signed_for(module: Module, issued: Issued) -> None:
    module.ask("open", file=issued.file, password=PASSWORD)
    other = {"challenge": json.dumps(cast.CHALLENGE), "purpose": "signin", "number": "9001012234568"}
    assert module.ask("sign", **other) == {"error": "NotOwner"}


# What the browser reads


def test_r_comes_back_from_the_browsers_own_file(module: Module, issued: Issued) -> None:
    opened = module.ask("open", file=issued.file, password=PASSWORD)
    assert base64.b64decode(opened["randomNumber"]) == issued.r
    assert (opened["owner"], opened["issuer"]) == ("이서연", "충청북도교육청 Parent CA 1")


def test_r_comes_back_from_a_file_of_our_commands(module: Module) -> None:
    file = rsa_file()
    opened = module.ask("open", file=file, password=PASSWORD)
    assert base64.b64decode(opened["randomNumber"]) == cast.R
    assert module.ask("visible", file=file)["owners"][0] == "이서연"


def test_a_file_of_openssl_is_read(module: Module, issued: Issued, pem: Path, tmp_path: Path) -> None:
    file = openssl_file(tmp_path, pem)
    opened = module.ask("open", file=file, password=PASSWORD)
    assert base64.b64decode(opened["certificate"]) == issued.certificate
    assert opened["randomNumber"] is None
    assert module.ask("visible", file=file) == {"owners": []}
    assert module.ask("open", file=file, password="wrong") == {"error": "WrongPassword"}


@pytest.mark.parametrize(
    "options",
    [
        ("-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC"),
        ("-certpbe", "NONE", "-iter", "1", "-nomaciter"),
        ("-iter", "100000"),
    ],
)
def test_openssl_files_of_other_strength_are_read(
    options: tuple[str, ...], module: Module, rsa_pem: Path, tmp_path: Path
) -> None:
    opened = module.ask("open", file=openssl_file(tmp_path, rsa_pem, *options), password=PASSWORD)
    assert opened["owner"] == "이서연"


def test_the_right_certificate_is_taken_from_a_chain(
    module: Module, issued: Issued, pem: Path, tmp_path: Path
) -> None:
    chain = tmp_path / "chain.pem"
    chain.write_bytes(certificate.load(cast.operator().authority).public_bytes(Encoding.PEM))
    file = openssl_file(tmp_path, pem, "-certfile", str(chain))
    opened = module.ask("open", file=file, password=PASSWORD)
    assert base64.b64decode(opened["certificate"]) == issued.certificate


def test_a_file_of_java_is_read_though_it_lost_r(module: Module, p12: Path, tmp_path: Path) -> None:
    target = tmp_path / "java.p12"
    run(
        *("keytool", "-importkeystore", "-srckeystore", p12, "-srcstorepass", PASSWORD),
        *("-destkeystore", target, "-deststoretype", "PKCS12", "-deststorepass", PASSWORD),
    )
    opened = module.ask("open", file=target.read_bytes(), password=PASSWORD)
    assert (opened["owner"], opened["randomNumber"]) == ("이서연", None)
    answer = module.ask("sign", challenge=json.dumps(cast.CHALLENGE), purpose="signin", number=cast.NUMBER)
    assert answer == {"error": "RandomMissing"}


def test_wrong_passwords_are_never_taken_for_damage(module: Module, pem: Path, tmp_path: Path) -> None:
    # One wrong password in about 256 leaves a right padding: a cheap file, many passwords.
    file = openssl_file(tmp_path, pem, "-iter", "1", "-nomaciter")
    for attempt in range(600):
        answer = module.ask("open", file=file, password=f"wrong{attempt}")
        assert answer == {"error": "WrongPassword"}, attempt
