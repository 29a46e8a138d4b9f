"""Sixel pictures on a screen: what each kind of terminal makes of them.

Two things are kept: the window's pixels, which is what a person sees, and, where a terminal keeps pictures
in a number of slots (xterm), the pictures themselves, which is what it redraws from when its window is
uncovered. xterm gives up the picture whose top row is highest when a new one finds no free slot
(`get_new_graphic` in ThomasDickey/xterm-snapshots `graphics.c`); its pixels stay until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terminal.paint import onto
from terminal.pen import BACKGROUND
from terminal.sixel import BAND, SixelPicture


@dataclass(frozen=True, slots=True)
class SixelLimits:
    """What a terminal can hold, and how it paints.

    `max_wh` is the largest picture (width, height), `slots` how many it keeps. Not `see_through`: pixels
    that a picture leaves out are black, to the end of the cells it touches (mlterm, konsole). `bands`: all
    six rows of the last band are painted (konsole). `replaces`: a cell belongs to one picture only, so that
    the one below shows nowhere in the cells of a later one (xterm.js). `whole_cells`: a picture with holes
    that ends within a cell where another goes on mixes up the rows of both (foot 1.21).
    """

    max_wh: tuple[int, int] | None = None
    slots: int | None = None
    see_through: bool = True
    bands: bool = False
    replaces: bool = False
    whole_cells: bool = False


class SixelPlane:
    """The sixel pixels of one screen of `wh` pixels; `report` takes what went wrong."""

    def __init__(
        self,
        limits: SixelLimits,
        cell: tuple[int, int],
        wh: tuple[int, int],
        report: Callable[[str], None],
    ) -> None:
        self.limits, self.cell = limits, cell
        self.pictures: list[SixelPicture] = []
        self.lost: list[str] = []
        """Pictures given up while they were to be seen: the next expose misses them."""
        self._window = np.zeros((wh[1], wh[0], 4), np.uint8)
        self._report = report
        self._serial = 0

    @property
    def window(self) -> NDArray[np.uint8]:
        """What a person sees of all sixels, RGBA [H, W, 4]."""
        return self._window

    def add(self, body: bytes, *, row: int, col: int) -> int | None:
        """Paint a picture with its top left at a cell.

        Returns its height in pixels, None when it is not shown.
        """
        picture = SixelPicture(
            body, x=col * self.cell[0], y=row * self.cell[1], see_through=self.limits.see_through
        )
        width, height = picture.wh
        for error in picture.errors:
            self._report(error)
        if self.limits.max_wh and (width > self.limits.max_wh[0] or height > self.limits.max_wh[1]):
            self._report(f"sixel of {width}x{height} pixels is over {self.limits.max_wh}: it is not shown")
            return None
        if not self.limits.see_through:
            picture.pad(self._padding(width, height), BACKGROUND)
        if self.limits.whole_cells and self._splits_a_cell(picture):
            self._report(f"sixel of {width}x{height} pixels ends within a cell of another")
        if self.limits.slots:
            self._keep(picture, self.limits.slots)
        self._paint(picture)
        return height

    def erase(self, left: int, top: int, right: int, bottom: int) -> None:
        """Text was written into a half-open block of screen pixels."""
        self._window[max(0, top) : bottom, max(0, left) : right] = 0
        for picture in self.pictures:
            picture.erase(left, top, right, bottom)

    def scroll(self, pixels: int) -> None:
        """The page moved up."""
        moved = np.zeros_like(self._window)
        if pixels < len(moved):
            moved[: len(moved) - pixels] = self._window[pixels:]
        self._window = moved
        for picture in self.pictures:
            picture.y -= pixels

    def resize(self, wh: tuple[int, int]) -> None:
        """The window has another size: what fits stays."""
        window = np.zeros((wh[1], wh[0], 4), np.uint8)
        height, width = min(wh[1], len(self._window)), min(wh[0], self._window.shape[1])
        window[:height, :width] = self._window[:height, :width]
        self._window = window

    def expose(self) -> None:
        """The window was uncovered: draw it again from what is stored."""
        if self.limits.slots:
            self._window[:] = 0
            for picture in sorted(self.pictures, key=lambda one: one.serial):
                self._paint(picture)

    def clear(self) -> None:
        """Forget everything."""
        self._window[:] = 0
        self.pictures.clear()

    def _padding(self, width: int, height: int) -> tuple[int, int]:
        """Columns and rows of pixels painted beyond the picture."""
        if self.limits.bands:
            return -width % self.cell[0], -height % BAND
        return -width % self.cell[0], -height % self.cell[1]

    def _splits_a_cell(self, picture: SixelPicture) -> bool:
        """Whether a picture with holes leaves pixels of others in its last cells beyond its edge."""
        if (picture.rgba()[..., 3] > 0).all():
            return False
        right, bottom = picture.x + picture.wh[0], picture.y + picture.wh[1]
        cell_right, cell_bottom = right + -right % self.cell[0], bottom + -bottom % self.cell[1]
        below = self._window[bottom:cell_bottom, picture.x : cell_right, 3]
        beside = self._window[picture.y : cell_bottom, right:cell_right, 3]
        return bool(below.any() or beside.any())

    def _paint(self, picture: SixelPicture) -> None:
        rgba = picture.rgba()
        if self.limits.replaces:
            (width, height), (cell_w, cell_h) = picture.wh, self.cell
            right, bottom = picture.x + width, picture.y + height
            self._window[picture.y : bottom + -bottom % cell_h, picture.x : right + -right % cell_w] = 0
        onto(self._window, rgba, picture.x, picture.y)

    def _keep(self, picture: SixelPicture, slots: int) -> None:
        self._serial += 1
        picture.serial = self._serial
        if len(self.pictures) < slots:
            self.pictures.append(picture)
            return
        slot = min(range(slots), key=lambda at: self.pictures[at].y)
        lost, self.pictures[slot] = self.pictures[slot], picture
        if self._missed(lost):
            self.lost.append(f"too many sixel pictures: the one at row {lost.y // self.cell[1]} is lost")

    def _missed(self, lost: SixelPicture) -> bool:
        """Whether pixels of a dropped picture are still to be seen: the next expose would miss them."""
        seen = lost.rgba()[..., 3] > 0
        for later in self.pictures:
            if later.serial > lost.serial:
                x0, y0 = max(lost.x, later.x), max(lost.y, later.y)
                cover = later.rgba()[..., 3] > 0
                x1 = min(lost.x + seen.shape[1], later.x + cover.shape[1])
                y1 = min(lost.y + seen.shape[0], later.y + cover.shape[0])
                if x0 < x1 and y0 < y1:
                    cover = cover[y0 - later.y : y1 - later.y, x0 - later.x : x1 - later.x]
                    seen[y0 - lost.y : y1 - lost.y, x0 - lost.x : x1 - lost.x] &= ~cover
        return bool(seen.any())
