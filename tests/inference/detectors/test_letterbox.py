"""The canvas by the reference's rounding, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.inference.detectors.letterbox import fit_letterbox, paint
from tui.types.shapes import Box


@pytest.mark.parametrize(
    ("image_wh", "canvas_wh", "inner_wh", "corner"),
    [
        ((260, 171), (320, 320), (320, 210), (0, 55)),
        ((1333, 900), (320, 320), (320, 216), (0, 52)),
        ((150, 240), (320, 320), (200, 320), (60, 0)),
        ((101, 100), (64, 64), (64, 63), (0, 0)),
        ((100, 50), (64, 96), (64, 32), (0, 32)),
        ((4000, 1), (64, 64), (64, 1), (0, 31)),
    ],
)
def test_size_and_place(
    image_wh: tuple[int, int], canvas_wh: tuple[int, int], inner_wh: tuple[int, int], corner: tuple[int, int]
) -> None:
    fit = fit_letterbox(image_wh, canvas_wh)
    assert fit.inner_wh == inner_wh
    assert (fit.left, fit.top) == corner


def test_the_canvas_is_grey_around_the_picture() -> None:
    image = np.full((10, 40, 3), (255, 0, 51), np.uint8)
    canvas = paint(image, fit_letterbox((40, 10), (32, 32)))
    assert canvas.shape == (1, 3, 32, 32)
    assert canvas.dtype == np.float32
    np.testing.assert_allclose(canvas[0, :, 0, 0], 114 / 255)
    np.testing.assert_allclose(canvas[0, :, 16, 16], (1.0, 0.0, 0.2), rtol=1e-6)
    assert (canvas[0, 0] == 1).sum() == 32 * 8


def test_a_picture_of_the_right_size_is_not_resized() -> None:
    image = np.random.default_rng(1).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    canvas = paint(image, fit_letterbox((32, 32), (32, 32)))
    np.testing.assert_array_equal((canvas[0] * 255).round().astype(np.uint8).transpose(1, 2, 0), image)


def test_with_a_stride_the_canvas_follows_the_picture() -> None:
    fit = fit_letterbox((1280, 720), (640, 640), stride=32)
    assert fit.canvas_wh == (640, 384)
    assert (fit.inner_wh, fit.left, fit.top) == ((640, 360), 0, 12)


@given(wh=st.tuples(st.integers(1, 3000), st.integers(1, 3000)), side=st.sampled_from([64, 320, 640]))
def test_the_whole_picture_comes_back(wh: tuple[int, int], side: int) -> None:
    fit = fit_letterbox(wh, (side, side))
    inner = (fit.left, fit.top, fit.left + fit.inner_wh[0], fit.top + fit.inner_wh[1])
    box = Box(*map(float, inner))
    assert fit.region_to_image(box).xyxy == pytest.approx((0, 0, *wh))
    pixel = 0.5 / fit.scale + 1e-6  # the scaled size was rounded, or a vanishing side kept one pixel
    (back,) = fit.boxes_to_image(np.array([inner], float))
    assert back[:2] == pytest.approx((0, 0), abs=1e-9)
    assert all(b <= w and b >= w - pixel for b, w in zip(back[2:], wh, strict=True))


def test_boxes_are_cut_to_the_image() -> None:
    fit = fit_letterbox((100, 50), (64, 64))
    (box,) = fit.boxes_to_image(np.array([(-5.0, 0.0, 90.0, 64.0)]))
    assert box.tolist() == [0, 0, 100, 50]
