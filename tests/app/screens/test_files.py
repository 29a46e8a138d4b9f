"""The list of files in the running labeler."""

from __future__ import annotations

from collections.abc import Callable

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.screens.files import FilesPanel


async def test_files_are_found_and_opened(make_dataset: Callable[..., DrawnDataset]) -> None:
    dataset = make_dataset(count=12, labelled=True)
    dataset.images[1].label_path.write_text("")
    async with labeling(dataset) as world:
        await world.pilot.press("F")
        assert isinstance(world.app.screen, FilesPanel)
        await world.until(lambda: "●  1 img_000.png" in world.text())
        assert "○  2 img_001.png" in world.text()
        assert "12 images" in world.text()
        await world.pilot.press(*"/1[01]/")
        await world.until(lambda: "2 of 12 images" in world.text())
        await world.pilot.press("down", "enter")
        await world.until(lambda: world.session.image.index == 11)
        await world.pilot.press("F", *"/[x", "backspace", "/")
        await world.until(lambda: "Not a pattern" in world.text())
        await world.pilot.press("escape")
        await world.until(lambda: len(world.app.screen_stack) == 1)
        assert world.session.image.index == 11
