"""Pictures and coordinates in the models' form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tui.inference.preprocess import (
    MEAN,
    STD,
    fit_longest,
    fit_stretched,
    resize,
    to_bytes,
    to_hwc,
    to_nchw,
    to_nchw_fine,
    to_unit,
)
from tui.types.shapes import Box

SIZES = st.tuples(st.integers(1, 5000), st.integers(1, 5000))


@pytest.mark.parametrize(
    ("wh", "inner"),
    [
        ((260, 171), (1024, 673)),
        ((150, 240), (640, 1024)),
        ((1333, 900), (1024, 691)),
        ((1024, 1024), (1024, 1024)),
        ((1, 1), (1024, 1024)),
        ((1, 5000), (1, 1024)),
        ((2048, 1), (1024, 1)),
    ],
)
def test_the_longest_side_fills_the_square(wh: tuple[int, int], inner: tuple[int, int]) -> None:
    assert fit_longest(wh, 1024).inner_wh == inner


@given(wh=SIZES, fx=st.floats(0, 1), fy=st.floats(0, 1))
def test_the_region_and_the_coordinates_tell_the_same_story(
    wh: tuple[int, int], fx: float, fy: float
) -> None:
    fit = fit_longest(wh, 1024)
    x, y = fx * wh[0], fy * wh[1]
    ((mx, my),) = fit.to_model(np.array([[x, y]]))
    assert mx / 1024 * fit.region.width == pytest.approx(x, rel=1e-4, abs=1e-3)
    assert my / 1024 * fit.region.height == pytest.approx(y, rel=1e-4, abs=1e-3)
    assert max(fit.inner_wh) == 1024
    assert fit.region.x1 >= wh[0]
    assert fit.region.y1 >= wh[1]


def test_the_region_of_a_landscape_reaches_below_the_image() -> None:
    assert fit_longest((512, 256), 1024).region == Box(0, 0, 512, 512)


def test_the_square_is_normalised_and_its_padding_is_zero() -> None:
    image = np.random.default_rng(1).integers(0, 256, (10, 20, 3)).astype(np.uint8)
    fit = fit_longest((20, 10), 64)
    square = to_nchw(image, fit)
    scaled = np.asarray(Image.fromarray(image).resize((64, 32), Image.Resampling.BILINEAR), np.float64)
    wanted = ((scaled - MEAN) / STD).transpose(2, 0, 1)
    assert square.shape == (1, 3, 64, 64)
    assert square.dtype == np.float32
    np.testing.assert_allclose(square[0, :, :32], wanted, atol=1e-5)
    assert not square[0, :, 32:].any()


def test_the_free_form_is_the_resized_picture_in_0_to_255() -> None:
    image = np.full((10, 20, 3), (255, 128, 0), np.uint8)
    free = to_hwc(image, fit_longest((20, 10), 64))
    assert free.shape == (32, 64, 3)
    assert free.dtype == np.float32
    assert free[5, 5].tolist() == [255, 128, 0]


def test_shrinking_is_antialiased() -> None:
    """A fine checkerboard becomes grey; a resize that only interpolates keeps its extremes."""
    board = np.indices((1000, 1000)).sum(0) % 2 * 255
    image = np.repeat(board[..., None], 3, 2).astype(np.uint8)
    small = resize(image, fit_longest((1000, 1000), 100))
    assert np.abs(small[5:-5, 5:-5].astype(int) - 127).max() <= 2


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    image = np.random.default_rng(2).integers(0, 256, (32, 64, 3)).astype(np.uint8)
    assert resize(image, fit_longest((64, 32), 64)) is image


def test_a_stretched_image_covers_the_square_and_the_region_is_the_image() -> None:
    fit = fit_stretched((200, 100), 64)
    assert (fit.inner_wh, fit.region, fit.via) == ((64, 64), Box(0, 0, 200, 100), None)
    np.testing.assert_array_equal(fit.to_model(np.array([[200.0, 50.0]])), [[64, 32]])
    assert fit_longest((200, 100), 64).via == 64


def test_resizing_in_floating_point_differs_by_rounding_only() -> None:
    image = np.random.default_rng(1).integers(0, 256, (90, 70, 3)).astype(np.uint8)
    fit = fit_stretched((70, 90), 32)
    fine, coarse = to_nchw_fine(image, fit), to_nchw(image, fit)
    assert fine.shape == coarse.shape == (1, 3, 32, 32)
    assert 0 < np.abs(fine - coarse).max() <= 1.01 / min(STD)


def test_bytes_are_resized_and_nothing_else() -> None:
    image = np.random.default_rng(1).integers(0, 256, (10, 20, 3)).astype(np.uint8)
    fit = fit_longest((20, 10), 64)
    np.testing.assert_array_equal(to_bytes(image, fit)[0].transpose(1, 2, 0), resize(image, fit))
    assert to_bytes(image, fit).dtype == np.uint8


def test_unit_planes_are_the_pixels_over_255() -> None:
    image = np.random.default_rng(1).integers(0, 256, (10, 20, 3)).astype(np.uint8)
    np.testing.assert_allclose(to_unit(image)[0].transpose(1, 2, 0) * 255, image, atol=1e-4)
