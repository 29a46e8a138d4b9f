"""`ttylabel keys`."""

from __future__ import annotations

import json

import pytest

from tui.cli.keys import print_keys
from tui.errors import TtylabelError
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
