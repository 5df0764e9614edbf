"""The kinds of files that are accepted, and what can be wrong with one."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of file; the value is what the database keeps."""

    HWP = "hwp"
    HWPX = "hwpx"
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def extensions(self) -> tuple[str, ...]:
        """Return the extensions that fit, the usual one first."""
        return ("jpg", "jpeg") if self is Kind.JPEG else (self.value,)

    @property
    def label(self) -> str:
        """Return the kind as lists say it: 「HWPX」, 「JPG」."""
        return self.extensions[0].upper()

    @property
    def is_picture(self) -> bool:
        return self in (Kind.JPEG, Kind.PNG, Kind.GIF, Kind.WEBP)

    @property
    def has_preview(self) -> bool:
        return self.is_picture or self is Kind.PDF


_MEDIA_TYPES = {
    Kind.HWP: "application/x-hwp",
    Kind.HWPX: "application/hwp+zip",
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.GIF: "image/gif",
    Kind.WEBP: "image/webp",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Trouble(StrEnum):
    """Why a file is not accepted."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    LOCKED = "locked"  # under a password
    SWOLLEN = "swollen"  # becomes far larger when it is opened
    MACROS = "macros"


class BadContent(Exception):
    """The bytes are nothing that is accepted."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
