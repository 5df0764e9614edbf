"""The process that turns a template and its data into a PDF (`python -m`, with the template as argument).

Reads the data as JSON from standard input, writes the PDF to standard output. Knows no Django.
"""

import sys
from pathlib import Path

import typst

FONTS = Path(__file__).with_name("fonts")


def main() -> None:
    """Typeset once: tagged, PDF/A-2a and PDF/UA-1, fonts embedded."""
    pdf = typst.compile(
        Path(sys.argv[1]),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[FONTS]),
        format="pdf",
        pdf_standards=["a-2a", "ua-1"],
        # As JSON, so that nothing a person typed is code.
        sys_inputs={"data": sys.stdin.read()},
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
