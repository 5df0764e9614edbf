"""Names of files as people send them, made fit to be kept and to be sent back."""

import re
import unicodedata

from baroalgi.platform.kinds.kind import Kind

LONGEST = 100  # characters, extension included
_FORBIDDEN = re.compile(r'[<>:"|?*]')  # in names on Windows
_EXTENSION = re.compile(r"\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNNAMED = "붙임"


def fitting(name: str, kind: Kind) -> str:
    """Return the name without path and control characters, composed (NFC), with an extension that fits.

    At most `LONGEST` characters; what is left of a name of nothing else is 「붙임」.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    # Line ends and tabs, zero-width and direction marks, halves of surrogates.
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or c.isprintable())
    name = _FORBIDDEN.sub("_", re.sub(" +", " ", name))
    extension = kind.extensions[0]
    if last := _EXTENSION.search(name):
        name = name[: last.start()]
        # A letter is enough: PHOTO.JPEG stays .jpeg.
        extension = last[0][1:].lower() if last[0][1:].lower() in kind.extensions else extension
    stem = name.strip(" .")[: LONGEST - 1 - len(extension)].rstrip(" .") or _UNNAMED
    if _DEVICES.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{extension}"
