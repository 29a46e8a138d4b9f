from __future__ import annotations

import pytest

from tui.session.firststeps import first_steps
from tui.session.keymap import load_keymap
from tui.session.presets import PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_every_step_has_keys_in_every_preset(name: str) -> None:
    steps = first_steps(load_keymap(name))
    assert list(steps) == ["label", "class", "images", "review", "leave"]
    assert not any(":" in text for text in steps.values())


def test_the_keys_are_those_of_the_preset() -> None:
    assert first_steps(load_keymap("anylabeling"))["images"].startswith("d next, a previous")
    assert first_steps(load_keymap("vim"))["images"].startswith("} next, { previous")
