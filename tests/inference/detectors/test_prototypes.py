"""A mask computed only where its box is equals one computed everywhere and cut."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.geometry.masks import full_mask
from tui.inference.detectors.prototypes import canvas_mask
from tui.types.shapes import Box

WH = (64, 48)


@given(seed=st.integers(0, 300), start=st.tuples(st.floats(-5, 60), st.floats(-5, 44)), size=st.floats(0, 40))
def test_equal_to_the_whole(seed: int, start: tuple[float, float], size: float) -> None:
    random = np.random.default_rng(seed)
    prototypes = random.normal(size=(4, 12, 16)).astype(np.float32)
    coefficients = random.normal(size=4).astype(np.float32)
    box = Box(*start, start[0] + size, start[1] + size / 2)
    whole = np.tensordot(coefficients, prototypes, 1)
    drawn = cv2.resize(whole, WH, interpolation=cv2.INTER_LINEAR)
    x, y = np.arange(WH[0]), np.arange(WH[1])[:, None]
    inside = (x >= box.x0) & (x < box.x1) & (y >= box.y0) & (y < box.y1)
    clear = inside & (abs(drawn) > 1e-4)
    mask = canvas_mask(coefficients, prototypes, box, WH)
    if mask is None:
        assert not (clear & (drawn > 0)).any()
    else:
        assert (inside & (drawn > -1e-4)).any()
        np.testing.assert_array_equal(full_mask(mask, WH)[clear], (drawn > 0)[clear])


def test_a_mask_without_a_pixel_in_its_box_is_none() -> None:
    prototypes = np.where(np.arange(16) < 8, 1, -1).astype(np.float32) * np.ones((1, 12, 1), np.float32)
    assert canvas_mask(np.ones(1, np.float32), prototypes, Box(40, 0, 60, 20), WH) is None
    assert canvas_mask(-np.ones(1, np.float32), prototypes, Box(40, 0, 60, 20), WH) is not None
    assert canvas_mask(np.ones(1, np.float32), prototypes, Box(200, 0, 260, 20), WH) is None


def test_a_pixel_that_only_touches_the_box_does_not_count() -> None:
    prototypes = np.where(np.arange(16) < 8, 1, -1).astype(np.float32) * np.ones((1, 12, 1), np.float32)
    one = np.ones(1, np.float32)
    assert canvas_mask(one, prototypes, Box(31.5, 0, 60, 20), WH) is None, "the last positive column is 31"
    assert canvas_mask(one, prototypes, Box(31.0, 0, 60, 20), WH) is not None
