"""Pictures for files: a photo with its labels drawn as the labeler draws them, crops, and their encoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tui.geometry.boxes import clip
from tui.render.compose import pen_for, rgb_frame
from tui.render.letters import text_rect
from tui.render.scene import Canvas, Photo, Rgb, Scene, ShapeMark, TextMark, View, box_points
from tui.types.instance import Instance
from tui.types.shapes import Box, bounds

Rgb8 = NDArray[np.uint8]

QUALITY = 85
"""Of JPEG files."""

_LETTERS = 24
"""Letters of a caption."""

_CROWD = 10
"""Instances up to which every one has its caption."""

_TEXT_OF_CELL = 0.6
"""Height of letters as a share of the text cell that `pen_for` is told."""


def labelled(
    rgb: Rgb8,
    instances: Sequence[Instance],
    *,
    colour: Callable[[int], Rgb],
    names: Sequence[str],
    side: int | None = None,
    grow: bool = False,
    letters: float = 1 / 60,
) -> Rgb8:
    """A photo (RGB uint8 [H, W, 3]) with its instances (image pixels), its longer side at most `side` pixels.

    With `grow` a smaller one becomes as large. Each instance has its class above it, by number where the
    letters of its name cannot be drawn; `letters` is their height as a share of the longer side, 0 for none.
    In a crowd only captions are drawn that are no wider than what they name.
    """
    height, width = rgb.shape[:2]
    scale = side / max(width, height) if side else 1.0
    scale = scale if grow else min(1.0, scale)
    wh = max(1, round(width * scale)), max(1, round(height * scale))
    pen = pen_for((1, round(max(15.0, letters * max(wh) / _TEXT_OF_CELL))))
    view = View(0.0, 0.0, scale)
    shapes = tuple(_mark(one, colour(one.class_id)) for one in instances)
    texts = [_caption(one, colour(one.class_id), names) for one in instances] if letters else []
    if len(texts) > _CROWD:
        pairs = zip(texts, instances, strict=True)
        texts = [text for text, one in pairs if _fits(text, bounds(one.shape), view, wh, pen.text)]
    scene = Scene(Canvas(0, 0, 1, 1, wh), Photo("", rgb), view, shapes=shapes, texts=tuple(texts))
    return rgb_frame(scene, wh, pen)


def _fits(text: TextMark, box: Box, view: View, wh: tuple[int, int], height: int) -> bool:
    rect = text_rect(text, view, wh, height)
    return rect is not None and rect[2] <= box.width * view.scale


def crop(rgb: Rgb8, box: Box, *, margin: float = 0.0, side: int | None = None) -> Rgb8:
    """The pixels of a box and of `margin` times its longer side around it, inside the image; at least one.

    Shrunk to `side` pixels on the longer side where it is larger.
    """
    height, width = rgb.shape[:2]
    more = margin * max(box.width, box.height)
    wide = clip(Box(box.x0 - more, box.y0 - more, box.x1 + more, box.y1 + more), (width, height))
    x0, y0 = min(int(wide.x0), width - 1), min(int(wide.y0), height - 1)
    x1, y1 = max(x0 + 1, int(np.ceil(wide.x1))), max(y0 + 1, int(np.ceil(wide.y1)))
    return shrunk(rgb[y0:y1, x0:x1], side)


def shrunk(rgb: Rgb8, side: int | None) -> Rgb8:
    """At most `side` pixels on the longer side, pixel areas averaged."""
    height, width = rgb.shape[:2]
    if side is None or max(height, width) <= side:
        return rgb
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA), np.uint8)


def encoded(rgb: Rgb8, suffix: str, quality: int = QUALITY) -> bytes:
    """The bytes of a `.jpg` or `.png` file. Raises ValueError where the picture is too large for its kind."""
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality] if suffix == ".jpg" else [cv2.IMWRITE_PNG_COMPRESSION, 3]
    try:
        done, data = cv2.imencode(suffix, np.ascontiguousarray(rgb[..., ::-1]), settings)
    except cv2.error as error:
        raise ValueError(f"a picture of {rgb.shape[1]}x{rgb.shape[0]} pixels") from error
    if not done:
        raise ValueError(f"a picture of {rgb.shape[1]}x{rgb.shape[0]} pixels")
    return data.tobytes()


def _mark(instance: Instance, colour: Rgb) -> ShapeMark:
    shape = instance.shape
    is_box = isinstance(shape, Box)
    return ShapeMark(box_points(shape) if isinstance(shape, Box) else shape.points, colour, "solid", is_box)


def _caption(instance: Instance, colour: Rgb, names: Sequence[str]) -> TextMark:
    name = names[instance.class_id] if 0 <= instance.class_id < len(names) else ""
    plain = name.isascii() and name.isprintable() and name.strip()
    box = bounds(instance.shape)
    text = name[:_LETTERS] if plain else f"#{instance.class_id}"
    return TextMark(text, max(0.0, box.x0), box.y0, colour, "above")
