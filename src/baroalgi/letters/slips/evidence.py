"""What a signed answer proves, what does not fit in it, and the package that proves it to others."""

import io
import json
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection
from django.utils import timezone

from baroalgi import certs
from baroalgi.letters.slips import chain, queries
from baroalgi.letters.slips.types import Gone, Kept
from baroalgi.pki import queries as pki
from baroalgi.pki.types import Authority

TYPE = "application/zip"
# Korean whatever the language of the page: it is read by those to whom a signature is shown.
README = Path(__file__).with_suffix(".txt")


class Flaw(StrEnum):
    """What can be wrong with an answer by itself; its place in the chain is looked at by chain.py."""

    CONTENT = "content"  # not about this slip, or about another text
    SIGNATURE = "signature"  # not by the certificate that is kept, or not over this content
    SIGNER = "signer"  # the certificate is another person's


def flaws(kept: Kept, anchors: Collection[certs.Anchor]) -> list[Flaw]:
    """Return what does not fit in an answer; nothing is what is hoped for."""
    link = kept.link
    found = [] if _is_about(kept) else [Flaw.CONTENT]
    if link.cms is None:
        return found
    try:
        verified = certs.verify_document(link.cms, link.content, anchors, link.answered_at)
    except certs.Untrusted:
        return [*found, Flaw.SIGNATURE]
    if verified.path != link.path:
        found.append(Flaw.SIGNATURE)
    if "".join(verified.name.split()) != "".join(kept.person_name.split()):
        found.append(Flaw.SIGNER)
    return found


def _is_about(kept: Kept) -> bool:
    try:
        said = json.loads(kept.link.content)
    except ValueError:
        return False
    wanted = {"slip": kept.slip_public_id, "text": sha256(kept.link.text.encode()).hexdigest()}
    return isinstance(said, dict) and wanted.items() <= said.items()


@dataclass(frozen=True, slots=True)
class Looked:
    """What does not fit among all answers: by itself, in a chain (school and place), or gone."""

    answers: int
    flaws: tuple[tuple[int, int, Flaw], ...]  # school, place, what
    broken: tuple[tuple[int, int], ...]
    gone: tuple[Gone, ...]


def look() -> Looked:
    """Look at every answer, in one snapshot; for the command, which sees all. Five statements."""
    with connection.cursor() as cursor:
        # Answers that come meanwhile belong to none of the readings.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    anchors = pki.anchors()
    answers, found = 0, []
    for kept in queries.answers():
        answers += 1
        found += [(kept.link.school_id, kept.link.position, flaw) for flaw in flaws(kept, anchors)]
    broken = chain.broken(queries.links())
    return Looked(answers, tuple(found), tuple(broken), tuple(queries.gone()))


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a page says of the certificate that signed."""

    serial: str
    issuer: str
    not_before: datetime
    not_after: datetime

    @classmethod
    def of(cls, der: bytes) -> "Certificate":
        """Read a certificate that was accepted once."""
        read = x509.load_der_x509_certificate(der)
        return cls(
            f"{read.serial_number:x}",
            read.issuer.rfc4514_string(),
            read.not_valid_before_utc,
            read.not_valid_after_utc,
        )


def package(kept: Kept, authority: Authority | None, revoked: bytes | None) -> bytes:
    """Return a ZIP with all that proves a signed answer without this program, and how (README.txt).

    `authority`: whose certificate stands in the path, for its root; `revoked`: the revocation list of then.
    """
    link = kept.link
    leaf, *above = link.path
    if authority and authority.root not in above:
        above.append(authority.root)
    files = {
        "README.txt": _readme(kept).encode(),
        "content.json": link.content,
        "signature.p7s": link.cms or b"",
        "slip.txt": link.text.encode(),
        "signer.pem": _pem([leaf]),
        "authorities.pem": _pem(above),
        "chain.txt": chain.covered(link).encode(),
    }
    if revoked is not None:
        files["revoked.crl"] = revoked
    out = io.BytesIO()
    when = timezone.localtime(link.answered_at).timetuple()[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(zipfile.ZipInfo(name, when), content)
    return out.getvalue()


def _pem(certificates: Collection[bytes]) -> bytes:
    return b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in certificates)


def _readme(kept: Kept) -> str:
    link = kept.link
    return README.read_text("utf-8").format(
        school=kept.school_name,
        title=kept.title,
        name=kept.person_name,
        moment=f"{timezone.localtime(link.answered_at):%Y-%m-%d %H:%M:%S}",
        seconds=int(link.answered_at.timestamp()),
        slip=kept.slip_public_id,
        version=link.version,
        position=link.position,
        digest=link.digest,
        crl=link.crl_digest or "(없음)",
    )
