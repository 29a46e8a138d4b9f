"""Windows on the image: coordinates there and back, clipping, resampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.inference.segmenters.grabcut_window import GRID_SIDE, clamp_box, clamp_points, window_over
from tui.types.prompt import Point
from tui.types.shapes import Box, LogitMask

sides = st.integers(1, 5000)
places = st.floats(-8000, 8000)


@given(wh=st.tuples(sides, sides), corners=st.tuples(places, places, places, places), margin=st.floats(0, 1))
def test_a_window_is_a_part_of_the_image(
    wh: tuple[int, int], corners: tuple[float, float, float, float], margin: float
) -> None:
    (x0, x1), (y0, y1) = sorted(corners[::2]), sorted(corners[1::2])
    window = window_over(Box(x0, y0, x1, y1), wh, margin=margin)
    assert 0 <= window.x0 < window.x1 <= wh[0]
    assert 0 <= window.y0 < window.y1 <= wh[1]
    assert max(window.grid_wh) == GRID_SIDE
    assert min(window.grid_wh) >= 1


@given(wh=st.tuples(sides, sides), x=places, y=places)
def test_points_are_moved_onto_the_image(wh: tuple[int, int], x: float, y: float) -> None:
    (point,) = clamp_points([Point(x, y, positive=False)], wh)
    assert 0 <= point.x < wh[0]
    assert 0 <= point.y < wh[1]
    assert not point.positive
    if 0 <= x <= wh[0] - 0.5 and 0 <= y <= wh[1] - 0.5:
        assert (point.x, point.y) == (x, y)


@given(wh=st.tuples(sides, sides), corners=st.tuples(places, places, places, places))
def test_a_box_keeps_at_least_a_pixel(
    wh: tuple[int, int], corners: tuple[float, float, float, float]
) -> None:
    box = clamp_box(Box(*corners), wh)
    assert 0 <= box.x0 < box.x1 <= wh[0]
    assert 0 <= box.y0 < box.y1 <= wh[1]
    assert box.width >= 0.999
    assert box.height >= 0.999


def test_grid_positions_agree_with_the_grid_centres() -> None:
    window = window_over(Box(10, 20, 90, 60), (200, 100))
    xs, ys = window.centres()
    gx, gy = window.to_grid(float(xs[0, 7]), float(ys[11, 0]))
    assert (gx, gy) == pytest.approx((7.5, 11.5), abs=1e-3)


def test_small_extents_are_scaled_up_and_large_ones_down() -> None:
    image = np.zeros((1000, 1000, 3), np.uint8)
    image[:, 500:] = 200
    for extent in (Box(490, 490, 510, 510), Box(0, 0, 1000, 1000)):
        window = window_over(extent, (1000, 1000))
        grid = window.sample(image)
        assert grid.shape == (GRID_SIDE, GRID_SIDE, 3)
        assert grid[:, : GRID_SIDE // 2 - 8].max() == 0
        assert grid[:, GRID_SIDE // 2 + 8 :].min() == 200


def test_logits_move_to_another_window_in_place() -> None:
    first = window_over(Box(0, 0, 100, 100), (400, 400))
    xs, ys = first.centres()
    logits = (40 - np.hypot(xs - 50, ys - 50)).astype(np.float32)
    second = window_over(Box(20, 20, 180, 140), (400, 400))
    moved = second.resample(LogitMask(logits, first.region), -4.0)
    xs, ys = second.centres()
    inside = (xs < 99) & (ys < 99)
    assert np.abs(moved - (40 - np.hypot(xs - 50, ys - 50)))[inside].max() < 0.6
    assert (moved[np.broadcast_to((xs > 102) | (ys > 102), moved.shape)] == -4).all()
