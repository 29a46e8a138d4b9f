"""Scenes as pixels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.drawn import CANVAS, FULL, MASKED, PHOTO, PLAIN, YELLOW, disc_mask
from tui.render import compose, strokes
from tui.render.scene import MaskMark, Photo, PointMark, Scene, View

WH = (400, 360)
PEN = compose.pen_for(CANVAS.cell)


def squares(side: int = 8) -> Photo:
    """A photo whose pixels are all different."""
    red, green = np.meshgrid(np.arange(side) * 20, np.arange(side) * 20)
    return Photo("squares", np.stack([red, green, red ^ green], axis=-1).astype(np.uint8))


def test_at_scale_one_the_photo_is_itself() -> None:
    frame = compose.photo_frame(PHOTO, View(0, 0, 1), WH)
    assert np.array_equal(frame[:300, :400], PHOTO.rgb)
    assert not frame[300:].any()


def test_a_whole_pixel_pan_shifts_and_pads_with_black() -> None:
    frame = compose.photo_frame(PHOTO, View(-10, 20, 1), WH)
    assert np.array_equal(frame[:280, 10:400], PHOTO.rgb[20:, :390])
    assert not frame[:, :10].any()


def test_far_in_pixels_are_squares_in_the_right_place() -> None:
    photo = squares()
    frame = compose.photo_frame(photo, View(2, 1, 10), (40, 30))
    for row in range(3):
        for col in range(4):
            block = frame[row * 10 : row * 10 + 10, col * 10 : col * 10 + 10].reshape(-1, 3)
            assert (block == photo.rgb[1 + row, 2 + col]).all()


def test_shrinking_averages() -> None:
    rgb = np.zeros((64, 64, 3), np.uint8)
    rgb[:, ::2] = 200
    frame = compose.photo_frame(Photo("lines", rgb), View(0, 0, 0.25), (16, 16))
    assert np.abs(frame.astype(int) - 100).max() <= 2


def test_a_ramp_keeps_its_place_at_any_scale() -> None:
    ramp = np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 50, axis=0).repeat(3, axis=2)
    for scale in (0.37, 0.81, 1.0, 1.7, 2.6):
        frame = compose.photo_frame(Photo("ramp", ramp), View(20.4, 3.3, scale), (60, 20))
        centres = 20.4 + (np.arange(60) + 0.5) / scale - 0.5
        inside = (centres > 21) & (centres < 198)
        assert np.abs(frame[10, inside, 0] - centres[inside]).max() <= 1.01


def test_a_photo_wider_than_cv2_can_warp_is_shown() -> None:
    rgb = np.full((4, 40_000, 3), 90, np.uint8)
    frame = compose.photo_frame(Photo("wide", rgb), View(35_000, 0, 1), (50, 4))
    assert (frame == 90).all()


@pytest.mark.parametrize("view", [View(5000, 0, 1), View(0, -5000, 1), View(-1e9, 0, 100)])
def test_a_photo_out_of_sight_is_black(view: View) -> None:
    assert not compose.photo_frame(PHOTO, view, WH).any()


@given(x=st.floats(-500, 500), y=st.floats(-500, 500), scale=st.floats(0.01, 200), side=st.integers(1, 50))
def test_any_view_gives_a_frame_of_the_right_size(x: float, y: float, scale: float, side: int) -> None:
    assert compose.photo_frame(PHOTO, View(x, y, scale), (side, side)).shape == (side, side, 3)


def test_no_photo_is_a_black_frame() -> None:
    assert not compose.photo_frame(None, View(0, 0, 1), (10, 10)).any()


def test_the_mask_lies_where_its_disc_is() -> None:
    bits = compose.mask_bits(MASKED, MaskMark(disc_mask(), YELLOW), WH, WH)
    y, x = np.nonzero(bits)
    assert abs(x.mean() - 199.5) < 0.5
    assert abs(y.mean() - 149.5) < 0.5
    assert abs(bits.sum() - np.pi * 90**2) < 300


def test_the_mask_ends_where_the_photo_ends() -> None:
    scene = replace(PLAIN, photo=Photo("half", PHOTO.rgb[:150]))
    bits = compose.mask_bits(scene, MaskMark(disc_mask(), YELLOW), WH, WH)
    assert bits[:150].any()
    assert not bits[150:].any()


def test_layers_stack_mask_shapes_points_cursor() -> None:
    inks = compose.scene_inks(FULL)
    layer = compose.overlay(FULL, WH, inks, PEN)
    assert layer[30, 60] == inks.number((0, 160, 255))
    assert layer[160, 60] == strokes.LIGHT
    assert layer[150, 195] in (strokes.LIGHT, strokes.DARK)
    assert layer[150, 200] == 0


def test_a_point_covers_a_shape_and_the_cursor_covers_a_point() -> None:
    scene = replace(PLAIN, points=(PointMark(200, 150, False),))
    layer = compose.overlay(scene, WH, compose.scene_inks(scene), PEN)
    assert layer[145, 200] in (strokes.LIGHT, strokes.DARK)
    assert layer[147, 203] == strokes.NEGATIVE


def test_shapes_follow_the_view() -> None:
    zoomed = replace(FULL, view=View(10, 20, 2), mask=None, points=(), cursor=None)
    layer = compose.overlay(zoomed, WH, compose.scene_inks(zoomed), PEN)
    assert layer[20, 100] == compose.scene_inks(zoomed).number((0, 160, 255))


def test_the_frame_differs_from_the_photo_only_at_marks() -> None:
    frame = compose.rgb_frame(FULL, WH, PEN)
    layer = compose.overlay(FULL, WH, compose.scene_inks(FULL), PEN)
    photo = compose.photo_frame(PHOTO, FULL.view, WH)
    assert np.array_equal(frame[layer == 0], photo[layer == 0])


def test_inks_are_shared_by_the_scenes_of_an_update() -> None:
    assert compose.scene_inks(None, FULL).colours == compose.scene_inks(FULL, PLAIN).colours
    empty = Scene(canvas=CANVAS, photo=None, view=View(0, 0, 1))
    assert compose.scene_inks(empty).colours == strokes.FIXED_INKS


def test_changed_cells_round_outwards() -> None:
    changed = np.zeros((45, 33), bool)
    changed[20, 9] = changed[44, 32] = True
    cells = compose.changed_cells(changed, (10, 20))
    assert cells.shape == (3, 4)
    assert sorted(zip(*map(np.ndarray.tolist, np.nonzero(cells)), strict=True)) == [(1, 0), (2, 3)]


def test_marks_grow_with_the_cells_of_a_dense_screen() -> None:
    assert compose.pen_for((20, 40)).line == 2 * compose.pen_for((10, 20)).line


def test_a_mask_without_thrift_is_closed_and_has_a_dark_edge() -> None:
    layer = compose.overlay(MASKED, WH, compose.scene_inks(MASKED), PEN)
    bits = compose.mask_bits(MASKED, MaskMark(disc_mask(), YELLOW), WH, WH)
    rim = strokes.outline(bits, PEN.rim)
    assert (layer[rim] == compose.scene_inks(MASKED).number(YELLOW)).all()
    assert (layer[strokes.halo(bits, PEN.rim)] == strokes.DARK).mean() > 0.95


def test_a_thrifty_pen_dashes_large_outlines_only() -> None:
    small, large = (replace(MASKED, mask=MaskMark(disc_mask(radius=r), YELLOW)) for r in (25, 140))
    drawn = []
    for scene in (small, large):
        assert scene.mask is not None
        bits = compose.mask_bits(scene, scene.mask, WH, WH)
        layer = np.zeros(bits.shape, np.uint8)
        compose.paint_mask(layer, bits, (9, strokes.DARK), replace(PEN, hatch=0, thrift=400))
        drawn.append(np.count_nonzero(layer) / np.count_nonzero(strokes.outline(bits, PEN.rim)))
    assert drawn[0] == 1.0
    assert drawn[1] < 0.6


def test_the_selected_shape_has_a_dark_edge() -> None:
    layer = compose.overlay(FULL, WH, compose.scene_inks(FULL), PEN)
    assert layer[150, 219] == layer[150, 222] == strokes.DARK
    assert layer[150, 220] == compose.scene_inks(FULL).number((255, 0, 160))
