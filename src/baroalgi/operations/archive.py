"""The file of a backup: a tar stream, encrypted and authenticated to its last byte (age, by `pyrage`).

First comes an age file in letters that holds a key made for this one archive, under the passphrase (scrypt);
behind it the age stream of the tar, under that key. age knows whether a chunk is missing, changed, moved
or behind the end, and whoever does not know the passphrase does not know the key and can't make another
stream. Written and read in one go: nothing is ever on the disk in the clear.

Without this program, should there be none any more: everything up to the line `-----END AGE ENCRYPTED
FILE-----` goes to `age -d` and gives the key, the rest to `age -d -i KEY | tar x` (docs/operating.md).
"""

import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import pyrage
from pyrage import passphrase as by_passphrase
from pyrage import x25519

from baroalgi.operations.trouble import CannotRun

MANIFEST = "manifest.json"
PIECE = 4 * 2**20  # bytes; a part of unknown length is cut into pieces of this size
_END = b"-----END AGE ENCRYPTED FILE-----\n"
_HEAD_LIMIT = 4096  # bytes; the key's file has about 450


class Damaged(CannotRun):
    """The archive is not what was written."""


class Part:
    """A part that is summed up while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sum = file, sha256()

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes at most, none at the end."""
        block = self._file.read(size)
        self.sum.update(block)
        return block


@dataclass(slots=True)
class Pen:
    """Writes the parts of an archive and notes what they were."""

    tar: tarfile.TarFile
    sums: dict[str, str] = field(default_factory=dict)

    def part(self, name: str, content: bytes) -> None:
        """Write one part."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self.tar.addfile(entry, io.BytesIO(content))
        self.sums[name] = sha256(content).hexdigest()

    def pieces(self, name: str, source: IO[bytes]) -> None:
        """Write a part whose length nobody knows yet as `name/00000000`, `name/00000001` …"""
        number = 0
        while piece := source.read(PIECE):
            self.part(f"{name}/{number:08}", piece)
            number += 1

    def file(self, name: str, path: Path) -> None:
        """Write a file, however large, as it is now."""
        with path.open("rb") as file:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = os.fstat(file.fileno()).st_size, 0o600
            part = Part(file)
            self.tar.addfile(entry, cast(IO[bytes], part))
        self.sums[name] = part.sum.hexdigest()


def write(target: Path, passphrase: str, told: dict[str, Any], fill: Callable[[Pen], None]) -> None:
    """Write an archive: what `fill` writes, then the manifest, which is `told` and the sum of every part.

    The file is whole or not there, for its owner alone, and never replaces another one.
    """
    if target.exists():
        raise CannotRun(f"{target} is there already; name another file.")
    key = x25519.Identity.generate()
    half = target.with_name(f"{target.name}.half")
    half.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(by_passphrase.encrypt(str(key).encode(), passphrase, armored=True))
            with _encrypting(file, key) as clear, tarfile.open(fileobj=clear, mode="w|") as tar:
                pen = Pen(tar)
                fill(pen)
                manifest = json.dumps(told | {"sha256": pen.sums}, ensure_ascii=False)
                pen.part(MANIFEST, manifest.encode())
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose passphrase was right. Nothing of its content is believed before `check`."""

    path: Path
    _key: x25519.Identity
    _start: int

    @contextmanager
    def parts(self) -> Iterator[Iterator[tuple[str, Part]]]:
        """Yield every part in order: its name, and its content to be read before the next one.

        Raises Damaged, at the latest behind the last part.
        """
        with (
            self._stream() as file,
            _decrypting(file, self._key) as clear,
            tarfile.open(fileobj=clear, mode="r|") as tar,
        ):
            yield self._parts(tar)

    def _stream(self) -> IO[bytes]:
        file = self.path.open("rb")
        file.seek(self._start)
        return file

    def _parts(self, tar: tarfile.TarFile) -> Iterator[tuple[str, Part]]:
        for entry in tar:
            content = tar.extractfile(entry)
            if content is None or not _is_ours(entry.name):
                raise Damaged(f"{self.path} holds {entry.name!r}, which no backup of ours has.")
            yield entry.name, Part(content)

    def check(self) -> dict[str, Any]:
        """Read everything and return the manifest. Raises Damaged when anything is not as it was written."""
        sums: dict[str, str] = {}
        manifest: dict[str, Any] = {}
        with self.parts() as parts:
            for name, part in parts:
                if name == MANIFEST:
                    manifest = json.loads(part.read())
                    continue
                while part.read(2**16):
                    pass
                sums[name] = part.sum.hexdigest()
        if not manifest or manifest["sha256"] != sums:
            raise Damaged(f"{self.path} is not whole: its parts are not those of its manifest.")
        return manifest


def open_archive(path: Path, passphrase: str) -> Archive:
    """Open an archive; takes a second or so on purpose. Raises CannotRun for a wrong passphrase."""
    try:
        with path.open("rb") as file:
            head, end, _ = file.read(_HEAD_LIMIT).partition(_END)
    except OSError as error:
        raise CannotRun(f"{path} can't be read ({error.strerror}).") from None
    if not end:
        raise CannotRun(f"{path} is no backup of baroalgi.")
    try:
        key = by_passphrase.decrypt(head + end, passphrase)
    except pyrage.DecryptError:
        raise CannotRun(
            f"The passphrase does not open {path}, or the beginning of the file is damaged."
        ) from None
    return Archive(path, x25519.Identity.from_str(key.decode()), len(head + end))


@contextmanager
def _encrypting(target: IO[bytes], key: x25519.Identity) -> Iterator[IO[bytes]]:
    """Yield a file; what is written into it arrives encrypted in `target`."""
    with _beside(
        lambda read_end: pyrage.encrypt_io(read_end, target, [key.to_public()]), reads=True
    ) as clear:
        yield clear


@contextmanager
def _decrypting(source: IO[bytes], key: x25519.Identity) -> Iterator[IO[bytes]]:
    """Yield a file from which the content of `source` can be read.

    What fails on reading it, wherever, is the archive's fault and raises Damaged: writing is the business of
    others, who raise CannotRun or OSError with an `errno`.
    """
    try:
        with _beside(lambda write_end: pyrage.decrypt_io(source, write_end, [key]), reads=False) as clear:
            yield clear
            while clear.read(2**16):
                pass  # the seal of the last chunk counts too, behind the end of the tar
    except (OSError, pyrage.DecryptError, tarfile.TarError, EOFError) as error:
        if getattr(error, "errno", None) is not None:
            raise  # of a file, not of the bytes in it
        name = getattr(source, "name", "The archive")
        raise Damaged(f"{name} is damaged or cut off ({error}); take another backup.") from None


@contextmanager
def _beside(work: Callable[[IO[bytes]], None], *, reads: bool) -> Iterator[IO[bytes]]:
    """Run `work` in a thread at the other end of a pipe. What goes wrong there goes before what goes
    wrong here: it is the cause.
    """
    ends = os.pipe()
    files: list[IO[bytes]] = [os.fdopen(ends[0], "rb"), os.fdopen(ends[1], "wb")]
    theirs, ours = files if reads else reversed(files)
    trouble: list[BaseException] = []

    def run() -> None:
        try:
            with theirs:
                work(theirs)
        except BaseException as error:
            trouble.append(error)

    thread = threading.Thread(target=run, name="archive")
    thread.start()
    try:
        yield ours
    except Exception as error:
        _close(ours)
        thread.join()
        # If we broke off by ourselves, the other end only saw a broken pipe.
        if trouble and not isinstance(trouble[0], BrokenPipeError):
            raise trouble[0] from error
        raise
    finally:
        _close(ours)
        thread.join()
    if trouble:
        raise trouble[0]


def _close(file: IO[bytes]) -> None:
    with suppress(BrokenPipeError):  # the other end tells why
        file.close()


def _is_ours(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/") and "\0" not in name
