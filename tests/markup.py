"""Is a page valid HTML? html-validate says, by its recommended rules and those for whole documents."""

import json
from collections.abc import Mapping

from tests.browser_module.conftest import run_node


def faults(pages: Mapping[str, str]) -> list[str]:
    """Return one line for each fault of these pages, which have names: 「name:line:column rule: what」."""
    run = run_node("test/markup.mjs", stdin=json.dumps(pages))
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()
