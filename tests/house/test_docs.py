"""What the documents name is there: commands, settings, files."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from baroalgi.config.environment import Environment
from baroalgi.operations.cli import COMMANDS

ROOT = Path(__file__).parents[2]
OF_THE_CHECKOUT = {"setup", "test"}  # what ./baroalgi does by itself, before anything is installed
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "ROADMAP.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


@pytest.fixture(params=PAGES, ids=lambda page: page.name)
def page(request):
    return request.param


def test_every_command_that_is_named_exists(page):
    code = re.findall(r"```.*?```|`[^`\n]+`", page.read_text(), re.DOTALL)
    named = {
        word for piece in code for word in re.findall(r"(?:^|[`\s]|\./)baroalgi ([a-z]+)\b", piece, re.M)
    }
    assert named <= COMMANDS.keys() | OF_THE_CHECKOUT


def test_every_setting_that_is_named_exists(page):
    known = {field.metadata["name"] for field in fields(Environment)}
    assert set(re.findall(r"\bBAROALGI_[A-Z_]+\b", page.read_text())) <= known


def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_are_numbered_without_a_gap():
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{n:04}" for n in range(1, len(pages) + 1)]
    assert [page.read_text()[:6] for page in pages] == [f"# {page.name[:4]}" for page in pages]
