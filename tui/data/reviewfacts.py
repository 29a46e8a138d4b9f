"""Reads what a review queue is made of: label files, and what the sidecar says of their lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from tui.data.dataset import Dataset
from tui.data.faults import copies, faults
from tui.data.formats.base import LabelFile
from tui.data.formats.yolo import read_labels
from tui.data.sidecar import ImageRecord, Sidecar, matched
from tui.data.sidecar_records import Origin
from tui.errors import LabelFileError
from tui.types.instance import Instance
from tui.types.review import ImageFacts, ObjectFacts
from tui.types.shapes import bounds


def facts_of(
    dataset: Dataset, sidecar: Sidecar, image: Path, index: int, *, empty: bool = False
) -> ImageFacts | None:
    """What is known of one image; None where it has no labels or they cannot be read.

    Objects that a person agreed with are left out. `empty`: an image that is labelled as empty counts too.
    """
    try:
        labels = read_labels(dataset.label_path(image), (1, 1))
    except LabelFileError:
        return None
    if not labels.instances and not (empty and labels.exists):
        return None
    return facts_from(labels, sidecar.record(image), index, classes=len(dataset.classes.names))


def facts_from(
    labels: LabelFile, record: ImageRecord, index: int, *, classes: int, agreed: bool = False
) -> ImageFacts:
    """What a label file (read with the image size (1, 1)) and the records say, of `classes` that are named.

    Objects that a person agreed with are left out, but with `agreed`.
    """
    lines = [instance.source or "" for instance in labels.instances]
    objects = tuple(
        _object(instance, line, origin, repeated=copy is not None, classes=classes)
        for instance, line, origin, copy in zip(
            labels.instances, lines, matched(record.origins, lines), copies(labels.instances), strict=True
        )
        if agreed or origin is None or not origin.accepted
    )
    return ImageFacts(index, record.image.state, bool(record.image.note), objects)


def _object(
    instance: Instance, line: str, origin: Origin | None, *, repeated: bool, classes: int
) -> ObjectFacts:
    fault = next(faults(instance, repeated=repeated, classes=classes), None)
    return ObjectFacts(
        line=line,
        class_id=instance.class_id,
        share=bounds(instance.shape).area,
        score=origin.score if origin else None,
        stability=origin.stability if origin else None,
        fault=fault.words if fault else "",
    )


def next_unlabeled(dataset: Dataset, images: Iterable[tuple[int, Path]]) -> int | None:
    """The first of (index, image) without a label file."""
    return next((index for index, image in images if not dataset.label_path(image).exists()), None)


def next_unverified(sidecar: Sidecar, images: Iterable[tuple[int, Path]]) -> int | None:
    """The first of (index, image) that nobody has judged.

    A near one is looked up; further on all states are read at once.
    """
    steps = iter(images)
    for (index, image), _ in zip(steps, range(_NEAR), strict=False):
        if sidecar.state(image).state in ("todo", "proposed"):
            return index
    judged = {one.key for one in sidecar.states() if one.state not in ("todo", "proposed")}
    return next((index for index, image in steps if sidecar.key(image) not in judged), None)


_NEAR = 20


def around(images: list[Path], start: int, by: int) -> Iterator[tuple[int, Path]]:
    """(index, image) from `start` (not included), forwards or backwards, then on from the other end."""
    count = len(images)
    places = (
        chain(range(start + 1, count), range(start))
        if by > 0
        else chain(range(start - 1, -1, -1), range(count - 1, start, -1))
    )
    return ((place, images[place]) for place in places)
