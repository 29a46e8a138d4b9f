"""Saving while a person goes on: a slow disk delays the word "saved", and nothing else."""

from __future__ import annotations

import errno
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


async def test_a1_a_full_disk_is_said_the_edits_stay_and_leaving_without_them_is_exit_code_3(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async with labeling(dataset, size=(160, 30)) as world:
        monkeypatch.setattr(os, "fsync", full)
        await world.keys("q f")
        await world.until(lambda: "no space left on" in world.text())
        assert len(world.session.image.instances) == 1
        assert world.session.dirty
        assert list(dataset.images[0].path.parent.rglob("*.tmp")) == []
        await world.pilot.press("Q")
        await world.until(lambda: "1 image is not saved" in world.text())
        await world.pilot.press("q")
        await world.until(lambda: world.app.return_code is not None)
    assert world.app.return_code == 3
    assert not dataset.images[0].label_path.exists()


async def test_a5_a_save_that_failed_is_made_anew_by_the_key(
    dataset: DrawnDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, left = os.fsync, iter((True, True))

    def twice(descriptor: int) -> None:
        if next(left, False):
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    async with labeling(dataset, size=(160, 30)) as world:
        monkeypatch.setattr(os, "fsync", twice)
        await world.keys("q f")
        assert world.session.dirty
        await world.keys("s")
        assert world.session.dirty
        await world.keys("s")
        assert not world.session.dirty
        assert "saved" in world.text()
    assert len(dataset.images[0].label_path.read_text().splitlines()) == 1
