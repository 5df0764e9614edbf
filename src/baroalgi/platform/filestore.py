"""The folder of stored files: each under the hash of its content, whole or not there.

A file is there before the transaction that names it commits; one that is named by no row is taken away by
`files.sweep`. Everyone who adds holds `adding()` until the commit, so that the sweep never meets a file whose
row is on its way.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

HALF = ".half"  # what is being written; backups leave it out
_LOCK = 0x62_61_66_69  # of advisory locks: this one is the folder


def folder() -> Path:
    """Return the folder of all files, BAROALGI_FILES_DIR."""
    return Path(settings.ENVIRONMENT.files_dir)


def path_of(sha256: str) -> Path:
    """Return where the content of this hash lies, if it does."""
    return folder() / sha256[:2] / sha256


def new_half() -> Path:
    """Return a name for a file that is being written."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder() / f"{secrets.token_hex(16)}{HALF}"


def adding() -> None:
    """Keep the sweep away until this transaction ends. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def sweeping() -> None:
    """Wait for everybody who adds, and keep them waiting until this transaction ends. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def put(half: Path, sha256: str) -> None:
    """Give a finished file, already on the disk, its name; the transaction holds `adding()`."""
    path = path_of(sha256)
    path.parent.mkdir(exist_ok=True, mode=0o700)
    half.replace(path)
    _sync(path.parent)


def put_bytes(content: bytes) -> str:
    """Store what was made here; return its hash. The transaction holds `adding()`."""
    half = new_half()
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sha256 = hashlib.sha256(content).hexdigest()
    put(half, sha256)
    return sha256


def everything() -> Iterator[Path]:
    """Yield every file of the folder, unfinished ones too."""
    yield from (path for path in folder().rglob("*") if path.is_file())


def _sync(folder: Path) -> None:
    """Bring names to the disk: a row must not outlive the name of its file in a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
