"""What the scripts of the pages do with keys, done here: order, prove, keep."""

import secrets
import string
import time
from base64 import b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import AuthorityInformationAccessOID

from baroalgi import certs
from baroalgi.certs import client
from baroalgi.operations.journey.trouble import Unexpected
from baroalgi.operations.journey.visitor import Visitor

ORDER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key made on this machine, with its R. RSA where an NPKI pair is wanted, else P-256."""

    key: EllipticCurvePrivateKey | RSAPrivateKey = field(repr=False)
    r: bytes = field(repr=False)

    def sign(self, challenge: dict[str, Any], rrn: str, certificate: bytes) -> dict[str, str]:
        """Return the answer to a challenge: nonce, h1 and CMS, as they are sent."""
        h1 = certs.vid.h1(rrn, self.r)
        content = certs.challenge_content(challenge, h1)
        cms = client.sign(self.key, certificate, content, at=datetime.now(UTC))
        return {
            "nonce": challenge["nonce"],
            "h1": urlsafe_b64encode(h1).rstrip(b"=").decode(),
            "cms": b64encode(cms).decode(),
        }


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key. `chain`: the authorities above it up to the root, DER."""

    pair: KeyPair
    certificate: bytes
    chain: tuple[bytes, ...]

    @property
    def serial(self) -> int:
        return x509.load_der_x509_certificate(self.certificate).serial_number

    def to_pem(self) -> bytes:
        """Return the certificate and the authorities above it, in the order of the path."""
        path = (x509.load_der_x509_certificate(each) for each in (self.certificate, *self.chain))
        return b"".join(each.public_bytes(Encoding.PEM) for each in path)

    def to_p12(self, name: str, password: str) -> bytes:
        """Return the file that the parent keeps; the root stays out of it, as in the browser's."""
        return client.write_p12(self.pair.key, self.pair.r, self.certificate, self.chain[:1], name, password)

    def to_npki(self, password: str) -> bytes:
        """Return signPri.key for an RSA key; signCert.der is the certificate itself."""
        if not isinstance(self.pair.key, RSAPrivateKey):
            raise Unexpected("an RSA key for an NPKI pair", "another kind of key was made")
        return client.write_npki(self.pair.key, self.pair.r, password)


def make_pair(*, npki: bool = False) -> KeyPair:
    """Make a key and its R; `npki`: an RSA key, which other programs for NPKI can read."""
    return KeyPair(client.generate_rsa_key() if npki else client.generate_key(), client.new_r())


def open_p12(file: bytes, password: str) -> tuple[KeyPair, bytes]:
    """Open a kept file; returns the key and its certificate."""
    opened = client.read_p12(file, password)
    return KeyPair(opened.key, opened.r), opened.certificate


def open_npki(key_file: bytes, certificate: bytes, password: str) -> tuple[KeyPair, bytes]:
    """Open a kept pair; returns the key and its certificate."""
    opened = client.open_npki(key_file, certificate, password)
    return KeyPair(opened.key, opened.r), opened.certificate


def order(parent: Visitor, pair: KeyPair, *, number: str, issue_password: str, rrn: str) -> dict[str, Any]:
    """Order a certificate on the issuing page before the parent, and wait; returns the last answer."""
    page = parent.page.marked("data-issue")
    csr = client.make_csr(pair.key)
    status, answer = parent.post(
        page.get("data-order-url"),
        {
            "number": number,
            "issue_password": issue_password,
            "csr": b64encode(csr).decode(),
            "sealed": b64encode(_seal(page.get("data-sealing-key"), rrn, pair.r, csr)).decode(),
        },
    )
    if status != 202:
        raise Unexpected("the order to be taken", f"{status} came: {_said(answer)}")
    return _wait(parent, page.get("data-order-url"))


def confirm(parent: Visitor, answer: dict[str, str]) -> dict[str, Any]:
    """Send the first signature of the new key; returns what the last screen shows."""
    status, shown = parent.post(parent.page.marked("data-issue").get("data-confirm-url"), answer)
    if status != 200:
        raise Unexpected("the first signature to be taken", f"{status} came: {_said(shown)}")
    return shown


def sign_in(parent: Visitor, pair: KeyPair, certificate: bytes, *, name: str, rrn: str) -> str:
    """Sign in on the page before the parent; returns where that leads."""
    form = parent.page.marked("data-sign-in-form")
    status, challenge = parent.post(form.get("data-challenge-url"), {})
    if status != 200:
        raise Unexpected("a challenge", f"{status} came: {_said(challenge)}")
    answer = pair.sign(challenge, rrn, certificate)
    status, signed_in = parent.post(form.get("data-sign-in-url"), {"name": name, **answer})
    if status != 200:
        raise Unexpected("to be signed in", f"{status} came: {_said(signed_in)}")
    return str(signed_in["next"])


def check(
    answer: dict[str, Any], signed: dict[str, str], pair: KeyPair, rrn: str, authorities: list[bytes]
) -> Issued:
    """Check what was issued as the server would at sign-in: key, VID, policy, and the path to the root.

    `authorities`: the issuing one first, the root last, DER. Raises Unexpected.
    """
    certificate = b64decode(answer["certificate"])
    issuing = x509.load_der_x509_certificate(authorities[0])
    policies = issuing.extensions.get_extension_for_class(x509.CertificatePolicies).value
    anchor = certs.Anchor(
        certificate=authorities[-1],
        policies=frozenset(policy.policy_identifier.dotted_string for policy in policies),
        intermediates=tuple(authorities[:-1]),
    )
    h1 = certs.vid.h1(rrn, pair.r)
    content = certs.challenge_content(answer["challenge"], h1)
    try:
        certs.verify(b64decode(signed["cms"]), content, h1, [anchor], datetime.now(UTC))
    except certs.Untrusted as untrusted:
        raise Unexpected(
            "a certificate for this key and this person under the published root",
            f"it is not to be trusted: {untrusted.reason.value}",
        ) from None
    return Issued(pair, certificate, tuple(authorities))


def issuer_address(certificate: bytes) -> str:
    """Return where a certificate says that its issuer's certificate lies. Raises Unexpected."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    try:
        access = extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        raise Unexpected("the address of the issuer in the certificate", "it names none") from None
    for each in access:
        if each.access_method == AuthorityInformationAccessOID.CA_ISSUERS:
            return str(each.access_location.value)
    raise Unexpected("the address of the issuer in the certificate", "it names others only")


def list_address(certificate: bytes) -> str:
    """Return where a certificate says that the list of revoked ones lies. Raises Unexpected."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    for point in extensions.get_extension_for_class(x509.CRLDistributionPoints).value:
        for name in point.full_name or ():
            return str(name.value)
    raise Unexpected("the address of the revocation list in the certificate", "it names none")


def check_list(crl: bytes, issued: Issued) -> int:
    """Check the list's signature and that the certificate is not on it; returns how many are.

    Raises Unexpected.
    """
    revoked = x509.load_der_x509_crl(crl)
    authority = x509.load_der_x509_certificate(issued.chain[0]).public_key()
    if not revoked.is_signature_valid(authority):  # type: ignore[arg-type]
        raise Unexpected("a revocation list signed by the authority", "its signature is another's")
    if revoked.get_revoked_certificate_by_serial_number(issued.serial) is not None:
        raise Unexpected("a certificate in force", "it is on the revocation list")
    return len(list(revoked))


def issue_password() -> str:
    """Draw a 발급용 비밀번호: ten letters and digits with one of each (domain.md §1.6)."""
    return _drawn(string.ascii_letters + string.digits, 10)


def certificate_password() -> str:
    """Draw a 인증서 암호: sixteen letters, digits and signs."""
    return _drawn(string.ascii_letters + string.digits + "!#%+:=?@", 16)


def _drawn(alphabet: str, length: int) -> str:
    while True:
        drawn = "".join(secrets.choice(alphabet) for _ in range(length))
        if any(map(str.isalpha, drawn)) and any(map(str.isdigit, drawn)):
            return drawn


def _seal(sealing_key: str, rrn: str, r: bytes, csr: bytes) -> bytes:
    key = load_der_public_key(b64decode(sealing_key))
    if not isinstance(key, RSAPublicKey):
        raise Unexpected("an RSA key to seal the number with", "another kind of key came")
    return certs.seal(key, rrn, r, sha256(csr).digest())


def _wait(parent: Visitor, address: str) -> dict[str, Any]:
    deadline = time.monotonic() + ORDER_SECONDS
    answer: dict[str, Any]
    while time.monotonic() < deadline:
        status, answer = parent.ask(address)
        if answer.get("state") == "valid":
            return answer
        if status != 200 or answer.get("state") != "ordered":
            raise Unexpected("a certificate", f"{status} came: {_said(answer)}")
        time.sleep(0.2)
    raise Unexpected(f"a certificate within {ORDER_SECONDS:.0f} s", "the order still waits for the signer")


def _said(answer: dict[str, Any]) -> str:
    """Return the sentence of an answer."""
    errors = answer.get("errors") or {}
    return str(answer.get("message") or next(iter(errors.values()), answer.get("state", "-")))
