"""Where kitty's pictures lie on the screen: at a cell, at another placement, or in placeholder cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from terminal.placeholders import Shown

Key = tuple[int, int]
"""Picture id and placement id."""

BELOW_BACKGROUNDS = -(2**30)
"""A placement with a lower z is hidden by cells that have a background colour."""

PLACEHOLDER_Z = -1
"""Pictures in placeholder cells lie under the text and above backgrounds."""

DEEPEST = 8
"""Parents in a row that a terminal has to support, and no more."""


@dataclass(slots=True)
class Placement:
    """A picture on the screen. `source` is x, y, w, h of the part shown; `X`, `Y` pixels into the cell.

    With a `parent` the cell is its cell and `H`, `V` columns and rows more. A `virtual` placement is shown by
    placeholder cells only.
    """

    image: int
    id: int
    row: int
    col: int
    X: int = 0
    Y: int = 0
    cols: int = 0
    rows: int = 0
    source: tuple[int, int, int, int] = (0, 0, 0, 0)
    z: int = 0
    virtual: bool = False
    parent: Key | None = None
    H: int = 0
    V: int = 0
    holes: set[tuple[int, int]] = field(default_factory=set)
    """Rows and columns of cells that text was written into, where terminals keep pictures in cells."""

    @property
    def key(self) -> Key:
        return self.image, self.id


@dataclass(frozen=True, slots=True)
class Layer:
    """A picture as it is to be painted: screen pixels of its half-open block, and RGBA [h, w, 4]."""

    z: int
    left: int
    top: int
    right: int
    bottom: int
    rgba: NDArray[np.uint8] = field(compare=False)
    holes: tuple[tuple[int, int], ...] = ()
    """Cells (row, column) that are cut out."""


def lineage(placed: Placement, placements: Mapping[Key, Placement]) -> list[Placement]:
    """The placement, its parent, its parent's parent ..., as far as they are there."""
    line = [placed]
    while line[-1].parent is not None and line[-1].parent in placements and len(line) <= DEEPEST + 1:
        line.append(placements[line[-1].parent])
    return line


def origin(
    placed: Placement, placements: Mapping[Key, Placement], shown: Iterable[Shown]
) -> tuple[int, int] | None:
    """Row and column of a placement's cell; None while the one it hangs on is nowhere to be seen."""
    line = lineage(placed, placements)
    root = line[-1]
    row, col = sum(p.V for p in line[:-1]), sum(p.H for p in line[:-1])
    if not root.virtual:
        return root.row + row, root.col + col
    cells = [cell for cell in shown if stands_for(cell, root)]
    if not cells:
        return None
    return min(cell.row for cell in cells) + row, min(cell.col for cell in cells) + col


def stands_for(cell: Shown, placed: Placement) -> bool:
    """Whether a placeholder cell shows this virtual placement."""
    return cell.image == placed.image and cell.placement in (0, placed.id)


def crop(placed: Placement, rgba: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """x, y, width, height of the part of the picture that is shown."""
    height, width = rgba.shape[:2]
    x, y, w, h = placed.source
    x, y = min(x, width), min(y, height)
    return x, y, min(w or width, width - x), min(h or height, height - y)


def block(
    placed: Placement,
    at: tuple[int, int],
    size: tuple[int, int],
    cell: tuple[int, int],
    *,
    from_offset: bool = False,
) -> tuple[int, int, int, int]:
    """Screen pixels of a placement at a row and column: with columns or rows given its far edges are those
    of the cells, or (`from_offset`) it has their size. `size` is the width and height of the part shown.
    """
    (row, col), (width, height), (cell_w, cell_h) = at, size, cell
    left, top = col * cell_w + placed.X, row * cell_h + placed.Y
    right, bottom = left + width, top + height
    if placed.cols:
        right = (col + placed.cols) * cell_w + placed.X * from_offset
    if placed.rows:
        bottom = (row + placed.rows) * cell_h + placed.Y * from_offset
    if placed.cols and not placed.rows:
        bottom = top + round((right - left) * height / max(1, width))
    if placed.rows and not placed.cols:
        right = left + round((bottom - top) * width / max(1, height))
    return left, top, right, bottom


def placeholder_layers(
    placed: Placement, rgba: NDArray[np.uint8], shown: Iterable[Shown], cell: tuple[int, int]
) -> list[Layer]:
    """The parts of a virtual placement that its cells show; the picture is fitted into its block."""
    cells = [one for one in shown if stands_for(one, placed)]
    if not cells:
        return []
    (cell_w, cell_h), (height, width) = cell, rgba.shape[:2]
    cols, rows = placed.cols or -(-width // cell_w), placed.rows or -(-height // cell_h)
    scale = min(cols * cell_w / width, rows * cell_h / height)
    wh = max(1, round(width * scale)), max(1, round(height * scale))
    fitted = np.zeros((rows * cell_h, cols * cell_w, 4), np.uint8)
    left, top = (fitted.shape[1] - wh[0]) // 2, (fitted.shape[0] - wh[1]) // 2
    fitted[top : top + wh[1], left : left + wh[0]] = cv2.resize(rgba, wh, interpolation=cv2.INTER_LINEAR)
    layers = []
    for one in cells:
        x, y = one.picture_col * cell_w, one.picture_row * cell_h
        part = fitted[y : y + cell_h, x : x + cell_w]
        if part.size:
            x0, y0 = one.col * cell_w, one.row * cell_h
            layers.append(Layer(PLACEHOLDER_Z, x0, y0, x0 + cell_w, y0 + cell_h, part))
    return layers
