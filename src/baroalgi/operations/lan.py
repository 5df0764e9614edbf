"""The demo for phones in the same Wi-Fi: an address, a certificate of its own for it, and the words about it.

Browsers make keys only in a secure context, and on a phone http://192.168… is none (localhost is): hence
TLS. The certificate is self-signed; a phone warns and can go on.
"""

import ipaddress
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import segno
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from baroalgi.operations.trouble import CannotRun
from baroalgi.platform import private_file

_LIFE = timedelta(days=90)
_SKEW = timedelta(hours=1)  # a phone's clock may be behind


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate and its key, PEM files."""

    certificate: Path
    key: Path

    def fingerprint(self) -> str:
        """Return the certificate's SHA-256 as phones show it: pairs of capital digits."""
        return _read(self.certificate).fingerprint(hashes.SHA256()).hex(":").upper()


def address(wanted: str) -> str:
    """Return the address at which others in the same network reach this machine: `wanted`, or ours.

    Raises CannotRun when there is none, or `wanted` is not ours.
    """
    if not wanted:
        for found in _own_addresses():
            return found
        raise CannotRun("This machine is in no network; join the Wi-Fi, or say --lan ADDRESS.")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((wanted, 0))
    except OSError:
        raise CannotRun(f"{wanted} is no address of this machine; `hostname -I` lists them.") from None
    return wanted


def _own_addresses() -> list[str]:
    """Return our IPv4 addresses, the one towards the gateway first. Nothing is sent for it."""
    found: list[str] = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("198.51.100.1", 9))  # nobody's (RFC 5737); connecting only chooses our side
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        named = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM)
        found += [str(entry[4][0]) for entry in named]
    return [each for each in dict.fromkeys(found) if not ipaddress.ip_address(each).is_loopback]


def tls(folder: Path, own: str, *, now: datetime) -> Tls:
    """Return a certificate for this address, made when there is none: a phone that went on once shall not
    be asked again at each start.
    """
    made = Tls(folder / "lan.pem", folder / "lan.key.pem")
    names = _names(own)
    if made.key.exists() and made.certificate.exists():
        known = _read(made.certificate)
        alternative = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        if list(alternative) == names and known.not_valid_after_utc > now + timedelta(days=1):
            return made
    key = ec.generate_private_key(ec.SECP256R1())
    private_file.write(made.key, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private_file.write(made.certificate, _made(key, names, now).public_bytes(Encoding.PEM))
    return made


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _names(own: str) -> list[x509.GeneralName]:
    host = socket.gethostname()
    hosts = [host, f"{host}.local"] if host.isascii() and host and "." not in host else []
    return [
        *(x509.IPAddress(ipaddress.ip_address(each)) for each in dict.fromkeys([own, "127.0.0.1", "::1"])),
        *(x509.DNSName(each) for each in ["localhost", *hosts]),
    ]


def _made(key: ec.EllipticCurvePrivateKey, names: list[x509.GeneralName], now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "baroalgi demo")])
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign",
         "crl_sign", "encipher_only", "decipher_only"), False
    )  # fmt: skip
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def tell(url: str, made: Tls) -> None:
    """Print the address as a code for cameras, and what the phone is going to say about it."""
    segno.make(url, error="m").terminal(out=sys.stdout, compact=True)
    print(_WORDS.format(url=url, fingerprint=made.fingerprint()), flush=True)


_WORDS = """  {url}
  같은 와이파이의 휴대전화로 위의 네모 그림을 찍으세요. 안전하지 않은 연결이라는 경고가 나옵니다.
  이 컴퓨터가 스스로 만든 인증서를 휴대전화가 모를 뿐이니 「고급」(아이폰: 「세부사항 보기」)에서 계속하세요.
  시험할 때만 그렇게 하시고, 진짜 서비스에서는 이런 경고를 넘기지 마세요.
  같은 와이파이에 있는 사람은 누구나 들어와 시험용 메일함까지 봅니다. 진짜 이름이나 번호를 적지 마세요.
  패스키(지문·얼굴로 로그인)는 이름으로 된 주소가 있어야 하므로 여기서는 쓸 수 없습니다.
  Scan it with a phone in the same Wi-Fi. The phone warns, since this computer made the certificate
  itself: go on by "Advanced" (iPhone: "Show Details"). Passkeys need an address with a name and do
  not work here. Whoever is in this Wi-Fi can come in and read the demo's mail: type nothing real.
  SHA-256 {fingerprint}"""
