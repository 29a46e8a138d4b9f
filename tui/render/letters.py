"""Texts and the grid of keys over a photo: painted into a layer, or placed in character cells.

The grid is dots and letters rather than lines: what is to be pointed at stays in sight, and a grid costs a
few kilobytes on terminals that send single pixels, a few hundred bytes on those that send cells.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from tui.render.scene import GridMark, Rgb, Scene, TextMark, View
from tui.render.strokes import DARK, LIGHT, Inks, Layer, fill_rect

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_DOT_PITCH = 8
_BRIGHT = 140
"""Brightness of a ground from which on its text is dark."""


def paint_letters(layer: Layer, scene: Scene, inks: Inks, height: int) -> None:
    """Paint grid and texts in lines `height` device pixels high; texts keep inside the layer."""
    if scene.grid is not None:
        _paint_dots(layer, scene.grid, scene.view)
    for mark in (*grid_texts(scene), *scene.texts):
        _paint_text(layer, mark, scene.view, inks, height)


def grid_texts(scene: Scene) -> Iterator[TextMark]:
    """The keys of the grid's cells, in their middles."""
    if scene.grid is not None:
        for box, key in zip(scene.grid.boxes, scene.grid.keys, strict=True):
            yield TextMark(key, *box.center)


def text_ink(ground: Rgb) -> int:
    """LIGHT or DARK, whichever is readable on `ground` (brightness by ITU-R BT.601)."""
    brightness = 0.299 * ground[0] + 0.587 * ground[1] + 0.114 * ground[2]
    return DARK if brightness >= _BRIGHT else LIGHT


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


def _paint_text(layer: Layer, mark: TextMark, view: View, inks: Inks, height: int) -> None:
    size = max(0.3, height / 38)
    (width, tall), below = cv2.getTextSize(mark.text, _FONT, size, 1)
    wide, high = width + 4, tall + below // 2 + 4
    x, y = (mark.x - view.x) * view.scale, (mark.y - view.y) * view.scale
    left, top = (x - wide / 2, y - high / 2) if mark.anchor == "middle" else (x, y - high)
    if mark.anchor == "above":
        left, top = min(max(left, 0), layer.shape[1] - wide), min(max(top, 0), layer.shape[0] - high)
    at = round(left), round(top)
    if not (-wide < at[0] < layer.shape[1] and -high < at[1] < layer.shape[0]):
        return
    fill_rect(layer, (*at, wide, high), inks.number(mark.colour))
    cv2.putText(layer, mark.text, (at[0] + 2, at[1] + tall + 2), _FONT, size, text_ink(mark.colour), 1)
