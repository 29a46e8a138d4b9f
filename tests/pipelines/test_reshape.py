"""Shapes changed through their pixels."""

from __future__ import annotations

import numpy as np
import pytest

from tui.errors import UsageError
from tui.geometry.polygons import rasterize_polygon
from tui.pipelines.reshape import OPERATIONS, reshape
from tui.types.instance import Task
from tui.types.shapes import Box, LogitMask, Polygon, Shape

WH = (200, 150)
SQUARE = Polygon(((20, 20), (60, 20), (60, 60), (20, 60)))
SEAMED = Polygon(
    ((20, 20), (60, 20), (60, 60), (100, 60), (140, 60), (140, 90), (100, 90), (100, 60), (60, 60), (20, 60))
)
"""Two parts joined by a seam, as YOLO text holds them."""

RINGED = Polygon(
    ((10, 10), (90, 10), (90, 90), (10, 90), (10, 10), (30, 30), (30, 60), (60, 60), (60, 30), (30, 30))
)
"""A square with a hole, joined by a seam."""


def block(x0: float, y0: float, x1: float, y1: float) -> LogitMask:
    """A mask that is full in a box."""
    return LogitMask(np.ones((4, 4), np.float32), Box(x0, y0, x1, y1))


def pixels(shape: Shape) -> int:
    points = shape.points if isinstance(shape, Polygon) else ()
    return int(rasterize_polygon(points, WH).sum())


def test_join_adds_the_mask() -> None:
    done = reshape("join", SQUARE, WH, "segment", block(50, 20, 100, 60))
    assert pixels(done.shapes[0]) == 80 * 40
    apart = reshape("join", SQUARE, WH, "segment", block(100, 100, 140, 140))
    assert pixels(apart.shapes[0]) == 2 * 1600
    assert any("seam" in note for note in apart.notes)


def test_cut_takes_the_mask_away() -> None:
    done = reshape("cut", SQUARE, WH, "segment", block(40, 0, 200, 150))
    assert pixels(done.shapes[0]) == 20 * 40
    with pytest.raises(UsageError, match="covers the whole"):
        reshape("cut", SQUARE, WH, "segment", block(0, 0, 200, 150))
    with pytest.raises(UsageError, match="does not touch"):
        reshape("cut", SQUARE, WH, "segment", block(100, 100, 140, 140))


@pytest.mark.parametrize(("operation", "box"), [("join", Box(20, 20, 100, 60)), ("cut", Box(20, 20, 50, 60))])
def test_boxes_stay_boxes(operation: str, box: Box) -> None:
    task: Task = "detect"
    assert reshape(operation, Box(20, 20, 60, 60), WH, task, block(50, 20, 100, 60)).shapes == (box,)


def test_split_gives_each_part_its_own_shape_the_largest_first() -> None:
    done = reshape("split", SEAMED, WH, "segment")
    assert [pixels(shape) for shape in done.shapes] == [1600, 1200]
    with pytest.raises(UsageError, match="one part"):
        reshape("split", SQUARE, WH, "segment")


def test_fill_closes_holes() -> None:
    done = reshape("fill", RINGED, WH, "segment")
    assert pixels(RINGED) == 80 * 80 - 900
    assert pixels(done.shapes[0]) == 80 * 80
    with pytest.raises(UsageError, match="no holes"):
        reshape("fill", SQUARE, WH, "segment")


def test_simplify_says_what_it_kept_and_ends() -> None:
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    ring = Polygon(tuple((float(100 + 50 * np.cos(a)), float(75 + 50 * np.sin(a))) for a in angle))
    counts = []
    while len(ring.points) > 6:
        done = reshape("simplify", ring, WH, "segment")
        assert "IoU" in done.notes[0]
        (fewer,) = done.shapes
        assert isinstance(fewer, Polygon)
        ring = fewer
        counts.append(len(ring.points))
    assert counts == sorted(set(counts), reverse=True)
    with pytest.raises(UsageError, match="lose the shape"):
        reshape("simplify", Polygon(((0, 0), (50, 0), (0, 50))), WH, "segment")
    with pytest.raises(UsageError, match="box"):
        reshape("simplify", Box(1, 1, 5, 5), WH, "detect")


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o in ("join", "cut")])
def test_without_a_mask_nothing_is_changed(operation: str) -> None:
    with pytest.raises(UsageError, match="no mask"):
        reshape(operation, SQUARE, WH, "segment")


def test_shapes_beyond_the_border_and_empty_masks_do_no_harm() -> None:
    out = Polygon(((-20, -20), (60, -20), (60, 60), (-20, 60)))
    empty = LogitMask(np.full((4, 4), -1, np.float32), Box(0, 0, 50, 50))
    done = reshape("join", out, WH, "segment", empty)
    assert pixels(done.shapes[0]) == 3600
