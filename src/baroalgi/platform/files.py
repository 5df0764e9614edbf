"""Files that people send: judged by their content, stored once under its hash, sent back as downloads.

Rooms name a `StoredFile` by a foreign key and say who may have it; here nobody is asked. The steps of an
upload: `receiving` (no transaction needed: judged, and on the disk under a passing name), then in a unit
`keep` (its own name, its row). What fails in between leaves nothing that anybody could find.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from baroalgi.platform import filestore, gate, previews
from baroalgi.platform.kinds import BadContent, Kind, Trouble, kind_of
from baroalgi.platform.kinds.names import fitting
from baroalgi.platform.models import StoredFile
from baroalgi.platform.previews import MEDIA_TYPE, Preview
from baroalgi.platform.refusal import Refused

BLOCK = 2**16  # bytes
UNUSED_FOR = timedelta(days=2)  # longer than a backup takes, which may still name the file
CUT_OFF_AFTER = timedelta(days=1)


class FileRefused(Refused):
    """A file that is not taken; `name` is in the sentence."""

    field = "uploads"


class FileEmpty(FileRefused):
    message = _("「%(name)s」: 빈 파일입니다. 내용을 확인하고 다시 올려 주세요.")


class FileTooLarge(FileRefused):
    message = _("「%(name)s」: 파일이 너무 큽니다. 파일 하나는 %(mb)s MB까지 올릴 수 있습니다.")


class FileUnknown(FileRefused):
    message = _(
        "「%(name)s」: 파일 종류를 알 수 없습니다. "
        "HWP, HWPX, PDF, 그림(JPG, PNG, GIF, WebP), XLSX를 올려 주세요."
    )


class FileDamaged(FileRefused):
    message = _("「%(name)s」: 손상되어 열 수 없는 파일입니다. 다시 저장하여 올려 주세요.")


class FileLocked(FileRefused):
    message = _("「%(name)s」: 암호가 걸린 파일입니다. 암호를 풀어 다시 저장하여 올려 주세요.")


class FileSwollen(FileRefused):
    message = _("「%(name)s」: 펼치면 지나치게 커지는 파일이라 받지 않습니다. 나누거나 줄여서 올려 주세요.")


class FileHasMacros(FileRefused):
    message = _("「%(name)s」: 매크로가 든 파일은 받지 않습니다. 매크로 없이 XLSX로 저장하여 올려 주세요.")


_REFUSALS: dict[Trouble, type[FileRefused]] = {
    Trouble.EMPTY: FileEmpty,
    Trouble.UNKNOWN: FileUnknown,
    Trouble.DAMAGED: FileDamaged,
    Trouble.LOCKED: FileLocked,
    Trouble.SWOLLEN: FileSwollen,
    Trouble.MACROS: FileHasMacros,
}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was judged and waits under a passing name. `pages`: of PDFs and pictures."""

    name: str
    kind: Kind
    size: int
    sha256: str
    pages: int | None
    half: Path


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored file."""

    id: int
    sha256: str
    size: int
    kind: Kind
    pages: int | None
    previews: tuple[Preview, ...]

    @classmethod
    def of(cls, row: StoredFile) -> "Stored":
        """Return the row as others may have it."""
        drawn = tuple(Preview(**preview) for preview in row.previews)
        return cls(row.id, row.sha256, row.size, Kind(row.kind), row.pages, drawn)


# Taking


@contextmanager
def receiving(uploads: Sequence["UploadedFile[Any]"]) -> Iterator[tuple[list[Arrived], list[FileRefused]]]:
    """Judge uploaded files; yield those that are taken and the refusals of the others, in their order.

    What the block did not `keep` is forgotten at its end. Reads and writes a block at a time.
    """
    arrived: list[Arrived] = []
    refusals: list[FileRefused] = []
    halves: list[Path] = []
    try:
        for upload in uploads:
            half = filestore.new_half()
            halves.append(half)
            try:
                arrived.append(_receive(upload, half))
            except FileRefused as refusal:
                refusals.append(refusal)
        yield arrived, refusals
    finally:
        for half in halves:
            half.unlink(missing_ok=True)


def _receive(upload: "UploadedFile[Any]", half: Path) -> Arrived:
    shown = fitting(upload.name or "", Kind.PDF).rsplit(".", 1)[0]
    most = settings.ENVIRONMENT.file_bytes
    if (upload.size or 0) > most:
        raise FileTooLarge(name=shown, mb=most // 2**20)
    total = hashlib.sha256()
    with os.fdopen(os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        for block in upload.chunks(BLOCK):
            total.update(block)
            file.write(block)
        file.flush()
        size = file.tell()
        try:
            kind = kind_of(cast(BinaryIO, file), size)
            pages = _pages(kind, half)
        except BadContent as bad:
            raise _REFUSALS[bad.trouble](name=shown) from None
        os.fsync(file.fileno())
    return Arrived(fitting(upload.name or "", kind), kind, size, total.hexdigest(), pages, half)


def _pages(kind: Kind, path: Path) -> int | None:
    """Open what will have a preview, in the process for it. Raises BadContent."""
    if not kind.has_preview:
        return None
    told = previews.ask("look", kind, path)
    if "bad" in told:
        raise BadContent(Trouble(told["bad"]))
    return int(told["pages"])


def keep(arrived: Arrived) -> int:
    """Store a file for good, if the transaction stands; return its number. Two or three statements.

    The same content is stored once. Its previews are drawn by the worker afterwards, if it has
    none yet. Until the transaction ends the acting person may name it in a row.
    """
    filestore.adding()
    filestore.put(arrived.half, arrived.sha256)
    number: int = gate.ask(
        "keep_file",
        arrived.sha256,
        arrived.size,
        arrived.kind.value,
        arrived.pages,
        arrived.kind.has_preview,
    )
    if arrived.kind.has_preview:
        previews.draw.defer(file_id=number)
    return number


# Sending


def send(request: HttpRequest, file: Stored, name: str) -> HttpResponseBase:
    """Send a file as a download under a name; nothing of it is ever shown as a page of ours.

    Answers If-None-Match and a single Range. Who may have it was asked before, and whether others may keep
    the answer is for the caller to say; `no-store` if nothing is said.
    """
    answer = _send(request, file.sha256, file.size, file.kind.media_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def made(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    """Return what was made here as a file of this name, to be kept or (`inline`) to be looked at."""
    answer = HttpResponse(content, content_type=media_type)
    name = " ".join(name.split())  # of a title: no line of it may begin a header
    answer.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    return answer


def send_preview(request: HttpRequest, preview: Preview) -> HttpResponseBase:
    """Send a preview, which was drawn here and is a picture in a page."""
    return _send(request, preview.sha256, preview.size, MEDIA_TYPE)


_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def _send(request: HttpRequest, sha256: str, size: int, media_type: str) -> HttpResponseBase:
    etag = f'"{sha256}"'
    known = get_conditional_response(request, etag=etag)
    if known is not None:
        known.headers["ETag"] = etag
        return cast(HttpResponseBase, known)
    first, last = 0, size - 1
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    is_part = wanted is not None and request.headers.get("If-Range", etag) == etag
    if is_part and wanted is not None:
        span = _span(wanted[1], wanted[2], size)
        if span is None:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
        first, last = span
    answer = StreamingHttpResponse(
        _Part(filestore.path_of(sha256), first, last + 1 - first),
        status=206 if is_part else 200,
        content_type=media_type,
    )
    if is_part:
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer.headers["Content-Length"] = str(last + 1 - first)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = etag
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # Should a browser ever show it: without script, without form, as a site of nobody.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _span(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Return the first and last byte asked for, None when there are none of them."""
    if not first:
        count = min(int(last or 0), size)
        return (size - count, size - 1) if count else None
    if int(first) >= size or (last and int(last) < int(first)):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


class _Part:
    """Some bytes of a file, read while they are sent; closed also when nobody reads to the end.

    Opened with the first block: to a HEAD there is none. Raises FileNotFoundError before anything is sent.
    """

    def __init__(self, path: Path, first: int, count: int) -> None:
        path.stat()
        self._path, self._first, self._left = path, first, count
        self._file: BinaryIO | None = None

    def __iter__(self) -> "_Part":
        return self

    def __next__(self) -> bytes:
        if self._file is None:
            self._file = self._path.open("rb")
            self._file.seek(self._first)
        block = self._file.read(min(BLOCK, self._left))
        if not block:
            self.close()
            raise StopIteration
        self._left -= len(block)
        return block

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


# Sweeping


def sweep(now: datetime) -> int:
    """Forget files that nothing names, and take away what no row names; return how many files went.

    A row goes `UNUSED_FOR` after nothing named it any more, its file with the sweep after that: never in one
    transaction, since a file can't be rolled back.
    """
    filestore.sweeping()
    known = set(StoredFile.objects.values_list("sha256", flat=True))
    for drawn in StoredFile.objects.exclude(previews=[]).values_list("previews", flat=True):
        known |= {preview["sha256"] for preview in drawn}
    _forget_unused(now)
    gone = 0
    for path in filestore.everything():
        is_half = path.suffix == filestore.HALF
        if path.stat().st_mtime < (now - CUT_OFF_AFTER).timestamp() if is_half else _is_orphan(path, known):
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _is_orphan(path: Path, known: set[str]) -> bool:
    # Only what can be ours: an operator's own file in the folder is not.
    return bool(re.fullmatch("[0-9a-f]{64}", path.name)) and path.name not in known


def _forget_unused(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NAMING)
        named = " OR ".join(
            f"EXISTS (SELECT FROM {table} WHERE {table}.{column} = file.id)"
            for table, column in cursor.fetchall()
        )
        named = named or "false"
        # Names of tables and columns, as the catalogue quotes them.
        cursor.execute(
            f"""UPDATE platform_storedfile file
                SET unused_since = CASE WHEN {named} THEN NULL ELSE coalesce(unused_since, %s) END
                WHERE (unused_since IS NULL) <> ({named})""",  # noqa: S608
            [now],
        )
        cursor.execute(
            f"DELETE FROM platform_storedfile file WHERE unused_since < %s AND NOT ({named})",  # noqa: S608
            [now - UNUSED_FOR],
        )


# Whatever table points at a stored file, of a room that this one need not know.
_NAMING = """
    SELECT conrelid::regclass::text, quote_ident(attname) FROM pg_constraint
    JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE confrelid = 'platform_storedfile'::regclass AND contype = 'f'
"""
