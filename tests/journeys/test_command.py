"""`baroalgi journey`: the smoke test of a demo, as an operator runs it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pypinksign
import pytest
from cryptography import x509
from pypdf import PdfReader

from baroalgi.certs import client
from tests.journeys.main_job import Demo
from tests.operations.conftest import outside


def journey(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "baroalgi", "journey", *map(str, arguments)],
        env=outside(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_walks_and_leaves_what_a_parent_has_in_the_end(demo: Demo, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = journey(demo.url, "--demo", demo.data_dir / "demo.json", "--keep", kept)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) > 30
    assert all(re.match(r" *\d+ +\d+\.\d\d s  \S", line) for line in lines[:-1])

    assert {path.name for path in kept.iterdir()} == {
        "application.pdf", "parent.p12", "chain.pem", "child.html", "passwords.json"
    }  # fmt: skip
    assert all(path.stat().st_mode & 0o077 == 0 for path in kept.iterdir())
    assert len(PdfReader(kept / "application.pdf").pages) == 1
    passwords = json.loads((kept / "passwords.json").read_text())
    assert set(passwords) == {"certificate", "issue"}
    opened = client.read_p12((kept / "parent.p12").read_bytes(), passwords["certificate"])
    path = x509.load_pem_x509_certificates((kept / "chain.pem").read_bytes())
    assert path[0] == x509.load_der_x509_certificate(opened.certificate)
    assert [each.issuer for each in path] == [*(each.subject for each in path[1:]), path[-1].subject]
    assert "올해 출결" in (kept / "child.html").read_text()
    # What it says may be shown to anyone.
    sheet = json.loads((demo.data_dir / "demo.json").read_text())
    said = done.stdout + done.stderr
    assert not [secret for secret in passwords.values() if secret in said]
    people = [one for family in sheet["families"] for one in (family["guardian"], *family["children"])]
    numbers = {one["rrn"].replace("-", "") for one in people}
    assert len(numbers) > 50
    assert not [number for number in numbers if number in said.replace("-", "")]


def test_it_walks_with_an_npki_pair_and_tells_programs_in_json(demo: Demo, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    done = journey(demo.url, "--demo", demo.data_dir / "demo.json", "--json", "--npki", "--keep", kept)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert (told["ok"], told["failure"], told["kept"]) == (True, None, str(kept))
    assert [step["name"] for step in told["steps"]][:4] == ["entrance", "certificate page", "terms", "form"]
    assert all(step["seconds"] >= 0 and step["seen"] for step in told["steps"])

    # Other people's software opens the pair, with the R that our own file of the same key holds.
    password = json.loads((kept / "passwords.json").read_text())["certificate"]
    judge = pypinksign.PinkSign(pubkey_data=(kept / "signCert.der").read_bytes())
    judge.load_prikey(prikey_data=(kept / "signPri.key").read_bytes(), prikey_password=password.encode())
    opened = client.read_p12((kept / "parent.p12").read_bytes(), password)
    assert opened.certificate == (kept / "signCert.der").read_bytes()
    assert opened.r == judge._rand_num.asOctets()
    assert judge.verify(judge.sign(b"message"), b"message")


def test_it_stops_at_the_first_step_that_fails_and_says_why(demo: Demo) -> None:
    with socket.socket() as nobody:  # bound, not listening: whoever knocks is refused
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        failed = journey(url, "--demo", demo.data_dir / "demo.json")
    assert failed.returncode == 1
    assert failed.stderr.startswith(
        f"baroalgi: The journey stopped at step 1, entrance: expected an answer from {url}/, but there was"
    )
    assert len(failed.stderr.splitlines()) == 1


def test_a_failure_on_the_way_is_told_with_what_the_page_says(demo: Demo, tmp_path: Path) -> None:
    wrong = demo.sheet
    for member in wrong["staff"]:
        member["password"] = "forgotten"
    sheet = tmp_path / "demo.json"
    sheet.write_text(json.dumps(wrong))
    failed = journey(demo.url, "--demo", sheet, "--json", "--keep", tmp_path / "kept")
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert (told["ok"], told["kept"], told["failure"]["step"]) == (False, None, "officer signs in")
    assert "아이디나 비밀번호가 맞지 않습니다." in told["failure"]["came"]
    assert len(told["steps"]) == 7
    assert "아이디나 비밀번호가 맞지 않습니다." in failed.stderr
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "can't be read (No such file or directory)"), ("{}", "is not the sheet of a demo.")],
)
def test_a_wrong_sheet_is_one_sentence(tmp_path: Path, content: str | None, sentence: str) -> None:
    sheet = tmp_path / "demo.json"
    if content is not None:
        sheet.write_text(content)
    failed = journey("http://localhost:8000", "--demo", sheet)
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"baroalgi: {sheet} {sentence}")
    assert len(failed.stderr.splitlines()) == 1
