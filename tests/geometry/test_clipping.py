"""Rings cut at the image's border."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.geometry.clipping import clip_ring
from tui.geometry.oriented import corners
from tui.geometry.polygons import rasterize_polygon, signed_area


def test_a_ring_inside_stays_and_one_outside_goes() -> None:
    (ring,) = corners(np.array([(50, 50, 20, 10, 0.3)]))
    assert clip_ring(ring, (100, 100)) == tuple(map(tuple, ring.tolist()))
    assert clip_ring(ring + 500, (100, 100)) == ()


@given(
    centre=st.tuples(st.floats(-20, 120), st.floats(-20, 80)),
    size=st.tuples(st.floats(1, 90), st.floats(1, 90)),
    angle=st.floats(-4, 4),
)
def test_a_cut_ring_lies_in_the_image_and_loses_only_what_is_outside(
    centre: tuple[float, float], size: tuple[float, float], angle: float
) -> None:
    (ring,) = corners(np.array([(*centre, *size, angle)]))
    cut = np.array(clip_ring(ring, (100, 60))).reshape(-1, 2)
    if not len(cut):
        return
    assert (cut >= 0).all()
    assert (cut[:, 0] <= 100).all()
    assert (cut[:, 1] <= 60).all()
    assert abs(signed_area(cut)) <= abs(signed_area(ring)) + 1e-6
    if (ring >= 0).all() and (ring <= (100, 60)).all():
        assert abs(signed_area(cut)) == pytest.approx(abs(signed_area(ring)))


@given(st.lists(st.tuples(st.integers(-12, 28), st.integers(-12, 28)), min_size=3, max_size=9))
def test_a_cut_ring_holds_the_pixels_of_the_image_that_the_whole_holds(ring: list[tuple[int, int]]) -> None:
    """Also one that is no convex ring, crosses itself, or falls into parts.

    Vertices lie where no edge between two of them meets a pixel's centre: which side that is on is rounding.
    """
    moved = [(x + sqrt(2) - 1, y + sqrt(3) - 1) for x, y in ring]
    around = rasterize_polygon([(x + 20, y + 20) for x, y in moved], (60, 60))[20:36, 20:36]
    cut = clip_ring(moved, (16, 16))
    inside = rasterize_polygon(cut, (16, 16)) if cut else np.zeros((16, 16), bool)
    np.testing.assert_array_equal(inside, around)
