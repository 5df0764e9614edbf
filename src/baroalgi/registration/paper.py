"""The printed application (domain.md §1.8): one A4 page that is signed by hand."""

from pathlib import Path
from typing import Any

import segno
from django.http import HttpResponse
from django.utils.translation import gettext as _

from baroalgi.platform import files, pdf
from baroalgi.platform.kinds import Kind
from baroalgi.platform.templates import long_day
from baroalgi.registration import terms
from baroalgi.registration.types import FiledApplication

TEMPLATE = Path(__file__).with_name("typst") / "application.typ"
MINISTRY = "교육부"
HELP_PHONE = "1577-8787"  # certificates, in the whole country
HIDDEN_PASSWORD = "*" * 10


def answer(row: FiledApplication, *, as_file: bool) -> HttpResponse:
    """Return the PDF: shown in the browser, or saved."""
    document = pdf.render(TEMPLATE, _data(row))
    return files.made(document, Kind.PDF.media_type, f"baroalgi-{row.number}.pdf", inline=not as_file)


def _data(row: FiledApplication) -> dict[str, Any]:
    agreed = terms.agreed(row.terms_version)
    return {
        "number": row.number,
        "grouped_number": row.grouped_number,
        # A full QR code: a Micro QR, which is smaller, can't be read by phones (pages.md §3.11).
        "code": segno.make(row.number, micro=False, error="m").svg_inline(border=0, omitsize=True),
        "ministry": MINISTRY,
        "password": HIDDEN_PASSWORD,
        "name": row.name,
        "identity": row.identity_mask,
        "phone_home": row.phone_home,
        "mobile": row.mobile,
        "email": row.email or _("없음(발급 주소는 봉투로 받음)"),
        "address": row.address,
        "place": f"{row.place_name} ({row.place_address})" if row.place_address else row.place_name,
        "hand_in_by": _("%(day)s까지") % {"day": long_day(row.hand_in_by)},
        "help_phone": HELP_PHONE,
        "clause": str(agreed.clause),
        "required": str(agreed.required),
        "optional": str(agreed.optional),
        "wants_news": row.wants_news,
    }
