"""Making an authority: root, issuing key and sealing key, and the row by which the others know it.

Rare, by an operator, where the keys lie. Each step leaves a whole file, so a ceremony that was cut
off goes on where it stopped. Afterwards the root's key can be moved away until the next ceremony.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings

from baroalgi import certs
from baroalgi.pki.keys import Key, KeyFolder, KeyTrouble
from baroalgi.pki.models import Authority
from baroalgi.pki.profile import address

__all__ = ["AUTHORITY", "KeyTrouble", "initialise", "renew_root_list"]

AUTHORITY = "1"  # its name in addresses: /pki/1/
ROOT_LIFE = timedelta(days=20 * 365)
AUTHORITY_LIFE = timedelta(days=10 * 365)
ROOT_LIST_LIFE = timedelta(days=400)  # the root's key is taken out once a year (npki.md §8.1)
_SKEW = timedelta(minutes=5)
ROOT, ISSUING, ROOT_LIST, SEALING = "root.cer", "issuing.cer", "root.crl", "sealing.spki"


@dataclass(frozen=True, slots=True)
class Made:
    """What a ceremony left: the authority's name, and whether the database had not known it."""

    name: str
    is_new: bool


def initialise(folder: Path, *, operator: str, now: datetime) -> Made:
    """Make what is not there yet of the authority, and its row. Safe to repeat.

    `operator`: the O of all names. Raises KeyTrouble, also when the database knows another authority
    under this name.
    """
    keys = KeyFolder(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = Authority.objects.filter(name=AUTHORITY).first()
    if known is not None and keys.read(ISSUING) != bytes(known.certificate):
        raise KeyTrouble(
            f"The database knows another authority {AUTHORITY} than {folder}; bring the folder back that "
            "belongs to this database."
        )
    root = keys.read(ROOT) or _made_root(keys, operator, now)
    issuing = keys.read(ISSUING) or _made_issuing(keys, root, operator, now)
    sealing = keys.read(SEALING) or _kept(keys, SEALING, keys.create(Key.SEALING))
    root_list = keys.read(ROOT_LIST) or _made_root_list(keys, root, 1, now)
    if known is None:
        Authority.objects.create(
            name=AUTHORITY,
            certificate=issuing,
            root=root,
            root_crl=root_list,
            sealing_key=sealing,
            created_at=now,
        )
    return Made(AUTHORITY, known is None)


def renew_root_list(folder: Path, *, now: datetime) -> int:
    """Sign and publish the root's next revocation list; returns its number. Raises KeyTrouble."""
    keys = KeyFolder(folder)
    root, old = keys.read(ROOT), keys.read(ROOT_LIST)
    if root is None or old is None:
        raise KeyTrouble(f"{folder} holds no authority; run `baroalgi ca init`.")
    extensions = x509.load_der_x509_crl(old).extensions
    number = extensions.get_extension_for_class(x509.CRLNumber).value.crl_number + 1
    Authority.objects.filter(name=AUTHORITY).update(root_crl=_made_root_list(keys, root, number, now))
    return number


def _made_root(keys: KeyFolder, operator: str, now: datetime) -> bytes:
    keys.create(Key.ROOT)
    root = certs.self_signed_root(
        keys.signing_key(Key.ROOT),
        operator=operator,
        common_name=f"{operator} Root CA {AUTHORITY}",
        serial=_serial(),
        not_before=now - _SKEW,
        not_after=now + ROOT_LIFE,
    )
    return _kept(keys, ROOT, root)


def _made_issuing(keys: KeyFolder, root: bytes, operator: str, now: datetime) -> bytes:
    keys.create(Key.ISSUING)
    issuing = certs.issuing_authority(
        keys.signing_key(Key.ROOT),
        root=root,
        public_key=keys.signing_key(Key.ISSUING).public_key(),
        operator=operator,
        common_name=f"{operator} Parent CA {AUTHORITY}",
        serial=_serial(),
        not_before=now - _SKEW,
        not_after=now + AUTHORITY_LIFE,
        policy_oid=settings.ENVIRONMENT.policy_oid,
        crl_uri=address(AUTHORITY, "root.crl"),
        issuer_uri=address(AUTHORITY, "root.cer"),
    )
    return _kept(keys, ISSUING, issuing)


def _made_root_list(keys: KeyFolder, root: bytes, number: int, now: datetime) -> bytes:
    made = certs.make_crl(
        keys.signing_key(Key.ROOT),
        authority=root,
        number=number,
        this_update=now - _SKEW,
        next_update=now + ROOT_LIST_LIFE,
        revoked=(),
    )
    return _kept(keys, ROOT_LIST, made)


def _kept(keys: KeyFolder, name: str, content: bytes) -> bytes:
    keys.write(name, content)
    return content


def _serial() -> int:
    return certs.serial_number(os.urandom(15))
