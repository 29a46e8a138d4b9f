"""The settings in the running labeler."""

from __future__ import annotations

from pathlib import Path

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.screens.settings import SettingsPanel
from tui.config import config_path


async def test_settings_are_stored(dataset: DrawnDataset, home: Path) -> None:
    async with labeling(dataset) as world:
        await world.pilot.press("@")
        assert isinstance(world.app.screen, SettingsPanel)
        assert "Name of the segmenter" in world.text()
        await world.pilot.press("j", "enter", *(["backspace"] * 20), *"vmi", "enter")
        await world.until(lambda: "Did you mean 'vim'" in world.text())
        await world.pilot.press(*(["backspace"] * 3), *"vim", "enter")
        await world.until(lambda: "Saved. keymap is vim" in world.text())
        await world.pilot.press("j", "j", "enter")
        await world.until(lambda: "Saved. autosave is false" in world.text())
        await world.pilot.press("escape")
        await world.until(lambda: len(world.app.screen_stack) == 1)
    assert config_path().read_text() == 'keymap = "vim"\nautosave = false\n'
