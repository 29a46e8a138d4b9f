"""Strokes on layers: places, clipping, numbers of inks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.render import strokes
from tui.render.strokes import FIXED_INKS, Inks, collect_inks


def layer(width: int = 40, height: int = 30) -> strokes.Layer:
    return np.zeros((height, width), np.uint8)


def test_inks_are_numbered_in_order_of_appearance_after_the_fixed_ones() -> None:
    inks = collect_inks([(9, 9, 9), (1, 2, 3), (9, 9, 9)], 10)
    assert inks.colours == (*FIXED_INKS, (9, 9, 9), (1, 2, 3))
    assert inks.number((1, 2, 3)) == len(FIXED_INKS) + 2
    assert tuple(inks.table()[inks.number((1, 2, 3))]) == (1, 2, 3)


def test_an_ink_beyond_the_limit_takes_the_nearest() -> None:
    inks = collect_inks([(250, 250, 250)], len(FIXED_INKS))
    assert inks.number((250, 250, 250)) == strokes.LIGHT


@given(
    st.tuples(st.integers(-50, 60), st.integers(-50, 60)),
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.integers(1, 5),
)
def test_the_sides_of_a_box_tile_its_frame(at: tuple[int, int], wh: tuple[int, int], width: int) -> None:
    (x, y), (w, h) = at, wh
    canvas = np.zeros((200, 200), int)
    for left, top, across, down in strokes.box_edges((x, y, x + w, y + h), width):
        canvas[top + 60 : top + 60 + down, left + 60 : left + 60 + across] += 1
    expected = np.zeros_like(canvas)
    expected[y + 60 : y + 60 + h, x + 60 : x + 60 + w] = 1
    expected[y + 60 + width : y + 60 + h - width, x + 60 + width : x + 60 + w - width] = 0
    inside = np.minimum(canvas, 1)
    if w > 2 * width and h > 2 * width:
        assert np.array_equal(canvas, expected)
    assert not inside[expected == 0].any() or w <= 2 * width or h <= 2 * width


def test_a_one_pixel_box_is_one_pixel() -> None:
    image = layer()
    strokes.stroke_box(image, (3, 5, 4, 6), 7, 2)
    assert image[5, 3] == 7
    assert np.count_nonzero(image) == 1


def test_strokes_far_outside_change_nothing() -> None:
    image = layer()
    strokes.stroke_box(image, (-1e12, -1e12, -1e11, -1e11), 1, 2)
    strokes.stroke_ring(image, np.array([[1e9, 1e9], [2e9, 1e9], [2e9, 2e9]]), 1, 2)
    strokes.thin_cross(image, -500, 700, 10, 2)
    strokes.point_glyph(image, 4000, -20, positive=True, radius=6)
    assert not image.any()


def test_the_cursor_leaves_its_pixel_free_and_shows_light_and_dark() -> None:
    image = layer()
    strokes.thin_cross(image, 20.7, 15.2, 10, 2)
    assert image[15, 20] == 0
    assert {strokes.LIGHT, strokes.DARK} <= set(np.unique(image[15]))


def test_moving_along_an_arm_changes_little_of_it() -> None:
    before, after = layer(), layer()
    strokes.thin_cross(before, 20, 15, 10, 2)
    strokes.thin_cross(after, 21, 15, 10, 2)
    assert np.count_nonzero(before[15] != after[15]) <= 6


def test_plus_and_minus_differ_in_shape_not_only_in_colour() -> None:
    plus, minus = layer(), layer()
    strokes.point_glyph(plus, 20, 15, positive=True, radius=6)
    strokes.point_glyph(minus, 20, 15, positive=False, radius=6)
    assert np.count_nonzero(plus == strokes.LIGHT) > np.count_nonzero(minus == strokes.LIGHT)
    assert plus[15 - 6, 20] == minus[15 - 6, 20] == strokes.DARK


def test_an_outline_is_the_inner_border_and_ignores_the_frames_edge() -> None:
    bits = np.zeros((20, 20), bool)
    bits[5:15, 0:10] = True
    rim = strokes.outline(bits, 1)
    assert rim[5, 3]
    assert rim[8, 9]
    assert not rim[8, 0]
    assert not rim[8, 5]
    assert not (rim & ~bits).any()


def test_hatch_stays_inside_and_is_sparse() -> None:
    bits = np.zeros((120, 120), bool)
    bits[10:110, 10:110] = True
    dots = strokes.hatch(bits, 30, 1)
    assert 0 < dots.sum() < bits.sum() / 100
    assert not (dots & ~bits).any()


def test_an_open_shape_is_dashed() -> None:
    image = layer()
    strokes.stroke_box(image, (2, 2, 38, 28), 5, 2)
    strokes.dash(image, 5)
    assert {5, strokes.DARK} == set(np.unique(image)) - {0}


def test_the_cursor_sprite_is_rimmed_and_open_in_the_middle() -> None:
    sprite = strokes.rimmed_cross(9)
    assert sprite.shape == (19, 19)
    assert sprite[9, 9] == 0
    assert sprite[9, 3] == strokes.LIGHT
    assert sprite[8, 3] == sprite[10, 3] == strokes.DARK


def test_a_handle_has_a_dark_rim() -> None:
    image = layer()
    strokes.handle(image, 10, 10, 4)
    assert image[10, 10] == strokes.LIGHT
    assert image[7, 10] == strokes.DARK


def test_the_table_starts_with_nothing() -> None:
    assert tuple(Inks(((1, 2, 3),)).table()[0]) == (0, 0, 0)


@pytest.mark.parametrize("share", [0.2, 0.35, 0.45, 0.6, 1.0, 3.0])
@pytest.mark.parametrize("period", [6, 24])
def test_dashes_hold_their_share(period: int, share: float) -> None:
    light, dark = strokes.dashes((240, 240), period=period, share=share)
    assert not (light & dark).any()
    assert light.any()
    drawn = (light | dark).mean()
    assert drawn == 1.0 if share >= 1 else 0.1 < drawn <= max(share, 0.26) + 1 / period


def test_no_straight_edge_hides_in_the_gaps() -> None:
    light, dark = strokes.dashes((400, 400), period=24, share=0.4)
    for slope in np.linspace(-3, 3, 121):
        column = np.arange(400)
        row = np.round(200 + slope * (column - 200)).astype(int)
        inside = (row >= 0) & (row < 400)
        seen = (light | dark)[row[inside], column[inside]]
        assert seen.mean() > 0.1


def test_a_halo_lies_around_a_mask() -> None:
    bits = np.zeros((20, 20), bool)
    bits[5:15, 5:15] = True
    around = strokes.halo(bits, 1)
    assert around[4, 8]
    assert not (around & bits).any()
    assert not around[2].any()


def test_the_small_cursor_is_light_and_dark_around_a_free_pixel() -> None:
    image = layer()
    strokes.small_cross(image, 20.5, 15.5)
    assert image[15, 20] == 0
    assert image[15, 19] == image[14, 20] == strokes.LIGHT
    assert image[15, 18] == image[15, 22] == strokes.DARK
    assert image[14, 19] == image[14, 21] == strokes.DARK
    assert np.count_nonzero(image) == 8


CHANNELS = st.integers(0, 255)


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """WCAG 2.1, "contrast ratio"."""

    def luminance(colour: tuple[int, int, int]) -> float:
        shares = [value / 255 for value in colour]
        red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@given(st.tuples(CHANNELS, CHANNELS, CHANNELS))
def test_text_and_dashes_stand_out_from_any_colour(colour: tuple[int, int, int]) -> None:
    assert contrast(colour, FIXED_INKS[strokes.text_ink(colour) - 1]) >= 4.5
    assert contrast(colour, FIXED_INKS[strokes.companion(colour) - 1]) >= 3


def test_dark_lines_have_light_gaps() -> None:
    assert [strokes.companion(colour) for colour in ((0, 114, 178), (0, 0, 90))] == [
        strokes.DARK,
        strokes.LIGHT,
    ]
    dashed = layer()
    strokes.stroke_box(dashed, (2, 2, 30, 20), 5, 2)
    strokes.dash(dashed, 5, strokes.LIGHT)
    assert set(np.unique(dashed)) == {0, 5, strokes.LIGHT}
