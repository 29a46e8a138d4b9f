"""Shapes: extents and equality."""

from __future__ import annotations

from tui.types.shapes import Box, Polygon, bounds


def test_box_measures() -> None:
    box = Box(2, 3, 6, 13)
    assert (box.width, box.height, box.area) == (4, 10, 40)
    assert box.center == (4, 8)
    assert box.xyxy == (2, 3, 6, 13)


def test_inverted_box_has_no_area() -> None:
    assert Box(6, 3, 2, 13).area == 0


def test_polygon_extent_and_equality() -> None:
    ring = Polygon(((1, 2), (5, 2), (3, 9)))
    assert ring.bounds == Box(1, 2, 5, 9)
    assert ring == Polygon(((1, 2), (5, 2), (3, 9)))
    assert hash(ring) == hash(Polygon(((1, 2), (5, 2), (3, 9))))


def test_bounds_takes_both() -> None:
    assert bounds(Box(0, 0, 1, 1)) == Box(0, 0, 1, 1)
    assert bounds(Polygon(((0, 0), (2, 0), (0, 2)))) == Box(0, 0, 2, 2)
