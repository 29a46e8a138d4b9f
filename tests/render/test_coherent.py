"""Palette indices that neighbours share."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from render.drawn import PHOTO
from tui.render import coherent, palette, sixels

REDUCED = palette.photo_palette(PHOTO.rgb)


def test_the_picture_stays_close_to_the_photo() -> None:
    shown = REDUCED.colours[coherent.coherent_indices(PHOTO.rgb, REDUCED)].astype(int)
    assert np.abs(shown - PHOTO.rgb).mean() < 6
    assert np.abs(shown - PHOTO.rgb).max() < 60


def test_it_costs_much_less_than_the_nearest_colours() -> None:
    nearest = REDUCED.indices(PHOTO.rgb)
    shared = coherent.coherent_indices(PHOTO.rgb, REDUCED)
    assert len(sixels.encode(shared, REDUCED.colours)) < 0.8 * len(sixels.encode(nearest, REDUCED.colours))


def test_black_beside_the_photo_stays_black() -> None:
    frame = np.zeros((300, 500, 3), np.uint8)
    frame[:, 50:450] = PHOTO.rgb
    index = coherent.coherent_indices(frame, REDUCED)
    assert not index[:, :48].any()
    assert not index[:, 452:].any()


def test_busyness_tells_smooth_ground_from_texture() -> None:
    frame = np.full((60, 120, 3), 90, np.uint8)
    frame[:, 60:] = np.random.default_rng(1).integers(0, 255, (60, 60, 1))
    level = coherent.busyness(frame)
    assert (level[:, :50] == 0).all()
    assert (level[:, 70:] == 2).all()


@given(height=st.integers(1, 9), width=st.integers(1, 9), seed=st.integers(0, 50))
def test_frames_of_any_size_keep_their_size(height: int, width: int, seed: int) -> None:
    frame = np.random.default_rng(seed).integers(0, 255, (height, width, 3)).astype(np.uint8)
    index = coherent.coherent_indices(frame, REDUCED)
    assert index.shape == (height, width)
    assert index.max() < len(REDUCED.colours)
