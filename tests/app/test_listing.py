"""While the folder is read an index may come to mean another image; what is done lands on the right one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datasets import DrawnDataset
from labelworld import labeling
from tui.app.inbox import Inbox
from tui.app.library import Library
from tui.config import Config
from tui.data.dataset import Dataset, open_dataset
from tui.session import events as ev


async def test_m8_what_is_labelled_before_the_listing_is_heard_lands_on_the_image_in_front(
    make_dataset: Callable[..., DrawnDataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make_dataset(count=3)
    gate, held = threading.Event(), list[Any]()
    answer, listing = Inbox.answer, Dataset.list_images

    def late(inbox: Inbox, event: Any) -> None:
        held.append(event) if held or isinstance(event, ev.Listed) else answer(inbox, event)

    def slow(opened: Dataset) -> list[Path]:
        gate.wait(10)
        return listing(opened)

    monkeypatch.setattr(Inbox, "answer", late)
    monkeypatch.setattr(Dataset, "list_images", slow)
    monkeypatch.setattr(Dataset, "first", lambda _: dataset.images[2].path)
    async with labeling(dataset, wait=False) as world:
        await world.until(lambda: world.session.image.encoded)
        gate.set()
        await world.until(lambda: bool(held))
        await world.pilot.press("R", "L", "J", "R")
        assert len(world.session.image.instances) == 1
        await world.until(lambda: any(isinstance(event, ev.Saved | ev.SaveFailed) for event in held))
        monkeypatch.setattr(Inbox, "answer", answer)
        for event in held:
            world.app.receive(event)
        assert world.session.image.index == 2
        await world.settled()
        assert world.session.image.instances == world.session.image.saved
    assert [image.label_path.exists() for image in dataset.images] == [False, False, True]


def test_answers_are_given_new_indices_only_behind_the_listing(dataset: DrawnDataset) -> None:
    library = Library(open_dataset(dataset.root), Config(), first=dataset.images[1].path)
    heard: list[object] = []

    def told(count: int, index: int) -> None:
        heard.append(("listed", count, index))

    library.located(dataset.images[1].path, heard.append)
    library.list_all(told)
    library.located(dataset.images[1].path, heard.append)
    assert heard == [0, ("listed", 3, 1), 1]
    assert library.path(0) == dataset.images[1].path, "nobody has heard of the listing yet"
    library.take_listing()
    assert library.path(0) == dataset.images[0].path
    assert len(library) == 3
