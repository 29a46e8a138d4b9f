"""Every verb can be quiet, and can say more."""

from __future__ import annotations

import re

import click
import pytest

from cli.test_main import run
from tui.cli.main import cli


def verbs() -> list[tuple[str, ...]]:
    """Every verb, those of groups too; the labeler and the demo have a screen to talk on."""
    found: list[tuple[str, ...]] = []
    for name, command in cli.commands.items():
        inner = command.commands if isinstance(command, click.Group) else {}
        found += [(name, other) for other in inner] or [(name,)]
    return [verb for verb in found if verb not in {("label",), ("demo",)}]


@pytest.mark.parametrize("verb", verbs(), ids=" ".join)
def test_every_verb_has_json_quiet_and_verbose(verb: tuple[str, ...]) -> None:
    command: click.Command = cli
    for name in verb:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {"--json", "-q", "-v"} <= known


def test_verbose_says_what_it_took_and_quiet_wins(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "models", "list", "-v", "--json")
    assert code == 0
    assert out.startswith("{")
    assert len(out.splitlines()) == 1
    assert re.fullmatch(r"\d+\.\d\d s, \d+ MB at most\n", err)
    assert run(capsys, "models", "list", "-v", "-q")[2] == ""
