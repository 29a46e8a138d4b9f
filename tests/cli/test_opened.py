"""The dataset of a verb that reads labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets import DrawnDataset
from tui.cli.opened import labelled_dataset
from tui.cli.progress import Progress
from tui.errors import UsageError


def test_the_labels_are_where_they_are_said_to_be(dataset: DrawnDataset, tmp_path: Path) -> None:
    found = labelled_dataset(dataset.yaml, tmp_path / "kept", None, Progress(quiet=True), to="count")
    assert found.label_path(dataset.images[0].path).is_relative_to(tmp_path / "kept")


def test_poses_are_refused_with_what_was_wanted(dataset: DrawnDataset) -> None:
    dataset.yaml.write_text(f"{dataset.yaml.read_text()}kpt_shape: [17, 3]\n")
    with pytest.raises(UsageError, match=r"Cannot count .*pose dataset"):
        labelled_dataset(dataset.yaml, None, None, Progress(quiet=True), to="count")


def test_warnings_are_said(dataset: DrawnDataset, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.yaml.write_text("path: .\ntrain: images/train\nval: images/none\nnames: [disc, slab]\n")
    (warning,) = labelled_dataset(dataset.yaml, None, None, Progress(quiet=False), to="count").warnings
    assert warning in capsys.readouterr().err
