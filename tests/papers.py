"""Small files of every kind, good and bad, made here: no file of others lies in the tests."""

import io
import struct
import zipfile
import zlib
from typing import Any

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: dict[str, bytes], *, loops: bool = False) -> bytes:
    """Return an OLE compound file ([MS-CFB]) of small streams, under the root.

    Sectors: 0 table, 1 directory (4 entries each), then the table of small sectors and their stream.
    """
    small, entries = b"", []
    small_table: list[int] = []
    for name, content in streams.items():
        first = len(small_table)
        count = max(1, -(-len(content) // 64))
        small_table += [*range(first + 1, first + count), END]
        small += content.ljust(count * 64, b"\0")
        entries.append(_entry(name, 2, first, len(content)))
    stream = small.ljust(-(-len(small) // 512) * 512, b"\0")
    listed = [_entry("Root Entry", 5, 0, len(small)), *entries]
    while len(listed) % 4:
        listed.append(bytes(128))
    directories = len(listed) // 4
    mini_table = 1 + directories
    root = mini_table + 1
    listed[0] = _entry("Root Entry", 5, root, len(small))
    sectors = len(stream) // 512
    chain = [TABLE, *range(2, directories + 1), END, END, *range(root + 1, root + sectors), END]
    if loops:
        chain[1] = 1
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    header = OLE + bytes(16) + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<5I", 1, 1, 0, 4096, mini_table) + struct.pack("<3I", 1, END, 0)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    minis = struct.pack(f"<{len(small_table)}I", *small_table).ljust(512, b"\xff")
    return header + table + b"".join(listed) + minis + stream


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    head = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    return (head + struct.pack("<3I", FREE, FREE, FREE)).ljust(116, b"\0") + struct.pack("<IQ", first, size)


def hwp(*, properties: int = 0) -> bytes:
    head = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000300, properties)
    return compound({"FileHeader": head.ljust(256, b"\0"), "DocInfo": b"x" * 80, "BodyText": b"x" * 100})


def archive(parts: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as zip_file:
        for name, content in parts.items():
            zip_file.writestr(name, content)
    return written.getvalue()


def hwpx(**more: bytes) -> bytes:
    return archive(
        {"mimetype": b"application/hwp+zip", "Contents/content.hpf": b"<package/>", "a.xml": b"<a/>"} | more
    )


TYPES = (
    b'<Types><Override PartName="/xl/workbook.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def xlsx(more: dict[str, bytes] | None = None) -> bytes:
    return archive({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"<workbook/>"} | (more or {}))


def bomb() -> bytes:
    """Return an XLSX of 60 KB that opens to 60 MB."""
    return xlsx({"xl/worksheets/sheet1.xml": bytes(60_000_000)})


def overlapping() -> bytes:
    """Return an XLSX whose list names one part's bytes twice."""
    good = xlsx()
    at, end = good.index(b"PK\x01\x02"), good.index(b"PK\x05\x06")
    first = good[at : good.index(b"PK\x01\x02", at + 4)]
    listed = first.replace(b"[Content_Types].xml", b"[Content_Types].xmk") + good[at:end]
    parts = struct.unpack_from("<H", good, end + 10)[0] + 1
    tail = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, parts, parts, len(listed), at, 0)
    return good[:at] + listed + tail


def locked_archive() -> bytes:
    """Return an XLSX whose parts say that they are encrypted."""
    content = bytearray(xlsx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    return bytes(content)


def long_list() -> bytes:
    """Return a ZIP whose end says that its list is longer than is read."""
    content = bytearray(xlsx())
    struct.pack_into("<HHI", content, content.index(b"PK\x05\x06") + 8, 60_000, 60_000, 3_000_000)
    return bytes(content)


def larger_archive() -> bytes:
    """Return a sheet whose list is told by a ZIP64 record, behind the longest comment there is."""
    body, end = xlsx()[:-22], xlsx()[-22:]
    parts, length, start = struct.unpack_from("<HII", end, 10)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, parts, parts, length, start)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(body), 1)
    return body + record + locator + end[:20] + b"\xff\xff" + b" " * 65_535


def broken_part() -> bytes:
    content = bytearray(xlsx({"xl/styles.xml": b"<styleSheet>" + bytes(range(256)) * 4}))
    at = content.index(b"xl/styles.xml") + 40
    content[at : at + 8] = b"\0" * 8
    return bytes(content)


def pdf(pages: int = 1, *, password: str = "") -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (1600, 900), **more: Any) -> bytes:
    from PIL import Image

    written = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(written, kind, **more)
    return written.getvalue()


def vast_png() -> bytes:
    """Return a PNG of a few bytes that says to be 30,000 pixels wide and high."""

    def chunk(name: bytes, content: bytes) -> bytes:
        sealed = name + content
        return struct.pack(">I", len(content)) + sealed + struct.pack(">I", zlib.crc32(sealed))

    head = struct.pack(">2I5B", 30_000, 30_000, 8, 0, 0, 0, 0)
    packed = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
