"""Statistics in the running labeler."""

from __future__ import annotations

from collections.abc import Callable

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.screens.stats import StatsPanel


async def test_statistics_with_plots(make_dataset: Callable[..., DrawnDataset]) -> None:
    async with labeling(make_dataset(labelled=True), size=(80, 24)) as world:
        await world.keys("q f L q f")
        await world.pilot.press("ctrl+t")
        assert isinstance(world.app.screen, StatsPanel)
        await world.until(lambda: "100% labelled" in world.text())
        assert "disc" in world.text()
        assert "8 instances" in world.text()
        await world.until(lambda: "▀" in world.text() or "▄" in world.text(), "no plot was drawn")
        await world.pilot.press("space", "q")
        await world.until(lambda: len(world.app.screen_stack) == 1)
