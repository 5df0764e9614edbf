"""What the signer takes for a certificate beside a raw signature and two empty commits (role: signer).

An empty commit is one that writes nothing but itself and waits for the disk, as the two of the signer do.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from baroalgi.certs import client, keys
from baroalgi.operations.bench import timing
from baroalgi.pki.signer import Signer
from baroalgi.platform.unit import system_unit


def work(orders: int) -> dict[str, Any]:
    """Return seconds of a whole certificate, of a raw signature and of an empty commit."""
    signer = Signer(Path(settings.ENVIRONMENT.ca_dir))
    while signer.list_if_due(timezone.now()):
        pass
    key, tbs = client.generate_key(), b"\x30" * 700
    for _warm in range(3):
        _certificate(signer)
    seconds = timing.wall(
        orders - 3, lambda: _certificate(signer), lambda: keys.sign(key, tbs), _empty_commit
    )
    return dict(zip(("certificate", "signature", "commit"), seconds, strict=True))


def _certificate(signer: Signer) -> None:
    if not (signer.prepare_next(timezone.now()) and signer.sign_next(timezone.now())):
        raise RuntimeError("an order was missing")


def _empty_commit() -> None:
    with system_unit(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
