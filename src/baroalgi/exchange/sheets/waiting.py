"""What was read waits for [저장] in the page itself: packed, sealed, for one person, school and sheet.

So nothing of an upload is kept on the server, nothing has to be thrown away, and what comes back is what
was shown. It is good for an hour.
"""

import base64
import binascii
import json
import zlib
from datetime import datetime, timedelta

from baroalgi.certs import BadInput
from baroalgi.exchange.sheets.report import Table
from baroalgi.exchange.sheets.workbook import Line
from baroalgi.platform import crypto
from baroalgi.schoolinfo.types import Sheet

GOOD_FOR = timedelta(hours=1)
MOST_PACKED = 900_000  # letters; a form may have a million bytes


def pack(table: Table, *, name: str, sheet: Sheet, school_id: int, person_id: int, now: datetime) -> str:
    """Return the sealed lines for a hidden field; empty when they are too many for it."""
    content = {
        "until": (now + GOOD_FOR).isoformat(),
        "name": name,
        "places": table.places,
        "lines": [[line.number, *line.cells] for line in table.lines],
    }
    packed = base64.b64encode(zlib.compress(json.dumps(content, ensure_ascii=False).encode(), 6)).decode()
    sealed = base64.b64encode(crypto.seal(packed, about=_about(sheet, school_id, person_id))).decode()
    return sealed if len(sealed) <= MOST_PACKED else ""


def unpack(
    sealed: str, *, sheet: Sheet, school_id: int, person_id: int, now: datetime
) -> tuple[str, Table] | None:
    """Return the file's name and its lines; None when they are too old, or not what this person was shown."""
    try:
        packed = crypto.open_sealed(
            base64.b64decode(sealed, validate=True), about=_about(sheet, school_id, person_id)
        )
    except (BadInput, binascii.Error, ValueError):
        return None
    content = json.loads(zlib.decompress(base64.b64decode(packed)))
    if datetime.fromisoformat(content["until"]) < now:
        return None
    lines = tuple(Line(number, tuple(cells)) for number, *cells in content["lines"])
    return content["name"], Table(lines, tuple(content["places"]))


def _about(sheet: Sheet, school_id: int, person_id: int) -> str:
    return f"sheet {sheet.value} {school_id} {person_id}"
