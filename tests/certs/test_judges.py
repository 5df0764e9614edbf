"""What others say about our bytes: the OpenSSL command line as judge (npki.md §10)."""

import subprocess
from base64 import encodebytes
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from baroalgi import certs
from baroalgi.certs import client, keys
from tests.certs import cast

AT = str(int(cast.NOW.timestamp()))


def openssl(*arguments: object) -> str:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], capture_output=True, check=False, timeout=30, cwd="/"
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return (done.stdout + done.stderr).decode(errors="replace")


def pem(kind: str, *ders: bytes) -> bytes:
    return b"".join(
        f"-----BEGIN {kind}-----\n{encodebytes(each).decode()}-----END {kind}-----\n".encode()
        for each in ders
    )


def revoke(key: keys.PrivateKey, authority: bytes, *serials: int) -> bytes:
    return certs.make_crl(
        key,
        authority=authority,
        number=7,
        this_update=cast.NOW - timedelta(hours=1),
        next_update=cast.NOW + timedelta(days=7),
        revoked=[
            certs.Revoked(serial, cast.NOW - timedelta(hours=2), x509.ReasonFlags.superseded)
            for serial in serials
        ],
    )


@pytest.fixture(params=["p256", "rsa"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder with everything of one operator and one parent, of either kind of key."""
    root_key, key = cast.ec_key(41), cast.ec_key(42) if request.param == "p256" else cast.rsa_key()
    parent_key = cast.ec_key(43) if request.param == "p256" else cast.rsa_key()
    root = cast.make_root(root_key)
    authority = cast.make_authority(root_key, root, key)
    tbs = cast.prepare(parent_key.public_key(), authority=authority)
    leaf = certs.sign_tbs(tbs, key, authority=authority)
    files = {
        "root.pem": pem("CERTIFICATE", root),
        "authority.pem": pem("CERTIFICATE", authority),
        "trusted.pem": pem("CERTIFICATE", root, authority),
        "leaf.pem": pem("CERTIFICATE", leaf),
        "crls.pem": pem("X509 CRL", revoke(root_key, root), revoke(key, authority, 1, 2)),
        "own.crl": revoke(key, authority, 1, 2),
        "revoking.pem": pem("X509 CRL", revoke(root_key, root), revoke(key, authority, cast.serial(3))),
        "request.csr": client.make_csr(parent_key),
        "attached.p7m": client.sign(parent_key, leaf, b"content", at=cast.NOW),
        "detached.p7s": client.sign(parent_key, leaf, b"content", at=cast.NOW, detached=True),
        "content": b"content",
        "parent.p12": client.write_p12(
            parent_key, cast.R, leaf, [authority, root], "이서연", cast.PASSWORD, 1000
        ),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def verify(folder: Path, crls: str) -> str:
    return openssl(
        *("verify", "-x509_strict", "-attime", AT, "-crl_check_all", "-CRLfile", folder / crls),
        *("-policy", cast.POLICY, "-explicit_policy", "-CAfile", folder / "root.pem"),
        *("-untrusted", folder / "authority.pem", folder / "leaf.pem"),
    )


def test_the_path_is_valid_under_the_strict_rules(folder):
    assert "leaf.pem: OK" in verify(folder, "crls.pem")


def test_a_revoked_certificate_is_seen_as_revoked(folder):
    with pytest.raises(AssertionError, match="certificate revoked"):
        verify(folder, "revoking.pem")


def test_the_revocation_list_is_signed_by_its_authority(folder):
    text = openssl(
        *("crl", "-inform", "DER", "-in", folder / "own.crl", "-CAfile", folder / "authority.pem"),
        *("-verify", "-noout", "-text"),
    )

    assert "verify OK" in text
    assert "Superseded" in text
    assert "X509v3 CRL Number" in text


def test_the_request_is_self_signed(folder):
    assert "verify OK" in openssl("req", "-inform", "DER", "-in", folder / "request.csr", "-verify", "-noout")


@pytest.mark.parametrize("message", ["attached.p7m", "detached.p7s"])
def test_the_signature_is_verified(folder, message):
    rest = ("-content", folder / "content") if message == "detached.p7s" else ()
    text = openssl(
        *("cms", "-verify", "-inform", "DER", "-in", folder / message, "-CAfile", folder / "trusted.pem"),
        *("-attime", AT, "-purpose", "any", "-cades", "-binary", *rest),
    )

    assert "CAdES Verification successful" in text or "CMS Verification successful" in text
    assert "content" in text


def test_the_file_opens_without_legacy_algorithms(folder):
    text = openssl(
        *("pkcs12", "-info", "-in", folder / "parent.p12", "-passin", f"pass:{cast.PASSWORD}"),
        "-nodes",
    )

    assert "MAC: sha256, Iteration 1000" in text
    assert "PBES2, PBKDF2, AES-256-CBC, Iteration 1000, PRF hmacWithSHA256" in text
    assert text.count("BEGIN CERTIFICATE") == 3
    assert text.count("BEGIN PRIVATE KEY") == 1
    # The OpenSSL command line is the one that shows R, which sits inside the key.
    assert f"1.2.410.200004.10.1.1.3: {cast.R.hex(' ').upper()}" in text
    assert "()20261124000000042" in text


def test_the_certificate_reads_as_the_profile_says(folder):
    text = openssl("x509", "-in", folder / "leaf.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus")

    for line in [
        "Version: 3",
        "CN=이서연()20261124000000042",
        "X509v3 Key Usage: critical\n                Digital Signature, Non Repudiation",
        f"Policy: {cast.POLICY}",
        "othername: 1.2.410.200004.10.1.1",
        "URI:http://localhost:8000/pki/1/crl",
        "OCSP - URI:http://localhost:8000/pki/1/ocsp",
    ]:
        assert line in text
    assert "Basic Constraints" not in text
    assert "Extended Key Usage" not in text
