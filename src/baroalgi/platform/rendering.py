"""The process that opens pictures and PDFs of others (`python -m`): looks whether they can be, or draws them.

Such files are hostile until shown otherwise, so this knows no Django, no address and no key, and gives itself
limits before it opens anything. Arguments: what to do, the kind, the file. JSON goes to standard output.
"""

import base64
import contextlib
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

MEMORY = 1_500 * 2**20  # bytes of address space
CPU = 20  # seconds
WRITTEN = 24 * 2**20  # bytes
PIXELS = 60_000_000
WIDTHS = (360, 1280)
PAGES = 3
TALLEST = 4  # times its width; the rest of a longer picture is not drawn
QUALITY = 78


def main() -> None:
    """Do what is asked; a file that can't be opened is an answer, not an error."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    what, kind, path = sys.argv[1:]
    work = _PDF if kind == "pdf" else _PICTURE
    sys.stdout.write(json.dumps(work[what](path, kind)))


def look_at_picture(path: str, kind: str) -> dict[str, Any]:
    """Decode a picture once: `{"pages": 1}` or `{"bad": …}`."""
    with _bad_picture() as told, _picture(path, kind) as image:
        if image.width * image.height > PIXELS:
            return {"bad": "swollen"}
        image.load()
        told["pages"] = 1
    return told


def draw_picture(path: str, kind: str) -> dict[str, Any]:
    """Draw a picture anew at both widths, upright and with nothing of what a camera wrote into it."""
    from PIL import ImageOps

    with _bad_picture() as told, _picture(path, kind) as image:
        if image.width * image.height > PIXELS:
            return {"bad": "swollen"}
        image.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
        told["images"] = _drawn(ImageOps.exif_transpose(image), page=1)
    return told


def look_at_pdf(path: str, _kind: str) -> dict[str, Any]:
    """Open a PDF: `{"pages": n}` or `{"bad": "locked" | "damaged"}`."""
    with _bad_pdf() as told, _pdf(path) as document:
        told.update({"pages": len(document)} if len(document) else {"bad": "damaged"})
    return told


def draw_pdf(path: str, _kind: str) -> dict[str, Any]:
    """Draw the first pages of a PDF at both widths; forms are not run."""
    images: list[dict[str, Any]] = []
    with _bad_pdf() as told, _pdf(path) as document:
        for number in range(min(PAGES, len(document))):
            page = document[number]
            width, height = page.get_size()
            scale = min(WIDTHS[-1] / max(width, 1), TALLEST * WIDTHS[-1] / max(height, 1))
            images += _drawn(page.render(scale=scale).to_pil(), page=number + 1)
        told["images"] = images
    return told


_PICTURE = {"look": look_at_picture, "draw": draw_picture}
_PDF = {"look": look_at_pdf, "draw": draw_pdf}


def _picture(path: str, kind: str) -> Any:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS
    return Image.open(path, formats=[kind.upper()])


@contextlib.contextmanager
def _bad_picture() -> Iterator[dict[str, Any]]:
    """Yield the answer; whatever a decoder says of a file, the file is damaged."""
    from PIL import Image

    told: dict[str, Any] = {}
    try:
        yield told
    except Image.DecompressionBombError:
        told.update(bad="swollen")
    except Exception:
        told.update(bad="damaged")


@contextlib.contextmanager
def _pdf(path: str) -> Iterator[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        yield document
    finally:
        document.close()


@contextlib.contextmanager
def _bad_pdf() -> Iterator[dict[str, Any]]:
    import pypdfium2
    from pypdfium2 import raw

    told: dict[str, Any] = {}
    try:
        yield told
    except pypdfium2.PdfiumError as error:
        told.update(bad="locked" if error.err_code == raw.FPDF_ERR_PASSWORD else "damaged")


def _drawn(image: Any, *, page: int) -> list[dict[str, Any]]:
    from PIL import Image

    # On white: a form's transparent ground would be black elsewhere.
    flat = Image.new("RGB", image.size, "white")
    layer = image.convert("RGBA")
    flat.paste(layer, mask=layer)
    flat = flat.crop((0, 0, flat.width, min(flat.height, TALLEST * flat.width)))
    found = []
    for fits in WIDTHS:
        width = min(fits, flat.width)
        size = (width, max(1, round(flat.height * width / flat.width)))
        written = io.BytesIO()
        flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=3).save(written, "WEBP", quality=QUALITY)
        found.append(
            {
                "page": page,
                "fits": fits,
                "width": size[0],
                "height": size[1],
                "webp": base64.b64encode(written.getvalue()).decode(),
            }
        )
    return found


if __name__ == "__main__":
    main()
