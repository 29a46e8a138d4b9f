"""Counts over the label files of a dataset, for the panel of statistics and `ttylabel stats`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tui.data.dataset import Dataset
from tui.data.formats.base import LabelFile
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

    def add(self, labels: LabelFile | None) -> None:
        """Take an image's label file in; None where it cannot be read."""
        self.seen += 1
        if labels is None:
            self.unreadable += 1
            return
        if not labels.exists:
            return
        if labels.instances:
            self.labelled += 1
        else:
            self.empty += 1
        for instance in labels.instances:
            self.instances += 1
            self.by_class[instance.class_id] += 1
            if len(self.sizes) < LARGEST_SAMPLE:
                box = bounds(instance.shape)
                self.sizes.append((box.width, box.height))


def tally(dataset: Dataset, images: Iterable[Path], go_on: Callable[[Tally], bool]) -> Tally:
    """Count over `images`; `go_on` gets the state after every 500 and may end it. Reads every label file."""
    found = Tally()
    for image in images:
        try:
            found.add(read_labels(dataset.label_path(image), (1, 1)))
        except LabelFileError:
            found.add(None)
        if found.seen % 500 == 0 and not go_on(found):
            break
    return found
