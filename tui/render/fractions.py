"""Cells whose size is no whole number of pixels, as xterm.js has them (VS Code, web terminals).

Such a terminal puts the k-th column of a picture that begins in column c at pixel floor((c + k) * width) and
takes it from the picture's pixel floor(k * width); rows likewise. Columns stay in line with the whole frame
only where both floors agree, so a patch begins further left, or higher, until they do. The rule is that of
`ImageRenderer.draw` and `ImageStorage.addImage` in @xterm/addon-image 0.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

Cell = tuple[float, float]
"""Width and height of a cell in pixels."""


@dataclass(frozen=True, slots=True)
class Patch:
    """Whole cells of a frame: the cell it begins in, and its pixels `x`, `y`, `width`, `height`."""

    col: int
    row: int
    x: int
    y: int
    width: int
    height: int


def changed_cells(changed: NDArray[np.bool_], cell: Cell) -> NDArray[np.bool_]:
    """Which cells hold a changed pixel; `changed` is [h, w], the result [rows, cols]."""
    rows, cols = _starts(changed.shape[0], cell[1]), _starts(changed.shape[1], cell[0])
    return np.asarray(np.logical_or.reduceat(np.logical_or.reduceat(changed, rows, axis=0), cols, axis=1))


def patch(run: tuple[int, int, int, int], cell: Cell, wh: tuple[int, int]) -> Patch:
    """The smallest patch over a run of cells (row, first column, end column, rows) that stays in line with a
    frame of `wh` pixels.
    """
    row, first, last, rows = run
    col, top = start_in_line(first, last, cell[0]), start_in_line(row, row + rows, cell[1])
    x, y = floor(col * cell[0]), floor(top * cell[1])
    width, height = floor((last - col) * cell[0]), floor((row + rows - top) * cell[1])
    return Patch(col, top, x, y, min(width, wh[0] - x), min(height, wh[1] - y))


def start_in_line(first: int, end: int, size: float) -> int:
    """The last cell at or before `first` from which a patch up to `end` has no cell out of line."""
    for start in range(first, 0, -1):
        origin = floor(start * size)
        if all(origin + floor(k * size) == floor((start + k) * size) for k in range(1, end - start + 1)):
            return start
    return 0


def _starts(length: int, size: float) -> NDArray[np.intp]:
    starts = np.floor(np.arange(int(length / size) + 2) * size).astype(np.intp)
    return np.asarray(starts[starts < length], np.intp)
