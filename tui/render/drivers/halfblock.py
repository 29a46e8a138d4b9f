"""Two pixels a cell with block characters: works in every terminal, the console and tmux included.

A frame is three arrays over the cells (character, upper colour, lower colour); an update sends the cells that
differ, with the least cursor movement and only the colour changes needed between neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui.render import compose, letters, palette, strokes
from tui.render.compose import Pen
from tui.render.labels import spread
from tui.render.scene import NO_CUE, Canvas, Photo, Rgb, Scene, View
from tui.render.strokes import Inks
from tui.render.terminal import Colours, Terminal

PEN = Pen(line=1, rim=1, arm=2, gap=1, radius=1, thrift=150, dash=6)

_PHOTO_STEP = 16
_CLOSE = 20
"""Difference of a channel up to which a pixel takes over its neighbour's colour: a little over one step."""
_UPPER, _LOWER, _BLANK = "▀", "▄", " "
_RAMP = " .:-=+*%#@"
_FIXED_GLYPHS = "+.+-"
"""What stands for the fixed inks where there are no colours."""
_PLUS, _MINUS, _CURSOR = ord("+"), ord("-"), ord("X")


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """What each cell shows: `glyph` uint32 code point, or 0 for two pixels; `upper`, `lower` int32 colours.

    With a glyph, `upper` is its ink and `lower` the paper. A colour is 0xRRGGBB, a palette index, or -1 for
    the terminal's own, depending on the terminal. `marked` cells hold more than the photo; they are written
    reversed in a terminal without colours.
    """

    glyph: NDArray[np.uint32]
    upper: NDArray[np.int32]
    lower: NDArray[np.int32]
    marked: NDArray[np.bool_]


class HalfblockDriver:
    """Draws with half-blocks in true colour, 256, 16 or no colours."""

    def __init__(self, terminal: Terminal) -> None:
        self._colours: Colours = terminal.colours
        self._photo_key: tuple[str, View, tuple[int, int]] | None = None
        self._photo_frame = np.zeros((0, 0, 3), np.uint8)
        self._held: tuple[Scene, Cells] | None = None

    @property
    def name(self) -> str:
        return "halfblock"

    @property
    def under_text(self) -> bool:
        return False

    @property
    def rest_s(self) -> float:
        return 0.0

    def device_wh(self, canvas: Canvas) -> tuple[int, int]:
        """Each cell is two square pixels, one above the other."""
        return canvas.cols, canvas.rows * 2

    def placed(self, canvas: Canvas) -> Canvas:
        """All of the canvas."""
        return canvas

    def update(self, old: Scene | None, new: Scene) -> bytes:
        """The cells that differ, or all of them when nothing is shown or the canvas moved."""
        after = self._cells(new)
        shown = old if old is not None and old.canvas == new.canvas else None
        before = self._cells(shown) if shown is not None else None
        self._held = (new, after)
        return write_cells(before, after, new.canvas, self._colours)

    def restore(self, scene: Scene, cells: NDArray[np.bool_]) -> bytes:
        """These cells as they are, and no other."""
        return write_cells(None, self._cells(scene), scene.canvas, self._colours, cells)

    def refine(self, scene: Scene) -> bytes:
        """Nothing: an update shows all there is."""
        return b""

    def hide(self, old: Scene) -> bytes:
        """Blank the canvas, so that what is written there stands on the terminal's own background."""
        canvas = old.canvas
        self._held = None
        if not (canvas.rows and canvas.cols):
            return b""
        rows = (
            f"\x1b[{row + 1};{canvas.col + 1}H\x1b[{canvas.cols}X"
            for row in range(canvas.row, canvas.row + canvas.rows)
        )
        return f"\x1b7\x1b[m{''.join(rows)}\x1b8".encode()

    def erase(self) -> bytes:
        """Nothing is stored in the terminal; the last frame is blanked."""
        return self.hide(self._held[0]) if self._held else b""

    def _cells(self, scene: Scene) -> Cells:
        if self._held is not None and self._held[0] is scene:
            return self._held[1]
        return compose_cells(scene, self._photo(scene), self._colours)

    def _photo(self, scene: Scene) -> NDArray[np.uint8]:
        """The resampled photo, kept for as long as the view stays."""
        wh = self.device_wh(scene.canvas)
        key = (scene.photo.token if scene.photo else "", scene.view, wh)
        if key != self._photo_key:
            self._photo_key, self._photo_frame = key, _coarse(scene.photo, scene.view, wh)
        return self._photo_frame


def _coarse(photo: Photo | None, view: View, wh: tuple[int, int]) -> NDArray[np.uint8]:
    """The photo in colours of 16 steps a channel that a pixel takes over from its left, or from above in
    its cell, where they are close: neighbours share a colour more often, less than half the bytes. Black
    stays black, so that nothing dark goes on beside the photo.
    """
    frame = compose.photo_frame(photo, view, wh).astype(np.int16)
    shown = np.minimum((frame + _PHOTO_STEP // 2) // _PHOTO_STEP * _PHOTO_STEP, 255)
    free = np.asarray(frame.any(axis=2, keepdims=True))
    for column in range(1, wh[0]):
        left = shown[:, column - 1]
        close = np.abs(frame[:, column] - left).max(axis=1, keepdims=True) <= _CLOSE
        np.copyto(shown[:, column], left, where=close & free[:, column])
    upper = shown[0::2]
    close = np.abs(frame[1::2] - upper).max(axis=2, keepdims=True) <= _CLOSE
    np.copyto(shown[1::2], upper, where=close & free[1::2])
    return shown.astype(np.uint8)


def compose_cells(scene: Scene, photo: NDArray[np.uint8], colours: Colours) -> Cells:
    """The cells of a scene over its resampled photo [2 rows, cols, 3]."""
    canvas = scene.canvas
    wh = (canvas.cols, canvas.rows * 2)
    scene = _cued(scene) if colours == "none" else scene
    inks = compose.scene_inks(scene)
    layer = compose.overlay(_without_text(scene), wh, inks, PEN)
    frame = photo.copy()
    np.copyto(frame, inks.table()[layer], where=(layer > 0)[..., None])
    cells = _plain(frame, layer, inks) if colours == "none" else _coloured(frame, layer, colours)
    _place_points(cells, scene, colours)
    _place_texts(cells, scene, colours)
    if colours == "none" and scene.cursor is not None:
        _place(cells, scene.view, scene.cursor, _CURSOR)
    _place_labels(cells, scene, colours)
    return cells


def _coloured(frame: NDArray[np.uint8], layer: NDArray[np.uint8], colours: Colours) -> Cells:
    codes = _codes(frame, colours)
    marked = (layer[0::2] > 0) | (layer[1::2] > 0)
    return Cells(np.zeros(marked.shape, np.uint32), codes[0::2].copy(), codes[1::2].copy(), marked)


def _codes(rgb: NDArray[np.uint8], colours: Colours) -> NDArray[np.int32]:
    if colours == "256":
        return palette.xterm_256(rgb).astype(np.int32)
    if colours == "16":
        return palette.ansi_16(rgb).astype(np.int32)
    wide = rgb.astype(np.int32)
    return (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]


def _cued(scene: Scene) -> Scene:
    """The scene with an ink for each cue in place of colours, which the terminal has none of."""
    mask = scene.mask and replace(scene.mask, colour=_cue_ink(NO_CUE))
    shapes = tuple(replace(mark, colour=_cue_ink(mark.cue)) for mark in scene.shapes)
    return replace(scene, mask=mask, shapes=shapes)


def _cue_ink(cue: str) -> Rgb:
    return 255, 254, ord(cue)


def _plain(frame: NDArray[np.uint8], layer: NDArray[np.uint8], inks: Inks) -> Cells:
    """Greys by characters; marks are letters in reverse, so that they cannot be taken for the photo."""
    light = palette.luminance(frame)
    mean = (light[0::2].astype(np.uint16) + light[1::2]) // 2
    ramp = np.array([ord(c) for c in _RAMP], np.uint32)
    glyph = ramp[mean.astype(np.uint32) * len(_RAMP) // 256]
    mark = np.maximum(layer[0::2], layer[1::2])
    cues = [code for _, _, code in inks.colours[len(_FIXED_GLYPHS) :]]
    letters = np.array([0, *map(ord, _FIXED_GLYPHS), *cues], np.uint32)
    marked = mark > 0
    np.copyto(glyph, letters[mark], where=marked)
    none = np.full(glyph.shape, -1, np.int32)
    return Cells(glyph, none, none.copy(), marked)


def _without_text(scene: Scene) -> Scene:
    """The scene without what is written as characters here."""
    return replace(scene, points=(), grid=None, texts=(), labels=())


def _place_points(cells: Cells, scene: Scene, colours: Colours) -> None:
    """Prompt points are characters: a plus or a minus is readable where two pixels a cell are not."""
    inks = compose.scene_inks(scene).table()
    for point in scene.points:
        at = _place(cells, scene.view, (point.x, point.y), _PLUS if point.positive else _MINUS)
        if at is not None and colours != "none":
            paper = inks[strokes.POSITIVE if point.positive else strokes.NEGATIVE]
            cells.upper[at] = int(_codes(inks[strokes.LIGHT][None], colours)[0])
            cells.lower[at] = int(_codes(paper[None], colours)[0])


def _place_texts(cells: Cells, scene: Scene, colours: Colours) -> None:
    """Grid and texts are characters; the corners of the grid's cells are crosses."""
    rows, cols = cells.glyph.shape
    if scene.grid is not None:
        for corner in letters.grid_corners(scene.grid):
            x, y = compose.to_device(scene.view, np.array([corner]))[0]
            at = min(max(int(y // 2), 0), rows - 1), min(max(int(x), 0), cols - 1)
            if -1 <= x <= cols and -2 <= y <= 2 * rows:
                _write(cells, at, "+", (0, 0, 0), colours)
    for mark in (*letters.grid_texts(scene), *scene.texts):
        x, y = compose.to_device(scene.view, np.array([[mark.x, mark.y]]))[0]
        row, col = int(y // 2), int(x)
        if mark.anchor == "above":
            row, col = min(max(row - 1, 0), rows - 1), min(max(col, 0), cols - len(mark.text))
        else:
            col -= (len(mark.text) - 1) // 2
        _write(cells, (row, col), mark.text, mark.colour, colours)


def _write(cells: Cells, at: tuple[int, int], text: str, ground: Rgb, colours: Colours) -> None:
    """A text from a cell on, as far as it is on the canvas."""
    row = at[0]
    shown = palette.nearest_shown(ground, colours)
    pair = np.array([strokes.FIXED_INKS[strokes.text_ink(shown) - 1], shown], np.uint8)
    for col, letter in enumerate(text, start=at[1]):
        if not (0 <= row < cells.glyph.shape[0] and 0 <= col < cells.glyph.shape[1]):
            continue
        cells.glyph[row, col], cells.marked[row, col] = ord(letter), True
        if colours != "none":
            cells.upper[row, col], cells.lower[row, col] = (int(code) for code in _codes(pair, colours))


def _place_labels(cells: Cells, scene: Scene, colours: Colours) -> None:
    """A hint is a word of characters: dark on light, or light on dark."""
    rows, cols = cells.glyph.shape
    inks = compose.scene_inks(scene).table()[[strokes.DARK, strokes.LIGHT]]
    dark, light = (-1, -1) if colours == "none" else _codes(inks, colours).tolist()
    words = spread(scene.labels, scene.view, (cols, 2 * rows), lambda mark: (len(mark.text), 2))
    for mark, (col, y, width, _) in words:
        row, word = y // 2, slice(col, col + width)
        cells.glyph[row, word] = [ord(letter) for letter in mark.text.upper()]
        cells.upper[row, word], cells.lower[row, word] = (dark, light) if mark.strong else (light, dark)
        cells.marked[row, word] = mark.strong


def _place(cells: Cells, view: View, at: tuple[float, float], glyph: int) -> tuple[int, int] | None:
    """Put a character where an image point is; its row and column, None when that is out of sight."""
    x, y = compose.to_device(view, np.array([at]))[0]
    row, col = int(y // 2), int(x // 1)
    if not (0 <= row < cells.glyph.shape[0] and 0 <= col < cells.glyph.shape[1]):
        return None
    cells.glyph[row, col] = glyph
    cells.marked[row, col] = True
    return row, col


def write_cells(
    before: Cells | None,
    after: Cells,
    canvas: Canvas,
    colours: Colours,
    only: NDArray[np.bool_] | None = None,
) -> bytes:
    """The bytes that turn `before` into `after`, in the cells of `only` where it is given; None stands for a
    screen of unknown content.
    """
    if before is None:
        changed = np.ones(after.glyph.shape, bool)
    else:
        changed = (
            (before.glyph != after.glyph)
            | (before.upper != after.upper)
            | (before.lower != after.lower)
            | (before.marked != after.marked if colours == "none" else False)
        )
    if only is not None:
        changed &= only
    if not changed.any():
        return b""
    writer = _Writer(canvas, colours)
    rows, cols = np.nonzero(changed)
    for row, col in zip(rows.tolist(), cols.tolist(), strict=True):
        writer.move(row, col)
        writer.cell(
            int(after.glyph[row, col]),
            int(after.upper[row, col]),
            int(after.lower[row, col]),
            reverse=colours == "none" and bool(after.marked[row, col]),
        )
    return writer.finish()


class _Writer:
    """Collects text with the least cursor movement and colour changes."""

    def __init__(self, canvas: Canvas, colours: Colours) -> None:
        self._canvas, self._colours = canvas, colours
        self._parts = ["\x1b7\x1b[m"]
        self._row = self._col = -1
        self._ink: int | None = None
        self._paper: int | None = None
        self._reverse = False

    def move(self, row: int, col: int) -> None:
        """Go to a cell of the canvas by the shortest way; none where the last character already led there."""
        if (row, col) != (self._row, self._col):
            there = f"\x1b[{self._canvas.row + row + 1};{self._canvas.col + col + 1}H"
            ways = [there]
            if self._col >= 0:
                down = _step(row - self._row, "B", "A")
                ways.append(down + _step(col - self._col, "C", "D"))
            self._parts.append(min(ways, key=len))
        self._row, self._col = row, col + 1
        if self._col == self._canvas.cols:
            self._col = -1

    def cell(self, glyph: int, upper: int, lower: int, *, reverse: bool) -> None:
        """Write one cell: a glyph in its colours, or two pixels as the cheapest block character."""
        if glyph:
            self._pen(upper, lower, reverse)
            self._parts.append(chr(glyph))
        elif upper == lower:
            self._pen(None, lower, reverse)
            self._parts.append(_BLANK)
        elif (self._ink == lower) + (self._paper == upper) > (self._ink == upper) + (self._paper == lower):
            self._pen(lower, upper, reverse)
            self._parts.append(_LOWER)
        else:
            self._pen(upper, lower, reverse)
            self._parts.append(_UPPER)

    def finish(self) -> bytes:
        """Everything written, with the terminal's cursor and colours as they were (DECRC restores both)."""
        return ("".join(self._parts) + "\x1b8").encode()

    def _pen(self, ink: int | None, paper: int, reverse: bool) -> None:
        codes = []
        if self._colours == "none":
            if reverse != self._reverse:
                codes.append("7" if reverse else "27")
                self._reverse = reverse
        else:
            if ink is not None and ink != self._ink:
                codes.append(_sgr(ink, self._colours, paper=False))
                self._ink = ink
            if paper != self._paper:
                codes.append(_sgr(paper, self._colours, paper=True))
                self._paper = paper
        if codes:
            self._parts.append(f"\x1b[{';'.join(codes)}m")


def _step(count: int, forth: str, back: str) -> str:
    """CSI sequence for a move of `count` cells one way or the other."""
    if count == 0:
        return ""
    size = "" if abs(count) == 1 else str(abs(count))
    return f"\x1b[{size}{forth if count > 0 else back}"


def _sgr(colour: int, colours: Colours, *, paper: bool) -> str:
    if colours == "truecolor" and colour in palette.EXACT_256:
        colour, colours = palette.EXACT_256[colour], "256"
    if colours == "truecolor":
        return f"{48 if paper else 38};2;{colour >> 16};{colour >> 8 & 255};{colour & 255}"
    if colours == "256":
        return f"{48 if paper else 38};5;{colour}"
    base = 40 if paper else 30
    return str(base + colour if colour < 8 else base + 52 + colour)
