"""What checking a certificate sign-in costs beside its raw signature verifications (role: app).

The whole check as the sign-in view calls it, from base64 to the owner: form, content, path, policy, VID.
"""

from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography import x509
from django.conf import settings
from django.utils import timezone

from baroalgi import certs
from baroalgi.accounts import actions
from baroalgi.certs import certificate, client, keys
from baroalgi.operations.bench import timing
from baroalgi.pki import queries as pki

ROUNDS, AT_ONCE = 60, 20


def work(p12: str, password: str, rrn: str) -> dict[str, Any]:
    """Return CPU seconds of a whole check and of the n verifications in it."""
    opened = client.read_p12(Path(p12).read_bytes(), password)
    now = timezone.now()
    content: dict[str, str | int] = {
        "aud": settings.ENVIRONMENT.url,
        "exp": int(now.timestamp()) + 180,
        "iat": int(now.timestamp()),
        "nonce": "A" * 43,
        "purpose": "signin",
        "sid": "A" * 43,
        "v": 1,
    }
    h1 = certs.vid.h1(rrn, opened.r)
    signed = client.sign(
        opened.key, opened.certificate, certs.challenge_content(content, h1), at=datetime.now(UTC)
    )
    typed = {"cms": b64encode(signed).decode(), "h1": urlsafe_b64encode(h1).rstrip(b"=").decode()}
    anchors = pki.anchors()
    verified = actions.checked_signature(**typed, content=content, anchors=anchors, now=now)
    # The message under the owner's key, then each certificate of the path under the one above it.
    path = [x509.load_der_x509_certificate(der) for der in verified.path]
    owner, message = certificate.public_key(path[0]), signed[:300]
    signature = keys.sign(opened.key, message)
    pairs = [
        (certificate.public_key(above), below.signature, below.tbs_certificate_bytes)
        for below, above in pairwise(path)
    ]

    def whole() -> None:
        for _n in range(AT_ONCE):
            actions.checked_signature(**typed, content=content, anchors=anchors, now=now)

    def raw() -> None:
        for _n in range(AT_ONCE):
            for key, given, over in ((owner, signature, message), *pairs):
                keys.signed_by(key, given, over)

    seconds = timing.cpu(ROUNDS, whole, raw)
    return {"whole": seconds[0] / AT_ONCE, "raw": seconds[1] / AT_ONCE, "n": 1 + len(pairs)}
