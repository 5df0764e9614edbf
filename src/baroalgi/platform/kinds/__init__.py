"""What a file is, by its content. Its name and what a browser calls it mean nothing.

Knows no Django and no database: bytes in, a `Kind` out, or `BadContent`. Whether pictures and PDFs can be
opened is tried elsewhere, in a process with limits (`platform.rendering`).
"""

from typing import IO

from baroalgi.platform.kinds import archive, compound
from baroalgi.platform.kinds.kind import BadContent, Kind, Trouble

__all__ = ["BadContent", "Kind", "Trouble", "kind_of"]

_SHORT = 16  # bytes that tell the family


def kind_of(file: IO[bytes], size: int) -> Kind:
    """Return what a file of so many bytes is. Raises BadContent.

    Reads the few places that tell, except for archives: these are opened part by part, up to limits.
    """
    if size == 0:
        raise BadContent(Trouble.EMPTY)
    file.seek(0)
    head = file.read(_SHORT)
    if head.startswith(compound.MAGIC):
        return compound.kind_of(file, size)
    if head.startswith(archive.MAGIC):
        return archive.kind_of(file, size)
    if head.startswith(b"%PDF-"):
        return Kind.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if head.startswith((b"GIF87a", b"GIF89a")):
        return Kind.GIF
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    raise BadContent(Trouble.UNKNOWN)
