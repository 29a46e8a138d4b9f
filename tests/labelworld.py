"""A real app on a drawn dataset with a fake model and a recording driver."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from datasets import DrawnDataset
from fakes import FakeSegmenter
from tui.app.app import LabelApp
from tui.app.library import Library
from tui.app.proposer import Finders
from tui.app.recorder import Recorder
from tui.app.setup import Setup
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.inference.segmenters.base import Segmenter
from tui.render.drivers.recording import RecordingDriver
from tui.render.terminal import Terminal
from tui.session.state import Options

PATIENCE = 10.0


@dataclass
class World:
    """The running app and everything around it."""

    app: LabelApp
    pilot: Pilot[int]
    driver: RecordingDriver
    segmenter: Any

    @property
    def session(self) -> Any:
        return self.app.session

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait for a condition without sleeping longer than needed; fail with `what` after a while."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, what or "waited in vain"
            await asyncio.sleep(0.005)
            await self.pilot.pause()

    def text(self) -> str:
        """The screen's characters without the picture, the newest dialog on top."""
        lines = ("".join(s.text for s in strip) for strip in self.app.screen._compositor.render_strips())
        return "\n".join(re.sub("[\ufdd0-\ufdef]", "", line).rstrip() for line in lines)

    async def ready(self) -> None:
        await self.until(lambda: self.session.image.status != "loading", "the image was not loaded")
        await self.until(lambda: not self.session.listing, "the folder was not listed")

    async def settled(self) -> None:
        await self.until(
            lambda: not self.app.runner.busy and not self.session.saving and not self.session.held,
            "the lanes did not come to rest",
        )

    async def keys(self, text: str) -> None:
        """Press keys, separated by spaces, and wait for the lanes."""
        for key in text.split():
            await self.pilot.press(key)
        await self.settled()


@asynccontextmanager
async def labeling(
    dataset: DrawnDataset | Path,
    *,
    size: tuple[int, int] = (100, 30),
    segmenter: Segmenter | None = None,
    driver: RecordingDriver | None = None,
    options: dict[str, Any] | None = None,
    wait: bool = True,
    verbose: bool = False,
    record: Callable[[Library], Recorder] | None = None,
    finders: Finders | None = None,
) -> AsyncIterator[World]:
    """Open the labeler on a dataset, headless. It does not look ahead unless `options` say so."""
    opened = open_dataset(dataset.root if isinstance(dataset, DrawnDataset) else dataset)
    segmenter, driver = segmenter or FakeSegmenter(), driver or RecordingDriver()
    library = Library(opened, Config())
    chosen = {
        "look_ahead": False,
        "task": opened.task,
        "segmenter": segmenter.name,
        "read_only": opened.read_only_reason(),
    }
    app = LabelApp(
        Setup(
            library=library,
            segmenter=segmenter,
            terminal=Terminal("kitty"),
            driver=driver,
            options=Options(**{**chosen, **(options or {})}),
            classes=opened.classes.names,
            keymap="anylabeling",
            memory_bytes=50_000_000,
            notices=opened.warnings,
            verbose=verbose,
            recorder=record(library) if record else None,
            finders=finders or Finders(),
        )
    )
    async with app.run_test(size=size) as pilot:
        world = World(app, pilot, driver, segmenter)
        if wait:
            await world.ready()
        yield world
