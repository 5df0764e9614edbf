"""The sealed slip (pages.md §5.5): an A5 page that is folded twice, for applicants without e-mail.

Whoever finds it closed sees a name and an office; whoever opens it finds the one-time address. Neither
the certificate number nor a password is on it: without both the address opens nothing.
"""

import re
import secrets
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.http import HttpResponse

from baroalgi.platform import files, pdf
from baroalgi.platform.kinds import Kind
from baroalgi.platform.templates import day, long_day
from baroalgi.registration.links import OneTimeAddress
from baroalgi.registration.types import FiledApplication

TEMPLATE = Path(__file__).with_name("typst") / "slip.typ"
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another one in print
GROUP, GROUPS = 4, 4


def new_code() -> str:
    """Make a token that can be typed from paper: `7KQM-X4RD-P9TA-62HN`, 79 random bits."""
    return _grouped("".join(secrets.choice(LETTERS) for _letter in range(GROUP * GROUPS)))


def as_printed(typed: str) -> str:
    """Return a code as it stands on the slip, however it was typed; anything else as it is."""
    grouped = _grouped(re.sub(r"[\s-]", "", typed).upper())
    return grouped if is_code(grouped) else typed


def is_code(text: str) -> bool:
    """Tell whether a text is a code as it stands on a slip."""
    return re.fullmatch(f"[{LETTERS}]{{{GROUP}}}(-[{LETTERS}]{{{GROUP}}}){{{GROUPS - 1}}}", text) is not None


def answer(row: FiledApplication, made: OneTimeAddress, *, now: datetime) -> HttpResponse:
    """Return the slip as a PDF that no cache keeps."""
    address = f"{settings.ENVIRONMENT.url.rstrip('/')}/certificate/issue/"
    document = pdf.render(
        TEMPLATE,
        {
            "place": row.place_name,
            "phone": row.place_phone,
            "today": long_day(now),
            "name": row.name,
            "address": "".join(urlsplit(address)[1:3]),
            "code": made.token,
            "picture": segno.make(f"{address}{made.token}/", micro=False, error="m").svg_inline(
                border=0, omitsize=True
            ),
            "until": day(made.valid_to),
        },
    )
    return files.made(document, Kind.PDF.media_type, "baroalgi-slip.pdf", inline=True)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
