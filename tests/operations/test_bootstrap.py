"""./baroalgi in a checkout: installs once, says in a sentence what is missing.

pip and the network stand outside: a Python of our own making notes what it is asked for.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# `-m venv` puts this program and a `baroalgi` where a virtual environment has them.
PYTHON = """#!/bin/sh
echo "$*" >>"$NOTES"
case "$*" in
*ensurepip*) [ ! -e "$NOTES.no-venv" ] ;;
*version_info\\ \\<*) [ ! -e "$NOTES.old" ] ;;
"-m venv "*)
    for venv; do :; done
    mkdir -p "$venv/bin"
    cp "$0" "$venv/bin/python"
    printf '#!/bin/sh\\necho "ran $*"\\n' >"$venv/bin/baroalgi"
    chmod +x "$venv/bin/baroalgi"
    ;;
*sys.version*) echo 3.11 ;;
esac
"""


class Checkout:
    """A checkout with a Python that notes what it is asked for."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.notes = place.parent / "notes"
        self.python = place.parent / "python"
        self.python.write_text(PYTHON)
        self.python.chmod(0o755)
        (place / "frontend").mkdir(parents=True)
        (place / "frontend" / "app.ts").write_text("1")
        shutil.copy(ROOT / "baroalgi", place)
        for name in ("pyproject.toml", *(lock.name for lock in ROOT.glob("requirements*.lock"))):
            shutil.copy(ROOT / name, place)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        self.notes.write_text("")
        return subprocess.run(
            [self.place / "baroalgi", *arguments],
            env=os.environ | {"PYTHON": str(self.python), "NOTES": str(self.notes)},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def installed(self) -> list[str]:
        """What pip was asked to install by the last run."""
        lines = [line for line in self.notes.read_text().splitlines() if line.startswith("-m pip")]
        return [line.split("--disable-pip-version-check ", 1)[1] for line in lines]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "check out")


def test_the_first_run_installs_by_hash_and_the_second_nothing(checkout):
    first = checkout.run("demo", "--port", "1")
    assert (first.returncode, first.stdout) == (0, "ran demo --port 1\n"), first.stderr
    assert [line[:3] for line in first.stderr.splitlines()] == ["[1]", "[2]", "[3]"]
    locked, own = checkout.installed()
    assert locked.startswith("--require-hashes -r ")
    assert own.startswith("--no-build-isolation --no-deps -e ")

    second = checkout.run("demo")
    assert (second.stdout, second.stderr) == ("ran demo\n", "")
    assert checkout.installed() == []


def test_a_changed_lock_is_installed_and_a_changed_source_built(checkout):
    checkout.run("demo")
    (checkout.place / "frontend" / "app.ts").write_text("2")
    checkout.run("demo")
    assert [own.split()[0] for own in checkout.installed()] == ["--no-build-isolation"]
    with (checkout.place / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    checkout.run("demo")
    assert [locked.split()[0] for locked in checkout.installed()] == ["--require-hashes"]


def test_a_moved_checkout_begins_anew(checkout, tmp_path):
    checkout.run("demo")
    checkout.place = checkout.place.rename(tmp_path / "moved")
    assert "[1] Making a Python environment" in checkout.run("demo").stderr


def test_test_installs_the_tools_and_hands_its_arguments_to_pytest(checkout):
    checkout.run("test", "-k", "walls")
    assert "requirements-dev.lock" in checkout.installed()[-1]
    assert checkout.notes.read_text().splitlines()[-1] == "-m pytest -k walls"


def test_a_missing_venv_package_is_one_sentence(checkout):
    checkout.notes.with_name("notes.no-venv").touch()
    done = checkout.run("demo")
    assert done.returncode == 1
    assert done.stderr == (
        "baroalgi: Python 3.11 is here without its venv module; install it with 'apt install python3-venv' "
        "and run this again.\n"
    )


def test_a_python_that_is_too_old_is_one_sentence(checkout):
    checkout.notes.with_name("notes.old").touch()
    done = checkout.run("demo")
    assert done.returncode == 1
    assert done.stderr.startswith("baroalgi: Python 3.11 or newer is needed")
    assert len(done.stderr.splitlines()) == 1
