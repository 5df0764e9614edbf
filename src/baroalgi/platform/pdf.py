"""PDF by Typst, in a process of its own.

Typst and its fonts take 60 MB, which a web worker would keep for ever after its first paper; and what
a parser does with somebody's data is not done beside the keys of a web worker.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20


def render(template: Path, data: dict[str, Any]) -> bytes:
    """Fill a room's Typst template; takes about 0.2 s. Raises CalledProcessError, TimeoutExpired."""
    return _typeset(template, data)


def picture(template: Path, data: dict[str, Any]) -> bytes:
    """Fill a template of one page and return it as PNG, a point to a pixel. Raises as `render`."""
    return _typeset(template, data, "png")


def _typeset(template: Path, data: dict[str, Any], *kind: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "baroalgi.platform.typesetting", str(template), *kind],
        input=json.dumps(data, ensure_ascii=False).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # it would quote the data
        env={"PYTHONPATH": str(PACKAGE_ROOT), "PYTHONUTF8": "1"},  # no address or key of the web worker
        timeout=SECONDS,
        check=True,
    )
    return done.stdout
