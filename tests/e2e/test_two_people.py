"""Two people open one folder: the second is asked, and what both change is for a person to decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datasets import DrawnDataset
from e2e.labeler import SETTINGS, labeler, read_boxes
from e2e.test_label_kinds import wait_rows
from terminal.profiles import PLAIN

pytestmark = pytest.mark.e2e


def test_c1_c6_the_second_is_asked_and_nobody_overwrites_the_other(
    make_dataset: Callable[..., DrawnDataset], home: Path
) -> None:
    dataset = make_dataset(labelled=True)
    image = dataset.images[0]
    with labeler(dataset.yaml, PLAIN, home, settings=SETTINGS + "autosave = false\n") as first:
        first.wait_photo(image)
        first.terminal.type("n n 1")
        first.says("unsaved")
        with labeler(dataset.yaml, PLAIN, home) as second:
            second.says("This dataset is being labelled", "label beside it")
            second.terminal.press("escape")
            second.says("viewing only")
            second.terminal.type("n x")
            assert len(read_boxes(image.label_path, image.wh, 2)) == 2
            second.leave()
        with labeler(dataset.yaml, PLAIN, home) as second:
            second.says("label beside it")
            second.terminal.press("b")
            second.terminal.type("n x")
            wait_rows(second, image, 1)
            second.leave()
        theirs = image.label_path.read_bytes()
        first.terminal.press("s")
        first.says("CONFLICT")
        first.terminal.settle()
        if "yours:" not in first.terminal.text():  # a save that finds out opens nothing under typing fingers
            first.terminal.press("s")
        first.says("yours", "theirs", "both")
        assert image.label_path.read_bytes() == theirs
        first.terminal.press("2")
        first.says("saved")
        first.leave()
    assert image.label_path.read_bytes() == theirs
