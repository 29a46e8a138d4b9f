"""Up-sampled masks against the plain two-step computation."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.geometry import masks
from tui.types.shapes import Box, LogitMask


def smooth_logits(seed: int, side: int = 256, shift: float = -1.0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(9, 9)).astype(np.float32)
    return (cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC) * 6 + shift).astype(np.float32)


def sam_region(image_wh: tuple[int, int], side: int = 1024) -> tuple[Box, tuple[int, int]]:
    """The region of SAM's padded square, and the resized size inside it, as the reference rounds it."""
    scale = side / max(image_wh)
    new_w, new_h = (int(n * scale + 0.5) for n in image_wh)
    return Box(0, 0, side * image_wh[0] / new_w, side * image_wh[1] / new_h), (new_w, new_h)


def two_step(logits: np.ndarray, image_wh: tuple[int, int]) -> np.ndarray:
    _, (new_w, new_h) = sam_region(image_wh)
    padded = cv2.resize(logits, (1024, 1024), interpolation=cv2.INTER_LINEAR)
    return cv2.resize(padded[:new_h, :new_w], image_wh, interpolation=cv2.INTER_LINEAR) > 0


@pytest.mark.parametrize(
    "image_wh", [(640, 480), (480, 640), (1024, 1024), (2000, 1500), (1501, 2003), (700, 12), (9, 7), (1, 1)]
)
@pytest.mark.parametrize("seed", [1, 2])
def test_rasterize_equals_the_two_step_reference(image_wh, seed):
    logits = smooth_logits(seed)
    region, _ = sam_region(image_wh)
    ours = masks.full_mask(LogitMask(logits, region, via=1024), image_wh)
    assert np.count_nonzero(ours != two_step(logits, image_wh)) <= 3


@pytest.mark.parametrize("image_wh", [(640, 480), (1501, 2003)])
def test_window_is_a_cut_of_the_whole(image_wh):
    mask = LogitMask(smooth_logits(3), sam_region(image_wh)[0], via=1024)
    whole = masks.full_mask(mask, image_wh)
    window = Box(100.4, 50.2, 300.9, 240.0)
    part, (x, y) = masks.rasterize(mask, image_wh, window)
    cut = np.zeros_like(whole)
    cut[y : y + part.shape[0], x : x + part.shape[1]] = part
    expected = np.zeros_like(whole)
    expected[50:240, 100:301] = whole[50:240, 100:301]
    assert np.array_equal(cut, expected)


def test_only_what_the_mask_reaches_is_returned():
    logits = np.full((256, 256), -5, np.float32)
    logits[100, 60] = 5
    part, (x, y) = masks.rasterize(LogitMask(logits, Box(0, 0, 1024, 1024), via=1024), (1024, 768))
    assert max(part.shape) <= 14
    assert (x, y) == (238, 398)
    assert part.any()


def test_direct_resize_onto_a_region_inside_the_image():
    logits = smooth_logits(4, side=40)
    part, (x, y) = masks.rasterize(LogitMask(logits, Box(30, 20, 150, 110)), (400, 300))
    expected = np.zeros((300, 400), bool)
    expected[20:110, 30:150] = cv2.resize(logits, (120, 90), interpolation=cv2.INTER_LINEAR) > 0
    ours = np.zeros_like(expected)
    ours[y : y + part.shape[0], x : x + part.shape[1]] = part
    assert np.count_nonzero(ours != expected) <= 2


@pytest.mark.parametrize("region", [Box(-50, -40, 70, 60), Box(350, 250, 470, 350)])
def test_a_region_that_leaves_the_image_is_cut(region):
    mask = LogitMask(np.ones((10, 10), np.float32), region)
    whole = masks.full_mask(mask, (400, 300))
    expected = np.zeros((300, 400), bool)
    expected[max(0, int(region.y0)) : int(region.y1), max(0, int(region.x0)) : int(region.x1)] = True
    assert np.array_equal(whole, expected)


@pytest.mark.parametrize("via", [None, 1024])
def test_an_empty_mask_is_an_empty_array(via):
    empty = LogitMask(np.full((256, 256), -1, np.float32), Box(0, 0, 640, 640), via)
    assert masks.rasterize(empty, (640, 480))[0].size == 0
    assert not masks.view_mask(empty, Box(0, 0, 640, 480), (80, 60)).any()


def test_a_window_beside_the_mask_is_empty():
    mask = LogitMask(np.ones((8, 8), np.float32), Box(0, 0, 40, 40))
    assert masks.rasterize(mask, (100, 100), Box(60, 60, 90, 90))[0].size == 0
    assert masks.rasterize(mask, (100, 100), Box(200, 200, 300, 300))[0].size == 0


def test_broken_logits_stay_where_they_are():
    logits = np.full((16, 16), -2, np.float32)
    logits[2, 2], logits[12, 3], logits[3, 12], logits[8, 8] = np.inf, -np.inf, np.nan, 4
    whole = masks.full_mask(LogitMask(logits, Box(0, 0, 160, 160)), (160, 160))
    assert whole[85, 85]
    assert whole[25, 25]
    assert not whole[125, 35]
    assert not whole[35, 125]


@pytest.mark.parametrize("window", [Box(0, 0, 640, 480), Box(200, 100, 360, 220), Box(-100, -50, 700, 550)])
def test_view_agrees_with_rasterize(window):
    image_wh = (640, 480)
    mask = LogitMask(smooth_logits(5), sam_region(image_wh)[0], via=1024)
    out_wh = (int(window.width), int(window.height))
    view = masks.view_mask(mask, window, out_wh, image_wh)
    whole = masks.full_mask(mask, image_wh)
    expected = np.zeros((out_wh[1], out_wh[0]), bool)
    x, y = int(max(0, window.x0)), int(max(0, window.y0))
    cut = whole[y : int(window.y1), x : int(window.x1)]
    expected[y - int(window.y0) :, x - int(window.x0) :][: cut.shape[0], : cut.shape[1]] = cut
    assert np.count_nonzero(view != expected) <= 0.005 * max(1, np.count_nonzero(expected))


def test_view_without_a_size_shows_the_padding():
    mask = LogitMask(np.ones((8, 8), np.float32), Box(0, 0, 100, 100))
    assert masks.view_mask(mask, Box(0, 0, 100, 100), (10, 10)).all()
    clipped = masks.view_mask(mask, Box(0, 0, 100, 100), (10, 10), (100, 50))
    assert clipped[:5].all()
    assert not clipped[5:].any()


@given(st.integers(0, 10_000), st.floats(0.1, 4))
def test_stability_is_a_ratio_of_nested_masks(seed, offset):
    logits = smooth_logits(seed, side=32)
    expected = (logits > offset).sum() / max(1, (logits > -offset).sum())
    assert masks.stability(logits, offset) == pytest.approx(expected)


def test_stability_of_extremes():
    assert masks.stability(np.full((4, 4), 9, np.float32)) == 1.0
    assert masks.stability(np.full((4, 4), -9, np.float32)) == 0.0


def test_area_counts_grid_cells_in_image_pixels():
    logits = np.full((10, 10), -1, np.float32)
    logits[2:5, 3:7] = 1
    assert masks.area(LogitMask(logits, Box(0, 0, 50, 20))) == pytest.approx(12 * 5 * 2)
