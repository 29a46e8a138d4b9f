from __future__ import annotations

import pytest

from tui.session.commands.command import EVERY_MODE
from tui.session.commands.registry import COMMANDS
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


SHARED = {
    "q": "point.positive",
    "e": "point.negative",
    "ctrl+z": "edit.undo",
    "ctrl+y": "edit.redo",
    "ctrl+s": "files.save",
    "3": "class.set",
}
HABITS = {
    "anylabeling": {
        "d": "files.next",
        "a": "files.previous",
        "r": "box.corner",
        "p": "polygon.start",
        "i": "propose.detector",
        "b": "prompt.clear",
        "ctrl+v": "instance.paste",
        "ctrl+d": "instance.duplicate",
        **SHARED,
    },
    "cvat": {
        "f": "files.next",
        "d": "files.previous",
        "v": "files.next 10",
        "c": "files.previous 10",
        "`": "files.goto",
        "ctrl+b": "instance.propagate",
        **SHARED,
    },
    "labelimg": {
        "d": "files.next",
        "a": "files.previous",
        "w": "box.manual",
        "space": "image.verify",
        "ctrl+v": "instance.repeat",
        "ctrl+d": "instance.duplicate",
        "ctrl+a": "look.hide",
        **SHARED,
    },
    "vim": {
        "}": "files.next",
        "{": "files.previous",
        "ctrl+f": "files.next",
        "ctrl+b": "files.previous",
        "d d": "instance.delete",
        "g g": "files.first",
        "G": "files.last",
        "u": "edit.undo",
        "ctrl+r": "edit.redo",
        "z z": "view.centre",
        "h": "cursor.left",
        "' 3": "class.set 2",
    },
}
"""The shortcuts of each tool that a terminal can send, by the tools' own files.

Keys with alt or ctrl+shift, ctrl and a digit, and delete do not arrive everywhere; ctrl+c leaves, ctrl+h is
backspace.
"""


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_keeps_the_habits_of_its_tool(name: str) -> None:
    table = load_keymap(name).tables[Mode.NAVIGATE]
    for keys, wanted in HABITS[name].items():
        binding = table[tuple(keys.split())]
        command, _, argument = wanted.partition(" ")
        assert binding.command == command, keys
        assert not argument or binding.argument == argument, keys


def test_finishing_an_object_is_where_each_tool_has_it() -> None:
    for name, key in (("anylabeling", "f"), ("cvat", "n"), ("labelimg", "f"), ("vim", "f")):
        assert load_keymap(name).tables[Mode.POINTS][(key,)].command == "instance.confirm"


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_reaches_every_panel_and_the_review(name: str) -> None:
    bound = {binding.command for binding in load_keymap(name).tables[Mode.NAVIGATE].values()}
    wanted = {"files.list", "instance.list", "stats.show", "app.settings", "app.palette", "review.toggle"}
    assert wanted | {"review.filter", "image.verify", "image.note", "files.next_unverified"} <= bound


@pytest.mark.parametrize("name", PRESETS)
def test_what_has_a_key_in_another_mode_has_one_where_people_are(name: str) -> None:
    """A mode's own table must not hide the only key of a command that works there too."""
    keymap = load_keymap(name)
    bound = {mode: {binding.command for binding in keymap.tables[mode].values()} for mode in Mode}
    somewhere = set().union(*bound.values())
    everywhere = {c.name for c in COMMANDS.values() if c.modes == EVERY_MODE} & somewhere
    assert everywhere <= bound[Mode.NAVIGATE]
    assert "class.choose" in bound[Mode.EDIT]
