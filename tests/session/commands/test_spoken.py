"""Words are to be had in every mode and preset."""

from __future__ import annotations

import pytest

from session.world import World, boxes
from tui.session.commands.command import reason_against
from tui.session.commands.registry import COMMANDS
from tui.session.effects import Ask
from tui.session.keymap import keys_of, load_keymap
from tui.session.presets import PRESETS
from tui.session.state import Mode


@pytest.mark.parametrize("name", ["words.cursor", "words.all"])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_mode_has_a_key_for_them(preset: str, name: str) -> None:
    keymap = load_keymap(preset)
    assert all(keys_of(keymap, mode, name) for mode in Mode)


@pytest.mark.parametrize("before", ["", "q", "r", "space d", "f", "n w", "p q"])
def test_they_can_be_asked_for_in_the_middle_of_anything(before: str) -> None:
    w = World(labels={0: boxes((10, 10, 60, 60))})
    w.press(before)
    mode = w.session.mode
    assert reason_against(COMMANDS["words.cursor"], w.session) is None
    w.press("_ %")
    assert w.session.mode is mode
    assert w.said().startswith("Cursor ")
    assert isinstance(w.last(Ask), Ask)
