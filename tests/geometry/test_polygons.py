"""Rings: filling at pixel centres, joining, simplification."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.geometry.polygons import join, rasterize_polygon, rasterize_rings, signed_area, simplify

points = st.lists(st.tuples(st.floats(-5, 25), st.floats(-5, 25)), min_size=3, max_size=12)


def parity(ring, x, y):
    inside = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y0 <= y) != (y1 <= y) and x0 + (y - y0) / (y1 - y0) * (x1 - x0) <= x:
            inside = not inside
    return inside


def on_an_edge(ring, x, y):
    """Whether the point lies on the ring as far as floats can tell: both sides are right then."""
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        part = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length if length else 0.0
        part = min(max(part, 0.0), 1.0)
        if np.hypot(x - x0 - part * (x1 - x0), y - y0 - part * (y1 - y0)) < 1e-6:
            return True
    return False


@given(points)
def test_filling_agrees_with_a_ray_from_every_pixel_centre(ring):
    filled = rasterize_polygon(ring, (20, 20))
    for y, x in np.argwhere(np.ones((20, 20))):
        if filled[y, x] != parity(ring, x + 0.5, y + 0.5):
            assert on_an_edge(ring, x + 0.5, y + 0.5)


def test_filling_is_half_open():
    assert np.array_equal(
        np.argwhere(rasterize_polygon([(3, 5), (4, 5), (4, 6), (3, 6)], (9, 9))), np.array([[5, 3]])
    )


def test_filling_a_ring_outside_the_image_is_empty():
    assert not rasterize_polygon([(30, 30), (40, 30), (40, 40)], (20, 20)).any()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_joined_rings_fill_like_the_rings(count):
    generator = np.random.default_rng(count)
    rings = [
        tuple(map(tuple, generator.uniform(0, 100, 2) + generator.uniform(5, 20) * np.array(unit)))
        for unit in [[(0, 0), (1, 0), (1, 1), (0, 1)]] * count
    ]
    joined = join(rings)
    assert len(joined) == 4 * count + 2 * (count - 1)
    assert np.array_equal(rasterize_polygon(joined, (140, 140)), rasterize_rings(rings, (140, 140)))


def test_simplify_drops_only_what_is_near():
    ring = [(0, 0), (50, 0.3), (100, 0), (100, 100), (50, 101), (0, 100)]
    assert set(simplify(ring, 0.5)) == {(0, 0), (100, 0), (100, 100), (50, 101), (0, 100)}
    assert set(simplify(ring, 2)) == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_simplify_never_loses_the_area():
    sliver = [(0.0, 0.0), (100.0, 0.2), (200.0, 0.0), (100.0, -0.2)]
    assert simplify(sliver, 5) == tuple(sliver)
    triangle = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
    assert simplify(triangle, 50) == tuple(triangle)


@given(points, st.floats(0.1, 5))
def test_simplify_keeps_within_tolerance(ring, tolerance):
    kept = simplify(ring, tolerance)
    assert len(kept) >= 3
    contour = np.array(kept, np.float32)
    distances = [abs(cv2.pointPolygonTest(contour, p, True)) for p in ring]
    assert max(distances) <= tolerance + 1e-3 or kept == tuple(ring)


def test_signed_area_tells_the_direction():
    ring = np.array([(0, 0), (0, 2), (3, 2), (3, 0)], float)
    assert signed_area(ring) == -6
    assert signed_area(ring[::-1]) == 6
