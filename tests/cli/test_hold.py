"""Holding a dataset alone: labelers and runs keep it, and nothing is left behind."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from data.test_claims import other_session
from datasets import DrawnDataset
from tui.cli.hold import held_alone
from tui.data.claims import holder
from tui.data.dataset import open_dataset
from tui.errors import HeldError


def test_it_is_held_and_given_back(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    with held_alone(opened) as lost:
        assert holder(opened.root)
        assert not lost()
    assert holder(opened.root) is None


def test_a_labeler_and_a_run_keep_it(dataset: DrawnDataset) -> None:
    opened = open_dataset(dataset.root)
    with other_session(dataset.root), pytest.raises(HeldError, match="labeling"), held_alone(opened):
        pass
    lock = dataset.root / ".ttylabel" / "runs" / "share-1-of-1.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with Path(lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(HeldError, match="A run"), held_alone(opened):
            pass
    assert holder(opened.root) is None
