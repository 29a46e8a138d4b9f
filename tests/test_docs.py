"""The README cannot rot: its tables are regenerated and compared, its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

from tui.cli.main import cli
from tui.session.help import markdown_table
from tui.session.keymap import load_keymap

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def between(marker: str) -> str:
    found = re.search(rf"<!-- {marker} -->\n(.*?)\n<!-- /{marker} -->", README, re.S)
    assert found, f"the README lacks the markers of {marker}"
    return found[1].strip()


def test_key_table_is_current() -> None:
    assert between("keys") == markdown_table(load_keymap("anylabeling")).strip()


def test_every_verb_is_documented() -> None:
    for verb in cli.commands:
        assert verb == "label" or f"ttylabel {verb}" in README, verb


def test_every_verb_in_the_readme_exists() -> None:
    words = set(re.findall(r"^(?:\.venv/bin/)?ttylabel ([a-z]+)(?=\s|$)", README, re.M))
    assert words <= set(cli.commands)


def test_ci_runs_the_readme_command() -> None:
    assert "pytest" in between("test-command")
    assert "test-command" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_pictures_exist() -> None:
    for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_architecture_names_every_package() -> None:
    text = (ROOT / "tui" / "ARCHITECTURE.md").read_text("utf-8")
    for package in (p.parent.name for p in (ROOT / "tui").glob("*/__init__.py")):
        assert f"`{package}" in text, package
