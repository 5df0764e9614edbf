"""Keys of the open interfaces, and what comes in through them.

A key is given at once, shown once and kept as a hash (domain.md §7.10).
"""

import secrets
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import httpx
from django.utils.translation import gettext_lazy as _

from baroalgi.exchange.neis.importer import NEIS, Import, Server
from baroalgi.exchange.neis.importer.reading import LARGEST, SUFFIXES
from baroalgi.exchange.types import NeisReport, NeisTold, NeisWanted, NoSuchSource
from baroalgi.platform import audit, crypto, gate
from baroalgi.platform.action import action
from baroalgi.platform.audit import Audit
from baroalgi.platform.models import ApiKey
from baroalgi.platform.refusal import Refused
from baroalgi.policy import Actor

MOST_KEYS = 10
NEIS_SECONDS = 30.0


class TooManyKeys(Refused):
    message = _("인증키는 한 사람이 10개까지 가질 수 있습니다. 쓰지 않는 인증키를 지워 주세요.")


class NoSuchKey(Refused):
    message = _("이미 지웠거나 바뀐 인증키입니다. 목록을 다시 확인해 주세요.")


class ReasonMissing(Refused):
    message = _("막는 이유를 적어 주세요.")
    field = "reason"


@action
def give_key(*, by: Actor, name: str, purpose: str) -> str:
    """Give the acting person a key, 32 hexadecimal characters: nobody can read it again.

    Raises TooManyKeys.
    """
    own = ApiKey.objects.filter(person_id=by.me).exclude(state=ApiKey.State.DELETED)
    if own.count() >= MOST_KEYS:
        raise TooManyKeys
    key = secrets.token_hex(16)
    made = ApiKey.objects.create(
        person_id=by.me, key_hash=crypto.token_hash(key), ending=key[-4:], name=name, purpose=purpose
    )
    audit.record(by, Audit.API_KEY_GIVEN, person_id=by.me, key=made.pk)
    return key


@action
def rename_key(*, by: Actor, key_id: int, name: str) -> None:
    """Call an own key something else. Raises NoSuchKey, also for one that is blocked."""
    if not ApiKey.objects.filter(id=key_id, state=ApiKey.State.ACTIVE).update(name=name):
        raise NoSuchKey
    audit.record(by, Audit.API_KEY_RENAMED, person_id=by.me, key=key_id)


@action
def delete_key(*, by: Actor, key_id: int) -> None:
    """Delete an own key for good: from now on it is unknown. Raises NoSuchKey."""
    if not gate.ask("api_key_delete", key_id):
        raise NoSuchKey
    audit.record(by, Audit.API_KEY_DELETED, person_id=by.me, key=key_id)


@action
def block_key(*, by: Actor, key_id: int, reason: str) -> None:
    """Block somebody's key, as the administrator of the office. Raises ReasonMissing, NoSuchKey."""
    if not reason:
        raise ReasonMissing
    _set_reason(by, key_id, reason, Audit.API_KEY_BLOCKED)


@action
def unblock_key(*, by: Actor, key_id: int) -> None:
    """Open a blocked key again. Raises NoSuchKey."""
    _set_reason(by, key_id, "", Audit.API_KEY_UNBLOCKED)


def _set_reason(by: Actor, key_id: int, reason: str, act: Audit) -> None:
    # Only the first of two who press at once changes it.
    owner: int | None = gate.ask("api_key_block", key_id, reason)
    if owner is None:
        raise NoSuchKey
    audit.record(by, act, person_id=owner, key=key_id)


def import_neis(wanted: NeisWanted, told: NeisTold, *, source: str, key: str) -> NeisReport:
    """Take in what a folder, a file, here or at an address, or a server tells; without a source, NEIS itself.

    Not one transaction: part by part, each with its rows in the trail. `key`: of a server. Raises
    NoSuchSource.
    """
    address = source or NEIS
    if "://" not in address:
        if not (place := Path(address)).exists():
            raise NoSuchSource(f"{address} is not there.")
        return Import(wanted, told).from_files(place)
    if not address.startswith(("http://", "https://")):
        raise NoSuchSource("A server is asked at an address that begins with https:// or http://.")
    name = PurePosixPath(unquote(urlsplit(address).path)).name
    with httpx.Client(timeout=NEIS_SECONDS, headers={"Accept": "application/json"}) as client:
        if PurePosixPath(name).suffix.lower() not in SUFFIXES:
            return Import(wanted, told).from_server(Server(client, address.rstrip("/"), key))
        with TemporaryDirectory() as folder:
            # Under its own name, which says of which day it is.
            place = Path(folder, name)
            _fetch(client, address, place)
            return Import(wanted, told).from_files(place)


def _fetch(client: httpx.Client, address: str, place: Path) -> None:
    """Bring a file that lies at an address. Raises NoSuchSource."""
    try:
        with client.stream("GET", address, follow_redirects=True) as answer, place.open("wb") as file:
            if answer.status_code != httpx.codes.OK:
                raise NoSuchSource(f"The file could not be fetched (HTTP {answer.status_code}).")
            for chunk in answer.iter_bytes():
                file.write(chunk)
                if file.tell() > LARGEST:
                    raise NoSuchSource(f"The file is larger than {LARGEST >> 20} MB.")
    except httpx.HTTPError as error:
        raise NoSuchSource(f"The file could not be fetched ({type(error).__name__}).") from None
