"""The figures as lines, as JSON, and as docs/figures.md."""

import os
import platform
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from baroalgi import __version__
from baroalgi.operations.bench.types import Figure

_HEAD = """# Figures

Written by `baroalgi bench --write`; do not edit. What is compared was measured in the same run, turn by turn.
"""


def line(figure: Figure) -> str:
    """Return one figure as a line for a terminal."""
    return (
        f"{'ok  ' if figure.holds else 'OVER'}  {figure.what}: {_number(figure.value)} {figure.unit} "
        f"({figure.sense} {_number(figure.limit)}); {figure.said}{_shares(figure)}"
    )


def document(figures: Sequence[Figure]) -> dict[str, Any]:
    """Return all of it for `--json`."""
    return {
        "version": __version__,
        "machine": _machine(),
        "ok": all(figure.holds for figure in figures),
        "figures": [
            {
                "name": figure.name,
                "what": figure.what,
                "value": round(figure.value, 3),
                "unit": figure.unit,
                "sense": figure.sense,
                "limit": figure.limit,
                "ok": figure.holds,
                "said": figure.said,
                "shares": figure.shares,
            }
            for figure in figures
        ],
    }


def markdown(figures: Sequence[Figure], today: date) -> str:
    """Return docs/figures.md: the table, then what each was made of, what fell short first."""
    rows = [
        f"| {figure.what} | {figure.sense} {_number(figure.limit)} | **{_number(figure.value)}** "
        f"{figure.unit} | {'yes' if figure.holds else 'NO'} |"
        for figure in figures
    ]
    details = [
        f"- **{figure.what}**: {figure.said}{_shares(figure)}"
        for figure in sorted(figures, key=lambda figure: figure.holds)
    ]
    short = [figure.what for figure in figures if not figure.holds]
    fell = f"Fell short: {', '.join(short)}." if short else "Nothing fell short."
    table = "\n".join(["| what | asked | seen | holds |", "|---|---|---|---|", *rows])
    measured = f"Version {__version__}, {today:%Y-%m-%d}, {_machine()}. {fell}"
    return f"{_HEAD}\n{measured}\n\n{table}\n\n" + "\n".join(details) + "\n"


def write(path: Path, figures: Sequence[Figure], today: date) -> None:
    """Write docs/figures.md."""
    path.write_text(markdown(figures, today), encoding="utf-8")


def _shares(figure: Figure) -> str:
    return "".join(
        f"{',' if n else ''} {name} {_number(share)}" for n, (name, share) in enumerate(figure.shares.items())
    )


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _machine() -> str:
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"
