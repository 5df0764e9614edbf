"""The locks: pins and hashes, and no word of where a package came from."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_pins_every_package_by_hash(lock):
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert "index" not in text
    entries = re.findall(r"^[a-z].*?(?=^[a-z#]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert entries
    for entry in entries:
        assert re.match(r"[\w.\[\]-]+==[\w.]+ ", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_the_project_asks_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-build.lock": [*project["build-system"]["requires"], "editables"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for lock, requirements in asked.items():
        locked = set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))
        wanted = {re.match(r"[\w.-]+", requirement)[0].lower() for requirement in requirements}
        assert wanted <= locked, f"{wanted - locked} not in {lock}: run `make locks`"


def test_the_locks_agree_with_each_other():
    pins: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / lock).read_text(), re.MULTILINE):
            pins.setdefault(name, set()).add(version)
    assert {name: versions for name, versions in pins.items() if len(versions) > 1} == {}
