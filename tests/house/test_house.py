"""The house keeps its plan: acts, rules, faces, messages, clock."""

import ast
import re
from pathlib import Path

import pytest

from baroalgi.platform import audit, checks
from baroalgi.policy import RULES, STRENGTH, Act

SOURCE = Path(__file__).parents[2] / "src" / "baroalgi"
ROOMS = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
OPEN_TO_ALL = {"platform", "policy", "certs", "assessment"}
FACE = {"types", "queries", "actions", "jobs"}
# demo writes rows of all rooms; config joins the rooms' URL lists.
EXCEPTIONS = {"demo", "config", "__main__.py"}
# Processes of their own, started by commands alone (.importlinter keeps that).
PROCESSES = {("operations", "signer"), ("operations", "ceremony")}
# What the command that runs the demo tells of it; a file, no table.
PROCESSES |= {("operations", "sheet")}
# Many rows of one kind, which the bench has the demo make.
PROCESSES |= {("operations", "crowd")}


def test_every_address_has_a_view_with_an_act():
    assert len(list(checks.named_views())) > 40
    assert checks.unmarked() == []


@pytest.mark.parametrize("act", Act)
def test_every_act_has_a_rule_and_a_way_of_signing_in(act):
    assert act in RULES
    assert STRENGTH[act]


@pytest.mark.parametrize("act", audit.Audit)
def test_every_line_of_the_audit_trail_has_a_sentence(act):
    assert str(audit.SENTENCES[act]).endswith("습니다.")


def imports(path: Path) -> list[str]:
    """Return the full names of what a module imports."""
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return names


def test_a_room_shows_others_only_its_face():
    wrong = []
    for path in SOURCE.rglob("*.py"):
        room = path.relative_to(SOURCE).parts[0]
        if room in EXCEPTIONS or "migrations" in path.parts:
            continue
        for name in imports(path):
            match = re.match(r"baroalgi\.(\w+)\.(\w+)", name)
            if not match or match[1] in {room, *OPEN_TO_ALL} or match[1] not in ROOMS:
                continue
            if match[2] not in FACE and (room, match[2]) not in PROCESSES:
                wrong.append(f"{path.relative_to(SOURCE)}: {name}")
    assert wrong == []


def modules(name: str) -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if name in (path.stem, path.parent.name)]


def test_no_view_touches_a_table():
    wrong = [
        str(path.relative_to(SOURCE))
        for path in modules("views")
        if re.search(r"\.objects\b|\bcursor\(\)", path.read_text())
    ]
    assert wrong == []


def test_nothing_below_the_edge_asks_the_clock():
    asking = re.compile(
        r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(|local(date|time|now)\(\)"
    )
    edge = {"http.py", "queue.py", "jobs.py", "templates.py"}
    wrong = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if asking.search(path.read_text())
        and path.name not in edge
        and path.relative_to(SOURCE).parts[0] not in {"operations", "demo"}
        and path.name != "signer.py"  # a process of its own, with a clock of its own
    ]
    assert wrong == []


def test_templates_hold_no_style_and_no_script():
    wrong = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.html")
        if re.search(
            r"\sstyle=|<style|<script(?! type=\"application/ld\+json\")(?![^>]*\bsrc=)|\son[a-z]+=\"",
            path.read_text(),
        )
    ]
    assert wrong == []
