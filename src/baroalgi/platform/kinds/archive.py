"""ZIP archives: HWPX and XLSX. A bomb is refused by what its list of contents says, before it is opened.

Then every part is opened once, a little at a time and never beyond what the list said, so that what is
accepted is whole. Parts that lie over each other (bombs without nesting) are refused too.
"""

import struct
import zipfile
import zlib
from typing import IO

from baroalgi.platform.kinds.kind import BadContent, Kind, Trouble

MAGIC = b"PK\x03\x04"
MOST_PARTS = 4000
LARGEST_LIST = 2**20  # bytes of the list of contents, which is read into memory
LARGEST = 200 * 2**20  # bytes of all parts together, opened
HIGHEST_RATIO = 100
FREE_OF_RATIO = 10 * 2**20  # bytes; a sheet of blanks is small, and packs a hundredfold
_LOCATOR = 20  # bytes before the end of the list that say it is a larger archive's (ZIP64)
_TAIL = _LOCATOR + 22 + 65_535  # bytes in which both must be
_LOCAL_HEAD = 30
_WORKBOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def kind_of(file: IO[bytes], size: int) -> Kind:
    """Return HWPX or XLSX. Raises BadContent."""
    _check_list(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _check_parts(parts)
            kind = _kind(archive, {part.filename for part in parts})
            for part in parts:
                with archive.open(part) as content:
                    while content.read(2**16):
                        pass
            return kind
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, struct.error, OSError):
        # NotImplementedError: a way of packing that neither HWPX nor XLSX uses. ValueError, OSError: places
        # outside of the file.
        raise BadContent(Trouble.DAMAGED) from None
    except RuntimeError:
        raise BadContent(Trouble.LOCKED) from None


def _check_list(file: IO[bytes], size: int) -> None:
    """Refuse a list of contents too long to be read: `zipfile` would make an object of each line."""
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise BadContent(Trouble.DAMAGED)
    parts, length = struct.unpack_from("<HI", tail, at + 10)
    # None of ours is a larger archive. What it says of its list goes before what is read here.
    is_larger = tail[max(0, at - _LOCATOR) : at].startswith(b"PK\x06\x07") or tail.find(b"PK\x06\x06") >= 0
    if parts > MOST_PARTS or length > LARGEST_LIST or is_larger:
        raise BadContent(Trouble.SWOLLEN)


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise BadContent(Trouble.SWOLLEN)
    if any(part.flag_bits & 1 for part in parts):
        raise BadContent(Trouble.LOCKED)
    opened, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if opened > LARGEST or (opened > FREE_OF_RATIO and opened > HIGHEST_RATIO * packed):
        raise BadContent(Trouble.SWOLLEN)
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise BadContent(Trouble.SWOLLEN)
        end = part.header_offset + _LOCAL_HEAD + part.compress_size
    for part in parts:
        # What unpacks to a place outside of its folder.
        if part.filename.startswith("/") or ".." in part.filename.replace("\\", "/").split("/"):
            raise BadContent(Trouble.DAMAGED)


def _kind(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "mimetype" in names and _read(archive, "mimetype").strip() == b"application/hwp+zip":
        if "Contents/content.hpf" not in names:
            raise BadContent(Trouble.DAMAGED)
        if "META-INF/manifest.xml" in names and b"encryption-data" in _read(archive, "META-INF/manifest.xml"):
            raise BadContent(Trouble.LOCKED)
        return Kind.HWPX
    if "[Content_Types].xml" in names:
        types = _read(archive, "[Content_Types].xml")
        if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
            raise BadContent(Trouble.MACROS)
        if "xl/workbook.xml" in names and _WORKBOOK in types:
            return Kind.XLSX
    raise BadContent(Trouble.UNKNOWN)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(2**20)
