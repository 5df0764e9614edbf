"""Measure the figures of docs/figures.md on a demo made for it; the exit status is 1 if one falls short.

Takes about five minutes and nothing of yours: its place is made and thrown away. Leave the machine alone
meanwhile.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path


def main(arguments: Sequence[str]) -> int:
    """Measure one after the other."""
    # Imported here, so that `--help` does not wait for it.
    from baroalgi.operations.bench import (
        approving,
        crowd,
        hands,
        hub,
        importing,
        issuing,
        pages,
        report,
        searching,
        sign_in,
        walls,
    )
    from baroalgi.operations.bench.place import place

    chosen = _parser().parse_args(arguments)
    measurements = (
        sign_in.measure,
        issuing.measure,
        pages.overview,
        pages.lists,
        pages.statements,
        hub.measure,
        walls.measure,
        approving.measure,
        pages.memory,
        hands.measure,
        crowd.views,
        crowd.attachments,
        importing.seconds,
        importing.memory,
        searching.schools,
        searching.letters,
    )
    figures = []
    with place() as ground:
        for measure in measurements:
            figures.append(measure(ground))
            if not chosen.json:
                print(report.line(figures[-1]), flush=True)
    if chosen.json:
        print(json.dumps(report.document(figures), ensure_ascii=False, indent=1))
    if chosen.write:
        report.write(chosen.write, figures, datetime.now(UTC).date())
    return 0 if all(figure.holds for figure in figures) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baroalgi bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write them there, as docs/figures.md is")
    return parser
