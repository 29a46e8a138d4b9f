"""Counts of a whole dataset in one pass over its label files, in memory that does not grow with it.

Sizes go into bins, samples are the few names with the smallest digests: the same ones in every run, whatever
the order of the disk. How far the images are comes from the records (`tui.data.standing`).
"""

from __future__ import annotations

import hashlib
import heapq
import math
import os
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tui.data.dataset import Dataset
from tui.data.formats.base import LabelFile
from tui.data.formats.yolo import read_labels
from tui.data.tally import Tally
from tui.errors import LabelFileError
from tui.types.instance import Instance
from tui.types.shapes import bounds

SIDES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
"""Where the bins of sizes begin: the side of a square of an object's extent, as a share of the image's."""

NUMBERS = (0, 1, 2, 3, 4, 5, 6, 11, 21, 51, 101)
"""Where the bins of objects per image begin."""

SPLITS = ("train", "val", "valid", "validation", "test", "minival")

_PICTURES, _CROPS, _CLASSES_SHOWN = 24, 6, 200


def side_names() -> list[str]:
    """The bins of object sizes in words."""
    lows = [f"{100 * side:g}" for side in SIDES]
    return [f"{low}–{high} %" for low, high in zip(lows, [*lows[1:], "100"], strict=True)]


def number_names() -> list[str]:
    """The bins of objects in an image in words."""
    ends = [following - 1 for following in NUMBERS[1:]]
    spans = [f"{low}" if low == high else f"{low}–{high}" for low, high in zip(NUMBERS, ends, strict=False)]
    return [*spans, f"{NUMBERS[-1]} or more"]


@dataclass(frozen=True, slots=True, order=True)
class Sample:
    """An image by the digest of its name, or one of its objects by its bounds, in shares of the image."""

    digest: int
    image: str
    class_id: int = -1
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)


class Sampler:
    """Keeps the `count` samples with the smallest digests of all it was offered."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._heap: list[tuple[int, Sample]] = []

    def offer(self, digest: int, sample: Sample) -> None:
        """Take a sample in, and the one with the largest digest out where there are too many."""
        entry = (-digest, sample)
        if len(self._heap) < self._count:
            heapq.heappush(self._heap, entry)
        elif entry > self._heap[0]:
            heapq.heapreplace(self._heap, entry)

    def worth(self, digest: int) -> bool:
        """Whether a sample of this digest would be kept."""
        return len(self._heap) < self._count or -digest > self._heap[0][0]

    @property
    def samples(self) -> list[Sample]:
        """Those kept, the smallest digest first."""
        return [sample for _, sample in sorted(self._heap, reverse=True)]


@dataclass(slots=True)
class Split:
    """One part of a dataset: its images, those with labels, and instances by class."""

    images: int = 0
    labelled: int = 0
    by_class: Counter[int] = field(default_factory=Counter)


class Statistics:
    """What was counted so far; `take` takes an image in.

    `images_with` counts the images that hold a class, `sides` and `numbers` are counts by bin of SIDES and
    NUMBERS, `boxes` how many instances are boxes and not polygons.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self.tally = Tally()
        self.images_with: Counter[int] = Counter()
        self.sides = [0] * len(SIDES)
        self.numbers = [0] * len(NUMBERS)
        self.not_understood = 0
        self.splits: defaultdict[str, Split] = defaultdict(Split)
        self.pictures = Sampler(_PICTURES)
        self.crops: dict[int, Sampler] = {}

    def take(self, image: Path, source: Path) -> None:
        """Count an image that comes from `source`. Reads its label file."""
        split = self.splits[self._split(image, source)]
        split.images += 1
        try:
            labels = read_labels(self._dataset.label_path(image), (1, 1))
        except LabelFileError:
            self.tally.add(None)
            return
        self.tally.add(labels)
        self.not_understood += len(labels.kept)
        if not labels.exists:
            return
        split.labelled += 1
        self._count(split, labels)
        self._sample(image, labels.instances)

    def _count(self, split: Split, labels: LabelFile) -> None:
        ids = Counter(instance.class_id for instance in labels.instances)
        split.by_class.update(ids)
        self.images_with.update(ids.keys())
        self.numbers[bisect_right(NUMBERS, len(labels.instances)) - 1] += 1
        for instance in labels.instances:
            side = math.sqrt(bounds(instance.shape).area)
            self.sides[bisect_right(SIDES, side) - 1] += 1

    def _sample(self, image: Path, instances: Sequence[Instance]) -> None:
        if not instances:
            return
        digest = _digest(image)
        if self.pictures.worth(digest):
            self.pictures.offer(digest, Sample(digest, str(image)))
        for place, instance in enumerate(instances):
            sampler = self.crops.get(instance.class_id)
            if sampler is None:
                if len(self.crops) >= _CLASSES_SHOWN:
                    continue
                sampler = self.crops.setdefault(instance.class_id, Sampler(_CROPS))
            mixed = digest ^ (place * 0x9E3779B97F4A7C15 & (1 << 64) - 1)  # so that one image is not all six
            if sampler.worth(mixed):
                sampler.offer(
                    mixed, Sample(mixed, str(image), instance.class_id, bounds(instance.shape).xyxy)
                )

    def _split(self, image: Path, source: Path) -> str:
        """The part an image belongs to: a folder of a trainer's layout that it is in, else its source."""
        root = self._dataset.image_root
        below = image.relative_to(root).parts[:-1] if image.is_relative_to(root) else ()
        found = next((part for part in below if part in SPLITS), "")
        if found or len(self._dataset.sources) < 2:
            return found or "all"
        return source.stem if source.suffix == ".txt" else os.path.relpath(source, root)


def _digest(image: Path) -> int:
    return int.from_bytes(hashlib.blake2b(os.fsencode(image.name), digest_size=8).digest())
