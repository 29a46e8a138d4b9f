from __future__ import annotations

import pytest

from tui.session.keymap import load_keymap, parse_table
from tui.session.presets import PRESETS
from tui.session.state import Mode


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_for_whom_it_is(name: str) -> None:
    preset = PRESETS[name]
    assert preset.name == name
    assert preset.doc
    assert preset.count_prefix in ("", "'")


@pytest.mark.parametrize("name", PRESETS)
def test_every_table_belongs_to_a_mode_and_binds_nothing_twice(name: str) -> None:
    for layer in PRESETS[name].layers:
        assert set(layer) <= {"all", *Mode}
        for text in layer.values():
            assert parse_table(text)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("mode", Mode)
def test_help_escape_and_quit_are_where_everybody_looks(name: str, mode: Mode) -> None:
    table = load_keymap(name).tables[mode]
    assert table[("?",)].command == "app.help"
    assert table[("escape",)].command == "app.escape"
    assert table[("ctrl+q",)].command == "app.quit"
    assert table[("ctrl+s",)].command == "files.save"


@pytest.mark.parametrize("name", PRESETS)
def test_no_single_key_deletes_more_than_one_instance(name: str) -> None:
    destructive = {
        b.command for t in load_keymap(name).tables.values() for b in t.values() if "delete" in b.command
    }
    assert destructive == {"instance.delete", "point.delete"}
