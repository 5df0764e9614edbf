"""OLE compound files: HWP 5, and what only looks like it (old XLS and DOC, encrypted XLSX).

Reads the directory and one small stream of [MS-CFB]; every chain has an end, since a file may name its
sectors in circles.
"""

import struct
from collections.abc import Iterator
from typing import IO

from baroalgi.platform.kinds.kind import BadContent, Kind, Trouble

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURE = b"HWP Document File"  # HWP 5.0 format, FileHeader: 32 bytes, version, properties
_PASSWORD = 1 << 1  # bit of the properties
_SMALLEST = 512  # bytes: the header's sector
_HEADER_FAT = 109  # sectors of the table that the header itself names
_ENTRY = 128  # bytes of a directory entry
_MOST_ENTRIES = 4096
_STREAM, _ROOT = 2, 5
_MINI = 64  # bytes of a small sector


def kind_of(file: IO[bytes], size: int) -> Kind:
    """Return HWP. Raises BadContent."""
    if size < _SMALLEST:
        raise BadContent(Trouble.DAMAGED)
    try:
        return _Compound(file, size).kind()
    except (struct.error, IndexError):
        raise BadContent(Trouble.DAMAGED) from None


class _Compound:
    """One file, read by sectors."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._size = file, size
        file.seek(0)
        header = file.read(_SMALLEST)
        (shift,) = struct.unpack_from("<H", header, 30)
        if shift not in (9, 12):
            raise BadContent(Trouble.DAMAGED)
        self._sector = 1 << shift
        self._directory, self._mini_table = (struct.unpack_from("<I", header, at)[0] for at in (48, 60))
        self._table_sectors = struct.unpack_from(f"<{_HEADER_FAT}I", header, 76)

    def kind(self) -> Kind:
        entries = self._entries()
        names = {name for name, *_ in entries}
        if "EncryptedPackage" in names:
            raise BadContent(Trouble.LOCKED)
        found = [entry for entry in entries if entry[0] == "FileHeader" and entry[1] == _STREAM]
        roots = [entry for entry in entries if entry[1] == _ROOT]
        if not found or not roots:
            raise BadContent(Trouble.UNKNOWN)
        head = self._small_stream(roots[0][2], found[0][2])
        if not head.startswith(_SIGNATURE):
            raise BadContent(Trouble.UNKNOWN)
        if struct.unpack_from("<I", head, 36)[0] & _PASSWORD:
            raise BadContent(Trouble.LOCKED)
        if not names >= {"DocInfo", "BodyText"}:
            raise BadContent(Trouble.DAMAGED)
        return Kind.HWP

    def _entries(self) -> list[tuple[str, int, int]]:
        """Return name, type and first sector of everything in the directory."""
        found = []
        for sector in self._chain(self._directory):
            content = self._read(sector)
            for at in range(0, self._sector, _ENTRY):
                length, kind = struct.unpack_from("<HB", content, at + 64)
                if kind and 2 <= length <= 64:
                    name = content[at : at + length - 2].decode("utf-16-le", "replace")
                    found.append((name, kind, struct.unpack_from("<I", content, at + 116)[0]))
            if len(found) > _MOST_ENTRIES:
                raise BadContent(Trouble.DAMAGED)
        return found

    def _small_stream(self, root: int, first: int) -> bytes:
        """Return the first 64 bytes of a small stream, which lies in the stream of the root."""
        place = first * _MINI
        for number, sector in enumerate(self._chain(root)):
            if number == place // self._sector:
                return self._read(sector)[place % self._sector :][:_MINI]
        raise BadContent(Trouble.DAMAGED)

    def _chain(self, first: int) -> Iterator[int]:
        sector, left = first, self._size // self._sector + 1
        while sector < 0xFFFFFFFA:
            if not left:
                raise BadContent(Trouble.DAMAGED)
            left -= 1
            yield sector
            sector = self._next(sector)

    def _next(self, sector: int) -> int:
        table, at = divmod(sector, self._sector // 4)
        # The header names the table of 7 MB with small sectors; HWP programs write the directory into that.
        content = self._read(self._table_sectors[table])
        return int(struct.unpack_from("<I", content, at * 4)[0])

    def _read(self, sector: int) -> bytes:
        self._file.seek((sector + 1) * self._sector)
        return self._file.read(self._sector)
