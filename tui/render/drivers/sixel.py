"""Sixel pictures: the whole canvas once, then only what changed.

Frames are palette indices, so that two of them can be compared: 240 colours belong to the photo (chosen once
per photo), 15 to the marks above it. Where unset pixels of a sixel leave the screen alone (xterm, foot), an
update is one picture of the changed pixels; elsewhere (quirk `sixel-opaque`) it is opaque runs of cells.

Changed pixels cost their colour, those of a mask's outline twice: drawn and, when it is gone, the photo's. A
key that changes the mask is answered with dashes of it; the rest of the outline, dots inside, and what is
left of the mask before follow as a refinement, when no newer scene waits.

The last row of the screen must stay free: a sixel that reaches it scrolls the screen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from tui.render import compose, fractions, palette, sixels
from tui.render.coherent import coherent_indices
from tui.render.compose import Pen
from tui.render.palette import PhotoPalette
from tui.render.scene import Canvas, Photo, Scene, View
from tui.render.strokes import Inks, Rect
from tui.render.terminal import Terminal

MARK_COLOURS = 15
PATCHES_BEFORE_SUMMARY = 10
FRUGAL_COLOURS = 24
"""Colours of a photo on a slow line: half of the bytes."""
MASK_PIXELS = 700
"""Pixels of a mask outline that are drawn at once: some seven bytes each by the time they are gone again."""

REST_S = 0.15
"""A key held down repeats faster than this."""

CLOSED = 1_000_000
DOTS = 32
"""Distance of the dots inside a mask, of the fill that has one every so many pixels."""

SLOTS = 16
"""Pictures that xterm keeps."""

PIECE = 32_000
"""Bytes of a refinement: what a slow line takes in one go."""

_FIRST_MARK = palette.PHOTO_COLOURS - 1


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """Palette indices uint8 [h, w] of a scene, in the numbering that `inks` gives its marks.

    `whole`: the mask's outline is closed. Where it is not, the frame on the screen may hold what is left of
    another mask.
    """

    scene: Scene
    inks: Inks
    index: NDArray[np.uint8]
    whole: bool


class SixelDriver:
    """Draws with sixel; see the module's text for how.

    xterm (quirk `sixel-slots-16`) keeps 16 pictures and gives up the one whose top row is highest; its pixels
    vanish at the next expose. Patches are therefore anchored one row above the photo (which a canvas in the
    screen's first row cannot have), so that it is always an old patch that goes; every tenth patch repeats
    everything drawn since the full frame, so that no lost one is missed.

    `low_bandwidth` gives photos fewer colours.
    """

    def __init__(self, terminal: Terminal, *, low_bandwidth: bool = False) -> None:
        self._photo_colours = FRUGAL_COLOURS if low_bandwidth else palette.PHOTO_COLOURS
        self._frugal = low_bandwidth
        self._opaque = "sixel-opaque" in terminal.quirks
        self._exact_cell = terminal.exact_cell
        self._whole_bands = "sixel-bands" in terminal.quirks
        self._slots = "sixel-slots-16" in terminal.quirks
        self._limit = 1000 if "sixel-max-1000" in terminal.quirks else None
        self._palette: tuple[str, PhotoPalette] | None = None
        self._base: tuple[tuple[str, View, tuple[int, int]], NDArray[np.uint8]] | None = None
        self._frame: _Frame | None = None
        self._full: _Frame | None = None
        self._composed: _Frame | None = None
        self._patches = 0

    @property
    def name(self) -> str:
        return "sixel"

    @property
    def under_text(self) -> bool:
        return False

    @property
    def rest_s(self) -> float:
        return REST_S

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        """Every pixel of the cells, less what the terminal cannot show; whole bands of six rows."""
        cell = self._cell(canvas)
        width, height = floor(canvas.cols * cell[0]), floor(canvas.rows * cell[1])
        if self._limit is not None:
            width, height = min(width, self._limit), min(height, self._limit - canvas.cell[1])
        return width, height - height % sixels.BAND

    def update(self, old: Scene | None, new: Scene) -> bytes:
        """A full frame when nothing is shown, the canvas moved or the view changed; else the changes."""
        if 0 in self.device_wh(new.canvas):
            return b""
        inks = compose.scene_inks(old, new, limit=MARK_COLOURS)
        if old is None or old.canvas != new.canvas or not _same_photo(old, new):
            return self._paint(new, inks)
        shown = self._frame if self._frame is not None and self._frame.scene is old else None
        whole = (shown is None or shown.whole) and (self._opaque or _same_mask(old, new))
        before, after = self._compose(old, inks, whole=whole), self._compose(new, inks, whole=whole)
        changed = before.index != after.index
        screen = before.index if whole or shown is None else _renumbered(shown, inks)
        self._composed = after
        self._frame = replace(after, index=np.where(changed, after.index, screen))
        if not changed.any():
            return b""
        if self._opaque:
            return self._runs(changed, after)
        return self._patch(changed, self._frame, most=SLOTS - 2)

    def restore(self, scene: Scene, cells: NDArray[np.bool_]) -> bytes:
        """One picture of these cells, or opaque runs of them; the rest of a picture is see-through."""
        canvas, whole = self.placed(scene.canvas), scene.canvas
        wh = self.device_wh(whole)
        row, col = canvas.row - whole.row, canvas.col - whole.col
        inside = cells[row : row + canvas.rows, col : col + canvas.cols]
        if 0 in wh or not inside.any():
            return b""
        frame = self._frame
        if frame is None or frame.scene is not scene:
            frame = self._compose(scene, compose.scene_inks(scene, limit=MARK_COLOURS), whole=True)
        pixels = _pixels_of(inside, self._cell(whole), wh)
        return self._runs(pixels, frame) if self._opaque else self._picture(pixels, frame)

    def refine(self, scene: Scene) -> bytes:
        """What a key that changed the mask left out, and for xterm a summary; see the module's text."""
        frame = self._frame
        if self._opaque or frame is None or frame.scene is not scene:
            return b""
        after = self._compose(scene, frame.inks, whole=True)
        changed = frame.index != after.index
        if not changed.any() and not self._summary_due(PATCHES_BEFORE_SUMMARY):
            self._frame = after
            return b""
        patches = self._patches
        while len(piece := self._patch(changed, after, most=PATCHES_BEFORE_SUMMARY)) > PIECE:
            rows = np.flatnonzero(changed.any(axis=1))
            changed[rows[len(rows) // 2] :] = False
            self._patches = patches
        self._frame = replace(after, index=np.where(changed, after.index, frame.index), whole=False)
        return piece

    def hide(self, old: Scene) -> bytes:
        """Write blanks over the canvas: text erases a sixel in every terminal."""
        canvas = old.canvas
        self._full = None
        blank = " " * canvas.cols
        rows = (f"\x1b[{canvas.row + row + 1};{canvas.col + 1}H{blank}" for row in range(canvas.rows))
        return f"\x1b7\x1b[m{''.join(rows)}\x1b8".encode()

    def erase(self) -> bytes:
        """Blank the last frame; the terminal stores nothing beyond it."""
        frame, self._frame = self._frame, None
        return self.hide(frame.scene) if frame is not None else b""

    def placed(self, canvas: Canvas) -> Canvas:
        """In the middle where the terminal cannot fill the canvas."""
        (width, height), cell = self.device_wh(canvas), self._cell(canvas)
        cols, rows = min(canvas.cols, ceil(width / cell[0])), min(canvas.rows, ceil(height / cell[1]))
        aside, above = (canvas.cols - cols) // 2, (canvas.rows - rows) // 2
        return replace(canvas, col=canvas.col + aside, row=canvas.row + above, cols=cols, rows=rows)

    def _paint(self, scene: Scene, inks: Inks) -> bytes:
        self._frame = self._full = frame = self._compose(scene, inks, whole=True)
        self._patches = 0
        picture = sixels.encode(frame.index, self._colours(frame))
        return _at(self.placed(scene.canvas), 0, 0, picture)

    def _summary_due(self, most: int) -> bool:
        """Whether xterm has so many patches above the full frame that one has to stand for all."""
        return self._slots and self._full is not None and self._patches >= most

    def _patch(self, changed: NDArray[np.bool_], after: _Frame, *, most: int) -> bytes:
        """One transparent picture of the changed pixels; with `most` patches before it, of all since the
        full frame.
        """
        if self._summary_due(most) and self._full is not None:
            full = self._compose(self._full.scene, after.inks, whole=True)
            changed = changed | (full.index != after.index)
            self._patches = 0
        self._patches += 1
        return self._picture(changed, after)

    def _picture(self, changed: NDArray[np.bool_], after: _Frame) -> bytes:
        """The changed pixels, anchored where xterm does not count them among the first to go."""
        canvas = self.placed(after.scene.canvas)
        rect = _cells_around(changed, canvas.cell)
        x, y, width, height = rect
        visible = changed[y : y + height, x : x + width]
        index = after.index[y : y + height, x : x + width]
        above = 1 if self._slots and canvas.row > 0 else 0
        if above:
            blank = y + canvas.cell[1]
            visible = np.vstack([np.zeros((blank, width), bool), visible])
            index = np.vstack([np.full((blank, width), sixels.UNKNOWN, np.uint8), index])
            y = 0
        picture = sixels.encode(index, self._colours(after), visible)
        return _at(canvas, x // canvas.cell[0], y // canvas.cell[1] - above, picture)

    def _runs(self, changed: NDArray[np.bool_], after: _Frame) -> bytes:
        """Opaque pictures of the changed cells."""
        canvas, colours = self.placed(after.scene.canvas), self._colours(after)
        cell = self._cell(canvas)
        parts = []
        if cell != canvas.cell:
            height, width = changed.shape
            for run in _cell_runs(fractions.changed_cells(changed, cell)):
                at = fractions.patch(run, cell, (width, height))
                index = after.index[at.y : at.y + at.height, at.x : at.x + at.width]
                parts.append(_cup(canvas, at.col, at.row) + sixels.encode(index, colours))
            return b"\x1b7" + b"".join(parts) + b"\x1b8"
        for x, y, width, height in opaque_rects(changed, canvas.cell, whole_bands=self._whole_bands):
            picture = sixels.encode(after.index[y : y + height, x : x + width], colours)
            parts.append(_cup(canvas, x // canvas.cell[0], y // canvas.cell[1]) + picture)
        return b"\x1b7" + b"".join(parts) + b"\x1b8"

    def _cell(self, canvas: Canvas) -> tuple[float, float]:
        """A cell with its fractions, unless the font is another one since they were said."""
        exact = self._exact_cell
        if exact and all(abs(one - whole) < 1 for one, whole in zip(exact, canvas.cell, strict=True)):
            return exact
        return canvas.cell

    def _compose(self, scene: Scene, inks: Inks, *, whole: bool) -> _Frame:
        # A frame on the screen that is not whole may hold what no scene asks for.
        shown = (frame for frame in (self._frame, self._full) if frame is not None and frame.whole)
        for frame in (self._composed, *shown):
            if frame and frame.scene is scene and frame.inks == inks and frame.whole == whole:
                return frame
        wh = self.device_wh(scene.canvas)
        layer = compose.overlay(scene, wh, inks, self._pen(scene, whole=whole))
        index = np.where(layer > 0, layer + np.uint8(_FIRST_MARK), self._photo(scene, wh))
        return _Frame(scene, inks, index, whole)

    def _pen(self, scene: Scene, *, whole: bool) -> Pen:
        """Few pixels where single ones are sent; no dots in a mask where each would cost a cell of photo."""
        pen = compose.pen_for(scene.canvas.cell)
        if self._opaque:
            return replace(pen, hatch=0)
        unit = pen.rim
        # Few long and thick dashes are seen where many thin ones drown in the photo, for as many bytes.
        pen = replace(pen, arm=7 * unit, gap=4 * unit, rim=2 * unit, dash=48 * unit, thrift=MASK_PIXELS)
        if not whole:
            return pen
        return replace(pen, thrift=CLOSED, hatch=0 if self._frugal else DOTS * unit, dot=2 * unit)

    def _photo(self, scene: Scene, wh: tuple[int, int]) -> NDArray[np.uint8]:
        """The photo's indices for a view, kept for as long as the view stays."""
        key = (scene.photo.token if scene.photo else "", scene.view, wh)
        if self._base is None or self._base[0] != key:
            frame = compose.photo_frame(scene.photo, scene.view, wh)
            self._base = key, coherent_indices(frame, self._photo_palette(scene.photo))
        return self._base[1]

    def _photo_palette(self, photo: Photo | None) -> PhotoPalette:
        token = photo.token if photo else ""
        if self._palette is None or self._palette[0] != token:
            rgb = photo.rgb if photo else np.zeros((1, 1, 3), np.uint8)
            self._palette = token, palette.photo_palette(rgb, self._photo_colours)
        return self._palette[1]

    def _colours(self, frame: _Frame) -> NDArray[np.uint8]:
        """The 255 colours of a frame: the photo's, then the marks'."""
        table = np.zeros((_FIRST_MARK + MARK_COLOURS + 1, 3), np.uint8)
        photo = self._photo_palette(frame.scene.photo).colours
        table[: len(photo)] = photo
        marks = frame.inks.table()[1:]
        table[_FIRST_MARK + 1 : _FIRST_MARK + 1 + len(marks)] = marks
        return table


def opaque_rects(
    changed: NDArray[np.bool_], cell: tuple[int, int], *, whole_bands: bool = False
) -> list[Rect]:
    """Rectangles of whole cells that cover the changed pixels; mlterm blackens a cell covered in part.

    konsole paints every band in full (`whole_bands`): there a rectangle goes on below its cells where six
    rows ask for it, and at the bottom of the frame (a multiple of six high) begins some cells higher.
    """
    height = changed.shape[0]
    rects = []
    for row, first, last, rows in _cell_runs(compose.changed_cells(changed, cell)):
        y, wanted = row * cell[1], rows * cell[1]
        tall = -(-wanted // sixels.BAND) * sixels.BAND if whole_bands else min(wanted, height - y)
        if y + tall > height:
            while (height - y) % sixels.BAND:
                y -= cell[1]
            tall = height - y
        width = min(last * cell[0], changed.shape[1]) - first * cell[0]
        rects.append((first * cell[0], y, width, tall))
    return rects


def _cell_runs(cells: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Runs of set cells as (row, first column, end column, rows); equal runs below each other are joined."""
    runs: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    for row, line in enumerate(cells):
        edges = np.flatnonzero(np.diff(np.concatenate([[False], line, [False]]).astype(np.int8)))
        here = {(int(first), int(last)) for first, last in edges.reshape(-1, 2)}
        for span in [span for span in open_runs if span not in here]:
            top = open_runs.pop(span)
            runs.append((top, *span, row - top))
        for span in here:
            open_runs.setdefault(span, row)
    runs += [(top, *span, len(cells) - top) for span, top in open_runs.items()]
    return sorted(runs)


def _cells_around(changed: NDArray[np.bool_], cell: tuple[int, int]) -> Rect:
    """The whole cells around the changed pixels, as far as the frame goes.

    foot, where a see-through picture ends within a cell, mixes up the rows of what lies under it.
    """
    rows, cols = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    x, y = int(cols[0]) // cell[0] * cell[0], int(rows[0]) // cell[1] * cell[1]
    right, bottom = -(-(int(cols[-1]) + 1) // cell[0]) * cell[0], -(-(int(rows[-1]) + 1) // cell[1]) * cell[1]
    return x, y, min(right, changed.shape[1]) - x, min(bottom, changed.shape[0]) - y


def _pixels_of(cells: NDArray[np.bool_], cell: tuple[float, float], wh: tuple[int, int]) -> NDArray[np.bool_]:
    """The pixels of a frame of `wh` that lie in these cells, bool [h, w]."""
    rows = np.minimum(np.arange(wh[1]) / cell[1], cells.shape[0] - 1).astype(np.intp)
    cols = np.minimum(np.arange(wh[0]) / cell[0], cells.shape[1] - 1).astype(np.intp)
    return np.asarray(cells[rows][:, cols])


def _same_mask(old: Scene, new: Scene) -> bool:
    if old.mask is None or new.mask is None:
        return old.mask is new.mask
    return (old.mask.mask is new.mask.mask) and (old.mask.colour, old.mask.fill) == (
        new.mask.colour,
        new.mask.fill,
    )


def _renumbered(frame: _Frame, inks: Inks) -> NDArray[np.uint8]:
    """The indices of a frame where `inks` number the marks; `UNKNOWN` for a colour that has no number."""
    if frame.inks == inks:
        return frame.index
    table = np.arange(256, dtype=np.uint8)
    for number, colour in enumerate(frame.inks.colours, _FIRST_MARK + 1):
        table[number] = _FIRST_MARK + inks.number(colour) if colour in inks.colours else sixels.UNKNOWN
    return table[frame.index]


def _same_photo(old: Scene, new: Scene) -> bool:
    tokens = [scene.photo.token if scene.photo else "" for scene in (old, new)]
    return tokens[0] == tokens[1] and old.view == new.view


def _cup(canvas: Canvas, col: int, row: int) -> bytes:
    return b"\x1b[%d;%dH" % (canvas.row + row + 1, canvas.col + col + 1)


def _at(canvas: Canvas, col: int, row: int, picture: bytes) -> bytes:
    return b"\x1b7" + _cup(canvas, col, row) + picture + b"\x1b8"
