"""Overlap of shapes without pixels, beside the pixels' answer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.geometry.boxes import iou, to_polygon
from tui.geometry.overlap import overlap
from tui.geometry.polygons import join, rasterize_polygon
from tui.types.shapes import Box, Polygon

WH = (400, 400)


def star(x: float, y: float, radius: float, points: int = 9, dent: float = 0.7) -> Polygon:
    corners = []
    for n in range(2 * points):
        r = radius * (dent if n % 2 else 1)
        corners.append((x + r * math.cos(math.pi * n / points), y + r * math.sin(math.pi * n / points)))
    return Polygon(tuple(corners))


def pixels(a: Polygon, b: Polygon) -> float:
    one, other = rasterize_polygon(a.points, WH), rasterize_polygon(b.points, WH)
    return float((one & other).sum() / (one | other).sum())


numbers = st.floats(120, 280)


@settings(max_examples=30)
@given(numbers, numbers, st.floats(40, 110), st.floats(0.5, 1.0))
def test_it_is_what_pixels_say(x: float, y: float, radius: float, dent: float) -> None:
    a, b = star(200, 200, 90), star(x, y, radius, dent=dent)
    assert overlap(a, b) == pytest.approx(pixels(a, b), abs=0.02)
    assert overlap(a, b) == pytest.approx(overlap(b, a))


def test_holes_count() -> None:
    outer = ((10.0, 10.0), (110.0, 10.0), (110.0, 110.0), (10.0, 110.0))
    hole = ((35.0, 35.0), (35.0, 85.0), (85.0, 85.0), (85.0, 35.0))
    assert overlap(Polygon(outer), Polygon(join([outer, hole]))) == pytest.approx(0.75, abs=0.02)


def test_boxes_and_mixed_kinds() -> None:
    a, b = Box(0, 0, 10, 10), Box(2, 0, 10, 10)
    assert overlap(a, b) == iou(a, b)
    assert overlap(a, to_polygon(b)) == pytest.approx(0.8)
    assert overlap(to_polygon(a), to_polygon(a)) == 1.0


def test_shapes_without_area_or_far_away() -> None:
    flat = Polygon(((1.0, 5.0), (9.0, 5.0), (4.0, 5.0)))
    assert overlap(flat, flat) == 0.0
    assert overlap(Polygon(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))), Box(50, 50, 60, 60)) == 0.0
