"""A drawn photo, a mask and scenes for the tests of rendering."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from tui.render.scene import Canvas, MaskMark, Photo, PointMark, Scene, ShapeMark, View, box_points
from tui.types.shapes import Box, LogitMask

CANVAS = Canvas(col=3, row=2, cols=40, rows=18, cell=(10, 20))
YELLOW, BLUE, PINK = (255, 200, 0), (0, 160, 255), (255, 0, 160)


def draw_photo(width: int = 400, height: int = 300, seed: int = 1) -> Photo:
    """A smooth ramp with blobs and a little noise."""
    noise = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    planes = x / width * 120 + 60, y / height * 120 + 60, (x + y) / (width + height) * 90 + 80
    blobs = noise.normal(size=(6, 8, 3)).astype(np.float32) * 30
    rgb = np.stack(planes, axis=-1) + cv2.resize(blobs, (width, height), interpolation=cv2.INTER_CUBIC)
    rgb += noise.normal(size=(height, width, 1)) * 3
    return Photo(f"drawn-{seed}-{width}x{height}", np.clip(rgb, 0, 255).astype(np.uint8))


def disc_mask(x: float = 200, y: float = 150, radius: float = 90, side: float = 400) -> LogitMask:
    """A disc as logits on a 64 x 64 grid over a square image of `side` pixels."""
    rows, cols = np.mgrid[:64, :64].astype(np.float32)
    away = np.hypot((cols + 0.5) * side / 64 - x, (rows + 0.5) * side / 64 - y)
    return LogitMask(((radius - away) / 8).astype(np.float32), Box(0, 0, side, side))


PHOTO = draw_photo()
PLAIN = Scene(canvas=CANVAS, photo=PHOTO, view=View(0, 0, 1.0), cursor=(200.0, 150.0))
MASKED = replace(PLAIN, mask=MaskMark(disc_mask(), YELLOW))
FULL = replace(
    MASKED,
    shapes=(
        ShapeMark(box_points(Box(20, 30, 120, 140)), BLUE),
        ShapeMark(box_points(Box(220, 60, 380, 240)), PINK, "selected"),
        ShapeMark(((40.0, 200.0), (150.0, 190.0), (100.0, 280.0)), (80, 255, 80), box=False),
        ShapeMark(box_points(Box(150, 20, 200, 60)), YELLOW, "open"),
    ),
    points=(PointMark(60, 160, True), PointMark(300, 260, False)),
)


def moved(scene: Scene, dx: float, dy: float = 0) -> Scene:
    """The scene with its cursor elsewhere."""
    assert scene.cursor is not None
    return replace(scene, cursor=(scene.cursor[0] + dx, scene.cursor[1] + dy))
