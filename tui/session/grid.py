"""The keyboard laid over the picture: each key means the part of the visible image under it.

Ten columns and four rows, as the keys lie under the fingers, so there is nothing to read; where the cells are
single pixels and do not fit that shape, they take the keys in reading order. Five keys then reach any pixel
of a 4000 x 3000 image: four leave 1 x 12 pixels (10 x 10 x 10 x 10 and 4 x 4 x 4 x 4), the fifth names one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from tui.types.shapes import Box

if TYPE_CHECKING:
    from tui.session.state import Mode, Viewport

COLUMNS, ROWS = 10, 4
KEYS = "1234567890qwertyuiopasdfghjkl;zxcvbnm,./"
"""The keys of the cells in reading order."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid over `area`, whole image pixels; `trail` are the areas it was narrowed from.

    `back`, `view` and `cursor` are what was there when the grid was opened.
    """

    area: Box
    back: Mode
    view: Viewport
    cursor: tuple[float, float]
    trail: tuple[Box, ...] = ()

    def narrowed(self, area: Box) -> Grid:
        """The grid over one of its cells."""
        return replace(self, area=area, trail=(*self.trail, self.area))

    def widened(self) -> Grid:
        """The grid before the last key."""
        return replace(self, area=self.trail[-1], trail=self.trail[:-1])


def whole_pixels(box: Box) -> Box:
    """The image pixels that a box touches."""
    return Box(floor(box.x0), floor(box.y0), ceil(box.x1), ceil(box.y1))


def cells(area: Box) -> dict[str, Box]:
    """The cell of each key: whole pixels that tile `area`. Keys without a cell are left out."""
    width, height = round(area.width), round(area.height)
    if width * height <= len(KEYS) and (width > COLUMNS or height > ROWS):
        pixels = [(x, y) for y in range(height) for x in range(width)]
        return {
            key: Box(area.x0 + x, area.y0 + y, area.x0 + x + 1, area.y0 + y + 1)
            for key, (x, y) in zip(KEYS, pixels, strict=False)
        }
    across, down = _cuts(width, COLUMNS), _cuts(height, ROWS)
    return {
        KEYS[COLUMNS * row + column]: Box(area.x0 + x0, area.y0 + y0, area.x0 + x1, area.y0 + y1)
        for row, (y0, y1) in enumerate(pairwise(down))
        for column, (x0, x1) in enumerate(pairwise(across))
    }


def _cuts(size: int, most: int) -> list[int]:
    """Where `size` pixels are cut into at most `most` parts, none larger than another by more than one."""
    parts = max(1, min(size, most))
    return [size * part // parts for part in range(parts + 1)]
