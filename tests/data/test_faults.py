"""The rules on labels, one by one."""

from __future__ import annotations

import random

import pytest

from tui.data.faults import SAME, copies, faults, mixed, overlapping
from tui.geometry.boxes import iou
from tui.types.instance import Instance
from tui.types.shapes import Box, Polygon, Shape, bounds

GOOD = Box(0.1, 0.1, 0.4, 0.4)
RING = Polygon(((0.1, 0.1), (0.4, 0.1), (0.4, 0.4)))


def kinds(shape: Shape, class_id: int = 0, *, repeated: bool = False, tiny: float = 1e-5) -> list[str]:
    found = faults(Instance(class_id, shape), repeated=repeated, classes=2, tiny=tiny)
    return [fault.kind for fault in found]


@pytest.mark.parametrize("shape", [GOOD, RING, Box(0, 0, 1, 1), Box(-0.00009, 0, 1.00009, 1)])
def test_good_labels(shape: Shape) -> None:
    assert kinds(shape) == []


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (Box(-0.001, 0.1, 0.4, 0.4), "range"),
        (Box(0.1, 0.1, 0.4, 1.001), "range"),
        (Box(0.1, 0.1, 0.1, 0.4), "degenerate"),
        (Polygon(((0.1, 0.1), (0.4, 0.4), (0.1, 0.1))), "degenerate"),
        (Polygon(((0.1, 0.1), (0.2, 0.1), (0.4, 0.1))), "degenerate"),
        (Box(0.1, 0.1, 0.103, 0.103), "tiny"),
    ],
)
def test_shapes(shape: Shape, kind: str) -> None:
    assert kinds(shape) == [kind]


def test_what_is_tiny_can_be_said() -> None:
    assert kinds(GOOD, tiny=0.1) == ["tiny"]
    assert kinds(Box(0.1, 0.1, 0.103, 0.103), tiny=0) == []


def test_classes() -> None:
    assert kinds(GOOD, 2) == kinds(GOOD, -1) == ["class"]
    assert list(faults(Instance(900, GOOD), repeated=False, classes=0)) == []


def test_several_faults_come_the_gravest_first() -> None:
    assert kinds(Box(0.5, 0.5, 1.5, 0.5), 7, repeated=True) == ["duplicate", "class", "range", "degenerate"]


def test_copies_say_the_same_however_they_are_written() -> None:
    said = [
        Instance(0, GOOD, "a"),
        Instance(1, GOOD),
        Instance(0, GOOD, "b"),
        Instance(0, GOOD),
        Instance(0, RING),
    ]
    assert copies(said) == (2, None, 0, 0, None)


def test_overlapping_leaves_out_copies_and_other_classes() -> None:
    near = Box(0.1, 0.1, 0.401, 0.4)
    said = [Instance(0, near), Instance(1, GOOD), Instance(0, GOOD), Instance(0, GOOD), Instance(0, RING)]
    found = list(overlapping(said))
    assert [(a, b) for a, b, _ in found] == [(2, 0), (4, 2)]
    assert found[0][2] == pytest.approx(0.3 / 0.301)


def test_overlapping_misses_no_object_that_has_a_double() -> None:
    chance = random.Random(3)
    boxes = []
    for _ in range(300):
        x, y = chance.uniform(0, 0.1), chance.uniform(0, 0.1)
        boxes.append(Box(x, y, x + chance.uniform(0.2, 0.3), y + chance.uniform(0.2, 0.3)))
    said = [Instance(0, box) for box in boxes]
    by_hand = {i for i, a in enumerate(boxes) for j, b in enumerate(boxes) if i != j and iou(a, b) > SAME}
    pairs = list(overlapping(said))
    assert by_hand
    assert {place for a, b, _ in pairs for place in (a, b)} == by_hand
    assert all(iou(bounds(said[a].shape), bounds(said[b].shape)) == shared for a, b, shared in pairs)


def test_mixed_tasks() -> None:
    assert mixed([]) is None
    assert mixed([Instance(0, RING), Instance(0, RING)]) is None
    assert mixed([Instance(0, RING), Instance(0, RING), Instance(0, GOOD)]) == 2
