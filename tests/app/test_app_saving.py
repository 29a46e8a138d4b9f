"""Saving while a person goes on: a slow disk delays the word "saved", and nothing else."""

from __future__ import annotations

import os
import threading

import pytest

from datasets import DrawnDataset
from labelworld import labeling


async def test_a17_a18_keys_go_on_while_the_disk_is_slow_and_saved_is_said_after_fsync(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, reached, real = threading.Event(), threading.Event(), os.fsync

    def slow(descriptor: int) -> None:
        reached.set()
        assert gate.wait(30)
        real(descriptor)

    async with labeling(dataset) as world:
        await world.keys("q")
        monkeypatch.setattr(os, "fsync", slow)
        await world.pilot.press("f")
        await world.until(reached.is_set, "nothing was saved")
        before = world.session.cursor
        await world.pilot.press("l", "l")
        assert world.session.cursor != before
        assert world.session.saving
        assert "saving" in world.text()
        assert "saved" not in world.text()
        assert not dataset.images[0].label_path.exists()
        await world.pilot.press("Q")
        await world.until(lambda: "Saving, then leaving" in world.text())
        assert world.app.is_running
        gate.set()
        await world.until(lambda: world.app.return_code is not None)
    assert world.app.return_code == 0
    assert len(dataset.images[0].label_path.read_text().splitlines()) == 1
