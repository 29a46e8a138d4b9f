"""Statistics in the running labeler."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from importlib.abc import MetaPathFinder

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


async def test_the_library_of_the_plots_is_loaded_by_a_thread(
    make_dataset: Callable[..., DrawnDataset],
) -> None:
    by: list[bool] = []

    class Watch(MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name == "textual_plot":
                by.append(threading.current_thread() is threading.main_thread())

    for name in [name for name in sys.modules if name.split(".")[0] == "textual_plot"]:
        del sys.modules[name]
    async with labeling(make_dataset(labelled=True)) as world:
        sys.meta_path.insert(0, watch := Watch())
        try:
            await world.pilot.press("ctrl+t")
            await world.until(lambda: "labelled" in world.text() and bool(by))
        finally:
            sys.meta_path.remove(watch)
        await world.pilot.press("q")
        await world.until(lambda: len(world.app.screen_stack) == 1)
    assert by == [False]
