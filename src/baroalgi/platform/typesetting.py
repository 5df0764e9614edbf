"""The process that turns a template and its data into a PDF (`python -m`, with the template as argument).

Reads the data as JSON from standard input, writes the PDF to standard output; with `png` after the template,
a picture of its first page instead. Knows no Django.
"""

import sys
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).with_name("fonts")


def main() -> None:
    """Typeset once; fonts are embedded. A PDF is tagged, PDF/A-2a and PDF/UA-1."""
    kinds: dict[str, dict[str, Any]] = {
        "pdf": {"format": "pdf", "pdf_standards": ["a-2a", "ua-1"]},
        "png": {"format": "png", "ppi": 72.0},
    }
    page = typst.compile(
        Path(sys.argv[1]),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[FONTS]),
        **kinds[sys.argv[2] if len(sys.argv) > 2 else "pdf"],
        # As JSON, so that nothing a person typed is code.
        sys_inputs={"data": sys.stdin.read()},
    )
    sys.stdout.buffer.write(page)


if __name__ == "__main__":
    main()
