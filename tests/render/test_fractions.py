"""Patches in terminals whose cells are no whole pixels."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui.render import fractions

SIZES = st.sampled_from([7.825, 8.0, 8.5, 7.830508474576271, 9.25, 10 / 3 + 5])


def drawn(
    frame: NDArray[np.uint8], patches: list[fractions.Patch], cell: tuple[float, float]
) -> NDArray[np.uint8]:
    """What xterm.js shows: every cell holds a tile of the picture put there last."""
    cols, rows = round(frame.shape[1] / cell[0]), round(frame.shape[0] / cell[1])
    whole = fractions.Patch(0, 0, 0, 0, frame.shape[1], frame.shape[0])
    tiles: dict[tuple[int, int], fractions.Patch] = {}
    for one in [whole, *patches]:
        for row in range(ceil(one.height / cell[1] - 1e-9)):
            for col in range(ceil(one.width / cell[0] - 1e-9)):
                tiles[one.row + row, one.col + col] = one
    screen = np.zeros_like(frame)
    for row in range(rows):
        for col in range(cols):
            one = tiles[row, col]
            sx, sy = floor((col - one.col) * cell[0]), floor((row - one.row) * cell[1])
            dx, dy = floor(col * cell[0]), floor(row * cell[1])
            source = frame[one.y : one.y + one.height, one.x : one.x + one.width]
            tile = source[sy : sy + ceil(cell[1]), sx : sx + ceil(cell[0])][: len(screen) - dy]
            tile = tile[:, : screen.shape[1] - dx]
            screen[dy : dy + tile.shape[0], dx : dx + tile.shape[1]] = tile
    return screen


@given(SIZES, SIZES, st.lists(st.tuples(*[st.integers(0, 11)] * 4), min_size=1, max_size=4))
def test_patches_leave_the_frame_as_it_is(
    width: float, height: float, corners: list[tuple[int, int, int, int]]
) -> None:
    cell = width, height
    wh = floor(12 * width), floor(12 * height)
    frame = np.arange(wh[0] * wh[1], dtype=np.uint64).reshape(wh[1], wh[0]) * 2654435761 % 251 + 1
    runs = [(min(a, b), min(c, d), max(c, d) + 1, abs(a - b) + 1) for a, b, c, d in corners]
    patches = [fractions.patch(run, cell, wh) for run in runs]
    assert np.array_equal(drawn(frame.astype(np.uint8), patches, cell), frame)


@given(SIZES, st.integers(0, 40), st.integers(1, 20))
def test_a_patch_covers_what_was_asked_for(size: float, first: int, count: int) -> None:
    start = fractions.start_in_line(first, first + count, size)
    assert 0 <= start <= first


def test_whole_pixels_need_no_extension() -> None:
    assert fractions.patch((3, 5, 7, 2), (8.0, 15.0), (960, 450)) == fractions.Patch(5, 3, 40, 45, 16, 30)


@pytest.mark.parametrize(("x", "col"), [(0, 0), (6, 0), (7, 1), (15, 2), (938, 119)])
def test_a_pixel_belongs_to_the_cell_that_shows_it(x: int, col: int) -> None:
    changed = np.zeros((450, 939), bool)
    changed[30, x] = True
    cells = fractions.changed_cells(changed, (7.825, 15.0))
    assert cells.shape == (30, 120)
    assert np.argwhere(cells).tolist() == [[2, col]]
