"""Panels lie beside the picture, which is not drawn for them."""

from __future__ import annotations

from collections.abc import Callable

from datasets import DrawnDataset
from labelworld import labeling
from tui.render.drivers.recording import RecordingDriver


async def test_the_picture_is_not_drawn_for_a_panel(make_dataset: Callable[..., DrawnDataset]) -> None:
    for under_text in (True, False):
        driver = RecordingDriver(draws_under_text=under_text)
        async with labeling(make_dataset(f"set{under_text}", labelled=True), driver=driver) as world:
            await world.settled()
            await world.until(lambda world=world: world.app.writer.idle)
            drawn = len(driver.calls)
            await world.pilot.press("F", "down", "down")
            await world.pilot.pause()
            # A driver that draws under the text is given the same scene again, which costs it no byte.
            assert driver.calls[drawn:] == [] or (under_text and "paint" not in driver.calls[drawn:])
            await world.pilot.press("escape")
            await world.until(lambda world=world: len(world.app.screen_stack) == 1)
            await world.until(lambda world=world: world.app.writer.idle)
            assert driver.calls[drawn:].count("paint") == (0 if under_text else 1)
