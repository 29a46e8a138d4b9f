"""What a trainer would misread in the labels of one image: the one set of rules, for reviews and for `check`.

Shapes are in shares of the image (labels read with the image size (1, 1)).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tui.geometry.boxes import iou
from tui.types.instance import Instance
from tui.types.shapes import Box, bounds

Kind = Literal["duplicate", "class", "range", "degenerate", "tiny"]

SLACK = 1e-4
"""How far a shape may reach over the border of its image, as a share: six decimals round."""

TINY = 1e-5
"""Area, as a share of the image, below which an object is about three pixels of a megapixel."""

SAME = 0.9
"""IoU above which two objects of one class are most likely one, labelled twice."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an object; `words` have "it" for the object."""

    kind: Kind
    words: str


def faults(instance: Instance, *, repeated: bool, classes: int, tiny: float = TINY) -> Iterator[Fault]:
    """Everything wrong with one object, the gravest first.

    `repeated`: another says the same. `classes` is how many the dataset names, 0 where it names none; `tiny`
    the area below which an object is tiny, as a share of the image.
    """
    box = bounds(instance.shape)
    if repeated:
        yield Fault("duplicate", "the same line stands twice")
    if instance.class_id < 0 or 0 < classes <= instance.class_id:
        yield Fault("class", f"there is no class {instance.class_id}")
    if reaches_out(box):
        yield Fault("range", "it reaches out of the image")
    if not isinstance(instance.shape, Box) and len(set(instance.shape.points)) < 3:
        yield Fault("degenerate", "its outline has fewer than three points")
    elif box.area <= 0:
        yield Fault("degenerate", "it has no area")
    elif box.area < tiny:
        yield Fault("tiny", "it is tiny")


def reaches_out(box: Box) -> bool:
    """Whether a box, in shares of the image, leaves it by more than rounding."""
    return min(box.x0, box.y0) < -SLACK or max(box.x1, box.y1) > 1 + SLACK


def copies(instances: Sequence[Instance]) -> tuple[int | None, ...]:
    """For each object the place of another that says the same: the first one's, for the first the next's."""
    first: dict[Hashable, int] = {}
    found: list[int | None] = [None] * len(instances)
    for place, instance in enumerate(instances):
        before = first.setdefault((instance.class_id, instance.shape), place)
        if before != place:
            found[place] = before
            if found[before] is None:
                found[before] = place
    return tuple(found)


def overlapping(instances: Sequence[Instance]) -> Iterator[tuple[int, int, float]]:
    """(place, place of an earlier one, IoU of their extents) of objects of one class that are nearly alike.

    Each that has such a double is in a pair, and a pile of n gives n - 1 pairs. Exact copies are left out.
    """
    twins = copies(instances)
    by_class: dict[int, list[tuple[Box, int]]] = {}
    for place, (instance, twin) in enumerate(zip(instances, twins, strict=True)):
        if twin is None or twin > place:
            by_class.setdefault(instance.class_id, []).append((bounds(instance.shape), place))
    for boxes in by_class.values():
        boxes.sort(key=lambda one: (one[0].x0, one[1]))
        paired: set[int] = set()
        for at, (_, place) in enumerate(boxes):
            near = _double(boxes, at, 1)
            if near is None and at not in paired:
                near = _double(boxes, at, -1)
            if near is not None:
                paired.add(near)
                there = boxes[near][1]
                yield max(place, there), min(place, there), iou(boxes[at][0], boxes[near][0])


def _double(boxes: Sequence[tuple[Box, int]], at: int, step: int) -> int | None:
    """The nearest box that is nearly the same as that at `at`, to the right (1) or left (-1).

    The boxes are in the order of their left sides. The search ends where those are too far apart: an overlap
    is at most as wide as what is left of the left box, and the union covers all of it.
    """
    box = boxes[at][0]
    reach = (1 - SAME) * box.width if step > 0 else (1 - SAME) / SAME * box.width
    near = at + step
    while 0 <= near < len(boxes) and abs(boxes[near][0].x0 - box.x0) <= reach:
        if iou(box, boxes[near][0]) > SAME:
            return near
        near += step
    return None


def mixed(instances: Sequence[Instance]) -> int | None:
    """The place of the first object of another kind (box, polygon) than the first; None: all are alike."""
    kinds = [isinstance(instance.shape, Box) for instance in instances]
    return kinds.index(not kinds[0]) if len(set(kinds)) == 2 else None
