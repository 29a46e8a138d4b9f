"""The README cannot rot: its tables are regenerated and compared, its commands exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tui import errors
from tui.cli.main import cli
from tui.cli.signals import EXIT_CODES
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


def test_every_promise_names_a_test_that_exists() -> None:
    promises = re.split(r"^\d+\. ", between("promises"), flags=re.M)[1:]
    assert len(promises) == 12
    for promise in promises:
        links = re.findall(r"\]\(([^)#]+)#([^)]+)\)", promise)
        assert links, promise
        for file, name in links:
            nodes = ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
            functions = (n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
            assert name in functions, f"{file} has no {name}"


def test_every_exit_code_is_documented() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \|", between("exit-codes"), re.M)
    documented = {int(code) for row in rows for code in row.split(",")}
    kinds = (kind for kind in vars(errors).values() if isinstance(kind, type))
    used = {kind.exit_code for kind in kinds if issubclass(kind, errors.TtylabelError)}
    assert documented == {0} | used | set(EXIT_CODES.values())


def test_pictures_exist() -> None:
    for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / target).is_file(), target


def test_architecture_names_every_package() -> None:
    text = (ROOT / "tui" / "ARCHITECTURE.md").read_text("utf-8")
    for package in (p.parent.name for p in (ROOT / "tui").glob("*/__init__.py")):
        assert f"`{package}" in text, package
