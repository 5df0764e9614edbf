"""The picture that other services show beside a link to a letter: school, board and title, made by us."""

from functools import lru_cache
from pathlib import Path

from baroalgi.platform import pdf

TEMPLATE = Path(__file__).with_name("typst") / "card.typ"
LONGEST = 80  # characters that stand in three lines


@lru_cache(maxsize=128)  # of 20 KB each; services ask again and again for what is new
def picture(school_name: str, board_name: str, title: str) -> bytes:
    """Return a PNG of 1200 × 630. Raises as `pdf.picture`."""
    short = title if len(title) <= LONGEST else title[: LONGEST - 1].rstrip() + "…"
    return pdf.picture(TEMPLATE, {"school": school_name, "board": board_name, "title": short})
