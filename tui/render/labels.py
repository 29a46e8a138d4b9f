"""Hint labels: where they stand so that none hides another, and their letters as pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.render import strokes
from tui.render.scene import LabelMark, View
from tui.render.strokes import Layer, Rect

_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_CAPITALS = 21.0
"""Pixels that a capital of the font is high at scale 1."""

_GAP_PART = 3
"""Labels stand apart by this part of their height."""

_RINGS = 12
"""How far a label may move away from its place, in label sizes."""


def spread(
    marks: Iterable[LabelMark],
    view: View,
    wh: tuple[int, int],
    size: Callable[[LabelMark], tuple[int, int]],
) -> Iterator[tuple[LabelMark, Rect]]:
    """Each label's rectangle in device pixels on a canvas of `wh`, none over another.

    Labels side by side keep a gap, so that two are not read as one. A label stands in the middle of its place
    or, where others were there first, at the nearest free place on a grid of its own size. One that finds
    none is left out.
    """
    taken = np.zeros((wh[1], wh[0]), bool)
    for mark in marks:
        width, height = size(mark)
        x, y = round((mark.x - view.x) * view.scale), round((mark.y - view.y) * view.scale)
        if width > wh[0] or height > wh[1] or not (0 <= x < wh[0] and 0 <= y < wh[1]):
            continue
        gap = max(1, height // _GAP_PART)
        for across, down in _places():
            left = min(max(x - width // 2 + across * (width + gap), 0), wh[0] - width)
            top = min(max(y // height * height + down * height, 0), wh[1] - height)
            if not taken[top : top + height, max(left - gap, 0) : left + width + gap].any():
                taken[top : top + height, left : left + width] = True
                yield mark, (left, top, width, height)
                break


@lru_cache(1)
def _places() -> tuple[tuple[int, int], ...]:
    """Steps away from a place, the nearest first."""
    reach = range(-_RINGS, _RINGS + 1)
    return tuple(sorted(((x, y) for x in reach for y in reach), key=lambda at: (at[0] ** 2 + at[1] ** 2, at)))


def label_size(mark: LabelMark, height: int) -> tuple[int, int]:
    """Width and height in pixels of a label whose letters are `height` pixels high, its margins included."""
    shape = _letters(mark.text, height).shape
    return shape[1], shape[0]


def paint_labels(layer: Layer, marks: Iterable[LabelMark], view: View, height: int) -> None:
    """The labels as tiles: dark letters on light for `strong` ones, light on dark for the others."""
    wh = layer.shape[1], layer.shape[0]
    for mark, (x, y, width, tall) in spread(marks, view, wh, lambda mark: label_size(mark, height)):
        paper, ink = (strokes.LIGHT, strokes.DARK) if mark.strong else (strokes.DARK, strokes.LIGHT)
        tile = np.where(_letters(mark.text, height), ink, paper).astype(np.uint8)
        tile[[0, -1], :] = tile[:, [0, -1]] = ink
        layer[y : y + tall, x : x + width] = tile


@lru_cache(1024)
def _letters(text: str, height: int) -> NDArray[np.bool_]:
    """The text in capitals, True where there is ink, with a margin for the tile's rim."""
    scale, thick = height / _FONT_CAPITALS, max(1, round(height / 8))
    margin = thick + 2
    (width, _), _ = cv2.getTextSize(text.upper(), _FONT, scale, thick)
    tile = np.zeros((height + 2 * margin, width + 2 * margin), np.uint8)
    at = (margin, margin + height - 1)
    cv2.putText(tile, text.upper(), at, _FONT, scale, 255, thick, cv2.LINE_AA)
    return np.asarray(tile > 110)
