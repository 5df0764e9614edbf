"""A demo is backed up while it runs, brought back elsewhere, and served to phones: all is as before."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from baroalgi.operations import lan
from baroalgi.operations.home import Home
from baroalgi.operations.journey import keys
from baroalgi.operations.journey.visitor import Visitor
from baroalgi.operations.postgres import running
from tests.journeys.main_job import Demo
from tests.operations.conftest import STOP_SECONDS, outside, running_demo


def baroalgi(*arguments: str | Path, environ: dict[str, str] | None = None) -> str:
    """Run a command; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "baroalgi", *map(str, arguments)],
        env=environ or outside(),
        capture_output=True,
        text=True,
        timeout=STOP_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def restored(demo: Demo) -> Iterator[tuple[Demo, str]]:
    """The demo of all journeys, restored, and served over TLS; and what the command said."""
    place = Path(tempfile.mkdtemp(prefix="baroalgi-restored-"))
    data_dir, file, word = place / "home", place / "file", place / "word"
    place.chmod(0o755)
    word.write_text("correct horse battery staple")
    baroalgi("backup", file, "--data-dir", demo.data_dir, "--passphrase-file", word)
    baroalgi("restore", file, "--data-dir", data_dir, "--passphrase-file", word)
    lan_only = ("--lan", "127.0.0.1")
    with running_demo(data_dir, *lan_only, until="SHA-256", BAROALGI_LOG="json") as (port, said):
        yield Demo(f"https://127.0.0.1:{port}", data_dir), said
    shutil.rmtree(place)


def test_a_phone_gets_a_code_a_fingerprint_and_pages_over_tls(restored: tuple[Demo, str]) -> None:
    home, said = restored
    certificate = home.data_dir / "secrets" / "lan.pem"
    assert f"Ready: {home.url} " in said
    assert "Bringing in the schools" not in said
    assert lan.Tls(certificate, certificate).fingerprint() in said
    assert "▄" in said, "a code for cameras"
    trusted = ssl.create_default_context(cafile=certificate)
    with httpx.Client(verify=trusted, trust_env=False, base_url=home.url) as phone:
        page = phone.get("/sign-in/")
    assert page.status_code == 200
    assert "Strict-Transport-Security" not in page.headers, "the next demo may be plain http again"
    cookies = page.headers.get_list("set-cookie")
    assert cookies
    assert all("; Secure" in cookie for cookie in cookies)
    with pytest.raises(httpx.ConnectError, match="self-signed"):
        httpx.get(home.url, trust_env=False)


def test_a_certificate_of_before_signs_in_and_sees_the_child(restored: tuple[Demo, str]) -> None:
    home, _said = restored
    family = next(family for family in home.sheet["families"] if family["state"] == "linked")
    certificate, guardian = family["certificate"], family["guardian"]
    assert Path(certificate["p12"]).is_relative_to(home.data_dir)
    with Visitor(home.url, home.data_dir / "secrets" / "lan.pem") as parent:
        parent.open("/sign-in/", "로그인")
        pair = keys.open_p12(Path(certificate["p12"]).read_bytes(), certificate["password"])
        parent.open(keys.sign_in(parent, *pair, name=guardian["name"], rrn=guardian["rrn"]))
        assert family["children"][0]["name"] in parent.open("/children/").html


def test_the_whole_journey_goes_on_there(demo: Demo, restored: tuple[Demo, str], tmp_path: Path) -> None:
    home, _said = restored
    # A backup holds no demo mails: who has written before is known where the mails lie.
    written = {mail["to"] for mail in httpx.get(f"{demo.url}/demo/outbox/?format=json").json()}
    fresh = [one for one in home.sheet["families"] if one["guardian"]["email"] not in written]
    sheet = tmp_path / "demo.json"
    sheet.write_text(json.dumps(home.sheet | {"families": fresh}))
    baroalgi("journey", home.url, "--demo", sheet, "--trust", home.data_dir / "secrets" / "lan.pem")
    lines = [json.loads(line) for line in (home.data_dir / "log" / "web.log").read_text().splitlines()]
    assert {"_granian", "baroalgi.http"} <= {line["logger"] for line in lines}
    assert "registration:issue_confirm" in {line.get("page") for line in lines}


def test_the_doctor_finds_nothing_wrong(restored: tuple[Demo, str]) -> None:
    home, _said = restored
    with running(home.data_dir) as server:
        environ = Home(home.data_dir).environ(server, "worker", url=home.url, smtp_url=_smtp(home))
    deadline = time.monotonic() + STOP_SECONDS
    while not all(_ready(home).values()):
        assert time.monotonic() < deadline, _ready(home)
        time.sleep(0.2)
    told = baroalgi("doctor", environ=outside(**environ))
    assert "WRONG" not in told
    assert "ok     The last backup is of " in told


def _ready(home: Demo) -> dict[str, bool]:
    trusted = ssl.create_default_context(cafile=home.data_dir / "secrets" / "lan.pem")
    answer: dict[str, bool] = httpx.get(f"{home.url}/readyz", verify=trusted, trust_env=False).json()
    return answer


def _smtp(home: Demo) -> str:
    """Return where the demo's mail server listens: what its worker was told."""
    [worker] = [
        note["pid"]
        for note in json.loads((home.data_dir / "run" / "children.json").read_text())
        if note["name"] == "worker"
    ]
    environ = Path(f"/proc/{worker}/environ").read_bytes().split(b"\0")
    return next(each for each in environ if each.startswith(b"BAROALGI_SMTP_URL=")).decode().partition("=")[2]
