"""The whole folder behind the first image."""

from __future__ import annotations

from typing import Any

from datasets import DrawnDataset
from tui.app.library import Library
from tui.app.listing import list_images
from tui.config import Config
from tui.data.dataset import open_dataset
from tui.session import effects as fx
from tui.session import events as ev


def test_the_folder_is_listed_and_warned_about(dataset: DrawnDataset) -> None:
    twin = dataset.images[0].path.with_suffix(".jpg")
    twin.write_bytes(dataset.images[0].path.read_bytes())
    told: list[Any] = []
    list_images(Library(open_dataset(dataset.root), Config()), told.append, sweep=True)
    assert isinstance(told[0], ev.Listed)
    assert told[0].count == 4
    assert isinstance(told[1], fx.Notify)
    assert "share one label file" in told[1].text
