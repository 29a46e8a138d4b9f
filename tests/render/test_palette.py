"""Colours reduced."""

from __future__ import annotations

import numpy as np

from render.drawn import PHOTO
from tui.render import palette


def test_a_photos_palette_is_close_to_the_photo() -> None:
    reduced = palette.photo_palette(PHOTO.rgb)
    assert len(reduced.colours) <= palette.PHOTO_COLOURS
    shown = reduced.colours[reduced.indices(PHOTO.rgb)].astype(int)
    assert np.abs(shown - PHOTO.rgb).mean() < 6


def test_black_is_always_in_it() -> None:
    reduced = palette.photo_palette(np.full((10, 10, 3), 250, np.uint8))
    assert tuple(reduced.colours[reduced.indices(np.zeros((1, 1, 3), np.uint8))[0, 0]]) == (0, 0, 0)


def test_fixed_colours_come_out_as_themselves() -> None:
    colours = np.array([[255, 0, 0], [0, 0, 0], [95, 135, 175], [255, 255, 255]], np.uint8)
    assert palette.xterm_256(colours).tolist() == [196, 16, 67, 231]
    assert palette.ansi_16(colours[[0, 1, 3]]).tolist() == [9, 0, 15]


def test_luminance_orders_white_grey_black() -> None:
    light = palette.luminance(np.array([[255, 255, 255], [128, 128, 128], [0, 0, 0]], np.uint8))
    assert light.tolist() == sorted(light.tolist(), reverse=True)
    assert light[2] == 0


def test_a_small_thing_of_a_rare_colour_keeps_it() -> None:
    rgb = PHOTO.rgb.copy()
    rgb[100:112, 100:112] = (230, 10, 20)
    reduced = palette.photo_palette(rgb)
    shown = reduced.colours[reduced.indices(rgb[104:108, 104:108])].astype(int)
    assert np.abs(shown - (230, 10, 20)).max() < 40


def test_colours_the_256_hold_exactly_have_their_number() -> None:
    assert palette.EXACT_256[0xFFFFFF] == 231
    assert palette.EXACT_256[0] == 16
    assert palette.EXACT_256[0x080808] == 232
    assert 0x010203 not in palette.EXACT_256


def test_what_a_terminal_of_few_colours_shows() -> None:
    assert palette.nearest_shown((0, 130, 0), "truecolor") == (0, 130, 0)
    assert palette.nearest_shown((0, 130, 0), "16") == (0, 205, 0)
    assert palette.nearest_shown((0, 130, 0), "256") == (0, 135, 0)
    assert palette.nearest_shown((9, 9, 9), "256") == (8, 8, 8)
