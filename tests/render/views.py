"""Photographs, drawn and real, in a canvas of 1040x780 pixels, and masks of a given share of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tui.data.drawing import SCENES
from tui.data.image import read_image
from tui.render.scene import Canvas, MaskMark, Photo, Scene, View
from tui.types.shapes import Box, LogitMask

CANVAS = Canvas(col=0, row=1, cols=104, rows=39, cell=(10, 20))
ORANGE = (230, 159, 0)


def drawn_view(name: str) -> Scene:
    """A textured scene of the demo's kind at one image pixel a device pixel."""
    made = SCENES[name](np.random.default_rng(7), (780, 1040))
    rgb = np.clip(made.rgb, 0, 255).astype(np.uint8)
    return fitted(Photo(f"drawn-{name}", rgb), (1040, 780))


def demo_view(shared: Path, name: str) -> Scene:
    """A photograph of the shared demo folder."""
    image = read_image(shared / "data" / "demo" / f"{name}.jpg")
    return fitted(Photo(name, image.rgb), (1040, 780))


def fitted(photo: Photo, wh: tuple[int, int], canvas: Canvas = CANVAS) -> Scene:
    """The whole photo in the middle of `wh` device pixels, the cursor on it."""
    height, width = photo.rgb.shape[:2]
    scale = min(wh[0] / width, wh[1] / height)
    view = View((width - wh[0] / scale) / 2, (height - wh[1] / scale) / 2, scale)
    return Scene(canvas=canvas, photo=photo, view=view, cursor=(width * 0.4, height * 0.5))


def masked(scene: Scene, share: float, seed: int) -> Scene:
    """The scene with a wobbly mask of about `share` of its photo, as a segmenter's grid of 256x256."""
    assert scene.photo is not None
    height, width = scene.photo.rgb.shape[:2]
    side = max(height, width)
    noise = np.random.default_rng(seed)
    y, x = (np.mgrid[:256, :256] + 0.5) * side / 256
    dx, dy = x - width / 2, y - height / 2
    angle = np.arctan2(dy, dx)
    waves = (2, 3, 4, 5, 7, 9, 14)
    edge = 1 + sum(noise.normal(0, 0.25 / k) * np.cos(k * angle + noise.uniform(0, 2 * np.pi)) for k in waves)
    away = np.hypot(dx / width, dy / height) / edge
    inside = (x < width) & (y < height)
    limit = np.sort(away[inside])[int(share * inside.sum())]
    logits = ((limit - away) * 60).astype(np.float32)
    return replace(scene, mask=MaskMark(LogitMask(logits, Box(0, 0, side, side)), ORANGE))


def walk(scene: Scene, steps: int, seed: int) -> list[Scene]:
    """Cursor keys in all eight directions, one to sixteen device pixels at a time."""
    noise = np.random.default_rng(seed)
    assert scene.photo is not None
    height, width = scene.photo.rgb.shape[:2]
    x, y = width * noise.random(), height * noise.random()
    scenes = [replace(scene, cursor=(x, y))]
    for _ in range(steps):
        far = float(noise.choice([1, 2, 4, 8, 16])) / scene.view.scale
        dx, dy = [(1, 0), (0, 1), (1, 1), (-1, 1), (-1, -1), (1, -1), (-1, 0), (0, -1)][noise.integers(8)]
        x, y = np.clip(x + dx * far, 0, width - 1), np.clip(y + dy * far, 0, height - 1)
        scenes.append(replace(scene, cursor=(float(x), float(y))))
    return scenes
