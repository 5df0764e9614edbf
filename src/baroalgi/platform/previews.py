"""Pictures of what is inside a picture or PDF, drawn by the worker: the file itself is never shown in a page.

What opens somebody's file runs in a process of its own with limits (`rendering`).
"""

import base64
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from baroalgi.platform import filestore
from baroalgi.platform.kinds import Kind
from baroalgi.platform.models import StoredFile
from baroalgi.platform.queue import job
from baroalgi.platform.unit import system_unit

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
SECONDS = 40
MEDIA_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class Preview:
    """A picture of one page, `fits` pixels wide at most. `sha256`: of its own content."""

    page: int
    fits: int
    width: int
    height: int
    size: int
    sha256: str


@job(outside=True, priority=-1)
def draw(*, file_id: int, now: datetime, **_later: object) -> None:
    """Draw the previews of a file; one that can't be drawn has none."""
    with system_unit():
        found = StoredFile.objects.filter(id=file_id, preview_state=StoredFile.Previews.WAITING)
        file = found.values("sha256", "kind").first()
    if file is None:
        return
    told = ask("draw", Kind(file["kind"]), filestore.path_of(file["sha256"]))
    with system_unit():
        filestore.adding()
        made = [asdict(_stored(image)) for image in told.get("images", [])]
        state = StoredFile.Previews.MADE if made else StoredFile.Previews.FAILED
        StoredFile.objects.filter(id=file_id).update(previews=made, preview_state=state)


def ask(what: str, kind: Kind, path: Path) -> dict[str, Any]:
    """Let the process of `rendering` look at a file or draw it; return what it says.

    `{"bad": "damaged"}` too when it came to its limits or fell over the file.
    """
    # Into a file: what the process writes has a limit there, and none in a pipe.
    with tempfile.TemporaryFile() as said:
        try:
            subprocess.run(
                [sys.executable, "-m", "baroalgi.platform.rendering", what, kind.value, str(path)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.DEVNULL,  # it would quote the file
                cwd="/",
                env={"PYTHONPATH": str(PACKAGE_ROOT), "PYTHONUTF8": "1"},
                timeout=SECONDS,
                check=True,
            )
            said.seek(0)
            told: dict[str, Any] = json.load(said)
        except (subprocess.SubprocessError, ValueError):
            return {"bad": "damaged"}
    return told


def _stored(image: dict[str, Any]) -> Preview:
    content = base64.b64decode(image.pop("webp"))
    return Preview(**image, size=len(content), sha256=filestore.put_bytes(content))
