"""`ttylabel keys`."""

from __future__ import annotations

import json

import pytest

from tui.cli.keys import print_keys
from tui.config import config_path
from tui.errors import ConfigError, TtylabelError
from tui.session.commands.registry import COMMANDS
from tui.session.keymap import load_keymap


def test_text_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_keys(None, as_json=False, markdown=False) == 0
    out = capsys.readouterr().out
    assert all(command.doc in out for command in COMMANDS.values())


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    print_keys("vim", as_json=True, markdown=False)
    report = json.loads(capsys.readouterr().out)
    assert report["keymap"] == load_keymap("vim").name


def test_markdown_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_keys(None, as_json=False, markdown=True)
    assert capsys.readouterr().out.count("|") > 50


def test_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(TtylabelError, match="anylabeling"):
        print_keys("emacs", as_json=False, markdown=False)


def own_keys(text: str) -> None:
    config_path().parent.mkdir(parents=True, exist_ok=True)
    config_path().write_text(text)


def test_own_keys_are_in_the_table_with_what_they_take(capsys: pytest.CaptureFixture[str]) -> None:
    own_keys('[keys.navigate]\nx = "files.last"\n')
    assert print_keys(None, as_json=False, markdown=False) == 0
    out = capsys.readouterr().out
    assert "G > x" in out
    assert "With your own keys from" in out
    assert "x is now files.last, it was instance.delete (navigate), which has no key left there" in out
    print_keys(None, as_json=True, markdown=False)
    report = json.loads(capsys.readouterr().out)
    assert report["own"] == [{"mode": "navigate", "keys": "x", "does": "files.last"}]
    assert len(report["taken"]) == 1


def test_own_keys_that_cannot_work_are_refused() -> None:
    own_keys('[keys]\n"ctrl+i" = "files.last"\n')
    with pytest.raises(ConfigError, match="cannot tell it from Tab"):
        print_keys(None, as_json=False, markdown=False)
