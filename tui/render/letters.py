"""Texts and the grid of keys over a photo: painted into a layer, or placed in character cells.

The grid is dots and letters rather than lines: what is to be pointed at stays in sight, and a grid costs a
few kilobytes on terminals that send single pixels, a few hundred bytes on those that send cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import cv2
import numpy as np

from tui.render.scene import GridMark, Rgb, Scene, TextMark, View
from tui.render.strokes import DARK, LIGHT, Inks, Layer, Rect, text_ink

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_CAPITALS = 21.0
"""Pixels that a capital of the font is high at scale 1."""

_DOT_PITCH = 8
_FADED = 110


def paint_letters(layer: Layer, scene: Scene, inks: Inks, height: int) -> None:
    """Paint grid and texts in letters `height` device pixels high; texts keep inside the layer."""
    if scene.grid is not None:
        _paint_dots(layer, scene.grid, scene.view)
    for mark in (*grid_texts(scene), *scene.texts):
        _paint_text(layer, mark, scene.view, inks, height)


def grid_texts(scene: Scene) -> Iterator[TextMark]:
    """The keys of the grid's cells, in their middles."""
    if scene.grid is not None:
        for box, key in zip(scene.grid.boxes, scene.grid.keys, strict=True):
            yield TextMark(key, *box.center)


def grid_corners(grid: GridMark) -> tuple[tuple[float, float], ...]:
    """The corners of the cells, each once, in image points."""
    found = ((x, y) for box in grid.boxes for x in (box.x0, box.x1) for y in (box.y0, box.y1))
    return tuple(dict.fromkeys(found))


def _paint_dots(layer: Layer, grid: GridMark, view: View) -> None:
    """The sides of the cells as dots, light and dark in turn: one of the two stands out on any photo."""
    for box in dict.fromkeys(grid.boxes):
        x0, y0 = (round(v) for v in ((box.x0 - view.x) * view.scale, (box.y0 - view.y) * view.scale))
        x1, y1 = (round(v) for v in ((box.x1 - view.x) * view.scale, (box.y1 - view.y) * view.scale))
        for y in (y0, y1):
            _dotted(layer[max(0, y) : max(0, y + 2), max(0, x0) : max(0, x1)], x0, axis=1)
        for x in (x0, x1):
            _dotted(layer[max(0, y0) : max(0, y1), max(0, x) : max(0, x + 2)], y0, axis=0)


def _dotted(line: Layer, start: int, *, axis: int) -> None:
    """Dots fixed to the screen along one axis of a cut of the layer that began at `start`."""
    at = (np.arange(line.shape[axis]) + max(0, start)) % _DOT_PITCH
    for ink, low in ((LIGHT, 0), (DARK, _DOT_PITCH // 2)):
        where = (at >= low) & (at < low + 2)
        if axis == 0:
            line[where, :] = ink
        else:
            line[:, where] = ink


def text_rect(mark: TextMark, view: View, wh: tuple[int, int], height: int) -> Rect | None:
    """Where a text lies on a canvas of `wh` device pixels, or None when that is out of sight.

    A text above a place is moved into sight when the place itself is near enough.
    """
    wide, high = text_tile(mark.text, mark.colour, height).shape[::-1]
    x, y = (mark.x - view.x) * view.scale, (mark.y - view.y) * view.scale
    left, top = (x - wide / 2, y - high / 2) if mark.anchor == "middle" else (x, y - high)
    if not (-wide < left < wh[0] and -2 * high < top < wh[1] + high):
        return None
    if mark.anchor == "above":
        left, top = min(max(left, 0), wh[0] - wide), min(max(top, 0), wh[1] - high)
    elif not -high < top < wh[1]:
        return None
    return round(left), round(top), wide, high


@lru_cache(512)
def text_tile(text: str, ground: Rgb, height: int) -> Layer:
    """The text as a tile uint8 [h, w] in two inks: 0 is its ground, else LIGHT or DARK."""
    size = max(0.3, height / _FONT_CAPITALS)
    (width, tall), below = cv2.getTextSize(text, _FONT, size, 1)
    tile = np.zeros((tall + below // 2 + 4, width + 4), np.uint8)
    cv2.putText(tile, text, (2, tall + 2), _FONT, size, 255, 1)
    # Strokes fade at their edges, also where no smoothing is asked for: an ink's number must not.
    return np.where(tile > _FADED, text_ink(ground), 0).astype(np.uint8)


def _paint_text(layer: Layer, mark: TextMark, view: View, inks: Inks, height: int) -> None:
    rect = text_rect(mark, view, (layer.shape[1], layer.shape[0]), height)
    if rect is None:
        return
    x, y, width, tall = rect
    ground = inks.number(mark.colour)
    tile = text_tile(mark.text, inks.colours[ground - 1], height)
    tile = np.where(tile > 0, tile, np.uint8(ground))
    inside = layer[max(0, y) : y + tall, max(0, x) : x + width]
    inside[:] = tile[max(0, -y) :, max(0, -x) :][: inside.shape[0], : inside.shape[1]]
