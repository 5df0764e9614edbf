"""PDF by Typst: tagged, PDF/A-2a and PDF/UA-1, fonts embedded."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).with_name("fonts")


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def render(template: Path, data: dict[str, Any]) -> bytes:
    """Fill a room's Typst template. The data goes in as JSON, so nothing a person typed is code."""
    pdf: bytes = typst.compile(
        template,
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return pdf
