"""Counts over the label files of a dataset, for the panel of statistics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tui.data.dataset import Dataset
from tui.data.formats.yolo import read_labels
from tui.errors import LabelFileError
from tui.types.shapes import bounds

LARGEST_SAMPLE = 20_000
"""Sizes that are kept: a plot shows no more."""


@dataclass(slots=True)
class Tally:
    """What was counted so far.

    `seen` images were looked at, `labelled` have a label file with something in it, `empty` one with nothing,
    `unreadable` one that cannot be read. `sizes` are (width, height) of instances as shares of their image.
    """

    seen: int = 0
    labelled: int = 0
    empty: int = 0
    unreadable: int = 0
    instances: int = 0
    by_class: Counter[int] = field(default_factory=Counter)
    sizes: list[tuple[float, float]] = field(default_factory=list)

    @property
    def unlabelled(self) -> int:
        """Images without a label file."""
        return self.seen - self.labelled - self.empty - self.unreadable


def tally(dataset: Dataset, images: Iterable[Path], go_on: Callable[[Tally], bool]) -> Tally:
    """Count over `images`; `go_on` gets the state after every 500 and may end it. Reads every label file."""
    found = Tally()
    for image in images:
        _count(found, dataset.label_path(image))
        if found.seen % 500 == 0 and not go_on(found):
            break
    return found


def _count(found: Tally, path: Path) -> None:
    found.seen += 1
    try:
        labels = read_labels(path, (1, 1))
    except LabelFileError:
        found.unreadable += 1
        return
    if not labels.exists:
        return
    if labels.instances:
        found.labelled += 1
    else:
        found.empty += 1
    for instance in labels.instances:
        found.instances += 1
        found.by_class[instance.class_id] += 1
        if len(found.sizes) < LARGEST_SAMPLE:
            box = bounds(instance.shape)
            found.sizes.append((box.width, box.height))
