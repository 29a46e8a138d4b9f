"""The dataset of a verb that reads labels."""

from __future__ import annotations

from pathlib import Path

from tui.cli.progress import Progress
from tui.data.dataset import Dataset, open_dataset
from tui.errors import UsageError


def labelled_dataset(
    path: Path, labels_dir: Path | None, classes_file: Path | None, progress: Progress, *, to: str
) -> Dataset:
    """Open it and say its warnings; `to` is what the verb does, for the error.

    Raises what `open_dataset` raises, and UsageError for a pose dataset, whose lines it would misread.
    """
    dataset = open_dataset(path, labels_dir=labels_dir, classes_file=classes_file)
    if dataset.pose:
        raise UsageError(f"Cannot {to} {path}", "a pose dataset (kpt_shape) has lines of another kind")
    for warning in dataset.warnings:
        progress.say(warning)
    return dataset
