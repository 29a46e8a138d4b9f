"""A small map in the corner: the image as a panel, and on it the part that is in sight."""

from __future__ import annotations

import numpy as np

from tui.render import strokes
from tui.render.scene import Scene
from tui.render.strokes import DARK, LIGHT, Layer, Rect

_PART = 0.2
"""The map's longer side as a part of the canvas' shorter one."""

_LEAST = 16
"""Pixels that its longer side has at least, where the canvas is small: fewer show nothing."""

_FRAMED = 24
"""Pixels from which on it has a frame: in a smaller one a frame and what is in sight run together."""


def map_rect(scene: Scene, wh: tuple[int, int]) -> Rect | None:
    """Where the map lies on a canvas of `wh` device pixels; None when it is off or all is in sight anyway."""
    if not scene.minimap or scene.photo is None:
        return None
    height, width = scene.photo.rgb.shape[:2]
    if width * scene.view.scale <= wh[0] + 1 and height * scene.view.scale <= wh[1] + 1:
        return None
    scale = max(_PART * min(wh), min(_LEAST, min(wh) / 2)) / max(width, height)
    size = max(6, round(width * scale)), max(6, round(height * scale))
    return wh[0] - size[0], 0, *size


def paint_map(layer: Layer, scene: Scene) -> None:
    """Paint the map into the canvas' layer, where it is to be seen."""
    rect = map_rect(scene, (layer.shape[1], layer.shape[0]))
    if rect is not None:
        x, y, width, height = rect
        layer[y : y + height, x : x + width] = map_tile(scene, rect, (layer.shape[1], layer.shape[0]))


def map_tile(scene: Scene, rect: Rect, wh: tuple[int, int]) -> Layer:
    """The map uint8 [h, w] in two inks: a dark panel, framed in light, and what is in sight in light."""
    _, _, width, height = rect
    tile = np.full((height, width), DARK, np.uint8)
    if max(width, height) >= _FRAMED:
        strokes.stroke_box(tile, (0, 0, width, height), LIGHT, 1)
    if scene.photo is not None:
        across, down = width / scene.photo.rgb.shape[1], height / scene.photo.rgb.shape[0]
        x, y = scene.view.x * across, scene.view.y * down
        right, bottom = x + wh[0] / scene.view.scale * across, y + wh[1] / scene.view.scale * down
        size = max(1, round(right - x)), max(1, round(bottom - y))
        strokes.fill_rect(tile, (round(x), round(y), *size), LIGHT)
    return tile
