"""A parent walks the whole way, at a phone and at a desk, and what stays behind holds nothing secret."""

from __future__ import annotations

import base64
import email
import email.policy
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pypinksign
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateNumbers
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from baroalgi.certs import client
from baroalgi.operations.postgres import running
from tests.journeys.main_job import CERTIFICATE_PASSWORD, ISSUE_PASSWORD, Demo, Walk
from tests.journeys.people import Sent

Walked = Callable[[str], Walk]
TOKEN = re.compile(r"[0-9a-f-]{36}|[\w-]{43}")
both_sizes = pytest.mark.parametrize("size", ["phone", "desk"])


@both_sizes
def test_a_parent_walks_from_the_application_form_to_the_childs_record(walked: Walked, size: str) -> None:
    walk = walked(size)
    seen = {re.sub(r"[0-9a-f-]{36}|[\w-]{43}|\d+", "*", place) for p in walk.people for place in p.looked_at}
    assert {
        "/", "/certificate/", "/certificate/apply/", "/certificate/apply/form/", "/certificate/apply/done/",
        "/certificate/status/", "/certificate/issue/*/", "/sign-in/", "/sign-in/staff/", "/desk/",
        "/desk/certificates/", "/desk/certificates/*/", "/desk/child-links/", "/desk/child-links/*/",
        "/children/", "/children/apply/", "/children/apply/*/", "/children/waiting/", "/children/*/",
        "/children/*/attendance/", "/schools/*/meals/", "/schools/*/calendar/",
        "/schools/*/boards/home-letters/", "/schools/*/boards/home-letters/*/",
    } <= seen  # fmt: skip
    assert [trouble for person in walk.people for trouble in person.troubles] == []


@both_sizes
def test_axe_finds_nothing_serious_on_any_page(walked: Walked, size: str) -> None:
    assert [barrier for person in walked(size).people for barrier in person.barriers] == []


@both_sizes
def test_no_page_scrolls_sideways(walked: Walked, size: str) -> None:
    assert [page for person in walked(size).people for page in person.wide] == []


def test_other_software_opens_the_files_of_npki_that_a_parent_saved(walked: Walked) -> None:
    walk = walked("desk")
    assert set(walk.pair) == {"signCert.der", "signPri.key"}
    judge = pypinksign.PinkSign(pubkey_data=walk.pair["signCert.der"])
    judge.load_prikey(prikey_data=walk.pair["signPri.key"], prikey_password=CERTIFICATE_PASSWORD.encode())
    opened = client.read_p12(walk.p12, CERTIFICATE_PASSWORD)
    assert opened.certificate == walk.pair["signCert.der"]
    assert judge._rand_num.asOctets() == opened.r
    assert judge.verify(judge.sign(b"message"), b"message")


@both_sizes
def test_no_request_of_the_parent_holds_key_certificate_password_or_number(walked: Walked, size: str) -> None:
    walk = walked(size)
    opened = client.read_p12(walk.p12, CERTIFICATE_PASSWORD)
    numbers = opened.key.private_numbers()
    secret = numbers.d if isinstance(numbers, RSAPrivateNumbers) else numbers.private_value
    key = secret.to_bytes((secret.bit_length() + 7) // 8, "big")
    sent = [request for parent in walk.parents for request in parent.sent]
    assert {"/sign-in/", "/certificate/issue/"} <= {
        start
        for request in sent
        for start in ("/sign-in/", "/certificate/issue/")
        if request.method == "POST" and urlsplit(request.url).path.startswith(start)
    }
    for request in sent:
        assert not _holds(request, key), request
        assert not _holds(request, opened.r), request
        assert not _holds(request, CERTIFICATE_PASSWORD.encode()), request

    # The application form and the child's are the only ones that send a number in the open.
    number = walk.guardian["rrn"]
    for request in sent:
        if not urlsplit(request.url).path.startswith("/certificate/apply/form/"):
            assert not _holds(request, number.encode()), request
            assert not _holds(request, number[6:].encode()), request


def _holds(request: Sent, secret: bytes) -> bool:
    return any(
        form in part
        for part in (request.url.encode(), request.body, *_opened(request.body))
        for form in (secret, secret.hex().encode(), secret.hex().upper().encode(), base64.b64encode(secret))
    )


def _opened(body: bytes) -> Iterator[bytes]:
    """Yield the values of a form, plain and out of their base64."""
    for _, value in parse_qsl(body.decode(errors="replace"), keep_blank_values=True):
        yield value.encode()
        plain = value.replace("-", "+").replace("_", "/")
        if re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", plain) and len(plain.rstrip("=")) % 4 != 1:
            yield base64.b64decode(plain.rstrip("=") + "=" * (-len(plain.rstrip("=")) % 4))


@both_sizes
def test_dump_logs_and_mails_hold_no_number_no_password_and_no_r(
    demo: Demo, walked: Walked, size: str
) -> None:
    walk = walked(size)
    places = {"dump": _dump(demo)}
    places |= {str(path): path.read_bytes() for path in (demo.data_dir / "log").rglob("*") if path.is_file()}
    places |= {str(path): _readable(path) for path in (demo.data_dir / "mail").glob("*.eml")}
    assert len(places["dump"]) > 1_000_000
    assert any(walk.number.encode() in content for content in places.values())
    for secret in _secrets(demo, walk):
        for place, content in places.items():
            assert secret not in content, f"{secret!r} in {place}"


@both_sizes
def test_the_log_names_the_pages_of_the_way_and_nobody_on_it(demo: Demo, walked: Walked, size: str) -> None:
    walk = walked(size)
    log = {path.name: path.read_text() for path in (demo.data_dir / "log").glob("*.log")}
    for page in ("registration:form", "registration:issue", "accounts:sign_in", "portal:overview"):
        assert f" page={page} status=200 " in log["web.log"]
    assert " job=platform.outbox.deliver " in log["worker.log"]
    assert " certificate signed request=order:" in log["signer.log"]
    guardian, child = walk.guardian, walk.child
    told = [
        guardian["name"],
        guardian["rrn"],
        guardian["phone"],
        guardian["email"],
        guardian["email"].split("@")[0],
    ]
    told += [child["name"], child["rrn"], walk.number, "101동 202호", ISSUE_PASSWORD, CERTIFICATE_PASSWORD]
    # Tokens, too: of issuing links, of children, of sessions.
    told += {token for person in walk.people for page in person.looked_at for token in TOKEN.findall(page)}
    assert len(told) > 12
    for each in told:
        for name, text in log.items():
            assert each not in text, f"{each!r} in {name}"
            assert each.replace("-", "") not in text, f"{each!r} in {name}"


def _dump(demo: Demo) -> bytes:
    """Return everything in the database: as its superuser, whom no policy stops."""
    with running(demo.data_dir) as server:
        dumped = subprocess.run(
            [server.bin_dir / "pg_dump", server.url("postgres")], capture_output=True, timeout=120, check=True
        )
    return dumped.stdout


def _readable(path: Path) -> bytes:
    """Return a mail as it lies there and as it is read."""
    content = path.read_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return content + str(message["Subject"]).encode() + body.get_content().encode()


def _secrets(demo: Demo, walk: Walk) -> Iterator[bytes]:
    sheet = demo.sheet
    numbers = [member["rrn"] for member in sheet["staff"] if "rrn" in member]
    passwords = [member["password"] for member in sheet["staff"]]
    passwords += [ISSUE_PASSWORD, CERTIFICATE_PASSWORD]
    for family in sheet["families"]:
        numbers += [person["rrn"] for person in (family["guardian"], *family["children"])]
        passwords += [family["application"]["issue_password"]] if family["application"] else []
        passwords += [family["certificate"]["password"]] if family["certificate"] else []
    assert len(numbers) > 60
    for number in numbers:
        yield from (number.encode(), f"{number[:6]}-{number[6:]}".encode())
    for password in passwords:
        yield from (password.encode(), base64.b64encode(password.encode()))
    r = client.read_p12(walk.p12, CERTIFICATE_PASSWORD).r
    yield from (r, r.hex().encode(), base64.b64encode(r))


@both_sizes
def test_openssl_verifies_certificate_and_lists_and_opens_the_kept_file(
    walked: Walked, size: str, tmp_path: Path
) -> None:
    kept, password = tmp_path / "parent.p12", tmp_path / "password"
    kept.write_bytes(walked(size).p12)
    password.write_text(CERTIFICATE_PASSWORD + "\n")
    leaf = openssl("pkcs12", "-in", kept, "-passin", f"file:{password}", "-nokeys", "-clcerts")
    key = openssl("pkcs12", "-in", kept, "-passin", f"file:{password}", "-nocerts", "-nodes")
    assert b"BEGIN CERTIFICATE" in leaf
    assert b"BEGIN PRIVATE KEY" in key

    certificate = x509.load_pem_x509_certificate(leaf)
    issuing = x509.load_der_x509_certificate(fetch(issuer_of(certificate)))
    root = x509.load_der_x509_certificate(fetch(issuer_of(issuing)))
    lists = [x509.load_der_x509_crl(fetch(list_of(each))) for each in (certificate, issuing)]
    for name, content in {
        "leaf.pem": [certificate],
        "issuing.pem": [issuing],
        "root.pem": [root],
        "lists.pem": lists,
    }.items():
        (tmp_path / name).write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in content))
    verified = openssl(
        "verify", "-x509_strict", "-crl_check_all", "-CRLfile", tmp_path / "lists.pem",
        "-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "issuing.pem", tmp_path / "leaf.pem",
    )  # fmt: skip
    assert verified.strip().endswith(b"leaf.pem: OK")


def openssl(*arguments: str | Path) -> bytes:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def fetch(url: str) -> bytes:
    return httpx.get(url, timeout=20, trust_env=False).raise_for_status().content


def issuer_of(certificate: x509.Certificate) -> str:
    access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    return next(
        str(each.access_location.value)
        for each in access
        if each.access_method == AuthorityInformationAccessOID.CA_ISSUERS
    )


def list_of(certificate: x509.Certificate) -> str:
    (point,) = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert point.full_name
    return str(point.full_name[0].value)
