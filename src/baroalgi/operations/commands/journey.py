"""Walk the whole main job on a running demo, from the application form to the child's page.

Goes through pages and forms as a browser does, with keys of its own, for one family that has done
nothing yet. The exit status is 1 at the first step at which something else comes.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from baroalgi.operations.journey import book
from baroalgi.operations.journey.trouble import Unexpected
from baroalgi.operations.journey.visitor import Visitor
from baroalgi.operations.journey.way import Step, Way
from baroalgi.operations.trouble import CannotRun
from baroalgi.platform import private_file


def main(arguments: Sequence[str]) -> int:
    """Walk, print, keep; 0 when every step came out."""
    chosen = _parser().parse_args(arguments)
    begun = time.monotonic()
    steps: list[Step] = []
    failure: Unexpected | None = None
    sheet = book.read(chosen.demo)
    with Way(chosen.url, sheet, lambda url: Visitor(url, chosen.trust), npki=chosen.npki) as way:
        try:
            for step in way.walk():
                steps.append(step)
                if not chosen.json:
                    print(f"{len(steps):2}  {step.seconds:6.2f} s  {step.name:30}  {step.seen}", flush=True)
            if chosen.keep:
                _keep(way, chosen.keep)
        except Unexpected as unexpected:
            failure = unexpected
        seconds = time.monotonic() - begun
        if chosen.json:
            print(
                json.dumps(_document(way, steps, failure, seconds, chosen.keep), ensure_ascii=False, indent=1)
            )
        elif failure is None:
            kept = f"; kept in {chosen.keep}" if chosen.keep else ""
            print(f"{len(steps)} steps in {seconds:.1f} s{kept}")
        if failure is not None:
            raise CannotRun(f"The journey stopped at step {len(steps) + 1}, {way.at}: {failure}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi journey", description=__doc__)
    parser.add_argument("url", help="address of the demo, e.g. http://localhost:8000")
    parser.add_argument("--demo", type=Path, required=True, help="its sheet, DATA_DIR/demo.json")
    parser.add_argument("--trust", type=Path, metavar="FILE", help="certificate of a demo with --lan, "
        "DATA_DIR/secrets/lan.pem")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    parser.add_argument("--npki", action="store_true", help="take an RSA key and an NPKI pair (signCert.der, "
        "signPri.key), and sign in with the pair")  # fmt: skip
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave application.pdf, parent.p12, "
        "chain.pem, child.html and passwords.json there, and the pair with --npki")  # fmt: skip
    return parser


def _document(
    way: Way, steps: list[Step], failure: Unexpected | None, seconds: float, keep: Path | None
) -> dict[str, Any]:
    family = getattr(way, "family", None)
    return {
        "url": way.url,
        "ok": failure is None,
        "seconds": round(seconds, 3),
        "family": family and {"guardian": family.name, "child": family.child.name},
        "steps": [
            {"name": step.name, "seconds": round(step.seconds, 3), "seen": step.seen} for step in steps
        ],
        "failure": failure and {"step": way.at, "expected": failure.expected, "came": failure.came},
        "kept": str(keep) if keep and failure is None else None,
    }


def _keep(way: Way, folder: Path) -> None:
    """Leave what a parent has in the end; keys and passwords are for the owner's eyes only."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotRun(f"{folder} can't be made ({error.strerror}); name another place by --keep.") from None
    passwords = {"certificate": way.certificate_password, "issue": way.issue_password}
    for name, content in {
        "application.pdf": way.paper,
        **way.files,
        "chain.pem": way.issued.to_pem(),
        "child.html": way.child_page.html.encode(),
        "passwords.json": (json.dumps(passwords, indent=1) + "\n").encode(),
    }.items():
        private_file.write(folder / name, content)
